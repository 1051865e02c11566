"""Save a training and go on with it later, bit for bit.

One file holds the parameters, the optimiser's state, the state of the random generators and the history::

    save("run.npz", net, optimizer, rng, history)
    ...
    history = load("run.npz", net, optimizer, rng)  # into objects made as before
    first = len(history) + 1
    history += train(net, loss, optimizer, x, y, epochs=40, first=first, rng=rng)

The file is a zip archive of plain arrays and one JSON text. Reading it runs no code that it may hold, and changes
nothing unless all of it fits.
"""

from __future__ import annotations

import io
import json
import os
import zipfile
from collections.abc import Iterable
from dataclasses import asdict
from operator import methodcaller
from pathlib import Path
from typing import Any

import numpy as np

from nnlib.activations import Array
from nnlib.archive import VERSION, CheckpointError, read_text, read_vector, write_atomically
from nnlib.history import History, Record
from nnlib.network import Network
from nnlib.optimizers import Optimizer

__all__ = ["CheckpointError", "save", "load"]  # noqa: RUF022, as they are read


def save(
    path: str | os.PathLike[str],
    net: Network,
    optimizer: Optimizer,
    rng: np.random.Generator,
    history: Iterable[Record] = (),
) -> None:
    """Write a checkpoint. Whatever happens meanwhile, ``path`` is the old file or the new one, complete.

    A process that is killed meanwhile leaves an unfinished copy beside it; its name begins with a dot.

    Parameters
    ----------
    path : path
        The file; an older one is replaced.
    net, optimizer
        What is trained, and how. The vectors of ``optimizer.state`` have the shape of ``net.theta``, ``(P,)``.
        Of a layer the parameters are saved, and its generator if that is called ``rng``; of an optimiser ``state``
        and the settings that are numbers. What else one of your own keeps, such as running means, is not saved.
    rng : numpy.random.Generator
        The one that `train` draws from.
    history : iterable of Record
        What was recorded so far.

    Examples
    --------
    >>> import tempfile
    >>> from nnlib import checkpoint
    >>> rng = np.random.default_rng(0)
    >>> net, optimizer = mlp([2, 3, 1], tanh, rng=rng), Adam()
    >>> path = tempfile.mkdtemp() + "/run.npz"
    >>> checkpoint.save(path, net, optimizer, rng)
    >>> before = net.theta.copy()
    >>> net.theta[:] = 0
    >>> history = checkpoint.load(path, net, optimizer, rng)
    >>> np.array_equal(net.theta, before), len(history)
    (True, 0)
    """
    vectors = {"theta": net.theta} | _state(optimizer)
    text = {
        "version": VERSION,
        "network": _describe(net),
        "optimizer": type(optimizer).__name__,
        "settings": _settings(optimizer),
        "vectors": list(vectors),
        "generators": [g.bit_generator.state for g in _generators(net, rng)],
        "history": [asdict(record) for record in history],
    }
    to_plain = methodcaller("tolist")  # for NumPy's numbers, and arrays in a generator's state
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("checkpoint.json", json.dumps(text, default=to_plain))
        for name, vector in vectors.items():
            with archive.open(f"{name}.npy", "w") as file:
                np.lib.format.write_array(file, vector, allow_pickle=False)
    write_atomically(Path(path), buffer.getvalue())


def load(
    path: str | os.PathLike[str], net: Network, optimizer: Optimizer, rng: np.random.Generator
) -> History:
    """Put a checkpoint into ``net``, ``optimizer`` and ``rng``, made as they were for `save`; return the history.

    The example of `save` shows both. What was trained goes on as if it had never stopped, bit for bit.

    Raises
    ------
    CheckpointError
        If the file is damaged or does not fit. Then nothing was changed.
    OSError
        If it cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> from nnlib import checkpoint
    >>> rng, path = np.random.default_rng(0), tempfile.mkdtemp() + "/run.npz"
    >>> checkpoint.save(path, mlp([2, 3, 1], tanh, rng=rng), Adam(), rng)
    >>> try:
    ...     checkpoint.load(path, mlp([2, 3, 1], relu, rng=rng), Adam(), rng)
    ... except checkpoint.CheckpointError as error:
    ...     print("relu" in str(error))
    True
    """
    generators = _generators(net, rng)
    with Path(path).open("rb") as file:
        try:
            with zipfile.ZipFile(file) as archive:
                text = read_text(archive)
                _compare(text, net, optimizer, generators)
                vectors = {name: read_vector(archive, name, net.theta) for name in text["vectors"]}
            history = History(_record(values) for values in text["history"])
            states = list(zip(generators, text["generators"], strict=True))
            for generator, state in states:  # a trial on new ones: a state that does not fit raises
                type(generator.bit_generator)().state = state
        except CheckpointError:
            raise
        except Exception as error:  # zipfile, json and numpy raise many kinds, an OSError too
            raise CheckpointError(f"{path} is not a checkpoint, or is damaged: {error}") from error
    # Everything was read and fits: from here on nothing can fail.
    net.theta[:] = vectors.pop("theta")
    vars(optimizer).update(text["settings"])
    for name in optimizer.state:
        vars(optimizer).pop(name, None)
    vars(optimizer).update(vectors)
    for generator, state in states:
        generator.bit_generator.state = state
    return history


def _describe(net: Network) -> dict[str, Any]:
    """Return what must agree for the parameters of one network to make sense in another."""
    return {"layers": [repr(layer) for layer in net.layers], "dtype": net.dtype.name}


def _state(optimizer: Optimizer) -> dict[str, Array]:
    """Return the optimiser's state vectors; none before its first step."""
    return {name: vars(optimizer)[name] for name in optimizer.state if name in vars(optimizer)}


def _settings(optimizer: Optimizer) -> dict[str, float]:
    """Return the optimiser's numbers: its rate as it is now, its other settings, its count of steps."""
    return {key: value for key, value in vars(optimizer).items() if isinstance(value, (int, float))}


def _generators(net: Network, rng: np.random.Generator) -> list[np.random.Generator]:
    """Return every generator that training draws from, each once: a Dropout may have its own."""
    parts = (part for layer in net.layers for part in layer.parts())
    found = [rng, *(part.rng for part in parts if hasattr(part, "rng"))]
    return list({id(generator): generator for generator in found}.values())


def _record(values: dict[str, float | None]) -> Record:
    if not all(value is None or isinstance(value, (int, float)) for value in values.values()):
        raise CheckpointError(f"the history holds {values}, expected numbers")
    return Record(**values)  # type: ignore[arg-type]


def _compare(
    text: dict[str, Any],
    net: Network,
    optimizer: Optimizer,
    generators: list[np.random.Generator],
) -> None:
    """Raise unless the file belongs to such a network and such an optimiser."""
    expected = {
        "network": _describe(net),
        "optimizer": type(optimizer).__name__,
        "settings": sorted(_settings(optimizer)),
        "generators": [type(g.bit_generator).__name__ for g in generators],
    }
    given = text | {
        "settings": sorted(text["settings"]),
        "generators": [state["bit_generator"] for state in text["generators"]],
    }
    for key, value in expected.items():
        if given[key] != value:
            raise CheckpointError(f"the file's {key} is {given[key]}, expected {value}")
    if text["vectors"] not in (["theta"], ["theta", *optimizer.state]):
        raise CheckpointError(f"the file holds the vectors {text['vectors']}")
    if not all(isinstance(value, (int, float)) for value in text["settings"].values()):
        raise CheckpointError(f"the file's settings are {text['settings']}, expected numbers")
