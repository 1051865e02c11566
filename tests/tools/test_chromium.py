"""Chromium is found where it may be, installed by what there is, or its absence explained."""

import pytest

import chromium
import packages


def path_with(*programs):
    """Return a stand-in for `shutil.which` that finds these programs, and no other."""
    return lambda name: f"/usr/bin/{name}" if name in programs else None


def nothing(*_):
    return None


def find(environ=None, programs=(), applications=(), own=nothing):
    return chromium.find(environ or {}, path_with(*programs), lambda p: p in applications, own)


def test_the_one_that_is_named_comes_first():
    environ = {"CHROMIUM": "my-chrome"}
    assert find(environ, ["chromium", "my-chrome"]) == "/usr/bin/my-chrome"


def test_a_wrong_name_is_an_error_rather_than_another_browser():
    with pytest.raises(FileNotFoundError, match="CHROMIUM names 'no-such'"):
        find({"CHROMIUM": "no-such"}, ["chromium"])


def test_then_those_on_the_path_then_applications_then_playwrights_own():
    application = chromium.MAC_APPLICATIONS[1]
    assert find(programs=["google-chrome", "chromium"], applications=[application]) == (
        "/usr/bin/chromium"
    )
    assert find(applications=[application], own=lambda: "/own") == application
    assert find(own=lambda: "/own") == "/own"
    assert find() is None


@pytest.mark.parametrize(
    ("programs", "is_root", "first"),
    [
        (["apt-get"], True, ["apt-get"]),
        (["apt-get", "sudo"], False, ["sudo", "-n", "apt-get"]),
        (["dnf"], True, ["dnf"]),
        (["brew"], False, ["brew"]),
        (["apt-get"], False, [chromium.sys.executable, "-m", "playwright"]),
        ([], True, [chromium.sys.executable, "-m", "playwright"]),
    ],
)
def test_the_systems_own_way_is_the_first_and_nobody_is_asked_for_a_password(
    programs, is_root, first
):
    ways = chromium.ways_to_install(path_with(*programs), is_root)
    assert ways[0][0][: len(first)] == first
    assert ways[-1][0][1:] == ["-m", "playwright", "install", "chromium"]


def test_without_any_the_program_fails_and_says_what_to_do(monkeypatch):
    monkeypatch.setattr(chromium, "find", nothing)
    monkeypatch.setattr(packages, "install", nothing)
    with pytest.raises(SystemExit, match="CHROMIUM=/path/to/chrome make test"):
        chromium.ensure()


def test_it_is_installed_only_where_none_is_found(monkeypatch):
    monkeypatch.setattr(chromium, "find", lambda: "/c")
    monkeypatch.setattr(packages, "install", lambda *_: pytest.fail("installed"))
    assert chromium.ensure() == "/c"
