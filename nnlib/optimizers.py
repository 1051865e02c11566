r"""Optimisers: what to do with a gradient once backpropagation has computed it.

Each is written for one flat vector: ``step(theta, grad)`` changes ``theta`` in place. The state (a velocity,
running means) is a vector of the same length, made at the first step. The conventions are PyTorch's, so that
both follow the same path; where books differ, the docstring says how.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from nnlib import checks
from nnlib.activations import Array

BLOCK = 10_000
"""So many entries are updated together. What they need meanwhile stays in a processor's cache."""


class Optimizer:
    r"""What all optimisers share. One of your own defines `update`, and names its state vectors in `state`.

    An ``__init__`` of its own calls ``super().__init__(lr)``.

    Parameters
    ----------
    lr : float
        The learning rate :math:`\eta`. Set ``optimizer.lr`` at any time to change it: that is a schedule.
    weight_decay : float
        :math:`\lambda`; the gradient of :math:`\frac\lambda2\lVert\theta\rVert^2` is added to the gradient:
        :eq:`eq-weight-decay` of chapter 2.

    Raises
    ------
    ValueError
        If a setting lies outside its range.

    Examples
    --------
    >>> class SignDescent(Optimizer):
    ...     def update(self, theta, grad):
    ...         theta -= self.lr * np.sign(grad)
    >>> theta = np.array([1.0, 1.0])
    >>> SignDescent(lr=0.5).step(theta, np.array([30.0, -0.1]))
    >>> print(theta)
    [0.5 1.5]
    """

    state: tuple[str, ...] = ()
    """Names of the vectors that are kept between steps; they start at zero."""
    decay_in_gradient: bool = True
    """Whether `step` adds the weight decay to the gradient; `AdamW` shrinks the parameters instead."""

    def __init__(self, lr: float, *, weight_decay: float = 0.0) -> None:
        self.lr = lr
        self.weight_decay = checks.within(weight_decay, "weight_decay", 0, np.inf)
        self.t = 0  # steps taken

    @property
    def lr(self) -> float:
        r"""The learning rate :math:`\eta`; a schedule that sets it outside its range raises there and then."""
        return float(vars(self)["lr"])  # under its own name, by which a checkpoint stores it

    @lr.setter
    def lr(self, lr: float) -> None:
        vars(self)["lr"] = checks.within(lr, "lr", 0, np.inf)

    def step(self, theta: Array, grad: Array) -> None:
        """Move ``theta`` one step, in place. Both have shape ``(P,)``.

        Raises
        ------
        ValueError
            If they have another shape, or this optimiser has been used for another number of parameters.
        """
        if theta.shape != grad.shape or theta.ndim != 1:
            raise ValueError(
                f"theta has shape {theta.shape}, grad has shape {grad.shape}: expected (P,) for both"
            )
        vectors = [theta, grad, *(self._vector(name, theta) for name in self.state)]
        self.t += 1
        for start in range(0, theta.size, BLOCK):
            theta, grad, *state = (vector[start : start + BLOCK] for vector in vectors)
            if self.weight_decay and self.decay_in_gradient:
                grad = grad + self.weight_decay * theta
            self.update(theta, grad, *state)

    def _vector(self, name: str, theta: Array) -> Array:
        if name not in vars(self):
            vars(self)[name] = np.zeros_like(theta)
        vector: Array = vars(self)[name]
        if vector.shape != theta.shape:
            raise ValueError(
                f"this {type(self).__name__} has been used for {vector.size} parameters and cannot "
                f"go on with {theta.size}: make a new one for each network"
            )
        return vector

    # With *state and **_ together, a checker of types lets each optimiser name its own vectors.
    def update(self, theta: Array, grad: Array, *state: Any, **_: Any) -> None:
        """Do the optimiser's own arithmetic, entry by entry; ``self.t`` is 1 at the first step.

        The vectors that `state` names follow ``grad``, in that order. Long vectors come in parts of equal places.
        """
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr:g})"


class SGD(Optimizer):
    r"""Gradient descent: :math:`\theta \leftarrow \theta - \eta\, g`.

    Equations :eq:`eq-gd` of chapter 2 and, with weight decay, :eq:`eq-weight-decay`. Whether it is stochastic is
    decided by what ``grad`` was computed on, not by this class.

    Examples
    --------
    >>> theta = np.array([1.0, 2.0])
    >>> SGD(lr=0.1).step(theta, np.array([10.0, -10.0]))
    >>> print(theta)
    [0. 3.]
    """

    def update(self, theta: Array, grad: Array) -> None:
        theta -= self.lr * grad


class Momentum(Optimizer):
    r"""Heavy ball: :math:`v \leftarrow \mu v + g`, then :math:`\theta \leftarrow \theta - \eta v`.

    Equation :eq:`eq-momentum` of chapter 2. The rate stands outside the velocity, as in PyTorch. Polyak (1964) and
    Sutskever et al. (2013) put it inside, :math:`v \leftarrow \mu v - \eta g`: the same path at a constant
    rate, another one when the rate changes.

    Examples
    --------
    >>> theta, optimizer = np.array([0.0]), Momentum(lr=0.1, mu=0.5)
    >>> for _ in range(2):  # v is 1, then 1.5
    ...     optimizer.step(theta, np.array([1.0]))
    >>> print(theta)
    [-0.25]
    """

    state = ("v",)
    v: Array

    def __init__(self, lr: float, mu: float = 0.9, *, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        self.mu = checks.within(mu, "mu", 0, 1)

    def update(self, theta: Array, grad: Array, v: Array) -> None:
        v *= self.mu
        v += grad
        theta -= self.lr * v


class Nesterov(Momentum):
    r"""Momentum that looks ahead: :math:`v \leftarrow \mu v + g`, :math:`\theta \leftarrow \theta - \eta(g + \mu v)`.

    Equation :eq:`eq-nesterov` of chapter 2. This is PyTorch's form: the gradient is taken where ``theta`` stands, and
    ``theta`` itself is the looked-ahead point of Nesterov's method as written by Sutskever et al. (2013).

    Examples
    --------
    >>> theta, optimizer = np.array([0.0]), Nesterov(lr=0.1, mu=0.5)
    >>> optimizer.step(theta, np.array([1.0]))  # v is 1, the step 0.1 (1 + 0.5)
    >>> print(theta)
    [-0.15]
    """

    def update(self, theta: Array, grad: Array, v: Array) -> None:
        v *= self.mu
        v += grad
        theta -= self.lr * (grad + self.mu * v)
