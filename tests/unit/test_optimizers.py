"""Each optimiser beside its PyTorch counterpart for a hundred steps, and one step by hand."""

import numpy as np
import pytest
import torch

from nnlib import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    optimizers,
)

PAIRS = {
    "SGD": (lambda: SGD(0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
    "Momentum": (lambda: Momentum(0.05, 0.8), lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8)),
    "Nesterov": (
        lambda: Nesterov(0.05, 0.8),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    ),
    "AdaGrad": (lambda: AdaGrad(0.3), lambda p: torch.optim.Adagrad(p, lr=0.3)),
    "RMSProp": (lambda: RMSProp(0.02), lambda p: torch.optim.RMSprop(p, lr=0.02)),
    "Adam": (lambda: Adam(0.05), lambda p: torch.optim.Adam(p, lr=0.05)),
    "SGD, decay": (
        lambda: SGD(0.1, weight_decay=0.01),
        lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.01),
    ),
    "Adam, decay": (
        lambda: Adam(0.05, weight_decay=0.01),
        lambda p: torch.optim.Adam(p, lr=0.05, weight_decay=0.01),
    ),
    "AdamW": (
        lambda: AdamW(0.05, weight_decay=0.1),
        lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("block", [3, optimizers.BLOCK])
def test_a_hundred_steps_beside_pytorch(name, block, monkeypatch):
    """On a loss that is neither quadratic nor convex, with the rate lowered halfway, whole or in parts."""
    monkeypatch.setattr(optimizers, "BLOCK", block)
    rng = np.random.default_rng(1)
    start, scale = rng.normal(size=8), np.exp(rng.uniform(-2, 2, 8))
    make_ours, make = PAIRS[name]
    ours = make_ours()
    theta, parameter = start.copy(), torch.tensor(start, requires_grad=True)
    theirs = make([parameter])
    for step in range(100):
        if step == 50:
            ours.lr /= 3
            theirs.param_groups[0]["lr"] /= 3
        theirs.zero_grad()
        (torch.tensor(scale) * torch.cos(parameter) + parameter**2).sum().backward()
        ours.step(theta, -scale * np.sin(theta) + 2 * theta)
        theirs.step()
        np.testing.assert_allclose(theta, parameter.detach().numpy(), rtol=1e-10, atol=1e-12)
    assert np.linalg.norm(theta - start) > 0.1  # it went somewhere


def test_two_steps_worked_by_hand():
    g = np.array([2.0, -4.0])
    theta = np.array([1.0, 1.0])
    SGD(0.1).step(theta, g)
    np.testing.assert_allclose(theta, [0.8, 1.4])

    theta, momentum = np.array([1.0, 1.0]), Momentum(0.1, 0.5)
    momentum.step(theta, g)
    momentum.step(theta, g)  # the velocity is now 1.5 times the gradient
    np.testing.assert_allclose(theta, [1 - 0.2 - 0.3, 1 + 0.4 + 0.6])

    theta = np.array([1.0, 1.0])
    Adam(0.1).step(
        theta, g
    )  # the first step of Adam has the size of the rate, whatever the gradient
    np.testing.assert_allclose(theta, [0.9, 1.1], rtol=1e-8)


def test_the_gradient_is_left_alone_and_theta_is_changed_in_place():
    for optimizer in (
        SGD(0.1, weight_decay=0.1),
        Nesterov(0.1),
        AdaGrad(0.1),
        RMSProp(0.1),
        Adam(),
    ):
        theta, grad = np.ones(3), np.full(3, 2.0)
        view = theta[:2]
        optimizer.step(theta, grad)
        optimizer.step(theta, grad)
        np.testing.assert_array_equal(grad, [2, 2, 2])
        assert (view < 1).all()


@pytest.mark.parametrize("make", [SGD, Momentum, Nesterov, AdaGrad, RMSProp, Adam])
def test_weight_decay_is_a_part_of_the_gradient(make):
    plain, decayed = make(lr=0.1), make(lr=0.1, weight_decay=0.5)
    theta, other = np.array([1.0, -2.0, 3.0]), np.array([1.0, -2.0, 3.0])
    for g in np.random.default_rng(0).normal(size=(3, 3)):
        plain.step(theta, g + 0.5 * theta)
        decayed.step(other, g)
        np.testing.assert_allclose(other, theta, rtol=1e-14)


def test_adamw_without_decay_is_adam():
    settings = {"lr": 0.1, "beta1": 0.5, "beta2": 0.75, "eps": 0.25}
    theta, other = np.ones(3), np.ones(3)
    ours, theirs = AdamW(**settings, weight_decay=0), Adam(**settings)
    for g in np.random.default_rng(0).normal(size=(3, 3)):
        ours.step(theta, g)
        theirs.step(other, g)
    np.testing.assert_array_equal(theta, other)


def test_the_decay_of_adamw_can_be_read_and_set():
    first, second = AdamW(0.1, weight_decay=0.5), AdamW(0.1, weight_decay=0)
    assert first.weight_decay == 0.5
    second.weight_decay = 0.5
    ours, theirs = np.ones(2), np.ones(2)
    first.step(ours, np.array([3.0, 0.0]))
    second.step(theirs, np.array([3.0, 0.0]))
    np.testing.assert_array_equal(ours, theirs)


def test_the_state_after_the_first_step_is_what_the_equations_say():
    g = np.array([2.0, -4.0])
    for optimizer, state in (
        (SGD(0.1), {}),
        (Momentum(0.1), {"v": g}),
        (Nesterov(0.1), {"v": g}),
        (AdaGrad(0.1), {"s": g**2}),
        (RMSProp(0.1, rho=0.75), {"s": g**2 / 4}),
        (Adam(beta1=0.5, beta2=0.75), {"m": g / 2, "v": g**2 / 4}),
    ):
        assert optimizer.t == 0
        optimizer.step(np.ones(2), g)
        assert optimizer.t == 1
        assert optimizer.state == tuple(state)
        for name, expected in state.items():
            np.testing.assert_allclose(getattr(optimizer, name), expected)


def test_settings_left_out_are_pytorchs():
    p = [torch.zeros(1, requires_grad=True)]
    adam = {"lr": "lr", "eps": "eps", "weight_decay": "weight_decay"}
    for ours, theirs, names in (
        (Adam(), torch.optim.Adam(p), adam),
        (AdamW(), torch.optim.AdamW(p), adam),
        (AdaGrad(0.1), torch.optim.Adagrad(p), {"eps": "eps"}),
        (RMSProp(0.1), torch.optim.RMSprop(p), {"eps": "eps", "alpha": "rho"}),
    ):
        group = theirs.param_groups[0]
        assert {key: getattr(ours, name) for key, name in names.items()} == {
            key: group[key] for key in names
        }
        if "betas" in group:
            assert (ours.beta1, ours.beta2) == group["betas"]
    assert Momentum(0.1).mu == Nesterov(0.1).mu == 0.9  # PyTorch's is 0: none


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_state_has_the_type_of_the_parameters(dtype):
    adam, theta = Adam(), np.ones(3, dtype)
    adam.step(theta, np.ones(3, dtype))
    assert adam.m.dtype == adam.v.dtype == theta.dtype == dtype


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: SGD(-1), "^lr must be at least 0 and below inf, but -1"),
        (lambda: SGD(float("nan")), "lr must be .* but nan"),
        (lambda: SGD("1e-3"), "^lr must be at least 0 and below inf, but '1e-3' was given"),
        (lambda: SGD(None), "^lr must be .* but None"),
        (lambda: Adam(1e-3, (0.9, 0.999)), r"^beta1 must be .* but \(0.9, 0.999\)"),
        (lambda: Momentum(0.1, 1.0), "^mu must be at least 0 and below 1, but 1.0"),
        (lambda: RMSProp(0.1, 1.5), "^rho must be at least 0 and below 1,"),
        (lambda: RMSProp(0.1, 1), "^rho must be"),
        (lambda: Adam(beta1=1), "^beta1 must be"),
        (lambda: Adam(beta2=1), "^beta2 must be"),
        (lambda: Adam(beta2=-0.1), "^beta2 must be"),
        (lambda: AdaGrad(0.1, eps=-1), "^eps must be at least 0 and below inf, but -1"),
        (lambda: RMSProp(0.1, eps=-1), "^eps must be"),
        (lambda: Adam(eps=float("nan")), "^eps must be"),
        (lambda: SGD(0.1, weight_decay=-1), "^weight_decay must be"),
        (lambda: AdamW(0.1, weight_decay=-1), "^weight_decay must be at least 0 and below inf,"),
        (lambda: AdamW(0.1, weight_decay=np.inf), "^weight_decay must be"),
        (lambda: SGD(0.1).step(np.ones(3), np.ones(2)), r"\(3,\).*\(2,\)"),
        (lambda: SGD(0.1).step(np.ones((3, 1)), np.ones((3, 1))), r"expected \(P,\)"),
    ],
)
def test_wrong_settings_are_named(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("rate", [-0.1, float("nan"), float("inf")])
def test_a_schedule_that_goes_wrong_is_named_at_once(rate):
    optimizer = Adam(0.1)
    with pytest.raises(ValueError, match=f"^lr must be at least 0 and below inf, but {rate}"):
        optimizer.lr = rate
    assert optimizer.lr == 0.1


def test_a_rate_of_numpys_does_not_turn_float32_into_float64():
    seen = []

    class Spy(Optimizer):
        def update(self, theta, grad):
            seen.append((self.lr * grad + self.weight_decay * theta).dtype)

    spy = Spy(np.float64(0.1), weight_decay=np.float64(0.1))
    spy.lr = np.float64(0.05)
    spy.step(np.ones(2, np.float32), np.ones(2, np.float32))
    assert seen == [np.float32]


def test_an_optimiser_is_not_shared_by_two_networks():
    adam = Adam()
    adam.step(np.ones(3), np.ones(3))
    message = r"^this Adam has been used for 3 parameters and cannot go on with 4: make a new one"
    with pytest.raises(ValueError, match=message):
        adam.step(np.ones(4), np.ones(4))
