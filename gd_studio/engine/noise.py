"""Noise on the gradients of a function: what descending on few samples is like."""

from __future__ import annotations

import torch
from torch import Tensor


class GradientNoise:
    """Adds ``scale · randn(size)`` to a gradient, drawn by a generator of its own.

    Parameters
    ----------
    gradients
        The flat vector of all gradients, ``(size,)``, which is added to.
    scale
        The standard deviation; at 0 nothing is drawn.
    seed
        What the generator begins with.
    """

    def __init__(self, gradients: Tensor, scale: float, seed: int) -> None:
        self.scale = scale
        self._gradients = gradients
        self._generator = torch.Generator().manual_seed(seed)
        self._first = self._generator.get_state()

    def add(self) -> None:
        """Add the next noise."""
        gradients = self._gradients
        drawn = torch.randn(len(gradients), generator=self._generator, dtype=gradients.dtype)
        gradients.add_(drawn.mul_(self.scale).to(gradients.device))

    def snapshot(self) -> Tensor | None:
        """Return what the next draws depend on; ``None`` before the first."""
        state = self._generator.get_state()
        return None if torch.equal(state, self._first) else state

    def restore(self, saved: Tensor | None) -> None:
        """Go back to where a snapshot was taken."""
        self._generator.set_state(self._first if saved is None else saved)
