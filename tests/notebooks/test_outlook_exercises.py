"""The instant checks of the chapter "Outlook": wrong answers get the hint that fits, right ones pass in any style."""

from __future__ import annotations

import numpy as np
import pytest

from tests.notebooks.chapter_names import names_of

THIRD = 1 / 3


CHECKS = names_of("07_outlook")


# ---- by hand

RIGHT = {
    "check_stay": {"sharpness": 8.5, "rate": 2 / 8.5, "smallest": 4, "limit": 0.5},
    "check_attribution": {"IG1": 5, "IG2": 1, "factor": 2},
    "check_price": {"alpha": THIRD, "examples": 512_000, "hours": 8400},
}
SLIPS = [
    ("check_stay", "sharpness", 4.25, "no 1/2"),
    ("check_stay", "sharpness", 8, "the trace"),
    ("check_stay", "rate", 1 / 8.5, "the border is 2/sharpness"),
    ("check_stay", "smallest", 2, "the factor in front"),
    ("check_stay", "limit", 0.25, "not 1/sharpness"),
    ("check_attribution", "IG1", 10, "must be averaged"),
    ("check_attribution", "IG1", 2.5, "multiplied by x1"),
    ("check_attribution", "IG2", 2, "gradient times input"),
    ("check_attribution", "factor", 0.5, "which one is right"),
    ("check_price", "alpha", 3, "turn the fraction over"),
    ("check_price", "alpha", -THIRD, "alpha is positive"),
    ("check_price", "examples", 64_000, "two halvings"),
    ("check_price", "hours", 512_000 / 60, "are there already"),
    ("check_price", "hours", 1, "look again"),
    ("check_stay", "rate", None, "not tried yet"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_right_numbers_pass(name):
    assert CHECKS[name](RIGHT[name])
    assert CHECKS[name]({key: round(value, 4) for key, value in RIGHT[name].items()})


@pytest.mark.parametrize(("name", "key", "value", "hint"), SLIPS)
def test_a_slip_gets_its_hint(name, key, value, hint):
    report = CHECKS[name](RIGHT[name] | {key: value})
    assert not report
    assert report.hint.startswith(f"{key}: ")
    assert hint in report.hint


# ---- a product with the Hessian


def hvp(gradient, theta, v, h=1e-5):
    length = float(np.sqrt((v * v).sum()))
    if not length:
        return 0 * v
    ahead, behind = (gradient(theta + sign * h / length * v) for sign in (1, -1))
    return (ahead - behind) * (length / (2 * h))


def hvp_richardson(gradient, theta, v):
    """A right answer of higher order, by recursion."""
    return (4 * hvp(gradient, theta, v, 1e-4) - hvp(gradient, theta, v, 2e-4)) / 3


def hvp_in_place(gradient, theta, v):
    theta += 1e-5 * v
    return hvp(gradient, theta, v)


def hvp_unscaled(gradient, theta, v, h=1e-5):
    return (gradient(theta + h * v) - gradient(theta - h * v)) / (2 * h)


def hvp_nan(gradient, theta, v):
    with np.errstate(invalid="ignore"):
        u = v / np.linalg.norm(v)
    return np.linalg.norm(v) * hvp_unscaled(gradient, theta, u)


WRONG_HVP = [
    (hvp_in_place, "theta was changed"),
    (lambda g, theta, v: v @ hvp(g, theta, v), "has shape ()"),
    (lambda g, theta, v: 2 * hvp(g, theta, v), "twice the product"),
    (lambda g, theta, v: -hvp(g, theta, v), "the sign is wrong"),
    (lambda g, theta, v: hvp(g, theta, v / np.linalg.norm(v)), "not scaled back"),
    (lambda g, theta, v: g(theta), "this is the gradient"),
    (lambda g, theta, v: (g(theta + 1e-4 * v) - g(theta)) / 1e-4, "is it central"),
    (hvp_unscaled, "wrong for a long v"),
    (hvp_nan, "for v = 0"),
]


@pytest.mark.parametrize("answer", [hvp, hvp_richardson])
def test_right_products_pass(answer):
    assert CHECKS["check_hvp"](answer)


@pytest.mark.parametrize(("answer", "hint"), WRONG_HVP)
def test_wrong_products_get_their_hint(answer, hint):
    report = CHECKS["check_hvp"](answer)
    assert not report
    assert hint in report.hint


# ---- integrated gradients


def line(x, baseline, places):
    return [baseline + s * (x - baseline) for s in places]


def middles(pieces):
    return (np.arange(pieces) + 0.5) / pieces


def ig(gradient, x, baseline, pieces):
    return (x - baseline) * np.mean(
        [gradient(p) for p in line(x, baseline, middles(pieces))], axis=0
    )


def ig_by_gauss(gradient, x, baseline, pieces):
    """Right to the last digit, with other places than the chapter's."""
    nodes, weights = np.polynomial.legendre.leggauss(5)
    gradients = [gradient(p) for p in line(x, baseline, (nodes + 1) / 2)]
    return (x - baseline) * ((weights / 2) @ np.array(gradients))


def ig_other_path(gradient, x, baseline, pieces):
    """Complete, but along a bent path: first coordinate 0, then the others."""
    corner = baseline.copy()
    corner[0] = x[0]
    return ig(gradient, corner, baseline, pieces) + ig(gradient, x, corner, pieces)


WRONG_IG = [
    (lambda g, x, b, n: ig(g, x, b, n).sum(), "has shape ()"),
    (lambda g, x, b, n: ig(g, x, b, n) / (x - b), "the factor (x - baseline) is missing"),
    (lambda g, x, b, n: ig(g, x, b, n) / (x - b) * x, "the factor is x - baseline, not x"),
    (lambda g, x, b, n: (x - b) * g(x), "gradient times input"),
    (lambda g, x, b, n: (x - b) * ig(g, x, 0 * b, n) / x, "starts at the baseline"),
    (
        lambda g, x, b, n: (x - b) * np.mean([g(p) for p in line(x, b, np.arange(n) / n)], axis=0),
        "the left ends",
    ),
    (
        lambda g, x, b, n: (
            (x - b) * np.mean([g(p) for p in line(x, b, (np.arange(n) + 1) / n)], axis=0)
        ),
        "the right ends",
    ),
    (lambda g, x, b, n: n * ig(g, x, b, n), "sum or mean"),
    (lambda g, x, b, n: 0 * x, "miss completeness"),
    (ig_other_path, "not split as the straight line"),
]


@pytest.mark.parametrize("answer", [ig, ig_by_gauss])
def test_right_attributions_pass(answer):
    assert CHECKS["check_ig"](answer)


@pytest.mark.parametrize(("answer", "hint"), WRONG_IG)
def test_wrong_attributions_get_their_hint(answer, hint):
    report = CHECKS["check_ig"](answer)
    assert not report
    assert hint in report.hint


# ---- Reptile


def inner(phi, gradients, eta):
    theta = phi
    for gradient in gradients:
        theta = theta - eta * gradient(theta)
    return theta


def reptile(phi, gradients, eta, epsilon):
    return (1 - epsilon) * phi + epsilon * inner(phi, gradients, eta)


def reptile_by_moves(phi, gradients, eta, epsilon):
    """The sum of the inner moves, scaled."""
    moved = np.zeros_like(phi)
    for gradient in gradients:
        moved -= eta * gradient(phi + moved)
    return phi + epsilon * moved


def reptile_in_place(phi, gradients, eta, epsilon):
    for gradient in gradients:
        phi -= eta * gradient(phi)
    return phi


WRONG_REPTILE = [
    (reptile_in_place, "phi was changed in place"),
    (lambda phi, g, eta, eps: None, "has shape ()"),
    (lambda phi, g, eta, eps: phi, "nothing has moved"),
    (lambda phi, g, eta, eps: inner(phi, g, eta), "only the part epsilon"),
    (lambda phi, g, eta, eps: phi + eps * (phi - inner(phi, g, eta)), "moved away from the end"),
    (lambda phi, g, eta, eps: phi - eps * eta * sum(f(phi) for f in g), "both gradients"),
    (lambda phi, g, eta, eps: reptile(phi, g, eta, 1 - eps), "changed places"),
    (lambda phi, g, eta, eps: reptile(phi, g[:1], eta, eps), "only the first inner step"),
    (lambda phi, g, eta, eps: reptile(phi, g, 2 * eta, eps), "follow the equation"),
]


@pytest.mark.parametrize("answer", [reptile, reptile_by_moves])
def test_right_starts_pass(answer):
    assert CHECKS["check_reptile"](answer)


@pytest.mark.parametrize(("answer", "hint"), WRONG_REPTILE)
def test_wrong_starts_get_their_hint(answer, hint):
    report = CHECKS["check_reptile"](answer)
    assert not report
    assert hint in report.hint
