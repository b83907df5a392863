"""What each step looks at: all samples, or a batch of them."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor

from gd_studio.engine.data import Part
from gd_studio.experiment import Training


class Batches:
    """Deals the samples of the training part out, epoch after epoch.

    In each epoch the samples are put into their order once and cut into views: a batch of small
    ones costs more to gather than to learn from. Shuffling has a generator of its own, so that
    nothing else that draws numbers changes it.

    Parameters
    ----------
    part
        The training part.
    training
        Says how large batches are, and whether they are shuffled.
    seed
        What the shuffling begins with.

    Attributes
    ----------
    per_epoch
        How many batches there are in an epoch.
    """

    def __init__(self, part: Part, training: Training, seed: int) -> None:
        self._part = part
        self._size = training.batch_size or max(len(part), 1)
        self._shuffles = training.shuffle and training.batch_size is not None
        self._generator = torch.Generator().manual_seed(seed)
        self.per_epoch = training.batches(len(part))
        self._dealt_from = self._generator.get_state()
        self._whole = (part.features, part.targets)
        self._batches: Sequence[tuple[Tensor, Tensor]] = (self._whole,)
        self._next = 0
        if self.per_epoch > 1 or self._shuffles:
            self._deal()

    def take(self) -> tuple[Tensor, Tensor]:
        """Return the features and targets of the next batch."""
        if self.per_epoch == 1 and not self._shuffles:
            return self._whole
        if self._next == self.per_epoch:
            self._deal()
        batch = self._batches[self._next]
        self._next += 1
        return batch

    def current(self) -> tuple[Tensor, Tensor]:
        """Return the batch that was taken last."""
        return self._batches[max(self._next - 1, 0)]

    def resize(self, training: Training) -> None:
        """Begin a new epoch with batches of another size."""
        if self._shuffles and self._next == 0:
            self._generator.set_state(self._dealt_from)  # nothing has been taken of this epoch
        self._size = training.batch_size or max(len(self._part), 1)
        self._shuffles = training.shuffle and training.batch_size is not None
        self.per_epoch = training.batches(len(self._part))
        self._batches = (self._whole,)
        self._next = 0
        self._dealt_from = self._generator.get_state()
        if self.per_epoch > 1 or self._shuffles:
            self._deal()

    def snapshot(self) -> tuple[Tensor, int]:
        """Return what the batches to come depend on."""
        return self._dealt_from, self._next

    def restore(self, saved: tuple[Tensor, int]) -> None:
        """Go back to where a snapshot was taken, with batches of the same size."""
        self._generator.set_state(saved[0])
        if self._shuffles:
            self._deal()
        self._next = saved[1]

    def _deal(self) -> None:
        features, targets = self._whole
        if self._shuffles:
            self._dealt_from = self._generator.get_state()
            order = torch.randperm(len(self._part), generator=self._generator).to(features.device)
            features, targets = features[order], targets[order]
        elif self._batches[0] is not self._whole:
            self._next = 0  # in their order they are cut once and for all
            return
        self._batches = tuple(
            zip(features.split(self._size), targets.split(self._size), strict=True)
        )
        self._next = 0
