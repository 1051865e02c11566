"""A class is graded in one go: stopped and begun again, twice, and in every sandbox, with the same marks."""

from __future__ import annotations

import copy
import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from assignments.grader import __main__ as commands
from assignments.grader import gradebook, judge, sample, sandbox, source
from assignments.grader.course import Course
from tests.grading.class_room import (
    KIND,
    MOST,
    NAME,
    course_in,
    graded,
    hand_in,
    needs_sandbox,
    notebook_of,
)

ROOT = Path(__file__).resolve().parents[2]


def command(*arguments: str | Path) -> list[str]:
    return [sys.executable, "-m", "assignments.grader", *map(str, arguments)]


def rows(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture(scope="module")
def sample_course(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample class, graded by the commands that the guide names."""
    if not sandbox.works(KIND):
        pytest.skip(f"{KIND} is not there or may not be used on this machine")
    folder = tmp_path_factory.mktemp("course")
    for arguments in (["sample", NAME], ["release", NAME], ["grade", NAME, "--sandbox", KIND]):
        commands.main([*arguments, "--course", str(folder)])
    return folder


def test_each_of_the_sample_class_gets_what_it_earned(sample_course: Path) -> None:
    lines = {row[0]: row for row in rows(sample_course / "marks" / f"{NAME}.csv")[1:]}
    most = f"{MOST:g}"
    got = {student: line[1] for student, line in lines.items()}
    assert got == {
        **dict.fromkeys(["ada", "dora", "emil", "june"], most),
        **dict.fromkeys(["cem", "ivo"], "10"),
        **dict.fromkeys(["ben", "fay", "gus", "hana"], "0"),
    }
    said = {student: line[4] for student, line in lines.items()}
    assert said["ada"] == said["ben"] == said["june"] == ""
    assert said["dora"].startswith("late by 0 days 6 h 31 min")
    assert said["emil"] == "the notebook was renamed to my homework (2).ipynb"
    assert said["fay"] == "the file is empty"
    assert said["gus"] == "the file is larger than 10 MB"
    assert said["hana"] == "no notebook was handed in, but IMG_2041.png"
    assert said["ivo"].startswith("the notebook was made for cem | the same code")


def test_the_platforms_get_their_forms(sample_course: Path) -> None:
    title = source.load(NAME).settings["title"]
    moodle = rows(sample_course / "marks" / f"{NAME}-moodle.csv")
    assert moodle[0] == ["ID number", "Email address", "Full name", title]
    assert ["cem", "cem@example.org", "Cem Half", "10"] in moodle
    canvas = rows(sample_course / "marks" / f"{NAME}-canvas.csv")
    assert canvas[0] == ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", title]
    assert canvas[1] == ["Points Possible", "", "", "", "", f"{source.load(NAME).points:g}"]
    assert ["Half, Cem", "1003", "cem", "cem@example.org", "", "10"] in canvas
    assert len(moodle) - 1 == len(canvas) - 2 == 10


def test_everybody_finds_feedback_and_the_instructor_a_notebook_to_mark(
    sample_course: Path,
) -> None:
    listed = sample_course / "source" / NAME / f"{NAME}.ipynb"
    assert listed.exists(), "what has no source, nbgrader's Formgrader does not list"
    for student in ("ada", "fay", "ivo"):
        page = (sample_course / "feedback" / student / f"{NAME}.html").read_text()
        assert "of 24 points" in page
        assert "the same code" not in page, "what is about others is not for students"
        assert (sample_course / "autograded" / student / NAME / f"{NAME}.ipynb").exists()


def test_marks_by_hand_are_kept_and_counted(sample_course: Path) -> None:
    with Gradebook(f"sqlite:///{sample_course / 'gradebook.db'}") as book:
        waiting = [
            g for g in book.find_submission(NAME, "ada").notebooks[0].grades if g.needs_manual_grade
        ]
        assert [grade.name for grade in waiting] == ["words"]
        waiting[0].manual_score = 2.5
        waiting[0].needs_manual_grade = False
        book.find_comment("words", NAME, NAME, "ada").manual_comment = "A good reason."
        blank = book.find_submission(NAME, "ben").notebooks[0].grades
        assert not any(grade.needs_manual_grade for grade in blank), "nothing was written"
        book.db.commit()
    commands.main(["grade", NAME, "--course", str(sample_course)])
    marks = {row[0]: row[3] for row in rows(sample_course / "marks" / f"{NAME}-moodle.csv")}
    assert marks["ada"] == f"{MOST + 2.5:g}"
    page = (sample_course / "feedback" / "ada" / f"{NAME}.html").read_text()
    assert "23.5 of 24 points" in page
    assert "A good reason." in page
    assert gradebook.by_hand(Course(sample_course), NAME)["ada"] == {
        "words": (2.5, "A good reason.")
    }


@needs_sandbox
def test_marks_are_equal_the_second_time_and_nothing_is_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = course_in(tmp_path)
    for student in course.roster.students:
        wrong = {"softmax": "def softmax(z): return z"}
        hand_in(course, student, notebook_of(course, student, wrong))
    first = graded(course)
    with monkeypatch.context() as patched:
        patched.setattr(judge, "grade", lambda *_: pytest.fail("graded again"))
        assert graded(course) == first
    for path in (tmp_path / "results").rglob("*.json"):
        path.unlink()
    again = graded(course)
    assert {s: r.grading.marks for s, r in again.items()} == {
        s: r.grading.marks for s, r in first.items()
    }


@needs_sandbox
def test_what_changed_is_graded_again(tmp_path: Path) -> None:
    course = course_in(tmp_path)
    hand_in(course, "ada", notebook_of(course, "ada", {"layer": "def layer(x, W, b): return 0"}))
    before = graded(course)["ada"].grading.points
    hand_in(course, "ada", notebook_of(course, "ada"))
    assert graded(course)["ada"].grading.points == before + 4 == MOST


@needs_sandbox
def test_a_test_that_the_author_adds_later_counts(tmp_path: Path) -> None:
    course = course_in(tmp_path)
    hand_in(course, "ada", notebook_of(course, "ada"))
    results = list(graded(course).values())
    assignment = source.load(NAME)
    (tmp_path / "gradebook.db").unlink(missing_ok=True)
    older = source.Assignment(NAME, copy.deepcopy(assignment.notebook))
    older.notebook.cells = [c for c in older.notebook.cells if source.grade_id(c) != "layer-small"]
    gradebook.store(course, older, results)
    assert gradebook.store(course, assignment, results)["ada"] == MOST


@needs_sandbox
def test_marks_are_equal_in_every_sandbox(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(source.LIMITS, "cell_seconds", 4)
    course = course_in(tmp_path)
    wrong = {
        "layer": "def layer(x, W, b): return x @ W",
        "count": "while True: pass",
        "equal": "1 / 0",
    }
    hand_in(course, "ada", notebook_of(course, "ada"))
    hand_in(course, "zoe", notebook_of(course, "zoe", wrong))
    kinds = ["unsafe", *filter(sandbox.works, ("bubblewrap", "container"))]
    found = []
    for kind in kinds:
        found.append({s: r.grading.marks for s, r in graded(course, kind).items()})
        for path in (tmp_path / "results").rglob("*.json"):
            path.unlink()
    assert all(marks == found[0] for marks in found)
    assert 0 < sum(m.points for m in found[0]["zoe"]) < MOST


@needs_sandbox
def test_killed_midway_and_begun_again_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    course = Course(tmp_path)
    students = [f"s{number:02}" for number in range(16)]
    (tmp_path / "roster.csv").write_text("id\n" + "\n".join(students))
    slow = "import time; time.sleep(0.3)\ndef layer(x, W, b):\n    return x @ W.T + b\n"
    for student in students:
        hand_in(course, student, notebook_of(course, student, {"layer": slow}))
    arguments = command("grade", NAME, "--course", tmp_path, "--jobs", "2", "--sandbox", KIND)
    results = tmp_path / "results" / NAME
    with subprocess.Popen(arguments, cwd=ROOT, stderr=subprocess.DEVNULL) as grader:
        deadline = time.monotonic() + 60
        while len(list(results.glob("*.json"))) < 6 and time.monotonic() < deadline:
            time.sleep(0.02)
        os.kill(grader.pid, signal.SIGKILL)
    kept = {path.name: json.loads(path.read_text()) for path in results.glob("*.json")}
    assert 6 <= len(kept) < 16
    subprocess.run(arguments, cwd=ROOT, check=True, capture_output=True)
    after = {path.name: json.loads(path.read_text()) for path in results.glob("*.json")}
    assert len(after) == 16
    assert {name: after[name] for name in kept} == kept, "what was done is not done again"
    marks = rows(tmp_path / "marks" / f"{NAME}-moodle.csv")[1:]
    assert sorted(row[0] for row in marks) == students
    assert {row[3] for row in marks} == {f"{MOST:g}"}


@needs_sandbox
def test_what_the_grader_itself_stumbles_over_stops_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = course_in(tmp_path)
    for student in ("ada", "zoe"):
        hand_in(course, student, notebook_of(course, student))
    real = judge.plan

    def plan(assignment, notebook, variant, grading):
        if variant == course.variant(NAME, "ada"):
            raise KeyError("a fault of ours")
        return real(assignment, notebook, variant, grading)

    monkeypatch.setattr(judge, "plan", plan)
    results = graded(course)
    assert results["zoe"].grading.points == MOST
    assert "a fault of ours" in results["ada"].remarks[0]


def test_without_a_sandbox_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(sandbox.NoSandboxError, match="apt install bubblewrap"):
        sandbox.choose("auto", trial=lambda kind: False)
    assert sandbox.choose("auto", trial=lambda kind: kind == "container").kind == "container"
    assert sandbox.choose("unsafe", trial=lambda kind: pytest.fail("tried")).kind == "unsafe"
    sample.make(Course(tmp_path), NAME)
    monkeypatch.setattr(sandbox, "works", lambda kind: False)
    monkeypatch.setattr(sandbox.choose, "__defaults__", (lambda kind: False,))
    with pytest.raises(SystemExit, match="No sandbox works here"):
        commands.main(["grade", NAME, "--course", str(tmp_path)])
    assert not (tmp_path / "results").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["grade", NAME, "--sandbox", "unsafe", "--submissions", "/nowhere"],
            "there is no folder of submissions",
        ),
        (["release", "astrology"], "there is no assignment 'astrology'; there are: "),
    ],
)
def test_mistakes_are_named(tmp_path: Path, arguments: list[str], said: str) -> None:
    course_in(tmp_path)
    with pytest.raises(SystemExit, match=said):
        commands.main([*arguments, "--course", str(tmp_path)])


def test_a_container_is_given_as_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "container_engine", lambda: "podman")
    command = sandbox.Sandbox("container").command(2, with_nnlib=False, name="mine")
    assert command[:2] == ["podman", "run"]
    told = " ".join(command)
    for part in (
        "--name mine",
        "--network none",
        "--read-only",
        "--cap-drop ALL",
        "no-new-privileges",
        f"--user {sandbox.FIRST_USER + 2}:",
        "--pids-limit",
        "--memory",
    ):
        assert part in told
    assert "LD_LIBRARY_PATH" not in told
    shared = [command[i + 1] for i, word in enumerate(command) if word == "--volume"]
    assert [place.split(":")[1:] for place in shared] == [["/grader/worker.py", "ro"]]
    with_nnlib = sandbox.Sandbox("container").command(0, with_nnlib=True, name="mine")
    assert "/book/nnlib:ro" in " ".join(with_nnlib)


ENGINE = """#!/bin/sh
echo "$0 $@" >> {log}
case "$1" in image) exit {has_image} ;; esac
"""


def test_the_engine_with_the_image_is_taken_and_told_to_end_what_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    for engine, has_image in (("docker", 1), ("podman", 0)):
        program = tmp_path / engine
        program.write_text(ENGINE.format(log=log, has_image=has_image))
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(sandbox, "environment", lambda: dict(os.environ))
    sandbox.container_engine.cache_clear()
    try:
        assert sandbox.works("container")
        worker = sandbox.Sandbox("container").start(0, with_nnlib=False)
        worker.process.wait(20)
        worker.stop()
    finally:
        sandbox.container_engine.cache_clear()
    *_, run, remove = log.read_text().splitlines()
    assert run.startswith(f"{tmp_path}/podman run ")
    assert f" --name {worker.container} " in run
    assert remove == f"{tmp_path}/podman rm --force {worker.container}"
