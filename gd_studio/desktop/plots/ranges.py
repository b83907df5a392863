"""Ranges of axes: always finite, never empty, and still while the data only creep."""

from __future__ import annotations

import math
from dataclasses import dataclass

Range = tuple[float, float]

_FARTHEST = 1e100
"""Beyond this the painter's arithmetic overflows."""


@dataclass(frozen=True)
class Reach:
    """How far the user can go along an axis: where to, and how far in and out."""

    low: float
    high: float
    narrowest: float
    widest: float

    @classmethod
    def around(cls, home: Range) -> Reach:
        """A thousand homes wide and a millionth of one narrow, at most a thousand away."""
        width = home[1] - home[0]
        middle = home[0] + width / 2
        # Far from zero, numbers that are closer together would be written alike.
        finest = 1e-12 * max(abs(home[0]), abs(home[1]))
        return cls(
            middle - 1000 * width, middle + 1000 * width, max(1e-6 * width, finest), 1000 * width
        )

    def scaled(self, now: Range, factor: float, about: float) -> Range:
        """The range `factor` times as wide, with what is at `about` in its place if possible."""
        width = now[1] - now[0]
        # What a program has shown may be beyond; from there the user gets back, not further.
        least, most = min(self.narrowest, width), max(self.widest, width)
        factor = min(max(factor, least / width), most / width)
        return self._inside(
            now, (about + (now[0] - about) * factor, about + (now[1] - about) * factor)
        )

    def moved(self, now: Range, by: float) -> Range:
        """The range further along the axis."""
        return self._inside(now, (now[0] + by, now[1] + by))

    def _inside(self, now: Range, wanted: Range) -> Range:
        low, high = min(self.low, now[0]), max(self.high, now[1])
        back = max(0.0, low - wanted[0]) - max(0.0, wanted[1] - high)
        return wanted[0] + back, wanted[1] + back


BOUNDLESS = Reach(-_FARTHEST, _FARTHEST, 1.0 / _FARTHEST, _FARTHEST)
"""Where there is nothing to measure by: as far as the painter can follow."""


def sound(low: float, high: float) -> Range | None:
    """The range in order and with a width, or ``None`` where it is not finite."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return None
    low, high = sorted(max(-_FARTHEST, min(_FARTHEST, end)) for end in (low, high))
    if high - low <= 1e-12 * max(abs(low), abs(high)):
        room = 0.05 * max(abs(low), abs(high)) or 0.5
        return low - room, high + room
    return low, high


def padded(low: float, high: float, share: float = 0.05) -> Range | None:
    """The range and `share` of its width on each side."""
    plain = sound(low, high)
    if plain is None:
        return None
    room = share * (plain[1] - plain[0])
    return plain[0] - room, plain[1] + room


def round_end(last: float) -> float:
    """The end of an axis from 0 that holds `last`: a round number at most a third above it.

    It depends on `last` alone, so that an axis that grows moves seldom and by as much as it says.
    """
    last = min(max(last, 10.0), _FARTHEST)
    magnitude = 10.0 ** math.floor(math.log10(last))
    for share in (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0):
        if share * magnitude >= last:
            return share * magnitude
    return 10.0 * magnitude


def with_room(now: Range | None, low: float, high: float) -> Range | None:
    """The range to show for data in ``[low, high]`` that are still growing.

    It stays as it is while it holds the data and is not much too wide; where they leave it, it
    grows by a jump, so that axes are laid out a few times in a run and not at every frame.
    """
    snug = padded(low, high)
    if snug is None or now is None:
        return snug
    span = snug[1] - snug[0]
    if (now[1] - now[0]) > 3.0 * span:
        return snug
    bottom = now[0] if low >= now[0] else low - 0.3 * span
    top = now[1] if high <= now[1] else high + 0.3 * span
    return bottom, top
