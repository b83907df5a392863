"""From a function's values to shares of a colour map, so that a deep valley still shows."""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.desktop.plots.numbers import round_step

Floats = npt.NDArray[np.float32]

_FARTHEST = 1e300
"""Differences of numbers beyond this are no numbers any more."""


@dataclass(frozen=True)
class MapScale:
    """A monotone scale: ``log(1 + steep * height)``, brought to 0..1.

    Attributes
    ----------
    low, high
        The values at both ends; a height is a share of the way between them.
    steep
        How much lower heights are stretched; 0 for a linear scale.
    """

    low: float
    high: float
    steep: float = 0.0

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> MapScale:
        """The scale that gives at least half of the colours to the lower half of the values."""
        finite = np.asarray(values, dtype=np.float64)
        finite = np.clip(finite[np.isfinite(finite)], -_FARTHEST, _FARTHEST)
        if not finite.size:
            return cls(0.0, 1.0)
        low, high = float(finite.min()), float(finite.max())
        if high - low <= max(1e-12 * max(abs(low), abs(high)), 1e-300):
            room = max(0.5 * abs(low), 0.5)
            return cls(low - room, low + room)
        # The median's height h is shown at one half where steep = (1 - 2h) / h².
        middle = max((float(np.median(finite)) - low) / (high - low), 1e-6)
        return cls(low, high, (1 - 2 * middle) / middle**2 if middle < 0.45 else 0.0)

    def shares(self, values: npt.NDArray[Any]) -> Floats:
        """Where the values are between the ends, 0..1; NaN where they are not finite."""
        values = np.asarray(values, dtype=np.float64)
        inside = np.clip(values, self.low, self.high)
        height = (inside - self.low) / (self.high - self.low)
        if self.steep:
            height = np.log1p(height * self.steep) / math.log1p(self.steep)
        return np.where(np.isfinite(values), height, np.nan).astype(np.float32)

    def value(self, share: float) -> float:
        """The value at a share of the colour map."""
        if self.steep:
            share = math.expm1(share * math.log1p(self.steep)) / self.steep
        return self.low + share * (self.high - self.low)

    def ticks(self, most: int) -> list[float]:
        """Both ends and round values between them, about `most`, apart enough to be labelled."""
        chosen = [self.low]
        apart = 0.8 / max(1, most)
        last = 0.0
        for value in sorted(self._candidates(most)):
            at = float(self.shares(np.array([value]))[0])
            if self.low < value < self.high and last + apart <= at <= 1.0 - apart:
                chosen.append(value)
                last = at
        return [*chosen, self.high]

    @property
    def digits(self) -> int:
        """How many digits tell values of the scale apart."""
        size = max(abs(self.low), abs(self.high)) / (self.high - self.low)
        return min(8, 2 + max(0, math.ceil(math.log10(size) - 0.3))) if size > 0 else 2

    def _candidates(self, most: int) -> list[float]:
        if not self.steep:
            # As far apart as labels have to be, so that none is left out between two others.
            step = round_step(0.8 / most * (self.high - self.low))
            return [i * step for i in range(math.ceil(self.low / step), int(self.high / step) + 1)]
        values = [self.value(i / (4 * most)) for i in range(4 * most + 1)]
        if max(abs(self.low), abs(self.high)) < 2 * (self.high - self.low):
            return [_round(value) for value in values]
        # All values are about the same: rounded to how far they are from each other.
        # Where the scale is steepest, two of them may be the same number.
        return [
            round(b / step) * step
            for a, b in itertools.pairwise(values)
            if b > a and (step := round_step(b - a))
        ]


def _round(value: float) -> float:
    """The nearest number of the form 1, 2 or 5 times a power of ten; zero stays."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    magnitude = 10.0 ** math.floor(math.log10(abs(value)))
    nearest = min((1, 2, 5, 10), key=lambda m: abs(math.log(abs(value) / (m * magnitude))))
    return math.copysign(nearest * magnitude, value)
