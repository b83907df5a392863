"""Holding a run to a number of steps a second."""

from __future__ import annotations

import time

UNLIMITED = 1 << 62
"""More steps than any run has."""


class Pace:
    """Says how many steps are due.

    Parameters
    ----------
    steps_per_second
        The limit; ``None`` for none.
    """

    def __init__(self, steps_per_second: float | None) -> None:
        self._rate = steps_per_second
        self.restart()

    def restart(self) -> None:
        """Begin anew: a step is due now, and none from before."""
        self._next = time.monotonic()

    def due(self) -> int:
        """How many steps may be taken now."""
        if self._rate is None:
            return UNLIMITED
        late = time.monotonic() - self._next
        return max(0, int(late * self._rate) + 1) if late >= 0 else 0

    def took(self, steps: int) -> None:
        """Note that `steps` were taken."""
        if self._rate is not None:
            # What a slow machine could not keep up with is forgotten, not run after.
            self._next = max(self._next + steps / self._rate, time.monotonic() - 0.1)

    @property
    def wait(self) -> float:
        """Seconds until the next step is due."""
        return max(0.0, self._next - time.monotonic())
