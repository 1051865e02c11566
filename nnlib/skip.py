"""The skip connection: add the input to what some layers make of it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from nnlib.activations import Array
from nnlib.layers import Layer


class Skip(Layer):
    r"""A block with a way around it, :math:`a_{out} = a_{in} + F(a_{in})`.

    The way around has derivative 1, so a gradient that would vanish inside ``F`` still arrives:
    :math:`\partial\mathcal L/\partial a_{in} = g + J_F^\top g`, :eq:`eq-skip` of chapter 4. That is a node with two
    direct successors, and the sum runs over both. A batch ``(m, n)`` stays ``(m, n)``.
    Source: He, Zhang, Ren and Sun (2016).

    Parameters
    ----------
    *layers : Layer
        The layers of ``F``, in order. The last one must be as wide as the input of the first.

    Raises
    ------
    ValueError
        If there is no layer; when it is put into a `Network`, if the widths differ.

    Examples
    --------
    >>> net = Network(Input(2), Skip(Dense(2)), rng=np.random.default_rng(0))
    >>> net.theta[:] = 0  # now F is zero, and only the way around is left
    >>> print(net.predict([[3.0, 4.0]]))
    [[3. 4.]]
    """

    def __init__(self, *layers: Layer) -> None:
        super().__init__()
        if not layers:
            raise ValueError("Skip needs at least one layer to go around, given none")
        self.layers = list(layers)

    def __repr__(self) -> str:
        return f"Skip({', '.join(map(repr, self.layers))})"

    def parts(self) -> Iterator[Layer]:
        for layer in self.layers:
            yield from layer.parts()

    def connect(self, n_in: int) -> None:
        self.n_in = self.n_out = n = n_in
        for layer in self.layers:
            layer.connect(n)
            n = layer.n_out
        if n != n_in:
            raise ValueError(f"{self!r} adds an output of width {n} to an input of width {n_in}")

    def start(self, rng: np.random.Generator) -> None:
        for layer in self.layers:
            layer.start(rng)

    def forward(self, a_in: Array) -> Array:
        a = a_in
        for layer in self.layers:
            a = layer.forward(a)
        self.a = a_in + a  # (m, n)
        return self.a

    def backward(self, d_a: Array) -> None:
        through = d_a
        for layer in reversed(self.layers):
            layer.backward(through)
            through = layer.d_input()
        self.delta = d_a + through  # (m, n): straight on, and through the layers

    def predict(self, a_in: Array) -> Array:
        a = a_in
        for layer in self.layers:
            a = layer.predict(a)
        return a_in + a
