"""Submissions that attack the grader: none gains a mark, harms another, reads what it should not, or stops the batch.

Each attack stands in the cell of the task "layer" (4 points) of one student; another student's notebook is graded
in the same batch.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from nbformat import NotebookNode

from assignments.grader import feedback, judge, source
from assignments.grader.course import Course
from assignments.grader.sandbox import Sandbox
from assignments.grader.session import Session
from tests.grading.class_room import (
    KIND,
    MOST,
    NAME,
    course_in,
    graded,
    hand_in,
    hint,
    needs_sandbox,
    notebook_of,
    points,
)

RIGHT = "def layer(x, W, b):\n    return x @ W.T + b\n"

# name -> the attack, and what the instructor or the student is told
ATTACKS = {
    "an endless loop": ("while True:\n    pass\n", "did not come to an end"),
    "an endless loop in the answer": (
        "def layer(x, W, b):\n    while True:\n        pass\n",
        "did not come to an end",
    ),
    "a fork bomb": (
        "import os, time\ntry:\n    while True:\n        if os.fork() == 0:\n            time.sleep(100)\n"
        "except OSError:\n    raise SystemExit",
        "SystemExit",
    ),
    "a memory bomb": ("hoard = [b'x' * 2**28 for _ in range(100)]\n", "MemoryError"),
    "a gigabyte of output": (
        "for _ in range(1024):\n    print('x' * 2**20)\nraise ValueError('printed')\n",
        "printed",
    ),
    "a gigabyte in a file": ("open('/tmp/x', 'wb').write(b'0' * 2**27)\n", "OSError"),
    "a gigabyte as the answer": (
        "def layer(x, W, b):\n    return 'x' * 2**27\n",
        "too long",
    ),
    "a gigabyte in many files": (
        "for n in range(200):\n    open(f'/dev/shm/{n}', 'wb').write(b'0' * 2**24)\n",
        "OSError",
    ),
    "an exit": ("import os\nos._exit(0)\n", "ended the program"),
    "an exit in the answer": (
        "def layer(x, W, b):\n    import os\n    os._exit(0)\n",
        "ended the program",
    ),
    "a polite exit": ("import sys\nsys.exit(0)\n", "SystemExit"),
    "killing the kernel": (
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n",
        "ended the program",
    ),
    "killing everything": (
        "import os, signal\nfor p in range(2, 2000):\n    try:\n        os.kill(p, signal.SIGKILL)\n"
        "    except OSError:\n        pass\nos.kill(-1, signal.SIGKILL)\n",
        "ended the program",
    ),
    "a patched comparison": (
        "import numpy as np\nnp.allclose = lambda *a, **k: True\nnp.testing.assert_allclose = lambda *a, **k: None\n"
        "def layer(x, W, b):\n    return x @ W.T\n",
        "the bias is missing",
    ),
    "patched builtins": (
        "import builtins\nbuiltins.AssertionError = ValueError\nbuiltins.abs = lambda x: 0\n"
        "def layer(x, W, b):\n    return x @ W.T\n",
        "the bias is missing",
    ),
    "an object that equals everything": (
        "class Yes(float):\n    def __eq__(self, other):\n        return True\n"
        "def layer(x, W, b):\n    return Yes()\n",
        "has shape (), expected",
    ),
    "a class that pretends to be an array": (
        "class Yes:\n    def __array__(self, *a, **k):\n        return self\n    def __eq__(self, other):\n"
        "        return True\ndef layer(x, W, b):\n    return Yes()\n",
        "cannot be handed over",
    ),
    "a forged message": (
        "import os\nfor fd in range(3, 20):\n    try:\n        os.write(fd, b'{\"value\": true}\\n' * 50)\n"
        "    except OSError:\n        pass\n",
        "",
    ),
    "rubbish on the wire": (
        "import os\nfor fd in range(3, 20):\n    try:\n        os.write(fd, b'[' * 100000 + b'\\n')\n"
        "    except OSError:\n        pass\n",
        "",
    ),
    "an array of objects": (
        "def layer(x, W, b):\n    return np.array([object()])\n",
        "cannot be handed over",
    ),
    "a forged pickle": (
        "def layer(x, W, b):\n    return __import__('pickle').dumps(1)\n",
        "cannot be handed over",
    ),
    "a nest of lists": (
        "def layer(x, W, b):\n    a = []\n    for _ in range(10**5):\n        a = [a]\n    return a\n",
        "RecursionError",
    ),
    "a number of a million digits": (
        "import sys\nsys.set_int_max_str_digits(0)\ndef layer(x, W, b):\n    return 10**1000000\n",
        "",
    ),
    "changing the argument": (
        "def layer(x, W, b):\n    x[:] = 0\n    return x @ W.T\n",
        "changed in place",
    ),
    "nnlib's own solution": (
        "from nnlib import Dense\ndef layer(x, W, b):\n    return Dense(2).forward(x)\n",
        "",
    ),
}


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return course_in(tmp_path)


@needs_sandbox
@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gains_nothing_and_harms_nobody(
    course: Course, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(source.LIMITS, "cell_seconds", 4)
    code, said = ATTACKS[name]
    for student in ("ada", "zoe"):
        hand_in(course, student, notebook_of(course, student))
    hand_in(course, "mallory", notebook_of(course, "mallory", {"layer": code}))
    results = graded(course)
    assert points(results["ada"]) == points(results["zoe"]) == MOST
    attacker = results["mallory"]
    assert points(attacker, "layer-") == 0
    told = [*attacker.remarks, *(mark.hint for mark in attacker.grading.marks)]
    slow = "did not come to an end"  # on a busy machine the clock may be first
    assert any(said in text or slow in text for text in told), told
    assert all("\n" not in text for text in attacker.remarks), "one line each"


SPY = """
import glob, os, socket, subprocess
def look():
    roots = ["/", "/home", "/root", "/work", "/etc", "/var", "/tmp", "/grader", "/book", FOLDER, REPOSITORY]
    roots = [root for root in roots if os.access(root, os.R_OK)]
    found = {root: sorted(os.listdir(root)) for root in roots}
    return [f"{root}: {names}" for root, names in found.items()]
