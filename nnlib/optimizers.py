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
        self.lr = _within(lr, "lr", 0, np.inf)
        self.weight_decay = _within(weight_decay, "weight_decay", 0, np.inf)
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
        self.mu = _within(mu, "mu", 0, 1)

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


class AdaGrad(Optimizer):
    r"""A rate for each parameter: divide by the root of the sum of all squares so far.

    :math:`s \leftarrow s + g^2`, then :math:`\theta \leftarrow \theta - \eta g/(\sqrt s + \epsilon)`.
    Source: Duchi, Hazan and Singer (2011). Squares and roots are taken entry by entry.
    """

    state = ("s",)
    s: Array

    def __init__(self, lr: float, eps: float = 1e-10, *, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        self.eps = eps

    def update(self, theta: Array, grad: Array) -> None:
        self.s += grad * grad
        theta -= self.lr * grad / (np.sqrt(self.s) + self.eps)


class RMSProp(Optimizer):
    r"""AdaGrad with a short memory: :math:`s \leftarrow \rho s + (1 - \rho) g^2`.

    :math:`\theta \leftarrow \theta - \eta g/(\sqrt s + \epsilon)`. Source: Tieleman and Hinton (2012), lecture 6.5.
    """

    state = ("s",)
    s: Array

    def __init__(
        self, lr: float, rho: float = 0.99, eps: float = 1e-8, *, weight_decay: float = 0.0
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        self.rho, self.eps = _within(rho, "rho", 0, 1), eps

    def update(self, theta: Array, grad: Array) -> None:
        self.s *= self.rho
        self.s += (1 - self.rho) * grad * grad
        theta -= self.lr * grad / (np.sqrt(self.s) + self.eps)


class Adam(Optimizer):
    r"""Momentum and RMSProp together, corrected for their start at zero.

    :math:`m \leftarrow \beta_1 m + (1-\beta_1) g`, :math:`v \leftarrow \beta_2 v + (1-\beta_2) g^2`, then
    :math:`\theta \leftarrow \theta - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)` with
    :math:`\hat m = m/(1-\beta_1^t)`, :math:`\hat v = v/(1-\beta_2^t)`. Source: Kingma and Ba (2015), algorithm 1.
    """

    state = ("m", "v")
    m: Array
    v: Array

    def __init__(
        self,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        *,
        weight_decay: float = 0.0,
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        self.beta1, self.beta2 = _within(beta1, "beta1", 0, 1), _within(beta2, "beta2", 0, 1)
        self.eps = eps

    def update(self, theta: Array, grad: Array) -> None:
        self.m += (1 - self.beta1) * (grad - self.m)
        self.v += (1 - self.beta2) * (grad * grad - self.v)
        m_hat = self.m / (1 - self.beta1**self.t)
        v_hat = self.v / (1 - self.beta2**self.t)
        theta -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    r"""Adam with weight decay apart from the gradient: first :math:`\theta \leftarrow (1 - \eta\lambda)\theta`.

    In `Adam` the decay is part of the gradient and is divided by :math:`\sqrt{\hat v}` like the rest, so
    parameters with large gradients decay less. Source: Loshchilov and Hutter (2019), algorithm 2.
    """

    def __init__(
        self,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        *,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(lr, beta1, beta2, eps)
        self.decoupled = _within(weight_decay, "weight_decay", 0, np.inf)

    def update(self, theta: Array, grad: Array) -> None:
        theta *= 1 - self.lr * self.decoupled
        super().update(theta, grad)


def _within(value: float, what: str, low: float, high: float) -> float:
    """Return a setting that must satisfy ``low <= value < high``."""
    if not low <= value < high:
        raise ValueError(
            f"{what} must be at least {low:g} and below {high:g}, but {value!r} was given"
        )
    return value
