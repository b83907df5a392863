"""What an optimizer remembered in the course of a run, by torch's names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from gd_studio.link.arrays import Floats, Integers
from gd_studio.recording.columns import Column


class MemoryRecord:
    """Append-only columns of an optimizer's memory, which may come and go on the way."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[Column[np.int64], Column[Any]]] = {}

    @property
    def names(self) -> tuple[str, ...]:
        """What there is, in the order in which it came: ``exp_avg``, ``exp_avg_sq``, …."""
        return tuple(self._columns)

    def of(self, name: str) -> tuple[Integers, Floats]:
        """Return the steps after which `name` was recorded, ``(q,)``, and it, ``(q, size)``."""
        steps, values = self._columns[name]
        return steps.values, values.values

    @property
    def steps(self) -> Integers:
        """The steps after which anything was recorded, ``(q,)``."""
        every = [steps.values for steps, _ in self._columns.values()]
        if len(every) == 1:
            return every[0]
        return np.unique(np.concatenate(every)) if every else np.empty(0, dtype=np.int64)

    @property
    def nbytes(self) -> int:
        """How much memory its columns take."""
        return sum(steps.nbytes + values.nbytes for steps, values in self._columns.values())

    def at(self, step: int) -> dict[str, Floats]:
        """Return what was recorded right after `step`, by its names, ``(size,)`` each."""
        found = {}
        for name, (steps, values) in self._columns.items():
            row = int(np.searchsorted(steps.values, step))
            if row < len(steps) and steps.values[row] == step:
                found[name] = values.values[row]
        return found

    def append(self, steps: Integers, memory: Mapping[str, Floats]) -> None:
        """Add rows ``(q, size)`` of some names, recorded after `steps`, ``(q,)``."""
        for name, values in memory.items():
            if name not in self._columns:
                self._columns[name] = Column(np.int64), Column(values.dtype.type, values.shape[1:])
            columns = self._columns[name]
            columns[0].append(steps)
            columns[1].append(values)

    def begin_with(self, past: MemoryRecord, step: int) -> None:
        """Take over what was recorded up to `step` in a run that this one branches off."""
        for name in past.names:
            steps, values = past.of(name)
            count = int(np.searchsorted(steps, step, side="right"))
            self.append(steps[:count], {name: values[:count]})
