"""What each step leaves, kept where it was calculated until it is told."""

from __future__ import annotations

import time

import numpy as np

from gd_studio.engine.flat import FlatParameters
from gd_studio.engine.memory import MemoryRows
from gd_studio.engine.rows import Rows, norms_of
from gd_studio.engine.starts import LivingStarts
from gd_studio.link.arrays import Doubles, Floats, Integers
from gd_studio.link.messages import RECORDED_WHOLE, Steps

RECORDED_STARTS = 512_000_000
"""Of a function's points, more than `RECORDED_WHOLE` are recorded in up to this many bytes."""

SNAPSHOT_INTERVAL = 0.25
"""Seconds between the recorded parameters otherwise."""

_MOST_ROWS = 1024
_MOST_NUMBERS = 2_000_000


class Recorder:
    """Room for the steps of one frame; the training loop writes a row of each for every step.

    Parameters
    ----------
    flat
        The run's parameters and gradients.
    starts
        The starts that are still going, where there are several.
    total
        How many steps there will be.
    is_function
        Whether it is a function's points that descend.

    Attributes
    ----------
    capacity
        How many rows there is room for.
    losses, rates, parameters, gradients, memory
        What the loop writes to.
    """

    def __init__(
        self, flat: FlatParameters, starts: LivingStarts | None, total: int, *, is_function: bool
    ) -> None:
        size = flat.size
        self.capacity = max(16, min(_MOST_ROWS, _MOST_NUMBERS // size))
        self.losses = np.empty(self.capacity)
        self.rates = np.empty(self.capacity)
        self.parameters = Rows(flat.values, flat.elements, self.capacity)
        self.gradients = Rows(flat.gradients, flat.elements, self.capacity)
        self.memory = MemoryRows(flat, self.capacity, total)
        self.records_memory = size <= RECORDED_WHOLE
        self._starts = starts
        self._total = total
        self._records_all = size <= RECORDED_WHOLE or (
            is_function and flat.values.element_size() * size * total <= RECORDED_STARTS
        )
        self._last_snapshot = 0.0

    def take(self, taken: int, count: int) -> tuple[Steps, Floats] | None:
        """Make an event of the first `count` rows, cut where they stop being finite.

        Parameters
        ----------
        taken
            How many steps there were before them.

        Returns
        -------
        The event, and the parameters ``(size,)`` after its last step; ``None`` where no row is
        finite.
        """
        parameters = self.parameters.first(count)
        grad_norm = self._grad_norms(count)
        finite = np.isfinite(parameters).all(axis=1) & np.isfinite(grad_norm)
        if not finite.all():
            count = int(finite.argmin())
        if count == 0:
            return None
        step = np.arange(taken + 1, taken + count + 1)
        parameter_steps, kept = self._pick(step, parameters[:count])
        memory_steps, memory = self.memory.take(step)
        steps = Steps(
            step=step,
            loss=self.losses[:count].copy(),
            grad_norm=grad_norm[:count],
            lr=self.rates[:count].copy(),
            parameter_steps=parameter_steps,
            parameters=kept,
            memory_steps=memory_steps,
            memory=memory,
        )
        return steps, parameters[count - 1].copy()

    def _grad_norms(self, count: int) -> Doubles:
        """Norms of the first `count` gradients, ``(count,)``; for many starts their mean."""
        gradients = self.gradients.first(count).astype(np.float64)
        if self._starts is not None:
            return self._starts.mean_norms(gradients)
        return norms_of(gradients)

    def _pick(self, step: Integers, parameters: Floats) -> tuple[Integers, Floats]:
        """Pick the parameters that are recorded: all, or those of the last step now and then."""
        now = time.perf_counter()
        if self._records_all:
            kept = slice(None)
        elif now - self._last_snapshot >= SNAPSHOT_INTERVAL or step[-1] == self._total:
            kept = slice(-1, None)
            self._last_snapshot = now
        else:
            kept = slice(0, 0)
        return step[kept], parameters[kept].copy()
