"""The instant checks of the chapter "Outlook": wrong answers get the hint that fits, right ones pass in any style."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from tests.notebooks.chapter_names import names_of

THIRD = 1 / 3


CHECKS = names_of("07_outlook")


def said(name, *args, **mine):
    """Return the lines that a check prints, in their order."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        CHECKS[name](*args, **mine)
    return printed.getvalue().splitlines()


# ---- numbers, by hand and measured

RIGHT = {
    "check_stay": {"sharpness": 8.5, "rate": 2 / 8.5, "smallest": 4, "limit": 0.5},
    "check_attribution": {"ig_1": 5, "ig_2": 1, "factor": 2},
    "check_price": {"alpha": THIRD, "examples": 512_000, "hours": 8400},
    "check_width": {"two": 0.62, "three": 0.99, "error": 0.04854},
}
SLIPS = [
    ("check_stay", "sharpness", 4.25, "no 1/2"),
    ("check_stay", "sharpness", 8, "the trace"),
    ("check_stay", "rate", 1 / 8.5, "the border is 2/sharpness"),
    ("check_stay", "rate", None, "no number yet"),
    ("check_stay", "smallest", 2, "the factor in front"),
    ("check_stay", "limit", 0.25, "not 1/sharpness"),
    ("check_attribution", "ig_1", 10, "must be averaged"),
    ("check_attribution", "ig_1", 2.5, "multiplied by x1"),
    ("check_attribution", "ig_2", 2, "gradient times input"),
    ("check_attribution", "factor", 0.5, "which one is right"),
    ("check_price", "alpha", 3, "turn the fraction over"),
    ("check_price", "alpha", -THIRD, "alpha is positive"),
    ("check_price", "examples", 64_000, "two halvings"),
    ("check_price", "hours", 512_000 / 60, "are there already"),
    ("check_price", "hours", 504_000, "minutes"),
    ("check_price", "hours", 1, "too small"),
    ("check_width", "two", 0.8, "take 100"),
    ("check_width", "two", 0.38, "the share that fails"),
    ("check_width", "three", 0.62, "is the width used"),
    ("check_width", "error", 0.4854, "the number of runs"),
    ("check_width", "error", 0.62 * 0.38 / 100, "take the root"),
]


@pytest.mark.parametrize("name", RIGHT)
def test_right_numbers_pass(name):
    rounded = {key: round(value, 4) for key, value in RIGHT[name].items()}
    for mine in (RIGHT[name], rounded):
        assert [line.split()[1:2] for line in said(name, **mine)] == [["ok:"]] * len(mine)


def test_large_numbers_may_come_from_a_rounded_exponent():
    alpha = 0.3333
    examples = 8000 * 4 ** (1 / alpha)
    mine = {"alpha": alpha, "examples": examples, "hours": (examples - 8000) / 60}
    assert all(" ok: " in line for line in said("check_price", **mine))


@pytest.mark.parametrize(("name", "key", "value", "hint"), SLIPS)
def test_a_slip_gets_its_hint(name, key, value, hint):
    lines = said(name, **RIGHT[name] | {key: value})
    place = list(RIGHT[name]).index(key)
    assert hint in lines[place]
    assert [" ok: " in line for line in lines] == [k != place for k in range(len(lines))]


# ---- the same function with other weights


def rescaler(hidden, bias, output, output_bias=0.0):
    """Multiply weights and biases by these powers of a."""

    def answer(net, a):
        net.layers[1].W *= a**hidden
        net.layers[1].b *= a**bias
        net.layers[2].W *= a**output
        net.layers[2].b *= a**output_bias

    return answer


def rescale_by_new_arrays(net, a):
    first, second = net.layers[1:]
    first.W, first.b, second.W = first.W * a, a * first.b, second.W / a
    return net


@pytest.mark.parametrize("answer", [rescaler(1, 1, -1), rescale_by_new_arrays])
def test_right_rescalings_pass(answer):
    assert all(" ok: " in line for line in said("check_rescale", answer, growth=3.96))


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (rescaler(0, 0, 0), "nothing has changed"),
        (rescaler(1, 0, -1), "the bias of the hidden layer"),
        (rescaler(-1, -1, 1), "should become a times as large"),
        (rescaler(1, 1, 0), "divide W of the output"),
        (rescaler(1, 1, -1, -1), "the bias of the output"),
        (rescaler(1, 1, -2), "the outputs have changed"),
    ],
)
def test_wrong_rescalings_get_their_hint(answer, hint):
    function, growth = said("check_rescale", answer, growth=4)
    assert hint in function
    assert "not yet" in function
    assert "ok" in growth


@pytest.mark.parametrize(("growth", "hint"), [(2, "faster than a"), (16.2, "too large")])
def test_a_wrong_growth_gets_its_hint(growth, hint):
    assert hint in said("check_rescale", rescaler(1, 1, -1), growth=growth)[1]


# ---- the rank correlation of two maps


def test_ranks_share_the_mean_of_equal_values():
    values = np.array([[0.5, 0.0, -2.0, 0.0, 0.0]])
    assert CHECKS["ranks"](values).tolist() == [[5, 3, 1, 3, 3]]


def test_blank_pixels_alone_make_no_two_maps_alike():
    rng = np.random.default_rng(7)
    blank = rng.random((300, 64)) < 0.5
    a, b = (np.where(blank, 0, rng.normal(size=(300, 64))) for _ in range(2))
    assert abs(CHECKS["rank_correlation"](a, b)) < 0.04  # four standard errors
    assert CHECKS["rank_correlation"](a, 2 * a) == pytest.approx(1)
    assert CHECKS["rank_correlation"](a, -a) == pytest.approx(-1)


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
    (lambda g, theta, v: 0 * v, "not written yet"),
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
    (lambda g, x, b, n: 0 * x, "not written yet"),
    (lambda g, x, b, n: ig(g, x, b, n) / 2, "miss completeness"),
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
