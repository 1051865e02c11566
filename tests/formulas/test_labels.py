"""The book's labelled equations and the checks in this folder are the same set."""

from collections import Counter

from tests.formulas.labels import FOLDER, checked, labelled, markdown_cells


def test_every_labelled_equation_has_a_check_and_every_check_its_equation():
    in_book = labelled(markdown_cells())
    in_tests = checked(path.read_text("utf-8") for path in sorted(FOLDER.glob("test_*.py")))
    assert in_book, "no labelled equation was found: has the way of writing labels changed?"
    assert set(in_book) - set(in_tests) == set(), "equations without a check"
    assert set(in_tests) - set(in_book) == set(), "checks without an equation"


def test_no_label_is_used_twice():
    twice = [label for label, count in Counter(labelled(markdown_cells())).items() if count > 1]
    assert twice == []


def test_labels_are_found_in_both_ways_of_writing():
    text = "$$\na = b\n$$ (eq-one)\n\n```{math}\n:label: eq-two\nc\n```\nsee {eq}`eq-three`, $$x$$"
    assert labelled([text]) == ["eq-one", "eq-two"]


def test_checks_are_found_on_test_functions_only():
    source = '@checks("eq-a", "eq-b")\ndef test_it(): ...\n\n@checks("eq-c")\ndef helper(): ...\n'
    assert checked([source]) == ["eq-a", "eq-b"]
