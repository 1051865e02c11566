"""Where a submission runs: in bubblewrap, in a container, or, if one insists, unprotected.

In the first two it sees Python with its packages, an empty folder of its own, and no network, no home and no other
process; time, memory, processes and the size of files are limited. What it may use is listed in `command`.
"""

from __future__ import annotations

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

GRADER = Path(__file__).resolve().parent
NNLIB = GRADER.parents[1] / "nnlib"
IMAGE = "nnbook-grader"
"""The image that `build_image` builds; containers are called after it."""

MEMORY = 2**30
"""Address space of a submission, in bytes."""

PROCESSES = 4
"""Processes and threads of a submission; each may have that much memory."""

FOLDER = 32 * 2**20
"""Space in its folder, in bytes."""

FIRST_USER = 61_000
"""Where the grader is run by root, submissions run as users from here on, one for each that runs at a time."""


class NoSandboxError(Exception):
    """There is no sandbox on the machine, and the instructor has not asked for running without one."""


@dataclass(frozen=True)
class Sandbox:
    """A kind of sandbox: ``"bubblewrap"``, ``"container"`` or ``"unsafe"``.

    Attributes
    ----------
    kind : str
        Which kind.
    seconds : int
        Processor time of one submission.
    """

    kind: str
    seconds: int = 120

    def start(self, slot: int, with_nnlib: bool) -> Worker:
        """Start a worker; ``slot`` tells apart those that run at the same time."""
        name = f"{IMAGE}-{uuid.uuid4().hex}"
        process = subprocess.Popen(
            self.command(slot, with_nnlib, name),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment(),
            cwd="/",
            start_new_session=True,  # what it starts can be stopped with it
        )
        return Worker(process, name if self.kind == "container" else None)

    def command(self, slot: int, with_nnlib: bool, name: str) -> list[str]:
        """Return the command line of a worker; a container gets the name."""
        root = os.geteuid() == 0
        inside = {"bubblewrap": "/grader", "container": "/grader", "unsafe": str(GRADER)}[self.kind]
        packages = {"unsafe": str(NNLIB.parent)}.get(self.kind, "/book") if with_nnlib else None
        limits = {"CPU": self.seconds, "FSIZE": FOLDER, "CORE": 0, "AS": MEMORY}
        if self.kind != "unsafe":  # there it would count everything the instructor runs
            limits["NPROC"] = PROCESSES
        # Root is not bound by the limit of processes, and has no business here anyway.
        user = FIRST_USER + slot if root and self.kind == "bubblewrap" else None
        settings = json.dumps({"packages": packages, "limits": limits, "user": user})
        shared = [(GRADER / "worker.py", "/grader/worker.py")]
        if with_nnlib:
            shared.append((NNLIB, "/book/nnlib"))
        python = "python3" if self.kind == "container" else sys.executable
        worker = [python, "-I", "-B", f"{inside}/worker.py", settings]
        if self.kind == "bubblewrap":
            return [*bubblewrap(shared, root), *worker]
        if self.kind == "container":
            return [*container(shared, FIRST_USER + slot, name), *worker]
        return worker


