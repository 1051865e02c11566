"""What a reader makes by hand in the training explorer: points drawn in the plane, and weights set."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import traitlets as t
from numpy.typing import ArrayLike

from nnlib import checks
from nnlib.data import Data
from nnlib.network import Network
from nnlib.widgets import drawn as drawing
from nnlib.widgets import edited as editing
from nnlib.widgets import runs
from nnlib.widgets.explorer import Explorer


class ByHand(Explorer):
    """The part of the training explorer that has to do with points and weights made by hand.

    Attributes
    ----------
    drawn : str
        The points drawn by hand, three letters each; `draw` writes them, `data` reads them.
    pen : str
        What a press in the plane does while one draws: ``"0"`` or ``"1"`` puts a point of that class, ``"erase"``
        removes one.
    edited : str
        The weights set by hand, in base64; `edit` writes them, ``network()`` reads them.
    show_network : bool
        Whether the network is unfolded, unit by unit.
    picked : str
        The part of the network that is looked at: ``"2.1"`` is unit 1 of layer 2, ``"2.1.3"`` its weight from unit 3,
        ``"2.1.b"`` its bias; empty for none.
    show_held : bool
        Whether the points held out are drawn on the plane.
    """

    drawn = t.Unicode("").tag(sync=True)
    pen = t.Enum(("0", "1", "erase"), "0").tag(sync=True)
    edited = t.Unicode("").tag(sync=True)
    show_network = t.Bool(False).tag(sync=True)
    picked = t.Unicode("").tag(sync=True)
    show_held = t.Bool(False).tag(sync=True)

    # Traits of the explorer.
    dataset: Any
    hidden: Any
    activation: Any
    start: Any
    selected: Any
    epoch: Any
    given: Any

    def settings(self) -> dict[str, Any]:
        """Return the settings of the next run, as ``runs`` holds them."""
        raise NotImplementedError

    @t.validate("drawn", "edited")
    def _can_be_read(self, proposal: Any) -> str:
        name = proposal["trait"].name
        try:
            {"drawn": drawing.decode, "edited": editing.decode}[name](proposal["value"])
        except ValueError as error:
            raise t.TraitError(f"{name} is {error}") from None
        return proposal["value"]

    @t.observe("hidden")
    def _other_network(self, change: Any) -> None:
        """Weights set by hand are those of one network: another one starts at random again."""
        if self.start == "edited" and not fits(self.edited, self.hidden):
            self.start = "random"

    def data(self) -> Data:
        """Return the points ``(m, 2)`` and classes ``(m, 1)`` that the next run trains on."""
        return runs.points(self.settings(), self.given)[0]

    def draw(self, x: ArrayLike, y: ArrayLike) -> None:
        """Draw these points, as if by hand, and make them the data of the next run.

        Parameters
        ----------
        x : array_like
            Points ``(m, 2)``, at most 100, in the plane from -2 to 2. They are moved to the nearest multiples of 0.02.
        y : array_like
            Their classes 0 or 1, ``(m, 1)``.
        """
        text = drawing.encode(*given_points(x, y))
        with self.hold_trait_notifications():
            self.drawn, self.dataset, self.selected, self.epoch = text, "drawn", -1, 0

    def edit(self, net: Network) -> None:
        """Set the weights by hand: the next run starts from those of ``net``, and the screen shows them.

        Raises
        ------
        ValueError
            If it is not such a network as the explorer trains: two inputs, up to four hidden layers with one
            activation, one output without, and at most 128 parameters.
        """
        names = plane_network(net)["activations"]
        if len(names) > 5 or names[-1] != "identity" or len(set(names[:-1])) > 1:
            raise ValueError(
                "the explorer edits networks with one activation in up to four hidden layers and none after the "
                f"output, given {net!r}"
            )
        with self.hold_trait_notifications():
            self.edited, self.hidden = editing.encode(net.theta), net.sizes[1:-1]
            self.activation = names[0] if len(names) > 1 else self.activation
            self.start, self.selected, self.epoch = "edited", -1, 0


def fits(edited: str, hidden: list[int]) -> bool:
    """Return whether weights set by hand are those of a network with these hidden widths."""
    count = sum(n * (m + 1) for m, n in pairwise([2, *hidden, 1]))
    return len(editing.decode(edited)) == count


def refuse_unmade(run: dict[str, Any]) -> None:
    """Raise a TraitError for a run on drawn points, or from edited weights, that does not have them."""
    if run.get("start") == "edited" and not fits(run.get("edited", ""), run["hidden"]):
        raise t.TraitError(f"the weights set by hand do not fit the hidden widths: {run}")
    if run.get("dataset") == "drawn" and not run.get("drawn"):
        raise t.TraitError(f"there are no drawn points to train on: {run}")


def given_points(x: ArrayLike, y: ArrayLike) -> Data:
    """Return points ``(m, 2)`` and classes ``(m, 1)`` as arrays, or raise a ValueError that says what is wrong."""
    x = checks.matrix(x, 2, "x", np.dtype(float))
    y = np.asarray(y, dtype=float)
    checks.finite(x, "x")
    if y.shape != (len(x), 1):
        raise ValueError(
            f"y has shape {y.shape}, expected ({len(x)}, 1): one class for each row of x"
        )
    if not np.isin(y, (0.0, 1.0)).all():
        raise ValueError(
            f"the classes in y must be 0 or 1, given values from {y.min()} to {y.max()}"
        )
    return x, y


def plane_network(net: Network) -> dict[str, Any]:
    """Return a network's widths and activations, or raise a ValueError if it is no map of the plane to a number."""
    if net.sizes[0] != 2 or net.sizes[-1] != 1:
        raise ValueError(
            "TrainingExplorer draws the plane: it expects a network with 2 inputs and 1 output, "
            f"given one with {net.sizes[0]} and {net.sizes[-1]}"
        )
    return runs.describe_network(net)
