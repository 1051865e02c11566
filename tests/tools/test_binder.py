"""The Binder image holds what the chapters need: checked as far as it goes without building it."""

import ast
import re
import sys
from pathlib import Path

import nbformat
import pytest
from repo2docker.app import Repo2Docker
from repo2docker.buildpacks import PythonBuildPack

ROOT = Path(__file__).resolve().parents[2]
BINDER = (ROOT / ".binder" / "requirements.txt").read_text()
PINS = dict(re.findall(r"^([\w-]+)==(\S+)$", (ROOT / "requirements.txt").read_text(), re.M))


@pytest.fixture(scope="module")
def buildpack():
    """The way in which repo2docker would build the image, chosen as it chooses."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        app = Repo2Docker()
        packs = (pack(base_image=app.base_image) for pack in app.buildpacks)
        pack = next(pack for pack in packs if pack.detect())
        pack.platform = "linux/amd64"
        yield pack


def test_the_image_is_an_ordinary_python_one(buildpack):
    assert type(buildpack) is PythonBuildPack
    assert buildpack.python_version == "3.11"


def test_its_recipe_installs_our_requirements_from_the_whole_repository(buildpack):
    recipe = buildpack.render()
    copy = recipe.index(" src/ ${REPO_DIR}/")
    install = recipe.index('pip install --no-cache-dir -r ".binder/requirements.txt"')
    assert copy < install < recipe.index("RUN ./.binder/postBuild")


def test_versions_are_those_of_the_book():
    assert "--constraint ../requirements.txt" in BINDER
    assert re.findall(r"^\w.*==(.*)$", BINDER, re.M) == [f"{PINS['torch']}+cpu"]


def test_it_is_light():
    asked = re.findall(r"^([a-z][\w-]*)", BINDER, re.M)
    assert asked == ["torch", "ipywidgets", "jupyterlab", "jupyterlab-myst"]


def imports(chapter):
    """Return the packages that a chapter's cells import."""
    for cell in nbformat.read(chapter, as_version=4).cells:
        if cell.cell_type != "code":
            continue
        source = re.sub(r"^[%!].*$", "", cell.source, flags=re.M)
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield node.module.partition(".")[0]


def test_chapters_import_nothing_that_is_not_there():
    there = {"nnlib", "numpy", "matplotlib", "torch", "ipywidgets", "anywidget", "joblib", "tqdm"}
    needed = {name for path in (ROOT / "chapters").glob("*.ipynb") for name in imports(path)}
    assert needed - there <= set(sys.stdlib_module_names)
