"""The core needs numpy and the standard library, nothing else."""

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
