"""Judge mutants: run the tests that run the changed lines, until one of them fails.

Which test runs which lines is measured once, on the unchanged code. Each judge is a process with a copy of the
project as its current directory. It has imported what is slow and does not change, so that the process in which
a mutant is tested, forked from it, starts in no time.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import multiprocessing
import os
import resource
import shutil
import signal
import sys
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage
import pytest

FORK = multiprocessing.get_context("fork")
PATIENCE = 20.0  # seconds, beside five times what the tests need: after that they hang
MEMORY = 6 << 30  # a loop without an end may also grow without one
OPTIONS = [
    "-x",
    "-q",
    "--tb=line",
    "-p",
    "_hypothesis_pytestplugin",
    "--hypothesis-profile=mutants",
]


@dataclass(frozen=True)
class Selection:
    """For each line of each file the tests that run it, and for each test its seconds."""

    tests: dict[str, dict[int, list[str]]]
    seconds: dict[str, float]

    def of(self, path: str, lines: range) -> list[tuple[list[str], float]]:
        """Return the tests to run for a change in some lines, file by file, each with the seconds it may take.

        The tests named after the changed file come first, then the quick before the slow. A line that is run at
        import, outside any test, may matter to every test that runs any line of the file.
        """
        runners = self.tests.get(path, {})
        chosen = {test for line in lines for test in runners.get(line, [])}
        if "" in chosen:
            chosen = {test for found in runners.values() for test in found} - {""}
            chosen = chosen or set(self.seconds)
        by_file: dict[str, list[str]] = {}
        for test in sorted(chosen, key=lambda test: (self.seconds[test], test)):
            by_file.setdefault(test.partition("::")[0], []).append(test)
        cost = {file: sum(self.seconds[t] for t in tests) for file, tests in by_file.items()}
        own = f"test_{Path(path).stem}.py"
        order = sorted(by_file, key=lambda file: (Path(file).name != own, cost[file]))
        return [(by_file[file], PATIENCE + 5 * cost[file]) for file in order]


class Recorder:
    """A plugin for pytest that tells coverage which test is running, and takes the time.

    A test is its function, with all of its parameters: their names may change with what is changed.
    """

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured, self.seconds = measured, dict[str, float]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        self.measured.switch_context(_function(item.nodeid))
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        test = _function(report.nodeid)
        self.seconds[test] = self.seconds.get(test, 0.0) + report.duration


def _function(test: str) -> str:
    return test.partition("[")[0]


def appoint(root: Path, copied: Sequence[str], trees: Path, preloaded: Sequence[str]) -> None:
    """Make this process a judge, with a copy of the project under ``trees`` to work in."""
    os.environ |= dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    for module in preloaded:
        importlib.import_module(module)
    gc.freeze()  # or every process forked from here would go through all of it for garbage
    tree = trees / str(os.getpid())
    for name in copied:
        source, target = root / name, tree / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    os.chdir(tree)
    sys.path.insert(0, str(tree))
    os.environ["PYTHONPATH"] = str(tree)  # for the processes that tests start
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"  # some plugins are slow to import


def measure(package: str, tests: Sequence[str]) -> Selection | None:
    """Return which test runs which line of a package; None if a test fails before anything is changed."""
    output = Path("selection.json").resolve()
    if _fork(_record, package, tests, output) != 0:
        return None
    read = json.loads(output.read_text())
    lines = {file: {int(n): t for n, t in found.items()} for file, found in read["lines"].items()}
    return Selection(lines, read["seconds"])


def _record(package: str, tests: Sequence[str], output: Path) -> None:
    measured = coverage.Coverage(data_file=None, source=[package], config_file=False)
    recorder = Recorder(measured)
    with measured.collect():
        status = pytest.main([*OPTIONS, *tests], plugins=[recorder])
    data, tree = measured.get_data(), Path.cwd()
    files = data.measured_files()
    lines = {str(Path(file).relative_to(tree)): data.contexts_by_lineno(file) for file in files}
    output.write_text(json.dumps({"lines": lines, "seconds": recorder.seconds}))
    _leave(status)


def verdict(path: str, text: str, rounds: Sequence[tuple[list[str], float]]) -> str:
    """Return what becomes of a changed file: ``killed``, ``hung``, ``survived``; ``untested`` without tests."""
    file = Path(path)
    original, written = file.read_text(), file.stat().st_mtime
    file.write_text(text)
    stamp = zlib.crc32(text.encode())  # by its time Python knows a text that it has compiled before
    os.utime(file, (stamp, stamp))
    try:
        outcomes = (_try(tests, limit) for tests, limit in rounds)
        noticed = next((outcome for outcome in outcomes if outcome != "survived"), "survived")
    finally:
        file.write_text(original)
        os.utime(file, (written, written))
    return noticed if rounds else "untested"


def _try(tests: Sequence[str], limit: float) -> str:
    status = _fork(_run, tests, limit=limit)
    return {None: "hung", 0: "survived"}.get(status, "killed")


def _fork(function: Callable[..., None], *args: object, limit: float | None = None) -> int | None:
    """Call a function in a process of its own and return how it ended; None if that took too long.

    Whatever it has started ends with it.
    """
    process = FORK.Process(target=_alone, args=(function, *args))
    process.start()
    try:
        process.join(limit)
        return process.exitcode
    finally:
        with contextlib.suppress(ProcessLookupError):  # nothing of it is left
            os.killpg(process.pid, signal.SIGKILL)
        process.join()


def _alone(function: Callable[..., None], *args: object) -> None:
    os.setsid()
    function(*args)


def _run(tests: Sequence[str]) -> None:
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    _leave(pytest.main([*OPTIONS, *tests]))


def _leave(status: int) -> None:
    """End this process at once: joblib would keep it for minutes, in case more work came."""
    sys.stdout.flush()
    os._exit(status)
