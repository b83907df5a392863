"""A curve that grows: its extremes are found once, so that a long run stays cheap to draw."""

from __future__ import annotations

from math import ceil, floor
from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.recording.columns import Column
from gd_studio.recording.decimation import thin_curve

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Floats = npt.NDArray[Any]

_BLOCK = 128

_FAR = 2.0**53
"""Beyond all steps; further than this, a number does not tell its neighbours apart."""


class CurveStore:
    """Values by step, append-only; each is looked at once, however often it is drawn.

    Of every block of 128 values the places of the least and greatest finite one are kept. A wide
    view is drawn from those, a narrow one from the values themselves.
    """

    def __init__(self) -> None:
        self._forget()

    def _forget(self) -> None:
        self.step: Integers = np.empty(0, dtype=np.int64)
        self.value: Doubles = np.empty(0)
        self.not_positive = 0
        """How many values a log scale cannot show."""
        self.not_finite = 0
        """How many values no scale can show."""
        self.has_negative = False
        """Whether a finite value is below zero."""
        self.first: float | None = None
        """The first finite value."""
        self._extremes = Column(np.int64)
        self._blocks = 0
        self._counted = 0

    def update(self, step: Integers, value: Doubles) -> None:
        """Take the whole curve so far, ``(n,)`` each; only what is new costs time."""
        seen = self._counted
        if len(step) < seen or (seen and step[seen - 1] != self.step[seen - 1]):
            self._forget()
            seen = 0
        self.step, self.value = step, value
        fresh = value[seen:]
        self.not_positive += int(np.count_nonzero(fresh <= 0))
        fine = np.isfinite(fresh)
        self.not_finite += int(np.count_nonzero(~fine))
        self.has_negative = self.has_negative or bool((fine & (fresh < 0)).any())
        if self.first is None and fine.any():
            self.first = float(fresh[fine.argmax()])
        self._counted = len(value)
        self._find_extremes()

    def _find_extremes(self) -> None:
        blocks = len(self.value) // _BLOCK
        if blocks == self._blocks:
            return
        first = self._blocks * _BLOCK
        rows = np.asarray(self.value[first : blocks * _BLOCK], dtype=np.float64)
        rows = rows.reshape(-1, _BLOCK)
        fine = np.isfinite(rows)
        least = np.where(fine, rows, np.inf).argmin(axis=1)
        most = np.where(fine, rows, -np.inf).argmax(axis=1)
        places = np.sort(np.stack((least, most), axis=1), axis=1)
        places += first + _BLOCK * np.arange(len(rows))[:, np.newaxis]
        self._extremes.append(places.ravel())
        self._blocks = blocks

    def drawn(self, low: float, high: float, most: int, *, log: bool) -> tuple[Doubles, Doubles]:
        """At most about `most` finite points that look like the curve from step `low` to `high`.

        With `log` the values are log10 of the positive ones.
        """
        begin = max(0, self._place(low) - 1)
        end = min(len(self.step), self._place(high, after=True) + 1)
        if end - begin > 16 * most and end - begin > 4 * _BLOCK:
            first, last = -(-begin // _BLOCK), min(end // _BLOCK, self._blocks)
            places = np.concatenate(
                (
                    np.arange(begin, first * _BLOCK),
                    self._extremes.values[2 * first : 2 * last],
                    np.arange(last * _BLOCK, end),
                )
            )
            x, y = self.step[places], self.value[places]
        else:
            x, y = self.step[begin:end], self.value[begin:end]
        shown = np.isfinite(y) & (y > 0) if log else np.isfinite(y)
        steps, values = x[shown].astype(np.float64), y[shown].astype(np.float64)
        if log:
            values = np.log10(values)
        return _with_extremes(steps, values, *thin_curve(steps, values, most - 2))

    def _place(self, step: float, *, after: bool = False) -> int:
        """Return where the first value is at `step` or later, or only `after` it."""
        near = min(max(step, -_FAR), _FAR)
        # Asked for a number that is not whole, NumPy would turn all steps into such, in a copy.
        if after:
            return int(np.searchsorted(self.step, floor(near), side="right"))
        return int(np.searchsorted(self.step, ceil(near)))

    def at(self, step: float) -> tuple[int, float] | None:
        """The step nearest to `step` and its value; ``None`` outside of the curve."""
        if not len(self.step) or not self.step[0] - 0.5 <= step <= self.step[-1] + 0.5:
            return None
        right = min(self._place(step), len(self.step) - 1)
        left = max(0, right - 1)
        near = left if abs(self.step[left] - step) <= abs(self.step[right] - step) else right
        return int(self.step[near]), float(self.value[near])


def _with_extremes(x: Floats, y: Floats, thin_x: Floats, thin_y: Floats) -> tuple[Floats, Floats]:
    """Put back the least and the greatest value: beside a huge one, a tiny one may be dropped."""
    if len(thin_x) == len(x):
        return thin_x, thin_y
    for place in (int(y.argmin()), int(y.argmax())):
        at = int(np.searchsorted(thin_x, x[place]))
        if at == len(thin_x) or thin_x[at] != x[place]:
            thin_x = np.insert(thin_x, at, x[place])
            thin_y = np.insert(thin_y, at, y[place])
    return thin_x, thin_y
