"""Mutants are the slips one could make; each is judged by the tests that run its lines."""

from pathlib import Path

import pytest

import judge
import mutants
from mutate import Mutant
from mutate import mutants as mutants_of

CLAMP = '''"""Keep a number within bounds."""

LEAST: float = 0.5


def clamp(x: float, most: float = 2.0) -> float:
    """Return x, or the bound that it crosses."""
    if x > most:
        raise ValueError(f"{x} is too large")
    return max(x, LEAST)
'''


def changes(source):
    return {(m.where, m.change) for m in mutants_of("a.py", source)}


def test_operators_numbers_and_arguments_are_changed():
    assert changes("y = 2 * f(a)\n") == {
        ("module", f"- y = 2 * f(a)\n+ {line}")
        for line in ("y = 3 * f(a)", "y = 2 / f(a)", "y = 2 * f(None)", "y = None")
    }


def test_a_change_names_the_function_it_is_in():
    source = "class A:\n    def f(self):\n        return lambda z: -z\n"
    assert ("A.f", "- return lambda z: -z\n+ return lambda z: +z") in changes(source)


def test_words_for_a_reader_types_and_imports_are_left_alone():
    lines = ["from math import pi", '"""Words."""', '__all__ = ["f"]', "x: dict[str, int]"]
    assert changes("\n".join([*lines, 'raise ValueError("one word after another")'])) <= {
        ("module", '- raise ValueError("one word after another")\n+ raise ValueError(None)')
    }


def test_every_mutant_differs_from_the_source_and_from_the_others_and_compiles():
    sources = [mutant.source for mutant in mutants_of("clamp.py", CLAMP)]
    assert len({CLAMP, *sources}) == len(sources) + 1
    for source in sources:
        compile(source, "clamp.py", "exec")


def test_lines_that_stand_there_twice_are_told_apart():
    source = "def f(x):\n    x += 1\n    g(x)\n    x += 1\n"
    change = "- x += 1\n+ x -= 1"
    assert {("f", change), ("f (2)", change)} <= changes(source)


def test_a_mutant_knows_the_lines_whose_tests_can_notice_it():
    source = (
        "def f(x=1):\n    if x > 2:\n        return (\n            x - 3\n        )\n    return 4\n"
    )
    lines = {
        m.change.splitlines()[0]: (m.lines[0], m.lines[-1]) for m in mutants_of("a.py", source)
    }
    assert lines["- def f(x=1):"] == (1, 6)  # the default is used anywhere in the function
    assert lines["- if x > 2:"] == (2, 2)
    assert lines["- x - 3"] == (3, 5)
    assert lines["- return 4"] == (6, 6)


def test_the_tests_that_run_a_line_are_chosen_its_own_file_first_and_the_quick_before_the_slow():
    own, quick, slow = "tests/test_a.py::own", "tests/test_c.py::quick", "tests/test_b.py::slow"
    lines = {"a.py": {1: [""], 2: [slow, own], 3: [quick]}, "__init__.py": {1: [""]}}
    selection = judge.Selection(lines, {own: 2.0, quick: 0.1, slow: 9.0, "tests/test_d.py::d": 1})
    assert [tests for tests, _ in selection.of("a.py", range(2, 4))] == [[own], [quick], [slow]]
    assert selection.of("a.py", range(3, 4)) == [([quick], 20.5)]
    assert len(selection.of("a.py", range(1, 2))) == 3  # run at import
    assert len(selection.of("__init__.py", range(1, 2))) == 4  # and no line of the file in a test
    assert selection.of("a.py", range(7, 8)) == []


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    files = {
        "pyproject.toml": '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n',
        "pack/__init__.py": "",
        "pack/clamp.py": CLAMP
        + "\n\ndef wait(n):\n    while n < 3:\n        n += 1\n    return n\n"
        "\n\ndef unused():\n    return 1\n",
        "tests/conftest.py": "from hypothesis import settings\n"
        'settings.register_profile("mutants", database=None)\n',
        "tests/test_clamp.py": "import pytest\nfrom pack.clamp import clamp, wait\n\n\n"
        "def test_bounds():\n    assert clamp(1) == 1\n    assert clamp(-1) == 0.5\n"
        "    with pytest.raises(ValueError, match='3 is'):\n        clamp(3)\n\n\n"
        "def test_wait():\n    assert wait(0) == 3\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return mutants.Project(
        root, "pack", ["pack/clamp.py"], ["tests"], ["pack", "tests", "pyproject.toml"], []
    )


@pytest.fixture(scope="module")
def verdicts(project):
    text = (project.root / "pack/clamp.py").read_text()
    found = mutants.judged(project, mutants_of("pack/clamp.py", text))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(judge, "PATIENCE", 3.0)
        return dict(found)


def test_what_a_test_notices_is_killed_and_what_none_runs_is_untested(verdicts):
    found = {mutant.change.splitlines()[-1]: verdict for mutant, verdict in verdicts.items()}
    assert found["+ LEAST: float = 1.5"] == "killed"
    assert found["+ return max(x, None)"] == "killed"
    assert found["+ if x >= most:"] == "survived"
    assert found["+ return 2"] == "untested"


