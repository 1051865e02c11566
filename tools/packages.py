"""Install what pip cannot: a browser for the tests, a sandbox for the grader."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable


def is_root() -> bool:
    """Tell whether this is run by the administrator of the system."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def ways(package: str, which: Callable[[str], str | None], root: bool) -> list[list[list[str]]]:
    """Return the ways to install a package of the system; each is a list of commands.

    A way that would ask for a password is none: tests also run where nobody can answer.
    """
    if root:
        admin: list[str] = []
    elif which("sudo"):
        admin = ["sudo", "-n"]
    else:
        return []
    found = []
    if which("apt-get"):
        apt = [*admin, "apt-get", "-q", "-y"]
        found.append([[*apt, "update"], [*apt, "install", "--no-install-recommends", package]])
    if which("dnf"):
        found.append([[*admin, "dnf", "-q", "-y", "install", package]])
    return found


def install(
    name: str,
    ways: list[list[list[str]]],
    locate: Callable[[], str | None],
    run: Callable[..., int] = subprocess.call,
) -> str | None:
    """Try the ways in turn until the program can be found, and return its path."""
    for commands in ways:
        print(f"Installing {name}: {' '.join(commands[-1])}", flush=True)
        if all(run(command, stdin=subprocess.DEVNULL) == 0 for command in commands) and (
            path := locate()
        ):
            return path
    return None
