"""Search: the settings it tries, parallel runs, and that nothing finished is lost."""

import json
import re
import subprocess
import sys
import time
from pathlib import Path

import distributed
import joblib
import numpy as np
import pytest
from joblib.parallel import ThreadingBackend
from matplotlib.figure import Figure

from nnlib import plots, relu
from nnlib.search import search
from nnlib.trials import (
    Results,
    Trial,
    choice,
    grid_trials,
    log_uniform,
    random_trials,
    uniform,
)


def bowl(lr, width, rng):
    """An objective whose smallest value is known."""
    return (np.log10(lr) + 2) ** 2 + (width - 3) ** 2 + 0 * rng.normal()


def noisy(k, rng):
    return k + rng.normal()


def fails_at_two(k, rng):
    if k == 2:
        raise ZeroDivisionError("k is 2")
    return float(k)


def test_a_grid_is_every_combination():
    assert grid_trials(a=[1, 2], b=["x", "y"]) == [
        {"a": 1, "b": "x"},
        {"a": 1, "b": "y"},
        {"a": 2, "b": "x"},
        {"a": 2, "b": "y"},
    ]


def test_random_settings_have_the_distribution_asked_for():
    space = {"lr": log_uniform(1e-4, 1), "p": uniform(0, 0.5), "f": choice(["relu", "tanh"])}
    trials = random_trials(4000, seed=0, **space)
    decade = np.floor(np.log10([t["lr"] for t in trials]))
    np.testing.assert_allclose(np.unique(decade, return_counts=True)[1] / 4000, 0.25, atol=0.03)
    assert 0 <= min(t["p"] for t in trials) < 0.01
    assert 0.49 < max(t["p"] for t in trials) <= 0.5
    assert np.mean([t["f"] == "relu" for t in trials]) == pytest.approx(0.5, abs=0.03)
    assert random_trials(10, seed=0, **space) == trials[:10]
    assert random_trials(10, seed=1, **space) != trials[:10]


@pytest.mark.parametrize("n_jobs", [1, 2])
def test_the_best_is_found_and_results_are_in_order(n_jobs):
    trials = grid_trials(lr=[1e-3, 1e-2, 1e-1], width=[2, 3, 4])
    results = search(bowl, trials, seed=0, n_jobs=n_jobs)
    assert [t.settings for t in results] == trials
    assert results.best.settings == {"lr": 1e-2, "width": 3}
    assert results.best.value == 0


def test_each_trial_has_its_own_generator_whatever_runs_beside_it():
    trials = [{"k": 0}] * 4
    one = [t.value for t in search(noisy, trials, seed=5, n_jobs=1)]
    two = [t.value for t in search(noisy, trials, seed=5, n_jobs=2)]
    assert one == two
    assert len(set(one)) == 4
    assert [t.value for t in search(noisy, trials[:2], seed=5, n_jobs=1)] == one[:2]


def test_on_a_dask_cluster_the_same_call_gives_the_same_numbers():
    trials = [{"k": k} for k in range(6)]
    here = [t.value for t in search(noisy, trials, seed=5, n_jobs=1)]
    options = {
        "n_workers": 2,
        "threads_per_worker": 1,
        "processes": True,
        "dashboard_address": None,
    }
    with (
        distributed.LocalCluster(**options, host="127.0.0.1") as cluster,
        distributed.Client(cluster),
        joblib.parallel_config("dask"),
    ):
        there = [t.value for t in search(noisy, trials, seed=5)]
    assert there == here


def test_all_cores_are_used_unless_another_number_is_asked_for(monkeypatch):
    asked, parallel = [], joblib.Parallel

    def one_after_the_other(n_jobs, **options):
        asked.append(n_jobs)
        return parallel(n_jobs=1, **options)

    monkeypatch.setattr(joblib, "Parallel", one_after_the_other)
    search(noisy, [{"k": 0}], seed=0)
    search(noisy, [{"k": 0}], seed=0, n_jobs=3)
    assert asked == [-1, 3]


class InPairs(ThreadingBackend):
    """Puts two calls into a batch, as joblib does by itself when the first calls were quick."""

    def compute_batch_size(self):
        return 2


def test_a_finished_trial_is_written_at_once_and_not_with_a_batch(tmp_path):
    journal = tmp_path / "j.jsonl"

    def objective(k, rng):
        """Say whether the trial before stands in the journal; wait for it, but not for ever."""
        for _ in range(200):
            if f'"number": {k - 1}' in journal.read_text() or k % 2 == 0:
                return 1.0
            time.sleep(0.01)
        return 0.0

    with joblib.parallel_config(InPairs()):
        results = search(objective, [{"k": k} for k in range(4)], seed=0, journal=journal, n_jobs=2)
    assert [t.value for t in results] == [1, 1, 1, 1]


def test_the_time_of_a_trial_is_in_seconds():
    [trial] = search(lambda rng: time.sleep(0.05) or 0.0, [{}], seed=0, n_jobs=1)
    assert 0.05 <= trial.seconds < 5


