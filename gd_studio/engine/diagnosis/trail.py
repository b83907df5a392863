"""The last steps of a run, taken once more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gd_studio.link.arrays import Doubles

LENGTH = 30
"""How many of a run's last steps are looked at."""


@dataclass(frozen=True)
class Trail:
    """Where a run went in its last n steps.

    Attributes
    ----------
    parameters
        Before the first of them and after each, ``(n + 1, size)``.
    losses, rates
        The loss that each began with, and its learning rate, ``(n,)``.
    """

    parameters: Doubles
    losses: Doubles
    rates: Doubles

    def __len__(self) -> int:
        return len(self.losses)

    @cached_property
    def updates(self) -> Doubles:
        """What each step added, ``(n, size)``."""
        return np.diff(self.parameters, axis=0)

    @property
    def turning(self) -> float:
        """The mean cosine between one update and the next: −1 where each turns back."""
        norms = np.linalg.norm(self.updates, axis=1)
        products = (self.updates[1:] * self.updates[:-1]).sum(axis=1)
        lengths = norms[1:] * norms[:-1]
        if not len(lengths) or not (lengths > 0).all():
            return 0.0
        return float((products / lengths).mean())

    @property
    def middle(self) -> Doubles:
        """Halfway along the last step, ``(size,)``."""
        return np.asarray(self.parameters[-2:].mean(axis=0))

    @property
    def moved(self) -> float:
        """How far apart its ends are."""
        return float(np.linalg.norm(self.parameters[-1] - self.parameters[0]))

    @property
    def last_length(self) -> float:
        """How long the last update was."""
        return float(np.linalg.norm(self.updates[-1])) if len(self) else 0.0
