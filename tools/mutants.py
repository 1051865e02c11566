"""Mutation testing: change nnlib in one place at a time, and see whether a test notices.

At least 95 % of the mutants must be killed, and each one that survives must stand in ``tests/mutants.toml``
with the reason why no test can tell it from the original::

    python tools/mutants.py                        # the whole core
    python tools/mutants.py losses optimizers      # some of its modules
    python tools/mutants.py --survivors            # after new tests: only what survived the last time
"""

from __future__ import annotations

import argparse
import multiprocessing
import re
import shutil
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tqdm import tqdm

import judge
from mutate import Mutant, mutants

ROOT = Path(__file__).resolve().parents[1]
LEAST = 0.95
JUDGES = 2
KILLED = {"killed", "hung"}
# A figure is looked at; no test says that it is beautiful.
LEFT_OUT = {"nnlib/plots.py", "nnlib/style.py"}
TESTS_LEFT_OUT = {"test_plots.py", "test_labels.py"}
# So is an explorer, whose tests need more of the book than nnlib.
EXPLORER = re.compile(r"^from (nnlib\.widgets|tests\.unit import golden)", re.MULTILINE)
PRELOADED = [
    "numpy",
    "torch",
    "hypothesis",
    "matplotlib.figure",
    "joblib",
    "distributed",
    "tqdm.auto",
]


@dataclass(frozen=True)
class Project:
    """What is changed, what judges it, and what both need; paths are relative to ``root``."""

    root: Path
    package: str
    modules: list[str]
    tests: list[str]
    copied: list[str]
    preloaded: list[str]

    @property
    def build(self) -> Path:
        """The folder for everything that can be made again."""
        return self.root / "_build"

    def fingerprint(self) -> str:
        """Return a number that changes with every file that matters."""
        folders = [self.root / name for name in self.copied]
        files = {file for folder in folders for file in [folder, *folder.rglob("*.*")]}
        found = sha256()
        for file in sorted(files):
            if file.is_file() and file.suffix != ".pyc":
                found.update(str(file.relative_to(self.root)).encode() + file.read_bytes())
        return found.hexdigest()


def book() -> Project:
    """Return the core of nnlib with its tests."""
    modules = {str(path.relative_to(ROOT)) for path in ROOT.glob("nnlib/*.py")}
    modules.add("nnlib/data/__init__.py")
    tests = [
        path
        for folder in ("unit", "formulas")
        for path in ROOT.glob(f"tests/{folder}/test_*.py")
        if path.name not in TESTS_LEFT_OUT and not EXPLORER.search(path.read_text())
    ]
    return Project(
        root=ROOT,
        package="nnlib",
        modules=sorted(modules - LEFT_OUT),
        tests=sorted(str(path.relative_to(ROOT)) for path in tests),
        copied=[
            "nnlib",
            "pyproject.toml",
            "tests/__init__.py",
            "tests/conftest.py",
            "tests/unit",
            "tests/formulas",
        ],
        preloaded=PRELOADED,
    )


class Journal:
    """Verdicts in a file, so that a run that was interrupted goes on. They hold for one state of the project."""

    def __init__(self, path: Path, fingerprint: str, *, keep_killed: bool = False) -> None:
        self.path = path
        text = path.read_text() if path.exists() else ""
        head, *lines = text.rpartition("\n")[0].splitlines() or [""]  # the last may be torn
        self.verdicts = {}
        for line in lines:
            mutant, found = line.split()
            if head == fingerprint or (keep_killed and found in KILLED):
                self.verdicts[mutant] = found
        path.parent.mkdir(exist_ok=True)
        kept = [f"{mutant} {found}" for mutant, found in self.verdicts.items()]
        path.write_text("\n".join([fingerprint, *kept]) + "\n")

    def add(self, mutant: Mutant, found: str) -> None:
        self.verdicts[digest(mutant)] = found
        with self.path.open("a") as file:
            file.write(f"{digest(mutant)} {found}\n")


def digest(mutant: Mutant) -> str:
    """Return what a mutant is known by in the journal."""
    return sha256("\n".join(mutant.key).encode()).hexdigest()