def test_a_failed_trial_does_not_end_the_others(tmp_path):
    journal = tmp_path / "j.jsonl"
    results = search(fails_at_two, [{"k": k} for k in range(4)], seed=0, journal=journal, n_jobs=1)
    assert [t.value for t in results] == [0, 1, None, 3]
    assert results[2].error == "ZeroDivisionError: k is 2"
    assert "ZeroDivisionError: k is 2" in str(results)
    again = search(
        lambda k, rng: 7.0, [{"k": k} for k in range(4)], seed=0, journal=journal, n_jobs=1
    )
    assert [t.value for t in again] == [0, 1, 7, 3], "only the failed one is tried again"


INTERRUPTED = """
import sys
from nnlib.search import search
def objective(k, rng):
    if k == 3:
        raise KeyboardInterrupt
    return k
search(objective, [{"k": k} for k in range(6)], seed=0, journal=sys.argv[1], n_jobs=1)
"""


def test_an_interrupted_search_goes_on_where_it_was(tmp_path):
    journal = tmp_path / "j.jsonl"
    ended = subprocess.run([sys.executable, "-c", INTERRUPTED, journal], capture_output=True)
    assert ended.returncode != 0
    with journal.open("a") as file:
        file.write('{"number": 3, "sett')  # killed while writing
    ran = []

    def objective(k, rng):
        ran.append(k)
        return float(k)

    results = search(objective, [{"k": k} for k in range(6)], seed=0, journal=journal, n_jobs=1)
    assert [t.value for t in results] == [0, 1, 2, 3, 4, 5]
    assert ran == [3, 4, 5]
    assert [json.loads(line)["number"] for line in journal.read_text().splitlines()[1:]] == list(
        range(6)
    )


def test_mending_the_last_line_never_empties_the_journal(tmp_path, monkeypatch):
    journal, trials = tmp_path / "j.jsonl", [{"k": k} for k in range(2)]
    search(noisy, trials, seed=0, journal=journal, n_jobs=1)
    whole = journal.read_text()
    journal.write_text(whole + '{"number": 3, "sett')
    rewrites = []
    monkeypatch.setattr(Path, "write_text", lambda *_: rewrites.append("emptied, then written"))
    search(noisy, trials, seed=0, journal=journal, n_jobs=1)
    assert journal.read_text() == whole
    assert not rewrites


@pytest.mark.parametrize(
    "value",
    [
        np.int64(8),
        np.float32(0.1),
        np.bool_(True),
        (8, (16,)),
        None,
        float("nan"),
        float("inf"),
        True,
    ],
)
def test_settings_come_back_from_the_journal_as_they_were_given(tmp_path, value):
    first = search(lambda v, rng: 1, [{"v": value}], seed=0, journal=tmp_path / "j", n_jobs=1)
    again = search(lambda v, rng: 2, [{"v": value}], seed=0, journal=tmp_path / "j", n_jobs=1)
    assert again.best.value == 1, "it was computed again"
    assert repr(again) == repr(first)


def test_a_setting_that_a_journal_cannot_hold_is_named_before_anything_runs(tmp_path):
    ran = []

    def objective(f, rng):
        ran.append(f)
        return 1.0

    with pytest.raises(TypeError, match="numbers and texts, but a setting is relu"):
        search(objective, [{"f": relu}], seed=0, journal=tmp_path / "j", n_jobs=1)
    assert not ran
    assert search(objective, [{"f": relu}], seed=0, n_jobs=1).best.settings == {"f": relu}


def test_a_longer_search_takes_over_the_shorter_one(tmp_path):
    space = {"k": uniform(0, 1)}
    short = search(
        noisy, random_trials(3, seed=1, **space), seed=0, journal=tmp_path / "j", n_jobs=1
    )
    long = search(
        noisy, random_trials(5, seed=1, **space), seed=0, journal=tmp_path / "j", n_jobs=1
    )
    assert long[:3] == short
    assert len(long) == 5


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"journal": "nnlib.search", "seed": 1}\n', "give another search another journal"),
        ("not json\n", "is not a journal"),
        ("notes of years\nwithout a last newline", "is not a journal"),
        ("one line of notes", "is not a journal"),
        ("ü\n", "is not a journal"),
        ('{"journal": "nnlib.search", "seed": 0}\n{"number": 0}\n', "is not a journal"),
        (
            '{"journal": "nnlib.search", "seed": 0}\n'
            '{"number": 0, "settings": {"k": 9}, "value": 1, "error": null, "seconds": 0}\n',
            "which is not of this search",
        ),
        (
            '{"journal": "nnlib.search", "seed": 0}\n'
            '{"number": 1, "settings": {"k": 1}, "value": 1, "error": null, "seconds": 0}\n',
            "holds trial 1 with .* which is not of this search",
        ),
        (
            '{"journal": "nnlib.search", "seed": 0}\n'
            '{"number": 0, "settings": {"k": 9}, "value": 1, "error": null, "seconds": 0}\n'
            '{"number": 1, "sett',
            "which is not of this search",
        ),
    ],
)
def test_a_journal_of_something_else_is_refused_and_kept(tmp_path, text, message):
    path = tmp_path / "j.jsonl"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(ValueError, match=message):
        search(noisy, [{"k": 1}], seed=0, journal=path, n_jobs=1)
    assert path.read_text(encoding="latin-1") == text


