"""Pin requirements.in, and everything its packages bring along, in requirements.txt.

Run with the oldest Python the book supports, so that every pin can be installed on it::

    python tools/pins.py
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
OLDEST = (3, 11)

# Only PyTorch's CUDA build asks for these. The book runs on the CPU (see setup_env.py).
CUDA = ("cuda-", "nvidia-", "triton")

HEADER = """\
# Everything the book needs, pinned. Written by `make pins` from requirements.in; do not edit.
"""


def canonical(name: str) -> str:
    """Return a package's name in its one normalised spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def direct_names(requirements_in: str) -> list[str]:
    """Return the names requirements.in asks for, in its order."""
    lines = (line.split("#")[0].strip() for line in requirements_in.splitlines())
    return [canonical(re.split(r"[=<>!~\[; ]", line)[0]) for line in lines if line]


def pinned(report: dict) -> dict[str, str]:
    """Return name -> version of an installation report of pip, for the CPU."""
    packages = (item["metadata"] for item in report["install"])
    versions = {canonical(p["name"]): p["version"].split("+")[0] for p in packages}
    return {name: v for name, v in versions.items() if not name.startswith(CUDA)}


def render(direct: list[str], versions: dict[str, str]) -> str:
    """Return the text of requirements.txt: what is asked for first, then what comes along."""
    rest = sorted(set(versions) - set(direct))
    blocks = [("Asked for directly (requirements.in says why).", direct), ("Brought along.", rest)]
    text = HEADER
    for title, names in blocks:
        text += f"\n# {title}\n" + "".join(f"{name}=={versions[name]}\n" for name in names)
    return text


def resolve(requirements: Path) -> dict:
    """Let pip work out, without installing, what it would install into an empty environment."""
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run"]
    command += ["--ignore-installed", "--report", "-", "--requirement", str(requirements)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def main() -> None:
    if sys.version_info[:2] != OLDEST:
        sys.exit(f"Pin with Python {OLDEST[0]}.{OLDEST[1]}, the oldest one the book supports.")
    source = ROOT / "requirements.in"
    direct = direct_names(source.read_text())
    (ROOT / "requirements.txt").write_text(render(direct, pinned(resolve(source))))


if __name__ == "__main__":
    main()
