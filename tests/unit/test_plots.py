"""Figures: drawn from the numbers, in the palette alone, the same bytes every time."""

import io
import re

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.figure import Figure

from nnlib import data, mlp, plots, tanh

RNG = np.random.default_rng


@pytest.fixture(autouse=True)
def _style():
    with mpl.rc_context():
        plots.book_style()
        yield


def svg(figure):
    """Return a figure as the text of an SVG, as a notebook stores it."""
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None})
    return buffer.getvalue()


def draw(kind):
    figure, rng = Figure(), RNG(0)
    x, y = data.moons(30, rng=rng)
    match kind:
        case "loss_curves":
            curves = {"one": [3.0, 2.0, 1.0], "band": [[3.0, 1.0], [2.0, 0.5], [4.0, 0.7]]}
            plots.loss_curves(figure.subplots(), curves)
        case "decision_boundary":
            plots.decision_boundary(figure.subplots(), mlp([2, 4, 1], tanh, rng=rng), x, y)
        case "points":
            plots.points(figure.subplots(), x, y)
        case "images":
            plots.images(figure, data.digits()[0][:10], list("0123456789"), columns=5)
    return figure


EACH = pytest.mark.parametrize("kind", ["loss_curves", "decision_boundary", "points", "images"])


@EACH
def test_only_the_palette_is_used_and_nothing_is_a_bitmap(kind):
    text = svg(draw(kind))
    assert set(re.findall(r"#[0-9a-f]{6}\b", text)) <= set(plots.PALETTE.values())
    assert "<image" not in text


@EACH
def test_the_same_figure_is_the_same_bytes(kind):
    assert svg(draw(kind)) == svg(draw(kind))


def test_loss_curves_draw_the_numbers_given():
    (ax,) = draw("loss_curves").axes
    one, band = ax.lines
    np.testing.assert_array_equal(one.get_xydata(), [[1, 3], [2, 2], [3, 1]])
    np.testing.assert_array_equal(band.get_ydata(), [3, 0.7])  # medians
    edge = ax.collections[0].get_paths()[0].vertices
    assert {edge[:, 1].min(), edge[:, 1].max()} == {0.5, 4}
    assert ax.get_yscale() == "log"
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["one", "band"]
    assert one.get_linestyle() != band.get_linestyle()


def test_the_boundary_is_where_the_logit_is_zero():
    net = mlp([2, 1], tanh, rng=RNG(0))
    net.layers[1].W, net.layers[1].b = [[1.0, 0.0]], [-0.25]  # the line x_1 = 0.25
    x, y = data.moons(40, rng=RNG(0))
    ax = plots.decision_boundary(Figure().subplots(), net, x, y)
    line = ax.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose(line[:, 0], 0.25, atol=1e-9)


def test_classes_differ_in_shape_and_colour():
    (ax,) = draw("points").axes
    assert {line.get_marker() for line in ax.lines} == {"o", "s"}
    assert sum(len(line.get_xdata()) for line in ax.lines) == 30


def test_an_image_has_each_pixel_at_its_place_in_its_shade():
    pixels = np.zeros((8, 8))
    pixels[0, 1], pixels[7, 7], pixels[7, 6] = 1.0, 0.5, 0.5  # the first row is the upper one
    (ax,) = plots.images(Figure(), pixels.reshape(1, 64), ["x"], columns=1).axes
    half, full = ax.patches
    assert (half.get_alpha(), full.get_alpha()) == (0.5, 1.0)
    assert full.get_path().get_extents().bounds == (1, 7, 1, 1)
    assert half.get_path().get_extents().bounds == (6, 0, 2, 1)


def test_wrong_use_is_named():
    with pytest.raises(ValueError, match="one output, given 2"):
        plots.decision_boundary(Figure().subplots(), mlp([2, 2], tanh, rng=RNG(0)), *data.xor())
    with pytest.raises(ValueError, match=r"the classes 0 and 1, given \[-1  1\]"):
        plots.points(Figure().subplots(), np.ones((2, 2)), [-1, 1])  # class -1 would not be seen
    with pytest.raises(ValueError, match=r"expected \(m, 2\)"):
        plots.points(Figure().subplots(), np.ones((3, 3)), np.ones(3))