def judged(project: Project, chosen: Sequence[Mutant]) -> Iterator[tuple[Mutant, str]]:
    """Yield each mutant with what became of it, in any order."""
    trees = project.build / "mutants"
    shutil.rmtree(trees, ignore_errors=True)
    judges = ProcessPoolExecutor(
        JUDGES,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=judge.appoint,
        initargs=(project.root, project.copied, trees, project.preloaded),
    )
    try:
        selection = judges.submit(judge.measure, project.package, project.tests).result()
        if selection is None:
            sys.exit("The tests fail, or there are none, before anything is changed.")
        waiting = {
            judges.submit(
                judge.verdict, mutant.path, mutant.source, selection.of(mutant.path, mutant.lines)
            ): mutant
            for mutant in chosen
        }
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    finally:
        judges.shutdown(cancel_futures=True)
        shutil.rmtree(trees, ignore_errors=True)


def run(project: Project, chosen: Sequence[Mutant], journal: Journal) -> dict[Mutant, str]:
    """Return what became of each mutant; those that stand in the journal are not judged again."""
    known = {m: journal.verdicts[digest(m)] for m in chosen if digest(m) in journal.verdicts}
    with tqdm(total=len(chosen), initial=len(known), unit="mutant", smoothing=0) as bar:
        left = [mutant for mutant in chosen if mutant not in known]
        for mutant, found in judged(project, left) if left else ():
            journal.add(mutant, found)
            known[mutant] = found
            bar.update()
    return {mutant: known[mutant] for mutant in chosen}


def reasons(text: str) -> dict[tuple[str, str, str], str]:
    """Return why each survivor in a list survives."""
    return {
        (entry["file"], entry["where"], change.strip()): entry["why"]
        for entry in tomllib.loads(text).get("survivor", [])
        for change in entry["changes"]
    }


def table(verdicts: dict[Mutant, str]) -> str:
    """Return a line for each module and one for all: mutants, survivors, share killed."""
    mutants_of = Counter(mutant.path for mutant in verdicts)
    left_of = Counter(mutant.path for mutant, found in verdicts.items() if found not in KILLED)
    rows = [(path, count, left_of[path]) for path, count in sorted(mutants_of.items())]
    rows.append(("all", mutants_of.total(), left_of.total()))
    lines = [f"{'':24}{'mutants':>8}{'survived':>10}{'killed':>9}"]
    lines += [f"{path:24}{n:8}{left:10}{share(n, left):9.1%}" for path, n, left in rows]
    return "\n".join(lines)


def share(mutants: int, survived: int) -> float:
    """Return the share that was killed."""
    return 1 - survived / mutants if mutants else 1.0


def summary(verdicts: dict[Mutant, str], why: dict[tuple[str, str, str], str]) -> tuple[str, bool]:
    """Return the report, and whether enough was killed and every survivor is explained."""
    survivors = [mutant for mutant, found in verdicts.items() if found not in KILLED]
    unexplained = [mutant for mutant in survivors if mutant.key not in why]
    files = {mutant.path for mutant in verdicts}
    dead = [key for key in why if key[0] in files and key not in {m.key for m in survivors}]
    killed = share(len(verdicts), len(survivors))
    text = [table(verdicts)]
    for title, keys in (
        ("Survived without a reason in the list", [mutant.key for mutant in unexplained]),
        ("Explained in the list, but did not survive", dead),
    ):
        for path, where, change in keys:
            text.append(f"{title}: {path}, {where}\n{change}")
    if killed < LEAST:
        text.append(f"Only {killed:.1%} were killed, expected {LEAST:.0%}.")
    return "\n\n".join(text), killed >= LEAST and not unexplained and not dead


def named(modules: Iterable[str], names: Sequence[str]) -> list[str]:
    """Return the modules with one of the names; all of them if no names are given."""
    found = {path: Path(path.removesuffix("/__init__.py")).stem for path in modules}
    if unknown := set(names) - set(found.values()):
        sys.exit(f"No module of the core is called {', '.join(sorted(unknown))}.")
    return [path for path, name in found.items() if not names or name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description="Change nnlib, and see whether a test notices.")
    parser.add_argument("modules", nargs="*", help="only these, such as losses")
    parser.add_argument("--survivors", action="store_true", help="what was killed stays killed")
    given = parser.parse_args()
    project = book()
    chosen = [
        mutant
        for path in named(project.modules, given.modules)
        for mutant in mutants(path, (ROOT / path).read_text())
    ]
    journal = Journal(
        project.build / "mutants.txt", project.fingerprint(), keep_killed=given.survivors
    )
    verdicts = run(project, chosen, journal)
    text, good = summary(verdicts, reasons((ROOT / "tests" / "mutants.toml").read_text()))
    print(text)
    sys.exit(not good)


if __name__ == "__main__":
    main()
