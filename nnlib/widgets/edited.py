"""Weights that a reader has set by hand, as a text: a run names its start by it, and a link carries it exactly.

The text is the base64 of the little-endian 8-byte floats, in the letters that need no escape in an address;
``edited_weights.js`` has the same rule.
"""

from __future__ import annotations

import base64
import binascii
import re

import numpy as np

from nnlib.activations import Array

MOST_EDITABLE = 128
"""Parameters: as many as a link can hold, and as a reader can have in view."""


def encode(theta: Array) -> str:
    """Return the text of parameters.

    Raises
    ------
    ValueError
        If there are too many, or one is not finite.
    """
    if len(theta) > MOST_EDITABLE:
        raise ValueError(
            f"networks of up to {MOST_EDITABLE} parameters can be edited, given one with {len(theta)}"
        )
    if not np.isfinite(theta).all():
        raise ValueError("the parameters must be finite")
    return base64.urlsafe_b64encode(theta.astype("<f8").tobytes()).decode("ascii").rstrip("=")


def decode(text: str) -> Array:
    """Return the parameters of a text.

    Raises
    ------
    ValueError
        If the text is none that `encode` writes.
    """
    values = np.empty(0)
    try:
        if re.fullmatch(r"[\w-]*", text, re.ASCII):
            data = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            values = np.frombuffer(data, "<f8").astype(float)
    except (binascii.Error, ValueError):
        pass  # said below
    if (
        bool(text) != bool(len(values))
        or len(values) > MOST_EDITABLE
        or not np.isfinite(values).all()
    ):
        raise ValueError(
            f"not the text of at most {MOST_EDITABLE} finite parameters: {text[:40]!r}"
        )
    return values
