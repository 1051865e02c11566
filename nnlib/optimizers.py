r"""Optimisers: what to do with a gradient once backpropagation has computed it.

Each is written for one flat vector: ``step(theta, grad)`` changes ``theta`` in place. The state (a velocity,
running means) is a vector of the same length, made at the first step. The conventions are PyTorch's, so that
both follow the same path; where books differ, the docstring says how.
"""

from __future__ import annotations

import numpy as np

from nnlib.activations import Array


class Optimizer:
    r"""What all optimisers share. One of your own defines `update`, and names its state vectors in `state`.

    Parameters
    ----------
    lr : float
        The learning rate :math:`\eta`. Set ``optimizer.lr`` at any time to change it: that is a schedule.
    weight_decay : float
        :math:`\lambda`; the gradient of :math:`\frac\lambda2\lVert\theta\rVert^2` is added to the gradient.
    """

    state: tuple[str, ...] = ()

    def __init__(self, lr: float, *, weight_decay: float = 0.0) -> None:
        self.lr = within(lr, "lr", 0, np.inf)
        self.weight_decay = within(weight_decay, "weight_decay", 0, np.inf)
        self.t = 0  # steps taken

    def step(self, theta: Array, grad: Array) -> None:
        """Move ``theta`` one step, in place. Both have shape ``(P,)``."""
        if theta.shape != grad.shape or theta.ndim != 1:
            raise ValueError(
                f"theta has shape {theta.shape}, grad has shape {grad.shape}: expected (P,) for both"
            )
        for name in self.state:
            vector = self.__dict__.setdefault(name, np.zeros_like(theta))
            if vector.shape != theta.shape:
                raise ValueError(
                    f"this {type(self).__name__} has been used for {vector.size} parameters and cannot "
                    f"go on with {theta.size}: make a new one for each network"
                )
        self.t += 1
        if self.weight_decay:
            grad = grad + self.weight_decay * theta
        self.update(theta, grad)

    def update(self, theta: Array, grad: Array) -> None:
        """Do the optimiser's own arithmetic; ``self.t`` is 1 at the first call."""
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"{type(self).__name__}(lr={self.lr:g})"


class SGD(Optimizer):
    r"""Gradient descent: :math:`\theta \leftarrow \theta - \eta\, g`.

    Whether it is stochastic is decided by what ``grad`` was computed on, not by this class.
    """

    def update(self, theta: Array, grad: Array) -> None:
        theta -= self.lr * grad


class Momentum(Optimizer):
    r"""Heavy ball: :math:`v \leftarrow \mu v + g`, then :math:`\theta \leftarrow \theta - \eta v`.

    The rate stands outside the velocity, as in PyTorch. Polyak (1964) and Sutskever et al. (2013) put it inside,
    :math:`v \leftarrow \mu v - \eta g`: the same path at a constant rate, another one when the rate changes.
    """

    state = ("v",)
    v: Array

    def __init__(self, lr: float, mu: float = 0.9, *, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        self.mu = within(mu, "mu", 0, 1)

    def update(self, theta: Array, grad: Array) -> None:
        self.v *= self.mu
        self.v += grad
        theta -= self.lr * self.v


class Nesterov(Momentum):
    r"""Momentum that looks ahead: :math:`v \leftarrow \mu v + g`, :math:`\theta \leftarrow \theta - \eta(g + \mu v)`.

    This is PyTorch's form: the gradient is taken where ``theta`` stands, and ``theta`` itself is the
    looked-ahead point of Nesterov's method as written by Sutskever et al. (2013).
    """

    def update(self, theta: Array, grad: Array) -> None:
        self.v *= self.mu
        self.v += grad
        theta -= self.lr * (grad + self.mu * self.v)


def within(value: float, what: str, low: float, high: float) -> float:
    """Return a setting that must satisfy ``low <= value < high``."""
    if not low <= value < high:
        raise ValueError(
            f"{what} must be at least {low:g} and below {high:g}, but {value!r} was given"
        )
    return value
