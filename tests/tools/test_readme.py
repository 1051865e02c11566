"""What the README says to type can be typed."""

import re
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
MAKEFILE = (ROOT / "Makefile").read_text()


def blocks(language):
    text = "\n".join(path.read_text() for path in TEXTS)
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def typed():
    """Return the command lines of the README and CONTRIBUTING, as words."""
    lines = (line for block in blocks("sh") for line in block.splitlines())
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


def test_the_example_runs(capsys):
    [example] = blocks("python")
    exec(example, {})
    assert 0 < float(capsys.readouterr().out) < 0.2


def test_what_make_is_told_to_do_it_can_do():
    targets = {word for command in typed() if command[0] == "make" for word in command[1:]}
    assert {"serve", "test"} <= targets
    for target in targets:
        assert re.search(rf"^{target}:", MAKEFILE, re.M), target


def test_scripts_that_are_named_are_there():
    scripts = {word for command in typed() for word in command if word.startswith("tools/")}
    assert scripts
    for script in scripts:
        assert (ROOT / script).exists(), script


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_links_to_files_lead_to_files(path):
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text()):
        assert (ROOT / target).exists(), target


def test_the_repositorys_address_stands_in_the_configuration_alone():
    [address] = re.findall(r"^  url: (\S+)", (ROOT / "_config.yml").read_text(), re.M)
    for path in [*TEXTS, ROOT / "pyproject.toml", ROOT / "Makefile"]:
        assert address not in path.read_text(), path


def test_one_version_wherever_it_is_cited():
    [version] = re.findall(r'^version = "(.*)"', (ROOT / "pyproject.toml").read_text(), re.M)
    readme = (ROOT / "README.md").read_text()
    assert f"Version {version}," in readme
    assert f"edition   = {{{version}}}" in readme
    assert f"\nversion: {version}\n" in (ROOT / "CITATION.cff").read_text()
    assert f"| {version} |" in (ROOT / "chapters/reference/errata.md").read_text()
