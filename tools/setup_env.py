"""Make the book's environment, .venv, with everything in requirements.txt.

It needs nothing but a Python from 3.11 to 3.13. ``.venv/ready`` is written last, so an
environment that was interrupted is never taken for a finished one::

    python3 tools/setup_env.py
"""

# This file must be understood by older Pythons too, or they could not explain themselves.

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENV = ROOT / ".venv"
SUPPORTED = ((3, 11), (3, 12), (3, 13))

# PyTorch's own index of builds for the CPU. On Linux the ordinary build comes with several
# gigabytes for graphics cards, which the book does not use.
CPU_INDEX = "https://download.pytorch.org/whl/cpu"


def working(name):
    """Return the path of a program on the path that can be started, or None."""
    path = shutil.which(name)
    if path is None:
        return None
    # A version manager puts stand-ins on the path, also for versions that are not selected.
    started = subprocess.call(
        [path, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return path if started == 0 else None


def suitable_python(version, which=working):
    """Return the Python to use: this one if it is supported, else another one on the path.

    Returns None if there is none.
    """
    if tuple(version[:2]) in SUPPORTED:
        return sys.executable
    found = (which(f"python{wanted[0]}.{wanted[1]}") for wanted in reversed(SUPPORTED))
    return next((path for path in found if path), None)


def torch_pin(requirements):
    """Return the line that pins PyTorch, for example ``torch==2.13.0``."""
    return re.search(r"^torch==\S+$", requirements, re.MULTILINE).group()


def installation_steps(python, torch, platform):
    """Return pip's command lines in order, each with whether the book can do without it."""
    pip = [python, "-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    steps = []
    if platform.startswith("linux"):
        small = ["--index-url", CPU_INDEX, "--timeout", "15", "--retries", "0", "--no-deps", torch]
        # Where that index cannot be reached, the next step finds PyTorch in pip's usual places.
        steps.append(([*pip, *small], True))
    steps.append(([*pip, "--requirement", str(ROOT / "requirements.txt")], False))
    # nnlib itself, from this folder: what is edited is what runs.
    steps.append(([*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT)], False))
    return steps


def install(steps, run=subprocess.call):
    """Run the steps; one that the book cannot do without must succeed."""
    for command, dispensable in steps:
        if run(command) == 0:
            continue
        if not dispensable:
            sys.exit("The installation failed; what pip said stands above.")
        print(
            "PyTorch's index of CPU builds did not answer; its ordinary build is taken.", flush=True
        )


def python_of(env):
    """Return the path of an environment's Python."""
    return env / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def usable(env):
    """Tell whether an environment can be added to: complete so far, with pip, and supported."""
    if (env / "unfinished").exists() or not python_of(env).exists():
        return False
    question = f"import sys, pip; print(sys.version_info[:2] in {SUPPORTED})"
    answer = subprocess.run([str(python_of(env)), "-c", question], stdout=subprocess.PIPE)
    return answer.stdout.strip() == b"True"


def create(env):
    """Make an empty environment in the place of whatever is there."""
    try:
        venv.create(str(env), with_pip=True, clear=True, symlinks=os.name != "nt")
    except subprocess.CalledProcessError:
        sys.exit("Python could not make an environment. On Debian or Ubuntu, install python3-venv.")


def main():
    python = suitable_python(sys.version_info)
    if python is None:
        sys.exit(
            f"The book needs Python 3.11, 3.12 or 3.13; this is {sys.version.split()[0]}. "
            "Name another one with `make PYTHON=/path/to/python3.13 ...`."
        )
    if python != sys.executable:
        sys.exit(subprocess.call([python, __file__]))

    print("Installing what the book needs into .venv; this takes some minutes ...", flush=True)
    if not usable(ENV):
        create(ENV)
    (ENV / "unfinished").touch()
    if (ENV / "ready").exists():
        (ENV / "ready").unlink()
    torch = torch_pin((ROOT / "requirements.txt").read_text())
    install(installation_steps(str(python_of(ENV)), torch, sys.platform))
    (ENV / "unfinished").unlink()
    (ENV / "ready").touch()


if __name__ == "__main__":
    main()
