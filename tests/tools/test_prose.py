"""The reader of prose: it finds the slips, says where they stand, and reads no code or formula."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest

import prose

TEXT = """\
The loss falls.

```{note}
:class: dropdown

Of course, $very$ is no word here, nor is `simply`.
```

```python
optimizer = simply("very")
```

:::{admonition} A title
We left no stone unturned.
:::
"""


def found(text: str) -> list[tuple[str, str]]:
    return [(slip.where, slip.words) for slip in prose.slips(list(prose.paragraphs(text, "page")))]


def test_slips_are_found_in_prose_only_and_placed() -> None:
    assert found(TEXT) == [("page:6", "Of course"), ("page:14", "no stone unturned")]


@pytest.mark.parametrize(
    "words",
    ["simply", "really", "a powerful idea", "initialization", "the color"],
)
def test_a_rule_of_the_house(words: str) -> None:
    assert len(found(f"Here {words} stands.")) == 1


def test_proselint_is_asked() -> None:
    assert [words for _, words in found("We should leave no stone unturned.")] == [
        "no stone unturned"
    ]


def test_tables_are_read_and_may_have_empty_cells() -> None:
    assert found("| a | b |\n|---|---|\n| | really |\n") == [("page:3", "really")]


def test_formulas_and_code_leave_one_word_behind() -> None:
    (paragraph,) = prose.paragraphs("Of $a$ and `b`, {eq}`eq-c`,\n$d$ is last.", "page")
    assert paragraph.text == "Of formula1 and formula3, formula5,\nformula8 is last."


def test_a_slip_in_a_notebook_names_its_cell(tmp_path: Path) -> None:
    cells = [
        nbformat.v4.new_code_cell("simply = 1  # very"),
        nbformat.v4.new_markdown_cell("Fine.\n\nThis is really so."),
    ]
    path = tmp_path / "chapter.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    (slip,) = prose.slips(prose.read(path))
    assert (slip.where, slip.words) == (f"{path}, cell 2:3", "really")


def test_main_fails_when_there_is_a_slip(tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    (tmp_path / "good.md").write_text("The loss falls.\n", encoding="utf-8")
    (tmp_path / "bad.md").write_text("The loss simply falls.\n", encoding="utf-8")
    assert prose.main([str(tmp_path / "good.md")]) == 0
    assert prose.main([str(tmp_path / "bad.md")]) == 1
    assert "bad.md:1: 'simply'" in capsys.readouterr().out
