"""The descent explorer in Python: paths, regions, words and the picture."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
import traitlets

from nnlib import Adam, Momentum
from nnlib.widgets import DescentExplorer
from nnlib.widgets.descent_math import (
    CREST,
    DEEP,
    SHALLOW,
    SURFACES,
    region_ends,
    region_of,
    spectral_radius,
)
from nnlib.widgets.level_lines import level_lines


def step_matrix(optimizer: str, lr: float, mu: float, curvature: float) -> np.ndarray:
    """Return what one step does to (theta, v) along an eigenvector, read off the optimiser's two lines."""
    velocity = np.array([curvature, mu])  # v' = mu v + g, with g = curvature * theta
    if optimizer == "Nesterov":
        return np.array([np.array([1, 0]) - lr * (np.array([curvature, 0]) + mu * velocity), velocity])  # fmt: skip
    return np.array([np.array([1, 0]) - lr * velocity, velocity])


@pytest.mark.parametrize("optimizer", ["SGD", "Momentum", "Nesterov"])
def test_the_factor_is_the_largest_eigenvalue_of_a_step(optimizer):
    for lr in np.geomspace(1e-3, 0.3, 13):
        for mu in [0.0] if optimizer == "SGD" else [0.0, 0.3, 0.7, 0.95]:
            values = [np.linalg.eigvals(step_matrix(optimizer, lr, mu, c)) for c in (1, 25)]
            expected = np.abs(values).max()
            found = spectral_radius(optimizer, lr, mu, (1, 25))
            assert found == pytest.approx(expected, abs=1e-7)
            steep = values[1]
            name = region_of(optimizer, lr, mu, (1, 25))
            if np.abs(steep).max() > 1 + 1e-9:
                assert name == "diverging"
            elif np.abs(steep.imag).max() > 1e-9:
                assert name == "swinging"
            else:
                leading = steep.real[np.argmax(np.abs(steep))]
                assert name == ("steady" if leading > 0 else "jumping")


def test_the_heavy_ball_converges_below_two_times_one_plus_mu_over_the_curvature():
    for mu in (0.0, 0.4, 0.9):
        assert region_ends("Momentum", mu)[2] == 2 * (1 + mu)
        assert spectral_radius("Momentum", 0.999 * 2 * (1 + mu) / 25, mu, (1, 25)) < 1
        assert spectral_radius("Momentum", 1.001 * 2 * (1 + mu) / 25, mu, (1, 25)) > 1


def test_the_path_is_the_one_that_nnlib_takes():
    explorer = DescentExplorer(x=1, y=1, lr=4 / 36, mu=(4 / 6) ** 2, steps=30)
    place, optimizer = np.array([1.0, 1.0]), Momentum(lr=4 / 36, mu=(4 / 6) ** 2)
    for found in explorer.path()[1:]:
        optimizer.step(place, place * [1, 25])
        assert np.array_equal(found, place)
    assert explorer.losses()[0] == 13
    assert not explorer.diverged()


def test_adam_keeps_its_defaults():
    explorer = DescentExplorer(surface="bowl", optimizer="Adam", lr=0.1, mu=0.3, steps=1)
    place = np.array([-1.6, 0.8])
    Adam(0.1).step(place, place.copy())
    assert np.array_equal(explorer.path()[1], place)


def test_gradients_are_slopes_and_the_lowest_loss_is_zero():
    h = 1e-5
    for surface in SURFACES.values():
        for x, y in [(-1.7, 0.4), (0.3, -1.1), (1.2, 0.9)]:
            slopes = [
                (surface.value(x + h, y, 7) - surface.value(x - h, y, 7)) / (2 * h),
                (surface.value(x, y + h, 7) - surface.value(x, y - h, 7)) / (2 * h),
            ]
            assert surface.gradient(x, y, 7) == pytest.approx(slopes, rel=1e-7)
        assert surface.value(*surface.minimum, 7) == 0
        grid = np.linspace(-2, 2, 201)
        assert surface.value(grid, grid[:, None], 7).min() >= 0


def test_the_two_basins_are_a_quartic_with_two_minima():
    assert [x**3 - x + 0.1 for x in (DEEP, CREST, SHALLOW)] == pytest.approx([0, 0, 0], abs=1e-14)
    x = np.linspace(-2, 2, 9)
    plain = 0.5 * (x**2 - 1) ** 2 + 0.2 * x
    lowest = 0.5 * (DEEP**2 - 1) ** 2 + 0.2 * DEEP
    assert SURFACES["basins"].value(x, 0.5, 1) == pytest.approx(plain - lowest + 0.25)


def test_running_out_of_range_is_said():
    explorer = DescentExplorer(optimizer="SGD", lr=0.1, steps=300)
    assert explorer.diverged()
    assert len(explorer.path()) < 301
    assert "it has run out of range. Region: diverges" in explorer.sentence()


def test_regions_are_for_linear_steps_only():
    with pytest.raises(ValueError, match="for SGD, Momentum and Nesterov, not for Adam"):
        DescentExplorer(optimizer="Adam").region()


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"surface": "moon"}, "'bowl'.*not the str 'moon'"),
        ({"mu": 1.0}, "should not be greater than 0.99"),
        ({"lr": 0.0}, "should not be less than"),
        ({"steps": 0}, "should not be less than"),
    ],
)
def test_bad_settings_are_named(state, words):
    with pytest.raises(traitlets.TraitError, match=words):
        DescentExplorer(**state)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("optimizer", ["SGD", "Nesterov", "Adam"])
def test_the_still_picture_is_whole(surface, optimizer):
    explorer = DescentExplorer(surface=surface, optimizer=optimizer, kappa=100, lr=10, y=1.5)
    for explorer.lr in (10, 0.01):
        picture = ElementTree.fromstring(explorer.still())
        assert picture.get("aria-label") == explorer.sentence()
        assert "nan" not in explorer.html().lower()
        assert len(explorer.html()) < 25_000


def test_level_lines_lie_at_their_level():
    assert level_lines(np.array([[0.0, 1.0], [0.0, 1.0]]), 0.3) == "M0.3 0.0L0.3 1.0"
    assert level_lines(np.array([[0.0, np.nan], [0.0, 1.0]]), 0.3) == ""


def test_the_best_rate_and_momentum_of_the_task():
    explorer = DescentExplorer()

    def radius(k: int, mu: int) -> float:
        explorer.lr, explorer.mu = k / 1000, mu / 100
        return explorer.spectral_radius()

    found = {(k, mu): radius(k, mu) for k in range(60, 160) for mu in range(100)}
    lowest = min(found.values())
    assert lowest == pytest.approx(np.sqrt(0.45))
    assert found[111, 45] == pytest.approx(lowest)
    assert found[111, 44] == pytest.approx(0.742, abs=5e-4)
