"""From scores to probabilities of classes, and from class numbers to targets."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnlib import checks
from nnlib.activations import Array


def log_sum_exp(z: ArrayLike) -> Array:
    """Return ``log(sum(exp(z)))`` of each row, ``(m, n)`` to ``(m,)``, without overflow.

    Equation :eq:`eq-log-sum-exp` of chapter 2. Source: Blanchard, Higham and Higham (2021).

    Raises
    ------
    ValueError
        If ``z`` is no matrix, one sample a row.

    Examples
    --------
    >>> print(log_sum_exp(np.array([[0.0, 0.0], [1000.0, 0.0]])).round(4))
    [6.931e-01 1.000e+03]
    """
    z = checks.matrix(z, None, "z")
    top = z.max(axis=1)
    return top + np.log(np.exp(z - top[:, None]).sum(axis=1))


def softmax(z: ArrayLike) -> Array:
    """Return each row's exponentials divided by their sum, ``(m, n)`` to ``(m, n)``.

    Equation :eq:`eq-intro-softmax` of the introduction.

    Raises
    ------
    ValueError
        If ``z`` is no matrix, one sample a row.

    Examples
    --------
    >>> print(softmax(np.array([[0.0, 0.0], [1000.0, 0.0]])))
    [[0.5 0.5]
     [1.  0. ]]
    """
    z = checks.matrix(z, None, "z")
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def one_hot(labels: Array, *, like: Array) -> Array:
    """Return class numbers ``(m,)`` as rows with a single 1, in the shape ``(m, n)`` and the dtype of ``like``.

    Raises
    ------
    ValueError
        If ``like`` has another number of rows, or a label does not lie in 0..n - 1.

    Examples
    --------
    >>> from nnlib.softmax import one_hot
    >>> print(one_hot(np.array([2, 0]), like=np.zeros((2, 3))))
    [[0. 0. 1.]
     [1. 0. 0.]]
    """
    if len(labels) != len(like):
        raise ValueError(f"{len(labels)} labels were given for {len(like)} outputs")
    n = like.shape[1]
    if labels.min() < 0 or labels.max() >= n:
        raise ValueError(
            f"labels must lie in 0..{n - 1}, given values from {labels.min()} to {labels.max()}"
        )
    y = np.zeros(like.shape, like.dtype)
    y[np.arange(len(labels)), labels] = 1
    return y