def readable(path):
    try:
        return open(path, "rb").read(20).hex()
    except OSError as error:
        return str(error)
def writable(paths):
    done = []
    for path in paths:
        try:
            open(path, "w").write("x")
            done.append(path)
        except OSError:
            pass
    return done
def connect(address):
    try:
        socket.create_connection(tuple(address), timeout=1)
        return "connected"
    except OSError as error:
        return str(error)
def processes():
    return sorted(int(p) for p in os.listdir("/proc") if p.isdigit())
def environment():
    return sorted(os.environ)
def become_root():
    try:
        os.setuid(0)
    except OSError as error:
        return str(error)
    return open("/proc/self/status").read()
"""


@pytest.fixture
def spy(tmp_path: Path):
    repository = Path(__file__).resolve().parents[2]
    (tmp_path / "gradebook.db").write_text("marks")
    cells = {"spy": f"FOLDER, REPOSITORY = {str(tmp_path)!r}, {str(repository)!r}\n{SPY}"}
    sandbox = Sandbox(KIND)
    with Session(lambda: sandbox.start(0, with_nnlib=False), cells, 10, 60) as session:
        session.begin()
        assert not session.failed
        yield session


@needs_sandbox
def test_there_is_nothing_to_read(spy: Session, tmp_path: Path) -> None:
    repository = Path(__file__).resolve().parents[2]
    seen = "\n".join(spy.get("look")())
    for secret in ("gradebook", "submitted", "salt", "assignments", "chapters", "nnlib"):
        assert secret not in seen
    read = spy.get("readable")
    for path in [
        tmp_path / "gradebook.db",
        repository / "assignments" / "source" / NAME / f"{NAME}.ipynb",
    ]:
        assert path.exists()
        assert "No such file" in read(str(path))
    if KIND == "bubblewrap":  # a container has an /etc of its own
        assert "No such file" in read("/etc/passwd")


@needs_sandbox
def test_there_is_nowhere_to_write_but_the_own_folder(spy: Session, tmp_path: Path) -> None:
    places = [
        "/tmp/mine",
        "/x",
        "/usr/x",
        "/grader/worker.py",
        str(tmp_path / "x"),
        str(Path.home() / "x"),
    ]
    assert set(spy.get("writable")(places)) <= {"/tmp/mine"}
    assert not (tmp_path / "x").exists()
    assert not Path("/tmp/mine").exists()


@needs_sandbox
def test_there_is_no_network_not_even_to_this_machine(spy: Session) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server:
        host, port = server.getsockname()
        socket.create_connection((host, port), timeout=1).close()
        assert spy.get("connect")([host, port]) != "connected"


@needs_sandbox
def test_there_are_no_other_processes_and_no_rights(spy: Session) -> None:
    assert len(spy.get("processes")()) <= 2
    assert not {"USER", "SSH_AUTH_SOCK", "DBUS_SESSION_BUS_ADDRESS"} & set(spy.get("environment")())
    assert os.getpid() > 10
    status = spy.get("become_root")()
    if os.geteuid() == 0:
        assert "not permitted" in status
    else:  # root of a namespace of its own, without rights
        assert "CapEff:\t0000000000000000" in status or "not permitted" in status


@needs_sandbox
def test_what_an_attack_starts_ends_with_it() -> None:
    cells = {
        "linger": "import os, time\nif os.fork() == 0:\n    os.setsid()\n    time.sleep(4242)\n"
    }
    sandbox = Sandbox(KIND, seconds=119)  # tells its processes from those of other tests
    with Session(lambda: sandbox.start(0, with_nnlib=False), cells, 3, 10) as session:
        session.begin()
        assert processes_with(119) >= 2
    deadline = time.monotonic() + 5
    while processes_with(119) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert processes_with(119) == 0


def processes_with(seconds: int) -> int:
    """How many processes there are on this machine of workers with so much processor time."""
    count = 0
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit():
                command = (entry / "cmdline").read_bytes()
                count += b"/grader/worker.py" in command and b'"CPU": %d,' % seconds in command
        except OSError:
            continue
    return count


def edited(course: Course, what: str):
    """A notebook without right answers to the task "layer", whose cells are tampered with."""
    notebook = notebook_of(
        course, "mallory", {"layer": "def layer(x, W, b):\n    return x @ W.T\n"}
    )
    by_id = {source.grade_id(cell): cell for cell in notebook.cells}
    test, solution = by_id["layer-small"], by_id["layer"]
    if what == "edited":
        test.source = "pass"
    elif what == "deleted":
        notebook.cells.remove(test)
    elif what == "duplicated":
        notebook.cells.append(NotebookNode({**test, "id": "again"}))
    elif what == "retagged":
        test.metadata["nbgrader"] = {**solution.metadata["nbgrader"], "grade_id": "layer-small"}
        test.source = "pass"
    elif what == "repriced":
        test.metadata["nbgrader"]["points"] = 1000
    elif what == "edited set-up":
        by_id["setup"].source += "\ncheck.value = lambda *a, **k: check"
    return notebook


@needs_sandbox
@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("edited", "test cell layer-small was edited"),
        ("deleted", "cell layer-small was deleted"),
        ("duplicated", "cell layer-small is there 2 times"),
        ("retagged", "test cell layer-small was edited"),
        ("repriced", ""),
        ("edited set-up", "given cell setup was edited"),
    ],
)
def test_tampered_tests_count_as_they_were_set(course: Course, what: str, said: str) -> None:
    hand_in(course, "mallory", edited(course, what))
    result = graded(course)["mallory"]
    assert points(result) == MOST - 4
    assert hint(result, "layer-small") == "the bias is missing"
    assert not said or any(said in remark for remark in result.remarks)


@needs_sandbox
def test_a_duplicated_answer_counts_as_it_would_run(course: Course) -> None:
    notebook = notebook_of(
        course, "mallory", {"layer": "def layer(x, W, b):\n    return x @ W.T\n"}
    )
    again = next(c for c in notebook.cells if source.grade_id(c) == "layer").copy()
    again.source, again.id = RIGHT, "again"
    notebook.cells.append(again)
    hand_in(course, "mallory", notebook)
    result = graded(course)["mallory"]
    assert points(result) == MOST
    assert "cell layer is there 2 times" in result.remarks


@needs_sandbox
def test_a_friends_notebook_is_recognised_and_its_numbers_are_wrong(course: Course) -> None:
    numbers = "my_z, my_a = {z}, {a}"
    space = judge.set_up(source.load(NAME), course.variant(NAME, "ada"))
    z = int(space["my_w"] @ space["my_x"]) + space["my_b"]
    answer = numbers.format(z=z, a=1 / (1 + 2.718281828459045**-z))
    friend = notebook_of(course, "ada", {"neuron": answer})
    hand_in(course, "ada", friend)
    hand_in(course, "mallory", friend)
    results = graded(course)
    assert points(results["ada"], "neuron-") == 2
    own = judge.set_up(source.load(NAME), course.variant(NAME, "mallory"))
    assert int(own["my_w"] @ own["my_x"]) + own["my_b"] != z, "the draw of this test must differ"
    assert points(results["mallory"], "neuron-") < 2
    assert "the notebook was made for ada" in results["mallory"].remarks
    assert "the same code, names aside, as ada" in results["mallory"].remarks
    assert not results["ada"].grading.remarks, "what is about others is not for students"


SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>"


@needs_sandbox
def test_feedback_runs_nothing_and_shows_no_test(course: Course) -> None:
    answers = {
        "layer": f"# {SCRIPT}\ndef layer(x, W, b):\n    raise ValueError('{SCRIPT}')\n",
        "words": SCRIPT,
    }
    hand_in(course, "mallory", notebook_of(course, "mallory", answers))
    assignment = source.load(NAME)
    result = graded(course)["mallory"]
    page = feedback.page(assignment, result, f"Mallory {SCRIPT}", {"words": (1.0, SCRIPT)})
    assert "<script" not in page
    assert "<img" not in page
    assert page.count("&lt;script&gt;") >= 4
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    for test in assignment.of_kind("test"):
        for line in test.source.splitlines():
            if len(line.strip()) > 20:
                assert line.strip() not in page
