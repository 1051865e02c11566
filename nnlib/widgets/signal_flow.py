"""The signal flow explorer: sizes of activations and error signals in a deep network with random weights."""

from __future__ import annotations

import numpy as np
import traitlets as t

from nnlib.activations import ACTIVATIONS, Array
from nnlib.network import Network
from nnlib.widgets.explorer import Explorer
from nnlib.widgets.picture import BLUE, GREY, ORANGE, Panel, drawing, label
from nnlib.widgets.signal_math import (
    RULES,
    end_to_end,
    expected_factors,
    flow,
    layer_sizes,
    measured_factors,
    singular_values,
)
from nnlib.widgets.words import activation_text, number_text


class SignalFlowExplorer(Explorer):
    """What flows through a deep network before the first step of training, forward and backward.

    Attributes
    ----------
    depth, width : int
        Layers, from 2 to 30, and units in each: 4, 8, 16 or 32.
    activation : str
        A name in `nnlib.ACTIVATIONS`; the same in all layers.
    rule : str
        Initial weights: ``"zeros"``, ``"small"`` for a normal of deviation 0.01, ``"pytorch"`` for the uniform of
        ``nn.Linear``, ``"glorot"``, ``"he"``, ``"orthogonal"``, or ``"gain"`` for a normal of deviation
        gain / sqrt(width).
    gain : float
        The gain of the last two rules, from 0.02 to 4.
    lr : float
        The learning rate of the update that is compared with the weights, from 1e-4 to 1.
    seed : int
        Of the random numbers, from 0 to 999.

    Examples
    --------
    >>> explorer = SignalFlowExplorer(activation="relu", rule="he", depth=30)
    >>> {name: round(factor, 2) for name, factor in explorer.expected().items()}
    {'forward': 1.0, 'backward': 1.0}
    >>> SignalFlowExplorer(rule="orthogonal", activation="identity").singular_values().round(12).tolist()[:3]
    [1.0, 1.0, 1.0]
    """

    kind = "signal_flow"
    controls = ("activation", "rule", "width", "depth", "gain", "lr", "seed")

    depth = t.Int(20, min=2, max=30).tag(sync=True)
    width = t.Enum((4, 8, 16, 32), 32).tag(sync=True)
    activation = t.Enum(tuple(ACTIVATIONS), "tanh").tag(sync=True)
    rule = t.Enum(tuple(RULES), "glorot").tag(sync=True)
    gain = t.Float(1.0, min=0.02, max=4).tag(sync=True)
    lr = t.Float(0.01, min=1e-4, max=1).tag(sync=True)
    seed = t.Int(1, min=0, max=999).tag(sync=True)

    def network(self) -> Network:
        """Return the network with the batch in its layers: ``layer.a``, ``layer.delta``, ``layer.grads``."""
        return flow(
            self.activation,
            self.depth,
            self.width,
            RULES[self.rule],
            self.effective_gain(),
            self.seed,
        )

    def effective_gain(self) -> float:
        """Return sqrt(n Var W) of the rule."""
        return RULES[self.rule].gain(self.width, self.gain)

    def sizes(self) -> dict[str, Array]:
        """Return ``"activation"``, ``"spread"``, ``"error"`` and ``"update"`` by layer; see `layer_sizes`."""
        return layer_sizes(self.network(), self.lr)

    def measured(self) -> dict[str, float]:
        """Return by how much a layer multiplies: ``"forward"``, ``"spread"`` and ``"backward"``."""
        return measured_factors(self.sizes())

    def expected(self) -> dict[str, float]:
        """Return what theory expects of wide layers: ``"forward"`` and ``"backward"``."""
        return expected_factors(ACTIVATIONS[self.activation], self.depth, self.effective_gain())

    def singular_values(self) -> Array:
        """Return the singular values of the Jacobian of z(L) with respect to z(1), for one sample, ``(width,)``."""
        return singular_values(end_to_end(self.network()))

    def sentence(self) -> str:
        """Say what the explorer shows."""
        net = self.network()
        sizes = layer_sizes(net, self.lr)
        factors = {way: number_text(factor, 2) for way, factor in measured_factors(sizes).items()}
        first, last = sizes["error"][0], sizes["error"][-1]
        share = float(first / last) if last > 0 else 0.0
        singular = singular_values(end_to_end(net))
        spectrum = "The whole Jacobian is zero."
        if singular[0] > 0:
            near = int((singular > singular[0] / 10).sum())
            spectrum = (
                f"Of the {self.width} singular values of the whole Jacobian the largest is "
                f"{number_text(float(singular[0]), 2)}, and {near} {'lies' if near == 1 else 'lie'} "
                "within a factor of 10 of it."
            )
        name = activation_text(self.activation)
        return (
            f"{name}, {self.depth} layers of {self.width} units, {RULES[self.rule].text} "
            f"(gain {number_text(self.effective_gain(), 3)}). A layer multiplies activations by {factors['forward']}, "
            f"differences between samples by {factors['spread']}, and error signals on their way back by "
            f"{factors['backward']}. The first layer’s error signal is {number_text(share, 2)} of the last’s: "
            f"{_verdict(share)}. {spectrum}{self._update_text(sizes)}"
        )

    def _update_text(self, sizes: dict[str, Array]) -> str:
        if self.rule == "zeros":
            return ""  # no share of nothing
        first, last = (number_text(float(sizes["update"][layer]), 2) for layer in (0, -1))
        return (
            f" A step with the rate {number_text(self.lr, 3)} changes the first layer’s weights by {first} of their "
            f"size, the last’s by {last}."
        )

    def still(self) -> str:
        """Return the sizes by layer, and the factor of a layer against the gain, as SVG."""
        sizes = self.sizes()
        return drawing(700, 320, self._layers(sizes) + self._factors(sizes), self.sentence())

    def _layers(self, sizes: dict[str, Array]) -> list[str]:
        kinds = {"activation": (BLUE, ""), "spread": (GREY, "3 3"), "error": (ORANGE, "8 3")}
        values = np.concatenate([sizes[kind] for kind in kinds])
        positive = values[values > 1e-60]
        low, high = (positive.min(), positive.max()) if positive.size else (0.1, 10.0)
        bottom, top = 10 ** np.floor(np.log10(low)), 10 ** np.ceil(np.log10(high))
        panel = Panel(
            60, 10, 276, 240, (0.5, self.depth + 0.5), (bottom, max(top, 10 * bottom)), "y"
        )
        ends = {end: number_text(float(end)) for end in panel.y}
        ticks: dict[float, str] = {1: "1", self.depth: str(self.depth)}
        number = np.arange(1, self.depth + 1)
        parts = panel.frame(ticks, ends, "layer", "size")
        parts += [
            panel.curve(number, sizes[k], colour, dash) for k, (colour, dash) in kinds.items()
        ]
        key = "Solid: activations. Dashed: error signals. Dotted: how far samples differ. Discs: measured."
        return [*parts, label(350, 312, key)]

    def _factors(self, sizes: dict[str, Array]) -> list[str]:
        panel = Panel(396, 10, 290, 240, (0.02, 4), (0.01, 5), "xy")
        ticks: dict[float, str] = {0.1: "0.1", 1: "1"}
        gains = np.geomspace(0.02, 4, 61)
        f = ACTIVATIONS[self.activation]
        theory = [expected_factors(f, self.depth, float(gain)) for gain in gains]
        measured = measured_factors(sizes)
        gain = max(self.effective_gain(), 0.02)
        parts = panel.frame(ticks, ticks | {0.01: "0.01"}, "gain", "factor of a layer")
        parts.append(panel.curve([0.02, 4], [1, 1], GREY, "", 1.4))
        for way, (colour, dash) in {"forward": (BLUE, ""), "backward": (ORANGE, "8 3")}.items():
            parts.append(panel.curve(gains, [factors[way] for factors in theory], colour, dash))
            parts.append(panel.dot(gain, measured[way], colour))
        return parts


def _verdict(share: float) -> str:
    if share == 0:
        return "no error signal arrives"
    if share < 0.01:
        return "it vanishes"
    return "it explodes" if share > 100 else "it keeps its size, within a factor of 100"