@dataclass(frozen=True)
class Worker:
    """A worker that runs, with pipes to it.

    Attributes
    ----------
    process : subprocess.Popen
        What was started here.
    container : str or None
        The name of the container, which outlives that process: an engine of its own has started it.
    """

    process: subprocess.Popen[bytes]
    container: str | None = None

    @property
    def questions(self) -> IO[bytes]:
        """The pipe into the worker."""
        assert self.process.stdin is not None
        return self.process.stdin

    @property
    def answers(self) -> IO[bytes]:
        """The pipe out of the worker."""
        assert self.process.stdout is not None
        return self.process.stdout

    def stop(self) -> None:
        """Stop it and whatever it has started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        for pipe in (self.questions, self.answers):
            with contextlib.suppress(OSError):
                pipe.close()
        self.process.wait()
        if self.container is not None:  # not before: an engine waits until its answers are read
            remove = [container_engine() or "docker", "rm", "--force", self.container]
            # From an engine that is stuck, the container's own limits still protect the machine.
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(remove, capture_output=True, timeout=60, check=False)


def bubblewrap(shared: list[tuple[Path, str]], root: bool) -> list[str]:
    """Return the first part of a command line that runs the rest of it in bubblewrap."""
    command = ["bwrap", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts"]
    command += ["--die-with-parent", "--new-session", "--hostname", "sandbox", "--cap-drop", "ALL"]
    # Root keeps what it takes to become somebody else; others get a namespace of users.
    rights = ["--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    command += rights if root else ["--unshare-user"]
    command += ["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]
    for folder in ("/tmp", "/dev/shm"):
        command += ["--size", str(FOLDER), "--perms", "1777", "--tmpfs", folder]
    places = ["/usr", "/bin", "/lib", "/lib64", sys.base_prefix, sys.prefix]
    for place in dict.fromkeys(places):
        for parent in reversed(Path(place).parents[:-1]):  # bwrap would hide a home from others
            command += ["--perms", "0755", "--dir", str(parent)]
        command += ["--ro-bind-try", place, place]
    command += ["--chdir", "/tmp"]
    for outside, inside in shared:
        command += ["--ro-bind", str(outside), inside]
    return [*command, "--remount-ro", "/"]


def container(shared: list[tuple[Path, str]], user: int, name: str) -> list[str]:
    """Return the first part of a command line that runs the rest of it in a container."""
    command = [container_engine() or "docker", "run", "--rm", "--name", name, "--interactive"]
    command += ["--network", "none", "--read-only", "--cap-drop", "ALL", "--init"]
    command += ["--security-opt", "no-new-privileges", "--user", f"{user}:{user}"]
    command += ["--pids-limit", "32", "--memory", "1g", "--shm-size", str(FOLDER)]
    command += ["--tmpfs", f"/tmp:size={FOLDER}", "--workdir", "/tmp"]
    for variable, value in environment().items():
        if variable != "LD_LIBRARY_PATH":  # of the Python outside
            command += ["--env", f"{variable}={value}"]
    for outside, inside in shared:
        command += ["--volume", f"{outside}:{inside}:ro"]
    return [*command, IMAGE]


def environment() -> dict[str, str]:
    """Return all that a submission finds in its environment."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": "/tmp",
        "LD_LIBRARY_PATH": f"{sys.base_prefix}/lib",  # for a Python that lies in no usual place
        "LANG": "C.UTF-8",
        "MPLBACKEND": "Agg",
        "PYTHONHASHSEED": "0",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
    }


@functools.cache
def container_engine() -> str | None:
    """Return the program that runs containers here: the first that has the image."""
    return engine_that("image", "inspect", IMAGE)


def engine_that(*question: str) -> str | None:
    """Return the first of Docker and Podman that is there and answers a question."""
    engines = filter(shutil.which, ("docker", "podman"))
    return next((engine for engine in engines if succeeds([engine, *question])), None)


def succeeds(command: list[str]) -> bool:
    """Tell whether a command can be run and succeeds."""
    try:
        return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def works(kind: str) -> bool:
    """Tell whether a kind of sandbox can be used here, by trying."""
    if kind == "container":
        return container_engine() is not None
    trial = bubblewrap([], os.geteuid() == 0)
    return shutil.which("bwrap") is not None and succeeds([*trial, sys.executable, "-I", "-c", ""])


def choose(wanted: str, trial: Callable[[str], bool] = works) -> Sandbox:
    """Return the sandbox to use: the one wanted, or with ``"auto"`` the first that works.

    Raises
    ------
    NoSandboxError
        If it does not work here; the message tells what to install.
    """
    if wanted == "unsafe":
        return Sandbox("unsafe")
    for kind in ("bubblewrap", "container") if wanted == "auto" else (wanted,):
        if trial(kind):
            return Sandbox(kind)
    raise NoSandboxError(
        f"No sandbox works here (tried: {wanted}), so nothing was run. On Linux install bubblewrap (`apt install "
        "bubblewrap`); elsewhere install Docker or Podman and run `python -m assignments.grader image`. `--sandbox "
        "unsafe` runs what students wrote with your rights, on your files: only for what you wrote yourself."
    )


def build_image() -> None:
    """Build the image of the container: Python with the packages that the book pins."""
    engine = engine_that("info")
    if engine is None:
        raise NoSandboxError("Neither docker nor podman is there and running.")
    pins = (GRADER.parents[1] / "requirements.txt").read_text().splitlines()
    wanted = [pin for pin in pins if pin.split("==")[0] in ("numpy", "matplotlib", "ipython")]
    recipe = f"FROM python:{sys.version_info[0]}.{sys.version_info[1]}-slim\n"
    recipe += f"RUN pip install --no-cache-dir {' '.join(wanted)}\n"
    command = [engine, "build", "--tag", IMAGE, "-"]
    subprocess.run(command, input=recipe.encode(), check=True)
