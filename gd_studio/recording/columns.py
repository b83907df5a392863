"""A growing column of numbers whose appended rows never move under a reader."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import numpy as np
import numpy.typing as npt

T = TypeVar("T", bound=np.generic)

_MOST_SET_ASIDE = 256_000_000
"""Bytes."""


class Column(Generic[T]):
    """An append-only array ``(n, *row_shape)``; appending costs amortised O(rows appended).

    Parameters
    ----------
    dtype
        The type of a number.
    row_shape
        The shape of one row; ``()`` for a plain column.
    expected
        How many rows may come. Room for them is set aside, up to 256 MB, so that a long run is
        not copied from place to place as it grows; memory is only used where rows are written.
    """

    def __init__(self, dtype: type[T], row_shape: tuple[int, ...] = (), expected: int = 0) -> None:
        row_bytes = max(1, int(np.prod(row_shape))) * np.dtype(dtype).itemsize
        rows = max(64, min(expected, _MOST_SET_ASIDE // row_bytes))
        self._array: npt.NDArray[T] = np.empty((rows, *row_shape), dtype=dtype)
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def append(self, rows: npt.NDArray[Any]) -> None:
        """Add `rows`, ``(k, *row_shape)``."""
        length = self._length + len(rows)
        if length > len(self._array):
            # A new array, not resize(): views handed out before stay what they were.
            grown = np.empty(
                (max(length, 2 * len(self._array)), *self._array.shape[1:]), dtype=self._array.dtype
            )
            grown[: self._length] = self._array[: self._length]
            self._array = grown
        self._array[self._length : length] = rows
        self._length = length

    @property
    def nbytes(self) -> int:
        """How much memory the rows take."""
        return self.values.nbytes

    @property
    def values(self) -> npt.NDArray[T]:
        """All rows so far: a read-only view, ``(n, *row_shape)``."""
        view = self._array[: self._length]
        view.flags.writeable = False
        return view

    def keep(self, rows: npt.NDArray[np.intp]) -> None:
        """Let go of all other rows; views handed out before stay what they were."""
        self._array = self._array[rows]
        self._length = len(rows)
