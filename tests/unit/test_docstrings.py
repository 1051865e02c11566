"""The docstrings are the API reference: their examples run, and each name says what a reader will ask."""

from __future__ import annotations

import doctest
import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from types import ModuleType

import matplotlib as mpl
import numpy as np
import pytest

import nnlib

# Helpers that the reference leaves out: they have no use outside nnlib.
INTERNAL = {"nnlib.answers", "nnlib.archive", "nnlib.checks", "nnlib.progress"}
NAMESPACE = {"np": np} | {name: getattr(nnlib, name) for name in nnlib.__all__}


def modules() -> Iterator[ModuleType]:
    for found in pkgutil.walk_packages(nnlib.__path__, "nnlib."):
        if not found.name.startswith("nnlib.widgets"):
            yield importlib.import_module(found.name)


def documented() -> Iterator[tuple[str, object]]:
    """Yield every public function and class of the reference, with its full name."""
    for module in modules():
        if module.__name__ in INTERNAL:
            continue
        for name, thing in vars(module).items():
            own = getattr(thing, "__module__", None) == module.__name__
            named = (
                getattr(thing, "__name__", None) == name
            )  # an operation made by another is a constant
            if own and named and not name.startswith("_"):
                yield f"{module.__name__}.{name}", thing


NAMES = dict(documented())


@pytest.fixture(autouse=True)
def _no_window_and_no_traces():
    with mpl.rc_context():
        mpl.use("agg")
        yield


@pytest.mark.parametrize("module", list(modules()), ids=lambda module: module.__name__)
def test_examples_print_what_they_say(module):
    runner = doctest.DocTestRunner(optionflags=doctest.NORMALIZE_WHITESPACE)
    for example in doctest.DocTestFinder().find(module, globs={**NAMESPACE}):
        runner.run(example)
    assert runner.failures == 0


@pytest.mark.parametrize("name", NAMES)
def test_every_public_name_has_an_example(name):
    assert ">>> " in inspect.getdoc(NAMES[name]), f"{name} has no example"


@pytest.mark.parametrize("module", list(modules()), ids=lambda module: module.__name__)
def test_an_example_fits_the_page(module):
    """On a desk: a longer line would have to be scrolled."""
    source = inspect.getsource(module)
    lines = [line.strip() for line in source.splitlines()]
    code = [line for line in lines if line.startswith((">>> ", "... "))]
    assert [line for line in code if len(line) > 88] == []


@pytest.mark.parametrize("name", NAMES)
def test_what_computes_says_which_equation_or_source(name):
    _, module, own = name.split(".")
    helpers = {"Loss", "one_hot", "constant", "default_for"}  # no formula of the book
    if module in {"adaptive", "init", "losses", "optimizers", "schedules"} and own not in helpers:
        assert re.search(r":eq:`eq-|Source: ", inspect.getdoc(NAMES[name]))


@pytest.mark.parametrize("name", NAMES)
def test_every_error_that_is_raised_is_told(name):
    thing = NAMES[name]
    parts, docs = [thing], [thing]
    if inspect.isclass(thing):
        public = [m for key, m in vars(thing).items() if not key.startswith("_")]
        parts, docs = [thing.__init__, thing.__call__, *public], thing.__mro__[:-1]
    for part in parts:
        function = inspect.unwrap(part.fget if isinstance(part, property) else part)
        if not inspect.isfunction(function) or function.__code__.co_filename.startswith("<"):
            continue  # a constant, or written by dataclass
        told = "".join(inspect.getdoc(each) or "" for each in (*docs, function))
        source = inspect.getsource(function)
        raised = set(re.findall(r"^\s*raise (\w+)\(", source, re.MULTILINE))
        if re.search(r"\bchecks\.\w+\(", source):
            raised.add("ValueError")  # what every function of nnlib.checks raises
        for error in raised:
            if error != "NotImplementedError":
                assert f"\n{error}\n" in told, f"{name}: {error} is not told"
