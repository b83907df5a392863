"""Which of many starts are still going, and where the others came to a halt."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from gd_studio.engine.flat import FlatParameters
from gd_studio.engine.rows import norms_of
from gd_studio.link.arrays import Doubles

_NAMED = 5
"""How many diverged starts a sentence names before it only counts them."""


class LivingStarts:
    """Keeps a start that diverges at its last finite point, so that the others can go on.

    Parameters
    ----------
    n_starts
        How many points there are.
    flat
        Their coordinates and gradients, ``(n_starts · n_variables,)``.

    Attributes
    ----------
    lost
        The step at which each diverged start was lost, by its index.
    mean_loss
        The mean loss of the living, as of the last ``before_step``.
    """

    def __init__(self, n_starts: int, flat: FlatParameters) -> None:
        self._positions = flat.values.view(n_starts, -1)
        self._gradients = flat.gradients.view(n_starts, -1)
        self._kept = self._positions.clone()
        self._alive = torch.ones(n_starts, dtype=torch.bool, device=self._positions.device)
        self.lost: dict[int, int] = {}
        self.mean_loss = np.nan

    @property
    def any_alive(self) -> bool:
        """Whether a start is left."""
        return len(self.lost) < len(self._alive)

    def before_step(self, losses: Tensor, step: int) -> None:
        """Lose the starts whose loss ``(n_starts,)`` or gradient is not finite."""
        self._lose(~(losses.isfinite() & self._gradients.isfinite().all(dim=1)), step)
        self._gradients[~self._alive] = 0.0
        if self.any_alive:
            self.mean_loss = losses[self._alive].double().mean().item()
        self._kept.copy_(self._positions)

    def after_step(self, step: int) -> None:
        """Lose the starts whose new position is not finite, and hold all that are lost."""
        self._lose(~self._positions.isfinite().all(dim=1), step)
        torch.where(self._alive[:, None], self._positions, self._kept, out=self._positions)

    def mean_norms(self, gradients: Doubles) -> Doubles:
        """From rows of gradients to the mean norm over the starts that move, ``(rows,)``."""
        rows = gradients.reshape(len(gradients), *self._gradients.shape)
        norms = norms_of(rows)
        moving = np.maximum((norms > 0).sum(axis=1), 1)
        means: Doubles = norms.sum(axis=1) / moving
        return means

    def describe_lost(self) -> str:
        """Say which starts diverged, and when."""
        named = [f"start {i + 1} at step {step}" for i, step in self.lost.items()][:_NAMED]
        rest = len(self.lost) - len(named)
        listed = ", ".join(named) + (f" and {rest} more" if rest else "")
        return f"{len(self.lost)} of {len(self._alive)} starts diverged: {listed}."

    def snapshot(self) -> tuple[Tensor, Tensor, dict[int, int], float]:
        """Return what the next steps depend on."""
        return self._kept.clone(), self._alive.clone(), dict(self.lost), self.mean_loss

    def restore(self, saved: tuple[Tensor, Tensor, dict[int, int], float]) -> None:
        """Go back to where a snapshot was taken."""
        kept, alive, lost, self.mean_loss = saved
        self._kept.copy_(kept)
        self._alive.copy_(alive)
        self.lost = dict(lost)

    def _lose(self, gone: Tensor, step: int) -> None:
        for index in (gone & self._alive).nonzero().flatten().tolist():
            self.lost[index] = step
            self._alive[index] = False
