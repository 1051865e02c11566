"""Outputs may differ by what processors differ by, and by nothing else."""

import re

import pytest

from tests.notebooks.tolerance import agree, figures_agree


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("loss 0.981234567", "loss 0.981234568"),
        ("[ 1.0000001 -2.5]", "[ 1. -2.5]"),
        ("-0.0000", "0.0000"),
        ("1.2345678e-09", "1.2345679e-09"),
        ("a  b\n", "a b\n"),
        ("nan inf", "nan inf"),
    ],
)
def test_last_digits_and_spaces_may_differ(a, b):
    assert agree(a, b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("0.9812", "0.9813"),
        ("1.5", "-1.5"),
        ("1.0", "1"),
        ("100000", "100001"),
        ("1e-9", "1e-8"),
        ("loss 0.5", "cost 0.5"),
        ("0.5", "0.5 0.5"),
        ("0.5", "nan"),
        ("(3, 4)", "(3, 5)"),
        ("x2", "x3"),
    ],
)
def test_other_differences_may_not(a, b):
    assert not agree(a, b)
    assert not agree(b, a)


@pytest.mark.parametrize("text", ["loss 0.9812 after 40 steps", "[[ 1.25e-3  9.9999]]", "2.13.0"])
def test_no_digit_of_a_number_of_up_to_five_can_change(text):
    for match in re.finditer(r"\d", text):
        for digit in set("0123456789") - {match.group()}:
            changed = f"{text[: match.start()]}{digit}{text[match.end() :]}"
            assert not agree(text, changed), changed


SVG = '<svg><clipPath id="{0}"/><path d="M {1} 20" clip-path="url(#{0})"/><use href="#{0}"/></svg>'


def test_a_figure_may_name_its_parts_otherwise_and_move_by_less_than_can_be_seen():
    assert figures_agree(SVG.format("p1a2b", 10), SVG.format("pff00", 10.01))


def test_a_figure_may_not_move_or_change_its_colours():
    assert not figures_agree(SVG.format("p1", 10), SVG.format("p1", 10.2))
    assert not figures_agree('<g fill="#0072b2"/>', '<g fill="#d55e00"/>')
    assert not figures_agree("<g/>", "<g/><g/>")


def test_of_a_chaotic_figure_only_the_parts_are_compared():
    assert figures_agree(SVG.format("p1", 10), SVG.format("p1", 70), chaotic=True)
    assert not figures_agree("<g/>", "<g/><g/>", chaotic=True)