def test_a_loop_without_an_end_is_ended(verdicts):
    hung = {mutant.where for mutant, verdict in verdicts.items() if verdict == "hung"}
    assert hung == {"wait"}


def test_the_project_itself_is_left_as_it_was_and_nothing_else_stays(project, verdicts):
    assert (project.root / "pack/clamp.py").read_text().startswith(CLAMP)
    assert not any(project.build.rglob("clamp.py"))


def test_a_project_whose_tests_fail_is_not_judged(project, tmp_path):
    (tmp_path / "test_wrong.py").write_text("def test_wrong():\n    assert False\n")
    wrong = mutants.Project(tmp_path, "pack", [], ["test_wrong.py"], ["test_wrong.py"], [])
    with pytest.raises(SystemExit, match="before anything is changed"):
        list(mutants.judged(wrong, []))


def mutant(change, path="a.py"):
    return Mutant(path, "f", change, range(1, 2), f"source with {change}")


def test_an_interrupted_run_goes_on_and_a_change_of_the_project_begins_anew(tmp_path):
    path = tmp_path / "_build" / "mutants.txt"
    first = mutants.Journal(path, "before")
    first.add(mutant("one"), "killed")
    first.add(mutant("two"), "survived")
    with path.open("a") as file:
        file.write(f"{mutants.digest(mutant('three'))} kil")  # stopped while writing
    assert mutants.Journal(path, "before").verdicts == first.verdicts
    killed = {mutants.digest(mutant("one")): "killed"}
    assert mutants.Journal(path, "after", keep_killed=True).verdicts == killed
    assert mutants.Journal(path, "after").verdicts == killed  # written down again
    assert mutants.Journal(path, "later").verdicts == {}


def test_what_stands_in_the_journal_is_not_judged_again(tmp_path, monkeypatch):
    one, two = mutant("one"), mutant("two")
    journal = mutants.Journal(tmp_path / "_build" / "mutants.txt", "now")
    journal.add(one, "killed")
    asked = []
    monkeypatch.setattr(mutants, "judged", lambda _, left: asked.extend(left) or [(two, "hung")])
    assert mutants.run(None, [one, two], journal) == {one: "killed", two: "hung"}
    assert asked == [two]


def test_the_project_has_another_fingerprint_when_a_file_changes(project):
    before = project.fingerprint()
    assert project.fingerprint() == before
    path = project.root / "tests/test_more.py"
    path.write_text("")
    assert project.fingerprint() != before
    path.unlink()


LIST = """
[[survivor]]
file = "a.py"
where = "f"
why = "x is never 0"
changes = ['''
- x > 0
+ x >= 0
''']
"""
EXPLAINED = mutant("- x > 0\n+ x >= 0")
KILLED = {mutant(f"change {i}"): "killed" for i in range(30)}


def test_survivors_are_fine_when_they_are_few_and_explained():
    why = mutants.reasons(LIST)
    assert why == {EXPLAINED.key: "x is never 0"}
    text, good = mutants.summary({**KILLED, EXPLAINED: "survived"}, why)
    assert good
    assert text.splitlines()[-1].split() == ["all", "31", "1", "96.8%"]


@pytest.mark.parametrize(
    ("verdicts", "complaint"),
    [
        ({**KILLED, EXPLAINED: "survived", mutant("new"): "untested"}, "without a reason"),
        ({**KILLED, EXPLAINED: "killed"}, "did not survive"),
        ({EXPLAINED: "survived"}, "Only 0.0% were killed, expected 95%"),
    ],
)
def test_what_is_wrong_is_said(verdicts, complaint):
    text, good = mutants.summary(verdicts, mutants.reasons(LIST))
    assert complaint in text
    assert not good


def test_the_core_is_judged_by_its_own_tests_not_by_those_of_explorers():
    judges = {Path(test).name for test in mutants.book().tests}
    assert {"test_losses.py", "test_docstrings.py", "test_backpropagation.py"} <= judges
    assert not {"test_plots.py", "test_widgets.py", "test_golden_explorers.py"} & judges


def test_modules_are_chosen_by_name():
    paths = ["nnlib/losses.py", "nnlib/data/__init__.py"]
    assert mutants.named(paths, []) == paths
    assert mutants.named(paths, ["data"]) == paths[1:]
    with pytest.raises(SystemExit, match="loses"):
        mutants.named(paths, ["loses"])


def test_every_reason_is_one_line_about_a_module_of_the_core():
    why = mutants.reasons((mutants.ROOT / "tests" / "mutants.toml").read_text())
    for (path, _, change), reason in why.items():
        assert path in mutants.book().modules
        assert change.startswith(("-", "+"))
        assert len(reason.splitlines()) == 1


def test_every_reason_is_about_lines_that_still_stand_in_the_code():
    why = mutants.reasons((mutants.ROOT / "tests" / "mutants.toml").read_text())
    for path, _, change in why:
        code = [line.strip() for line in (mutants.ROOT / path).read_text().splitlines()]
        changed = [line[1:].strip() for line in change.splitlines() if line.startswith("-")]
        assert all(line in code for line in changed), f"{path} no longer holds {changed}"
