"""From a function's values to shares of a colour map, so that a deep valley still shows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class MapScale:
    """A monotone scale: ``log(1 + (value - low) / soft)``, brought to 0..1.

    Attributes
    ----------
    low, high
        The values at both ends.
    soft
        Heights above `low` that are small against it are told apart linearly; infinite for a
        scale that is linear throughout.
    """

    low: float
    high: float
    soft: float

    @classmethod
    def of(cls, values: npt.NDArray[Any]) -> MapScale:
        """The scale on which the lower half of the values takes up more than half the colours."""
        finite = np.asarray(values, dtype=np.float64)
        finite = finite[np.isfinite(finite)]
        if not finite.size:
            return cls(0.0, 1.0, math.inf)
        low, high = float(finite.min()), float(finite.max())
        if not high - low > 1e-12 * max(abs(low), abs(high)):
            room = 0.5 * abs(low) or 0.5
            return cls(low - room, low + room, math.inf)
        # Where soft = m² / (h − 2m), a height m is shown at one half: solve for the median.
        whole, middle = high - low, float(np.median(finite)) - low
        middle = max(middle, 1e-6 * whole)
        soft = middle**2 / (whole - 2 * middle) if whole > 2.2 * middle else math.inf
        return cls(low, high, soft)

    def shares(self, values: npt.NDArray[Any]) -> Floats:
        """Where the values are between the ends, 0..1; NaN where they are not finite."""
        height = (np.asarray(values, dtype=np.float64) - self.low) / (self.high - self.low)
        height = np.where(np.isfinite(height), np.clip(height, 0.0, 1.0), np.nan)
        if math.isfinite(self.soft):
            steep = (self.high - self.low) / self.soft
            height = np.log1p(height * steep) / math.log1p(steep)
        return height.astype(np.float32)

    def value(self, share: float) -> float:
        """The value at a share of the colour map."""
        if math.isfinite(self.soft):
            steep = (self.high - self.low) / self.soft
            share = math.expm1(share * math.log1p(steep)) / steep
        return self.low + share * (self.high - self.low)

    def ticks(self, most: int) -> list[float]:
        """Both ends and round values between them, about `most`, apart enough to be labelled."""
        chosen = [self.low]
        apart = 0.8 / max(1, most)
        last = 0.0
        for value in sorted({_round(self.value(i / (4 * most))) for i in range(4 * most + 1)}):
            at = float(self.shares(np.array([value]))[0])
            if self.low < value < self.high and last + apart <= at <= 1.0 - apart:
                chosen.append(value)
                last = at
        return [*chosen, self.high]


def _round(value: float) -> float:
    """The nearest number of the form 1, 2 or 5 times a power of ten; zero stays."""
    if value == 0 or not math.isfinite(value):
        return 0.0
    magnitude = 10.0 ** math.floor(math.log10(abs(value)))
    nearest = min((1, 2, 5, 10), key=lambda m: abs(math.log(abs(value) / (m * magnitude))))
    return math.copysign(nearest * magnitude, value)
