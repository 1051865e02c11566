"""What is handed in arrives in many forms, and some of them are traps."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import datetime
from pathlib import Path

import pytest

from assignments.grader import intake, roster
from assignments.grader.intake import Submission, read_folder

NOTEBOOK = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()
CLASS = roster.Roster(
    {
        "ada": roster.Student("ada", "Ada", "Lovelace", "al@example.org", "501"),
        "ben": roster.Student("ben", "Ben", "Blank", "bb@example.org", "502"),
    }
)


def put(path: Path, data: bytes = NOTEBOOK) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def zip_of(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "/").replace("_ipynb", ".ipynb"), data)
    return stream.getvalue()


def found(folder: Path) -> dict[str, Submission]:
    return {one.student: one for one in read_folder(folder, "structure", CLASS)}


@pytest.mark.parametrize(
    "name",
    [
        "ada/structure/structure.ipynb",
        "ada.ipynb",
        "al@example.org.ipynb",
        "al.ipynb",
        "Ada Lovelace.ipynb",
        "adalovelace_501_98765_structure.ipynb",
        "Ada Lovelace_4711_assignsubmission_file_/structure.ipynb",
    ],
)
def test_each_platforms_way_to_name_a_file(tmp_path: Path, name: str) -> None:
    put(tmp_path / name)
    assert found(tmp_path) == {"ada": Submission("ada", NOTEBOOK)}


def test_a_zip_file_is_one_students_or_a_whole_download(tmp_path: Path) -> None:
    put(tmp_path / "ada.zip", zip_of(work__structure_ipynb=NOTEBOOK))
    put(tmp_path / "download.zip", zip_of(ben_ipynb=NOTEBOOK))
    assert found(tmp_path)["ada"].data == NOTEBOOK
    assert found(tmp_path)["ben"] == Submission("ben", NOTEBOOK)


def test_a_zip_in_a_students_folder_is_looked_into(tmp_path: Path) -> None:
    put(tmp_path / "ada" / "structure" / "all.zip", zip_of(structure_ipynb=NOTEBOOK))
    assert found(tmp_path)["ada"].data == NOTEBOOK


def test_the_time_is_read_and_lateness_believed(tmp_path: Path) -> None:
    put(tmp_path / "ada" / "structure" / "structure.ipynb")
    put(tmp_path / "ada" / "structure" / "timestamp.txt", b"2026-10-12 23:59:01.123456 UTC")
    put(tmp_path / "benblank_LATE_502_98765_structure.ipynb")
    assert found(tmp_path)["ada"].handed_in == datetime(2026, 10, 12, 23, 59, 1)
    assert found(tmp_path)["ben"].remarks == ("late, says the platform",)


def test_other_assignments_are_left_alone(tmp_path: Path) -> None:
    put(tmp_path / "ada" / "training" / "training.ipynb")
    assert found(tmp_path) == {}


def test_a_stranger_is_graded_and_pointed_out(tmp_path: Path) -> None:
    put(tmp_path / "mystery.ipynb")
    one = found(tmp_path)["mystery"]
    assert not one.known
    assert one.remarks == ("no student of the roster is called 'mystery'",)


def test_of_several_notebooks_the_one_with_the_right_name(tmp_path: Path) -> None:
    put(tmp_path / "ada" / "structure" / "a copy.ipynb", b"other")
    put(tmp_path / "ada" / "structure" / "structure.ipynb")
    assert found(tmp_path)["ada"].data == NOTEBOOK
    assert "2 notebooks were handed in" in found(tmp_path)["ada"].remarks[0]


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret.ipynb"
    put(secret)
    folder = tmp_path / "submitted"
    (folder / "ada" / "structure").mkdir(parents=True)
    (folder / "ada" / "structure" / "structure.ipynb").symlink_to(secret)
    one = found(folder)["ada"]
    assert one.data == b""
    assert one.remarks == ("it is a link; links are not followed",)
    with pytest.raises(ValueError, match="links are not followed"):
        one.notebook()


@pytest.mark.parametrize(
    "name", ["../../evil.ipynb", "/etc/evil.ipynb", "a/../../evil.ipynb", "C:\\evil.ipynb"]
)
def test_a_path_out_of_the_zip_file_leads_nowhere(tmp_path: Path, name: str) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, NOTEBOOK)
    put(tmp_path / "in" / "ada.zip", stream.getvalue())
    one = found(tmp_path / "in")["ada"]
    assert one.data == b""
    assert one.remarks == ("the zip file has a path that leads out of it",)
    assert not list(tmp_path.rglob("evil*"))


def test_a_zip_bomb_is_read_only_so_far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zip_of(structure_ipynb=b"0" * (2 * intake.LARGEST))
    assert len(bomb) < intake.LARGEST / 100
    put(tmp_path / "ada.zip", bomb)
    asked = []
    real = intake.from_zip
    monkeypatch.setattr(
        intake,
        "from_zip",
        lambda archive, info, most: asked.append(most) or real(archive, info, most),
    )
    one = found(tmp_path)["ada"]
    assert one.remarks[-1] == "the file is larger than 10 MB"
    assert asked == [intake.LARGEST + 1]


def test_damaged_files_are_said_to_be(tmp_path: Path) -> None:
    put(tmp_path / "ada.zip", b"PK\x03\x04 no zip")
    assert found(tmp_path)["ada"].remarks == ("the zip file is damaged",)


@pytest.mark.parametrize(
    "data",
    [
        b"{",
        b"[]",
        b"null",
        b'{"cells": 3}',
        b'{"cells": [3]}',
        b'{"cells": [{"cell_type": "code"}]}',
        b'{"cells": [{"cell_type": "code", "source": "", "metadata": {"nbgrader": 3}}]}',
        b"[" * 100_000,
        b"\xff\xfe\x00",
    ],
)
def test_what_is_no_notebook_is_said_to_be_none(data: bytes) -> None:
    with pytest.raises(ValueError, match="no notebook that can be read"):
        Submission("ada", data).notebook()


def test_too_many_cells_are_refused() -> None:
    cell = {"cell_type": "code", "source": "1", "metadata": {}}
    with pytest.raises(ValueError, match="501 cells; at most 500"):
        Submission("ada", json.dumps({"cells": [cell] * 501}).encode()).notebook()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nada\n", "line 2: a student needs an id"),
        ("id\nada\nada\n", "line 3: the id 'ada' is there twice"),
        ("id\n../evil\n", "line 2: a student needs an id that a folder can have"),
    ],
)
def test_a_roster_with_a_mistake_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "roster.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=said):
        roster.read(path)
