r"""Losses: one number that says how far the outputs are from the targets, and its gradient.

Each is the mean over the ``m`` samples of the sum over the outputs, and ``grad`` is the derivative
of exactly that number: the :math:`1/m` enters here and nowhere else. (PyTorch's ``MSELoss`` also
averages over the outputs; with ``n`` outputs it is ``1/n`` of ours.)

The two cross-entropies take *logits*, the outputs of a layer without an activation, because the
exponentials of softmax and sigmoid can then be kept from overflowing.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from nnlib import checks
from nnlib.activations import Array, sigmoid, softplus
from nnlib.softmax import log_sum_exp, one_hot, softmax


class Loss:
    """What all losses share. A loss of your own defines `value` and `d_out` for matrices of equal shape.

    All is computed in the type of the outputs, float32 or float64; the value is a Python number.

    Raises
    ------
    ValueError
        When it is called, if the outputs are no matrix ``(m, n)`` or the targets do not fit.

    Examples
    --------
    >>> class AbsoluteError(Loss):
    ...     def value(self, out, y):
    ...         return np.abs(out - y).sum() / len(out)
    ...
    ...     def d_out(self, out, y):
    ...         return np.sign(out - y) / len(out)
    >>> AbsoluteError()(np.array([[1.0], [5.0]]), [[0.0], [2.0]])
    2.0
    """

    def __call__(self, out: ArrayLike, y: ArrayLike) -> float:
        """Return the loss of outputs ``(m, n)`` against targets ``y``, a number."""
        out = checks.matrix(out, None, "the output")
        return float(self.value(out, self.targets(out, y)))

    def grad(self, out: ArrayLike, y: ArrayLike) -> Array:
        """Return the gradient of the loss with respect to the outputs, ``(m, n)``."""
        out = checks.matrix(out, None, "the output")
        return self.d_out(out, self.targets(out, y))

    def targets(self, out: Array, y: ArrayLike) -> Array:
        """Return the targets ``y`` in the form that `value` and `d_out` take, ``(m, n)``.

        Raises
        ------
        ValueError
            If they do not fit ``out``, ``(m, n)``, or are not what this loss takes.
        """
        return checks.same_shape(out, y)

    def value(self, out: Array, y: Array) -> float:
        """Return the loss of ``(m, n)`` against ``(m, n)``: the mean over samples of the sum over outputs."""
        raise NotImplementedError

    def d_out(self, out: Array, y: Array) -> Array:
        """Return the derivative of `value` with respect to ``out``, ``(m, n)``."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"


class MSE(Loss):
    r"""Squared error, :math:`\mathcal L = \frac1m \sum_i \lVert y_i - y^*_i \rVert^2`, without a 1/2.

    Equation :eq:`eq-mse` of chapter 2. Targets have the shape of the outputs, ``(m, n)``.

    Examples
    --------
    >>> out, y = np.array([[1.0, 2.0], [3.0, 4.0]]), [[0.0, 0.0], [3.0, 4.0]]
    >>> MSE()(out, y)  # (1 + 4 + 0 + 0) / 2
    2.5
    >>> print(MSE().grad(out, y))
    [[1. 2.]
     [0. 0.]]
    """

    def value(self, out: Array, y: Array) -> float:
        error = out - y
        return float(np.vdot(error, error)) / len(out)

    def d_out(self, out: Array, y: Array) -> Array:
        return (2.0 / len(out)) * (out - y)


class BinaryCrossEntropy(Loss):
    r"""Cross-entropy of yes-or-no targets in [0, 1], from logits :math:`z`.

    One sample costs :math:`\log(1 + e^z) - y^* z`, which equals
    :math:`-y^* \log\sigma(z) - (1 - y^*) \log(1 - \sigma(z))`: :eq:`eq-bce` of chapter 2. Targets have the shape of
    the outputs, ``(m, n)``; several outputs are several questions about one sample.

    Examples
    --------
    >>> loss, z = BinaryCrossEntropy(), np.array([[0.0], [0.0]])  # it says one half
    >>> round(loss(z, [[0.0], [1.0]]), 4)  # log 2
    0.6931
    >>> print(loss.grad(z, [[0.0], [1.0]]))
    [[ 0.25]
     [-0.25]]
    """

    def targets(self, out: Array, y: ArrayLike) -> Array:
        y = super().targets(out, y)
        if not ((y >= 0) & (y <= 1)).all():
            raise ValueError(
                f"targets must lie in [0, 1], given values from {y.min()} to {y.max()}"
            )
        return y

    def value(self, out: Array, y: Array) -> float:
        return np.sum(softplus(out) - y * out) / len(out)

    def d_out(self, out: Array, y: Array) -> Array:
        return (sigmoid(out) - y) / len(out)


class SoftmaxCrossEntropy(Loss):
    r"""Cross-entropy of class targets, from logits: :math:`\log\sum_j e^{z_j} - \sum_j y^*_j z_j`.

    Targets are class numbers ``(m,)`` from 0 to n - 1, or one distribution over the classes a row,
    ``(m, n)``. The gradient with respect to the logits is ``(softmax(z) - y) / m``; that holds
    because each row of targets sums to 1. Equations :eq:`eq-softmax-ce` and :eq:`eq-ce-gradient` of chapter 2.
    Source: Bridle (1990).

    Examples
    --------
    >>> loss, z = SoftmaxCrossEntropy(), np.zeros((1, 4))  # one quarter to each class
    >>> round(loss(z, [2]), 4)  # log 4
    1.3863
    >>> print(loss.grad(z, [2]))
    [[ 0.25  0.25 -0.75  0.25]]
    """

    def targets(self, out: Array, y: ArrayLike) -> Array:
        y = np.asarray(y)
        if y.ndim == 1 and y.dtype.kind in "iu":
            return one_hot(y, like=out)
        if y.ndim == 1:
            raise ValueError(f"class numbers must be integers, given {y.dtype} of shape {y.shape}")
        y = super().targets(out, y)
        sums = y.sum(axis=1)
        if y.min() < 0 or not np.allclose(sums, 1):
            raise ValueError(
                "each row of targets must be a distribution: no negative entries, sum 1; "
                f"the smallest entry is {y.min()}, the sums go from {sums.min()} to {sums.max()}"
            )
        return y

    def value(self, out: Array, y: Array) -> float:
        return (log_sum_exp(out).sum() - np.vdot(y, out)) / len(out)

    def d_out(self, out: Array, y: Array) -> Array:
        return (softmax(out) - y) / len(out)
