"""What an optimizer remembers, recorded now and then as a run goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from torch import Tensor

from gd_studio.engine.flat import FlatParameters
from gd_studio.link.arrays import Floats, Integers

MOST_KEPT = 4096
"""About so many steps of a run have their memory recorded, evenly spread."""

Remembered = Sequence[tuple[str, slice, Tensor]]
"""Values by name and by the elements of the flat vector that they belong to."""


class MemoryRows:
    """Room for what an optimizer remembers after each step of a frame.

    Parameters
    ----------
    flat
        The vector whose elements it is remembered of.
    capacity
        How many rows there is room for.
    total
        How many steps the run may take.

    Attributes
    ----------
    stride
        Every so many steps are recorded, a power of two: those that it divides.
    pairs
        ``(target, source)`` each: ``target[i] = source`` records the present values in row i.
    """

    def __init__(self, flat: FlatParameters, capacity: int, total: int) -> None:
        self._shape = (capacity, len(flat.values))
        self._elements = flat.elements.cpu().numpy()
        self._rows: dict[str, Floats] = {}
        self.stride = 1
        while total > self.stride * MOST_KEPT:
            self.stride *= 2
        self.pairs: list[tuple[Any, Any]] = []

    def bind(self, remembered: Remembered) -> None:
        """Record from these tensors from now on: an optimizer may have got others."""
        names = {name for name, _, _ in remembered}
        for name in self._rows.keys() - names:
            del self._rows[name]
        self.pairs = []
        for name, part, values in remembered:
            source: Any = values.detach().cpu().numpy()
            if name not in self._rows:
                self._rows[name] = np.zeros(self._shape, dtype=source.dtype)
            self.pairs.append((self._rows[name][:, part], source))

    def record(self, row: int) -> None:
        """Write the present values into a row."""
        for target, source in self.pairs:
            target[row] = source

    def take(self, step: Integers) -> tuple[Integers, dict[str, Floats]]:
        """Return the steps among those of the first rows that are recorded, and their values."""
        kept = np.flatnonzero(step % self.stride == 0) if self._rows else np.empty(0, np.int64)
        cells = np.ix_(kept, self._elements)
        return step[kept], {name: rows[cells] for name, rows in self._rows.items()}