@pytest.mark.parametrize("text", ["", '{"journal": "nnl', '{"journal": "nnlib.search", "seed": 7}'])
def test_a_journal_that_ends_in_its_first_line_is_begun(tmp_path, text):
    path = tmp_path / "j.jsonl"
    path.write_text(text)
    search(noisy, [{"k": 1}], seed=7, journal=path, n_jobs=1)
    first, *trials = map(json.loads, path.read_text().splitlines())
    assert first == {"journal": "nnlib.search", "seed": 7}
    assert [trial["settings"] for trial in trials] == [{"k": 1}]


RESULTS = Results(
    [
        Trial(0, {"lr": 0.1, "f": "relu"}, 2.0, None, 1.5),
        Trial(1, {"lr": 0.01, "f": "tanh"}, float("nan"), None, 0.5),
        Trial(2, {"lr": 1.0, "f": "tanh"}, None, "ValueError: no", 0.1),
        Trial(3, {"lr": 0.5, "f": "relu"}, 0.25, None, 1.0),
    ]
)


def test_the_table_and_its_orders():
    assert [t.number for t in RESULTS.sort_by("value")] == [3, 0, 1, 2]
    assert [t.number for t in RESULTS.sort_by("lr")] == [1, 0, 3, 2]
    assert [t.number for t in RESULTS.sort_by("seconds")] == [2, 1, 3, 0]
    assert str(RESULTS).splitlines()[:2] == [
        "trial    lr     f           value  seconds",
        "    3   0.5  relu            0.25     1.00",
    ]
    with pytest.raises(ValueError, match="none of the 2 trials gave a finite value"):
        _ = Results(RESULTS[1:3]).best


def test_numbers_are_short_in_the_table_and_a_setting_that_is_missing_is_blank():
    results = Results(
        [Trial(0, {"lr": 0.123456}, 1.0, None, 1.0), Trial(1, {"width": 12345}, 2.0, None, 1.0)]
    )
    assert str(results).splitlines() == [
        "trial      lr  width  value  seconds",
        "    0  0.1235             1     1.00",
        "    1          12345      2     1.00",
    ]


def test_a_trial_without_the_setting_is_sorted_last_and_an_unknown_one_is_named():
    results = Results(
        [Trial(0, {"lr": 0.1}, 1.0, None, 1.0), Trial(1, {"lr": 0.2, "mu": 0.9}, 2.0, None, 1.0)]
    )
    assert [t.number for t in results.sort_by("mu")] == [1, 0]
    with pytest.raises(ValueError, match="no trial has a setting 'nu'"):
        results.sort_by("nu")
    assert Results().sort_by("value") == []


def test_an_error_of_several_lines_is_one_line_of_the_table():
    results = Results([Trial(0, {"k": 1}, None, "ValueError: first\n   second", 0.5)])
    assert str(results).splitlines() == [
        "trial  k                     value  seconds",
        "    0  1  ValueError: first second     0.50",
    ]


def test_a_plot_of_nothing_says_so():
    with pytest.raises(ValueError, match="none of the 2 trials gave a finite value"):
        plots.trials(Figure().subplots(), Results(RESULTS[1:3]), "lr")


def test_the_plot_shows_finished_trials_and_rings_the_best():
    ax = plots.trials(Figure().subplots(), RESULTS, "lr")
    np.testing.assert_array_equal(ax.lines[0].get_xydata(), [[0.1, 2.0], [0.5, 0.25]])
    np.testing.assert_array_equal(ax.lines[1].get_xydata(), [[0.5, 0.25]])


def test_the_progress_bar_is_there_when_asked_for(capsys):
    search(noisy, [{"k": 1}] * 3, seed=0, n_jobs=1)
    assert capsys.readouterr().err == ""
    search(noisy, [{"k": 1}] * 3, seed=0, n_jobs=1, progress=True)
    assert re.search(r"3/3.*(\d| )(trial/s|s/trial)", capsys.readouterr().err)


@pytest.mark.parametrize(("low", "high"), [(0, 1), (2, 1), (-1, 1), (1, 1)])
def test_an_impossible_range_is_named(low, high):
    with pytest.raises(ValueError, match="0 < low < high"):
        log_uniform(low, high)


def test_an_impossible_number_of_trials_is_named():
    with pytest.raises(ValueError, match=r"^n must be a whole number of at least 1, but 0"):
        random_trials(0, seed=0, p=uniform(0, 1))
