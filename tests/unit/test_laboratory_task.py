"""The numbers in the answer to the laboratory's task on cutting the rate, in the chapter "Training"."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nnlib import BinaryCrossEntropy
from nnlib.activations import Array
from nnlib.widgets import TrainingExplorer
from nnlib.widgets.seeded import dataset

CHAPTER = Path(__file__).resolve().parents[2] / "chapters" / "02_training.ipynb"


@pytest.fixture(scope="module")
def answer() -> str:
    """The text of the task and its answer."""
    cells = json.loads(CHAPTER.read_text("utf-8"))["cells"]
    texts = ["".join(cell["source"]) for cell in cells]
    return next(text for text in texts if text.startswith("### Cutting the rate"))


@pytest.fixture(scope="module")
def explorer() -> TrainingExplorer:
    """What the task asks for: run 0 at the rate 3, branches of it at the epochs 100 and 10."""
    explorer = TrainingExplorer(noise=2, batch_size=20, epochs=200, seeds=5, rates=[3])
    explorer.branch(0, 100, lr=0.3)
    explorer.branch(0, 10, lr=0.3)
    return explorer


@pytest.fixture(scope="module")
def losses(explorer: TrainingExplorer) -> list[Array]:
    return [explorer.seed_losses(run) for run in range(3)]


def test_the_cut_lowers_the_median_and_calms_the_curve(answer, losses):
    fast, cut, _ = losses
    at_100, at_105 = np.median(cut[:, 100]), np.median(cut[:, 105])
    assert f"from {at_100:.3f} at epoch 100 to {at_105:.3f} within five epochs" in answer
    swings = fast[:, 150:].std(axis=1)
    assert f"varies by {swings.min():.3f} to {swings.max():.3f} at the rate 3" in answer
    assert "by less than 0.001 on the branch" in answer
    assert cut[:, 150:].std(axis=1).max() < 0.001
    low, high = cut[:, 200].min(), cut[:, 200].max()
    assert f"lie between {low:.3f} and {high:.3f} on the branch" in answer
    assert f"between {fast[:, 200].min():.3f} and {fast[:, 200].max():.3f} without it" in answer
    assert "is sometimes lower than one that has settled" in answer
    assert fast[:, 200].min() < low


def test_a_cut_that_comes_too_early_is_worse(answer, losses):
    early = losses[2][:, 200]
    assert f"median is {np.median(early):.3f} and the highest loss {early.max():.3f}" in answer
    assert np.median(early) > np.median(losses[1][:, 200])


def test_the_noise_ball_shrinks_twentyfold_where_the_curvature_is_largest(answer, explorer):
    net, ((x, y), _) = explorer.network(1, 101), dataset("moons", 200, 2.0)
    loss, theta, h = BinaryCrossEntropy(), net.theta.copy(), 1e-5

    def gradient(place: Array) -> Array:
        net.theta[:] = place
        net.backward(loss.grad(net.forward(x), y))
        return net.grad.copy()

    rows = [
        (gradient(theta + h * e) - gradient(theta - h * e)) / (2 * h) for e in np.eye(theta.size)
    ]
    curvature = np.linalg.eigvalsh(np.array(rows) + np.transpose(rows)).max() / 2
    assert f"\\lambda \\approx {curvature:.2f}" in answer

    def squared_radius(rate: float) -> float:
        return rate / (2 - rate * curvature)

    assert "falls twentyfold" in answer
    assert squared_radius(3) / squared_radius(0.3) == pytest.approx(20, rel=0.05)
