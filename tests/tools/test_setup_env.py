"""The environment is made by a suitable Python, and is never taken for finished when it is not."""

import sys
from pathlib import Path

import pytest

import setup_env


def path_with(*programs):
    return lambda name: f"/usr/bin/{name}" if name in programs else None


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_a_supported_python_is_used_itself(version):
    assert setup_env.suitable_python(version, path_with("python3.13")) == sys.executable


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 14, 0)])
def test_another_one_looks_for_a_supported_one(version):
    which = path_with("python3.11", "python3.12")
    assert setup_env.suitable_python(version, which) == "/usr/bin/python3.12"
    assert setup_env.suitable_python(version, path_with()) is None


def test_a_stand_in_that_does_not_start_is_passed_over(tmp_path, monkeypatch):
    for name, status in (("python3.13", 127), ("python3.12", 0)):
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\nexit {status}\n")
        program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert setup_env.suitable_python((3, 10, 0)) == str(tmp_path / "python3.12")


def test_without_any_it_says_which_are_needed(monkeypatch):
    monkeypatch.setattr(setup_env, "suitable_python", lambda version: None)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11, 3\.12 or 3\.13"):
        setup_env.main()


def test_the_pin_of_pytorch_is_the_one_in_the_requirements():
    assert setup_env.torch_pin("numpy==2.0.0\ntorch==2.13.0\ntorchx==1\n") == "torch==2.13.0"


def test_on_linux_the_small_pytorch_is_tried_first():
    (command, dispensable), *rest = setup_env.installation_steps("python", "torch==2", "linux")
    assert command[-1] == "torch==2"
    assert setup_env.CPU_INDEX in command
    assert dispensable
    assert rest == setup_env.installation_steps("python", "torch==2", "darwin")


def test_a_step_that_is_needed_stops_the_installation_and_one_that_is_not_does_not(capsys):
    def run(command):
        return 1 if command == ["no"] else 0

    setup_env.install([(["no"], True), (["yes"], False)], run)
    assert "ordinary build is taken" in capsys.readouterr().out
    with pytest.raises(SystemExit, match="The installation failed"):
        setup_env.install([(["no"], False)], run)


@pytest.fixture
def env(tmp_path, monkeypatch):
    """An environment that this test's Python stands for."""
    env = tmp_path / ".venv"
    monkeypatch.setattr(setup_env, "ENV", env)
    monkeypatch.setattr(setup_env, "python_of", lambda _: Path(sys.executable))
    monkeypatch.setattr(setup_env, "create", lambda path: path.mkdir())
    return env


def test_an_interrupted_installation_is_not_ready_and_is_started_afresh(env, monkeypatch):
    made = []
    monkeypatch.setattr(setup_env, "create", lambda path: (made.append(1), path.mkdir()))
    env.mkdir()
    (env / "ready").touch()  # an older one, to be brought up to date

    def interrupted(steps):
        raise KeyboardInterrupt

    monkeypatch.setattr(setup_env, "install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        setup_env.main()
    assert not made
    assert not (env / "ready").exists()
    assert not setup_env.usable(env)


def test_a_finished_installation_is_ready(env, monkeypatch):
    monkeypatch.setattr(setup_env, "install", lambda steps: None)
    env.mkdir()
    setup_env.main()
    assert (env / "ready").exists()
    assert setup_env.usable(env)
