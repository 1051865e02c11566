"""The core needs numpy and the standard library, nothing else."""

import subprocess
import sys


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
