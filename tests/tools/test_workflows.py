"""What runs elsewhere is what runs here: the same commands, and nothing published untested."""

import re
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import setup_env

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = {path.stem: YAML(typ="safe").load(path) for path in FOLDER.glob("*.yml")}


def steps(workflow, job):
    return WORKFLOWS[workflow]["jobs"][job]["steps"]


def commands(workflow, job):
    return [step["run"] for step in steps(workflow, job) if "run" in step]


def test_continuous_integration_runs_make_test_and_nothing_else():
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    code = [line for line in lines if line and not line.startswith("#")]
    assert code[0] == "set -euo pipefail"
    assert code[1].startswith("cd ")
    assert code[2:] == ["make test </dev/null"]


def test_every_change_runs_make_test_on_the_oldest_and_newest_python():
    assert commands("test", "test") == ["make test"]
    versions = WORKFLOWS["test"]["jobs"]["test"]["strategy"]["matrix"]["python"]
    oldest, newest = setup_env.SUPPORTED[0], setup_env.SUPPORTED[-1]
    assert versions == [".".join(map(str, oldest)), ".".join(map(str, newest))]


def test_the_book_is_published_only_after_make_test_passed():
    assert commands("publish", "build") == ["make test"]
    uses = [step.get("uses", "") for step in steps("publish", "build")]
    runs = ["run" in step for step in steps("publish", "build")]
    [upload] = [i for i, name in enumerate(uses) if name.startswith("actions/upload-pages")]
    assert runs.index(True) < upload
    assert WORKFLOWS["publish"]["jobs"]["deploy"]["needs"] == "build"


@pytest.mark.parametrize("workflow", WORKFLOWS)
def test_actions_are_pinned_and_may_only_read_the_repository(workflow):
    for job in WORKFLOWS[workflow]["jobs"].values():
        for step in job["steps"]:
            assert re.search(r"@v\d+$", step.get("uses", "@v1"))
    assert WORKFLOWS[workflow]["permissions"] == {"contents": "read"}


def test_commands_of_the_workflows_are_targets_of_make():
    makefile = (ROOT / "Makefile").read_text()
    for name, workflow in WORKFLOWS.items():
        for job in workflow["jobs"]:
            for command in commands(name, job):
                assert re.search(rf"^{command.removeprefix('make ')}:", makefile, re.M)


def test_the_package_needs_numpy_alone_and_the_python_that_is_supported():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert [re.split(r"\W", need)[0] for need in project["dependencies"]] == ["numpy"]
    assert project["requires-python"] == ">=" + ".".join(map(str, setup_env.SUPPORTED[0]))
