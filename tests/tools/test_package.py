"""The package holds what it needs: code, data, explorers and the licence."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = ("__pycache__", ".ipynb_checkpoints")


@pytest.fixture(scope="module")
def names(tmp_path_factory):
    """The names of all files in nnlib's wheel."""
    folder = tmp_path_factory.mktemp("package")
    source = folder / "source"
    shutil.copytree(ROOT / "nnlib", source / "nnlib", ignore=shutil.ignore_patterns(*LEFT_OUT))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation"]
    subprocess.run([*command, "-qq", "--wheel-dir", folder, source], check=True)
    [wheel] = folder.glob("nnlib-*.whl")
    return set(zipfile.ZipFile(wheel).namelist())


def test_every_file_of_nnlib_is_packed(names):
    files = (path for path in (ROOT / "nnlib").rglob("*") if path.is_file())
    wanted = {
        path.relative_to(ROOT).as_posix() for path in files if not set(LEFT_OUT) & set(path.parts)
    }
    assert "nnlib/data/digits.npz" in wanted
    assert wanted - names == set()


def test_nothing_else_is_but_its_licence_and_description(names):
    others = {name for name in names if not name.startswith("nnlib/")}
    assert all(name.startswith("nnlib-0.1.0.dist-info/") for name in others)
    assert "nnlib-0.1.0.dist-info/licenses/LICENSE" in others
