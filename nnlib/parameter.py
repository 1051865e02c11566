"""A parameter: memory that stays where it is, however it is assigned."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nnlib.activations import Array

if TYPE_CHECKING:
    from nnlib.layers import Layer
    from nnlib.network import Network


class Parameter:
    """A layer's parameter: reading gives the view of ``net.theta``, assigning copies into it.

    Without this, ``layer.W = new`` would put another array in the view's place, and the optimiser would go on
    training the old one. The network's vectors ``theta`` and ``grad`` are kept so too, or the layers would go on
    with the old ones.

    Raises
    ------
    ValueError
        If what is assigned has another shape.
    AttributeError
        If the layer is not in a network yet.

    Examples
    --------
    >>> net = mlp([2, 1], identity, rng=np.random.default_rng(0))
    >>> net.layers[1].W = [[5.0, 6.0]]
    >>> print(net.theta)
    [5. 6. 0.]
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, layer: Layer | Network, owner: type | None = None) -> Array:
        try:
            return layer.params[self.name]
        except KeyError:
            raise AttributeError(
                f"{layer!r} has no {self.name} yet: put it into a Network first"
            ) from None

    def __set__(self, layer: Layer | Network, value: Array) -> None:
        view = self.__get__(layer)
        if np.shape(value) != view.shape:
            raise ValueError(
                f"{self.name} of {layer!r} has shape {view.shape}, given {np.shape(value)}"
            )
        view[...] = value
