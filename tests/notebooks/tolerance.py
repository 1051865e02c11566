"""When two outputs say the same, though they were computed on different processors.

The last digits of a computed fraction differ between processors. Those of a word or of a count
do not.
"""

from __future__ import annotations

import math
import re
from itertools import count

RELATIVE = 1e-5
POINTS = 0.05  # how far a figure's lines may move, far less than can be seen

NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")


def words_and_numbers(text: str) -> tuple[list[str], list[str]]:
    """Split a text into what stands between numbers, spaces aside, and the numbers."""
    words = [" ".join(word.split()) for word in NUMBER.split(text)]
    return words, NUMBER.findall(text)


def is_whole(number: str) -> bool:
    """Tell whether a number is written as a whole one."""
    return number.lstrip("+-").isdigit()


def same_number(a: str, b: str) -> bool:
    """Tell whether two written numbers agree, fractions within the tolerance."""
    if is_whole(a) or is_whole(b):
        return a == b
    return math.isclose(float(a), float(b), rel_tol=RELATIVE)


def agree(a: str, b: str) -> bool:
    """Tell whether two texts agree: equal words and whole numbers, nearly equal fractions."""
    a_words, a_numbers = words_and_numbers(a)
    b_words, b_numbers = words_and_numbers(b)
    return a_words == b_words and all(map(same_number, a_numbers, b_numbers))


def without_names(svg: str) -> str:
    """Return a figure with its parts numbered in the order in which they appear.

    matplotlib names a part after a digest of its coordinates, down to the last digit.
    """
    names = dict.fromkeys(re.findall(r'\bid="([^"]+)"', svg))
    numbers = dict(zip(names, count(), strict=False))
    return re.sub(r'(\bid="|#)([^")]+)(?=["\)])', lambda m: f"{m[1]}{numbers.get(m[2], m[2])}", svg)


def figures_agree(a: str, b: str, *, chaotic: bool = False) -> bool:
    """Tell whether two figures look alike: the same parts, in nearly the same places.

    A chaotic figure shows numbers that rounding decides. Of it only the parts are compared.
    """
    a_words, a_numbers = words_and_numbers(without_names(a))
    b_words, b_numbers = words_and_numbers(without_names(b))
    if chaotic or a_words != b_words:
        return a_words == b_words
    return all(
        math.isclose(float(x), float(y), rel_tol=RELATIVE, abs_tol=POINTS)
        for x, y in zip(a_numbers, b_numbers, strict=True)
    )
