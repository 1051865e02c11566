"""The core needs numpy and the standard library, nothing else, and each file is read in one sitting."""

import subprocess
import sys
import tomllib
from pathlib import Path

import nnlib


def test_import_nnlib_loads_numpy_alone():
    code = (
        "import sys, numpy; before = set(sys.modules); import nnlib; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    outside = set(result.stdout.split()) - set(sys.stdlib_module_names) - {"nnlib", "numpy"}
    assert outside == set()


def test_the_version_is_the_packages():
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())
    assert nnlib.__version__ == project["project"]["version"]


def test_no_file_is_longer_than_200_lines():
    folder = Path(nnlib.__file__).parent
    lengths = {path.name: len(path.read_text("utf-8").splitlines()) for path in folder.glob("*.py")}
    assert "training.py" in lengths
    assert {name: length for name, length in lengths.items() if length > 200} == {}
