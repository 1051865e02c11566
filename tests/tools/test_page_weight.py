"""The benchmark of the pages holds each to the budget of its kind."""

import pytest

from benchmarks import page_weight


def visit(total, *explorers, seconds=1.0):
    sizes = {"Document": total - 10, "Font": 10}
    return page_weight.Visit("chapter.html", frozenset(explorers), sizes, seconds)


@pytest.mark.parametrize(
    ("visit", "complaint"),
    [
        (visit(200_001), "chapter.html weighs 200,001 bytes of 200,000"),
        (visit(350_001, "neuron"), "chapter.html weighs 350,001 bytes of 350,000"),
        (visit(400_001, "loss", "training"), "chapter.html weighs 400,001 bytes of 400,000"),
        (visit(1, seconds=1.6), "chapter.html takes 1.60 s of 1.5"),
    ],
)
def test_a_page_over_its_budget_is_a_fault(visit, complaint):
    assert page_weight.faults([visit]) == [complaint]


def test_a_page_within_its_budget_is_not():
    heaviest = [visit(200_000), visit(350_000, "neuron"), visit(400_000, "training")]
    assert page_weight.faults(heaviest) == []


def test_the_table_shows_kilobytes_by_kind_and_in_all():
    head, rule, line = page_weight.table([visit(12_345)]).splitlines()
    assert line == "| chapter.html | 12.3 | 0.0 | 0.0 | 0.0 | 0.0 | 0.0 | 12.3 | 200 | 1.00 s |"
    assert head.count("|") == rule.count("|") == line.count("|")


def test_pages_are_those_that_readers_see(tmp_path):
    for name in ("index.html", "chapters/02.html", "_static/part.html"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).touch()
    assert page_weight.pages(tmp_path) == ["chapters/02.html", "index.html"]
