r"""Optimisers with a rate of its own for each parameter: AdaGrad, RMSProp, Adam and AdamW.

Each divides the step by a running size of the parameter's gradients, so that a parameter whose gradients are
small moves as far as the others. Squares, roots and quotients are taken entry by entry.
"""

from __future__ import annotations

import numpy as np

from nnlib import checks
from nnlib.activations import Array
from nnlib.optimizers import Optimizer


class AdaGrad(Optimizer):
    r"""A rate for each parameter: divide by the root of the sum of all squares so far.

    :math:`s \leftarrow s + g^2`, then :math:`\theta \leftarrow \theta - \eta g/(\sqrt s + \epsilon)`:
    :eq:`eq-adagrad` of chapter 2. As in PyTorch, :math:`\epsilon` stands outside the root.
    Source: Duchi, Hazan and Singer (2011).

    Examples
    --------
    >>> theta, optimizer = np.array([0.0, 0.0]), AdaGrad(lr=1.0)
    >>> for g in ([3.0, 0.3], [4.0, 0.4]):  # the second gradient is divided by 5 and 0.5
    ...     optimizer.step(theta, np.array(g))
    >>> print(theta)
    [-1.8 -1.8]
    """

    state = ("s",)
    s: Array

    def __init__(self, lr: float, eps: float = 1e-10, *, weight_decay: float = 0.0) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        self.eps = checks.within(eps, "eps", 0, np.inf)

    def update(self, theta: Array, grad: Array, s: Array) -> None:
        s += grad**2
        theta -= self.lr * grad / (np.sqrt(s) + self.eps)


class RMSProp(Optimizer):
    r"""AdaGrad with a short memory: :math:`s \leftarrow \rho s + (1 - \rho) g^2`.

    Then :math:`\theta \leftarrow \theta - \eta g/(\sqrt s + \epsilon)`: :eq:`eq-rmsprop` of chapter 2. As in
    PyTorch, :math:`\epsilon` stands outside the root, and ``rho`` is called alpha there.
    Source: Tieleman and Hinton (2012), lecture 6.5.

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> RMSProp(lr=0.1, rho=0.75).step(theta, np.array([3.0]))  # s = 9/4
    >>> print(theta)
    [-0.2]
    """

    state = ("s",)
    s: Array

    def __init__(
        self, lr: float, rho: float = 0.99, eps: float = 1e-8, *, weight_decay: float = 0.0
    ) -> None:
        super().__init__(lr, weight_decay=weight_decay)
        self.rho = checks.within(rho, "rho", 0, 1)
        self.eps = checks.within(eps, "eps", 0, np.inf)

    def update(self, theta: Array, grad: Array, s: Array) -> None:
        s *= self.rho
        s += (1 - self.rho) * grad**2
        theta -= self.lr * grad / (np.sqrt(s) + self.eps)


class Adam(Optimizer):
    r"""Momentum and RMSProp together, corrected for their start at zero.

    :math:`m \leftarrow \beta_1 m + (1-\beta_1) g`, :math:`v \leftarrow \beta_2 v + (1-\beta_2) g^2`, then
    :math:`\theta \leftarrow \theta - \eta\, \hat m / (\sqrt{\hat v} + \epsilon)` with
    :math:`\hat m = m/(1-\beta_1^t)`, :math:`\hat v = v/(1-\beta_2^t)`: :eq:`eq-adam` of chapter 2. As in PyTorch,
    :math:`\epsilon` is added to the root of the corrected :math:`\hat v`. Source: Kingma and Ba (2015), algorithm 1.

    Examples
    --------
    >>> theta = np.array([0.0, 0.0])
    >>> Adam(lr=0.1).step(theta, np.array([300.0, -0.002]))  # both move by the rate
    >>> print(theta.round(4))
    [-0.1  0.1]
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
        self.beta1 = checks.within(beta1, "beta1", 0, 1)
        self.beta2 = checks.within(beta2, "beta2", 0, 1)
        self.eps = checks.within(eps, "eps", 0, np.inf)

    def update(self, theta: Array, grad: Array, m: Array, v: Array) -> None:
        m *= self.beta1
        m += (1 - self.beta1) * grad
        v *= self.beta2
        v += (1 - self.beta2) * grad**2
        m_hat = m / (1 - self.beta1**self.t)
        v_hat = v / (1 - self.beta2**self.t)
        theta -= self.lr * m_hat / (np.sqrt(v_hat) + self.eps)


class AdamW(Adam):
    r"""Adam with weight decay apart from the gradient: first :math:`\theta \leftarrow (1 - \eta\lambda)\theta`.

    In `Adam` the decay is part of the gradient and is divided by :math:`\sqrt{\hat v}` like the rest, so
    parameters with large gradients decay less. As in PyTorch, the rate multiplies the decay.
    Source: Loshchilov and Hutter (2019), algorithm 2.

    Examples
    --------
    >>> theta, grad = np.array([1.0, -2.0]), np.array([3.0, 0.0])
    >>> AdamW(lr=0.1, weight_decay=0.5).step(theta, grad)  # 5 % decay, then Adam's step
    >>> print(theta.round(4))
    [ 0.85 -1.9 ]
    """

    decay_in_gradient = False

    def __init__(
        self,
        lr: float = 1e-3,
        beta1: float = 0.9,
        beta2: float = 0.999,
        eps: float = 1e-8,
        *,
        weight_decay: float = 1e-2,
    ) -> None:
        super().__init__(lr, beta1, beta2, eps, weight_decay=weight_decay)

    def update(self, theta: Array, grad: Array, m: Array, v: Array) -> None:
        theta *= 1 - self.lr * self.weight_decay
        super().update(theta, grad, m, v)
