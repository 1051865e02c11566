"""What a training leaves behind: one record an epoch, and all of them as arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from nnlib.activations import Array


@dataclass(frozen=True)
class Record:
    """What happened in one epoch.

    Attributes
    ----------
    epoch : int
        Counted from 1, the first pass through the data.
    loss : float
        Mean over the samples of the loss each had when its batch came by, before that batch's update.
    validation : float or None
        Loss on the validation data after the epoch.
    grad_norm : float
        Euclidean norm of the last batch's gradient.

    Examples
    --------
    >>> Record(epoch=1, loss=0.5, validation=None, grad_norm=2.0).loss
    0.5
    """

    epoch: int
    loss: float
    validation: float | None
    grad_norm: float


class History(list[Record]):
    """Records in a list, with each quantity as an array ``(epochs,)``: ``History(train(...)).loss``.

    Attributes
    ----------
    epoch : ndarray, shape (epochs,)
        As in `Record`, like the next two.
    loss : ndarray, shape (epochs,)
        Training loss.
    grad_norm : ndarray, shape (epochs,)
        Norm of the gradient.

    Examples
    --------
    >>> history = History([Record(1, 0.5, None, 2.0), Record(2, 0.25, 0.75, 1.0)])
    >>> print(history.loss, history.validation)
    [0.5  0.25] [ nan 0.75]
    """

    epoch = property(lambda self: np.array([r.epoch for r in self]))
    loss = property(lambda self: np.array([r.loss for r in self]))
    grad_norm = property(lambda self: np.array([r.grad_norm for r in self]))

    @property
    def validation(self) -> Array:
        """Validation losses ``(epochs,)``; NaN where there was no validation."""
        return np.array([np.nan if r.validation is None else r.validation for r in self])
