r"""Optimisers with a rate of its own for each parameter: AdaGrad, RMSProp, Adam and AdamW.

Each divides the step by a running size of the parameter's gradients, so that a parameter whose gradients are
small moves as far as the others. Squares, roots and quotients are taken entry by entry.
"""

from __future__ import annotations

import numpy as np

from nnlib.activations import Array
from nnlib.optimizers import Optimizer, within


class AdaGrad(Optimizer):
    r"""A rate for each parameter: divide by the root of the sum of all squares so far.

    :math:`s \leftarrow s + g^2`, then :math:`\theta \leftarrow \theta - \eta g/(\sqrt s + \epsilon)`.
    Source: Duchi, Hazan and Singer (2011).
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
        self.rho, self.eps = within(rho, "rho", 0, 1), eps

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
        self.beta1, self.beta2 = within(beta1, "beta1", 0, 1), within(beta2, "beta2", 0, 1)
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
        self.decoupled = within(weight_decay, "weight_decay", 0, np.inf)

    def update(self, theta: Array, grad: Array) -> None:
        theta *= 1 - self.lr * self.decoupled
        super().update(theta, grad)
