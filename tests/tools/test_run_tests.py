"""Every check is run, and the summary says which one failed."""

import re

import run_tests


def test_all_are_run_even_after_a_failure():
    outcomes = run_tests.run({"a": ["0"], "b": ["1"], "c": ["0"]}, lambda c, **_: int(c[0]))
    assert [(o.name, o.passed) for o in outcomes] == [("a", True), ("b", False), ("c", True)]


def test_the_summary_has_a_line_for_each_and_counts_them():
    outcomes = [run_tests.Outcome("lint", True, 0.24), run_tests.Outcome("types", False, 12)]
    lines = run_tests.summary(outcomes).splitlines()
    assert re.fullmatch(r"lint +passed +0\.2 s", lines[0])
    assert re.fullmatch(r"types +FAILED +12\.0 s", lines[1])
    assert lines[-1] == "1 passed, 1 failed"


def test_node_is_there_and_every_javascript_test_is_run():
    assert run_tests.NODE.exists()
    scripts = (run_tests.ROOT / "tests" / "js").glob("**/*test*js")
    run = {word.rpartition("/")[2] for word in run_tests.checks()["JavaScript"]}
    assert {script.name for script in scripts} <= run
