"""The progress bar that training and search share."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")


def bar(items: Iterable[T], *, total: int, unit: str, show: bool) -> Iterable[T]:
    """Return the items as they are, or so that going through them moves a progress bar."""
    if not show:
        return items
    from tqdm.auto import tqdm  # only on demand: nnlib needs nothing but numpy

    return tqdm(items, total=total, unit=unit)
