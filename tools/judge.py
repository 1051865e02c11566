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
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import coverage
import pytest

FORK = multiprocessing.get_context("fork")
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

    def of(self, path: str, lines: range) -> list[str]:
        """Return the tests to run for a change in some lines: first those named after the file, quick before slow.

        A line that is run at import, outside any test, may matter to every test.
        """
        runners = self.tests.get(path, {})
        chosen = {test for line in lines for test in runners.get(line, [])}
        if "" in chosen:
            chosen = set(self.seconds)
        own = f"/test_{Path(path).stem}.py::"
        return sorted(chosen, key=lambda test: (own not in test, self.seconds[test], test))

    def limit(self, tests: Sequence[str]) -> float:
        """Return after how many seconds tests that should long be over are taken to hang."""
        return 20 + 5 * sum(self.seconds[test] for test in tests)


class Recorder:
    """A plugin for pytest that tells coverage which test is running, and takes the time."""

    def __init__(self, measured: coverage.Coverage) -> None:
        self.measured, self.seconds = measured, dict[str, float]()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> object:
        self.measured.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.seconds[report.nodeid] = self.seconds.get(report.nodeid, 0.0) + report.duration


def appoint(root: Path, copied: Sequence[str], trees: Path, preloaded: Sequence[str]) -> None:
    """Make this process a judge, with a copy of the project under ``trees`` to work in."""
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
    process = FORK.Process(target=_record, args=(package, tests, output))
    process.start()
    process.join()
    if process.exitcode != 0:
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


def verdict(path: str, text: str, tests: Sequence[str], limit: float) -> str:
    """Return whether a file's changed text is ``killed`` by some tests, has ``survived`` them, or has ``hung``."""
    file = Path(path)
    original, written = file.read_text(), file.stat().st_mtime
    file.write_text(text)
    stamp = zlib.crc32(text.encode())  # by its time Python knows a text that it has compiled before
    os.utime(file, (stamp, stamp))
    process = FORK.Process(target=_run, args=(tests,))
    try:
        process.start()
        process.join(limit)
        hung = process.is_alive()
    finally:
        _end(process.pid)
        process.join()
        file.write_text(original)
        os.utime(file, (written, written))
    if hung:
        return "hung"
    return "survived" if process.exitcode == 0 else "killed"


def _run(tests: Sequence[str]) -> None:
    os.setsid()  # what the tests start is ended with them
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    silence = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(silence, stream)
    _leave(pytest.main([*OPTIONS, *tests]))


def _leave(status: int) -> None:
    """End this process at once: joblib would keep it for minutes, in case more work came."""
    sys.stdout.flush()
    os._exit(status)


def _end(group: int) -> None:
    """End a process and all it has started, if anything of it is left."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)
