"""Find the Chromium that the browser tests drive, or install one by what the system offers.

``python tools/chromium.py`` prints its path; ``python tools/chromium.py install`` installs
one first where there is none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import packages

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MAC_APPLICATIONS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
# What is off: first all that Playwright turns off too (of several such lists Chromium reads the last), then what would
# give the address bar of each window a page of its own, at a fifth of the tests' time.
OFF = (
    "AimEnabled",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
    "WebUIOmniboxAimPopup",
    "WebUIOmniboxPopup",
)
# A browser that asks nobody for anything but the page.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join(OFF)}",
]
MISSING = """\
The browser tests need Chromium or Chrome, and none was found or could be installed.
Install one, for example with one of
    sudo apt-get install chromium        (Debian)
    sudo dnf install chromium            (Fedora)
    brew install --cask chromium         (macOS)
    .venv/bin/playwright install --with-deps chromium
or name one you have:
    CHROMIUM=/path/to/chrome make test"""

Which = Callable[[str], str | None]


def playwrights_own() -> str | None:
    """Return the Chromium that Playwright downloaded, if it did.

    Asked in a process of its own, because Playwright runs only once in each.
    """
    question = (
        "from playwright.sync_api import sync_playwright\n"
        "with sync_playwright() as playwright:\n"
        "    print(playwright.chromium.executable_path)"
    )
    answer = subprocess.run([sys.executable, "-c", question], check=True, stdout=subprocess.PIPE)
    path = answer.stdout.decode().strip()
    return path if Path(path).exists() else None


def find(
    environ: Mapping[str, str] = os.environ,
    which: Which = shutil.which,
    exists: Callable[[str], bool] = os.path.exists,
    own: Callable[[], str | None] = playwrights_own,
) -> str | None:
    """Return the path of a Chromium or Chrome, or None.

    The one named by the variable ``CHROMIUM`` comes first, then those on the path, then
    macOS applications, then Playwright's own.

    Raises
    ------
    FileNotFoundError
        If ``CHROMIUM`` names something that is not there.
    """
    if named := environ.get("CHROMIUM"):
        if path := which(named):
            return path
        raise FileNotFoundError(f"CHROMIUM names {named!r}, which is not a program")
    on_path = (which(name) for name in NAMES)
    applications = (path if exists(path) else None for path in MAC_APPLICATIONS)
    installed = next((path for path in (*on_path, *applications) if path), None)
    return installed or own()


def ways_to_install(which: Which, is_root: bool) -> list[list[list[str]]]:
    """Return the ways to install Chromium here, the system's own first; each is a list of commands."""
    ways = packages.ways("chromium", which, is_root)
    if which("brew"):
        ways.append([["brew", "install", "--cask", "chromium"]])
    return [*ways, [[sys.executable, "-m", "playwright", "install", "chromium"]]]


def ensure() -> str:
    """Return the path of a Chromium, installed if need be; else say what is missing and exit."""
    ways = ways_to_install(shutil.which, packages.is_root())
    try:
        path = find() or packages.install("Chromium", ways, find)
    except FileNotFoundError as error:
        sys.exit(str(error))
    return path or sys.exit(MISSING)


def main(arguments: list[str]) -> None:
    if arguments not in ([], ["install"]):
        sys.exit(__doc__)
    print(ensure() if arguments else find() or sys.exit(MISSING))


if __name__ == "__main__":
    main(sys.argv[1:])
