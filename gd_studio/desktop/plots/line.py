"""A line of a plot whose values grow: where it is, and which of them should be in view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from gd_studio.desktop.plots.curve_store import CurveStore, Doubles
from gd_studio.desktop.plots.ranges import Range, Reach, round_end
from gd_studio.desktop.plots.stroke import Stroke

_DIVERGED = 1000.0
"""A run that is so many times as high as where it began has diverged; no more of it is in view."""

_BESIDE = 3.0
"""On a linear scale, so much of it: with all of the thousand, other runs would still be flat."""

_RARE = 0.05
"""On a log scale, this share of a noisy line's values, the lowest, may be out of view."""

_SAMPLE = 4_000


@dataclass(eq=False)
class Line:
    """The values of a line, and the stroke that shows them.

    Attributes
    ----------
    unit
        How many steps make one of the x axis.
    is_noisy
        Whether single values jump, as those of batches do.
    """

    stroke: Stroke
    store: CurveStore = field(default_factory=CurveStore)
    unit: int = 1
    is_noisy: bool = False
    has_diverged: bool = False

    @property
    def ends(self) -> Range:
        """Where on the x axis the first and the last value are; there has to be one."""
        return float(self.store.step[0]) / self.unit, float(self.store.step[-1]) / self.unit

    def at(self, x: float) -> tuple[int, float] | None:
        """The step nearest to a place of the x axis and its value; ``None`` outside of the line."""
        return self.store.at(x * self.unit)

    def drawn(self, low: float, high: float, most: int, *, log: bool) -> tuple[Doubles, Doubles]:
        """At most about `most` points that look like the line from `low` to `high` of the x axis.

        With `log` the values are log10 of the positive ones.
        """
        x, y = self.store.drawn(low * self.unit, high * self.unit, most, log=log)
        return (x if self.unit == 1 else x / self.unit), y

    def draw(self, shown: tuple[Range, Range], most: int, *, log: bool) -> bool:
        """Hand the stroke what is in view, with at most `most` points; tell if it was cut off."""
        (left, right), values = shown
        x, y = self.drawn(left, right, most, log=log)
        kept = within_reach(y, values)
        self.stroke.set_points(x, kept)
        return kept is not y

    def newest(self, low: float, high: float, most: int, *, log: bool) -> tuple[Doubles, bool]:
        """What should be in view from `low` to `high`, and if it has just diverged there."""
        drawn = self.drawn(low, high, most, log=log)[1]
        if not len(drawn):
            return drawn, False
        values = self._before_divergence(drawn, log=log)
        had_diverged, self.has_diverged = self.has_diverged, len(values) < len(drawn)
        return self._without_dips(values, log=log), self.has_diverged and not had_diverged

    def of_interest(self, values: Doubles, *, log: bool) -> Doubles:
        """Those of the drawn values that should be in view.

        Those are not the ones where the run has diverged, and on a log scale not the few that a
        lucky batch brings close to zero: beside a dip to 1e-8, all else would be flat.
        """
        return self._without_dips(self._before_divergence(values, log=log), log=log)

    def _without_dips(self, values: Doubles, *, log: bool) -> Doubles:
        if not (log and self.is_noisy):
            return values
        # Of all values and not the drawn ones, which are mostly extremes.
        every = self.store.value
        if len(every) > _SAMPLE:
            every = every[np.linspace(0, len(every) - 1, _SAMPLE).astype(np.int64)]
        every = every[np.isfinite(every) & (every > 0)]
        rare = int(_RARE * len(every))
        if not rare:
            return values
        kept: Doubles = values[values >= np.log10(np.partition(every, rare)[rare])]
        return kept if len(kept) else values

    def _before_divergence(self, values: Doubles, *, log: bool) -> Doubles:
        first = self.store.first
        if first is None or first <= 0:
            return values
        most = _DIVERGED * first
        if log:
            most = np.log10(first) + np.log10(_DIVERGED)
        elif len(values) and values.max() > most:
            most = _BESIDE * first
        kept: Doubles = values[values <= most]
        return kept if len(kept) else values


def within_reach(values: Doubles, shown: Range) -> Doubles:
    """Cut off what is far out of view, where the painter could not follow; else the same array."""
    low, high = shown
    room = 10_000.0 * (high - low)
    if len(values) and (values.max() > high + room or values.min() < low - room):
        cut: Doubles = np.clip(values, low - room, high + room)
        return cut
    return values


def extent_of(lines: Iterable[Line], most: int, *, log: bool) -> tuple[Range, Range] | None:
    """The first and last x and the values of interest of all `lines`; ``None`` for nothing."""
    found = []
    for line in lines:
        if not len(line.store.step):
            continue
        last = line.ends[1]
        x, y = line.drawn(-1, last, most, log=log)
        if len(x):
            y = line.of_interest(y, log=log)
            found.append((float(x[0]), last, float(y.min()), float(y.max())))
    if not found:
        return None
    lefts, rights, bottoms, tops = zip(*found, strict=True)
    return (min(lefts), max(rights)), (min(bottoms), max(tops))


def axis_end(last: float, lines: Iterable[Line]) -> float:
    """The round end of an x axis for `lines` that holds `last`: at least ten steps, or an epoch."""
    return round_end(last) if _unit_of(lines) == 1 else round_end(10 * last) / 10


def reach_around(
    home: tuple[Range, Range], lines: Iterable[Line], *, log: bool
) -> tuple[Reach, Reach]:
    """How far to pan and zoom from `home`: from a step or two of `lines` to ten times all."""
    x, y = home
    width = x[1] - x[0]
    steps = Reach(x[0] - 10 * width, x[1] + 10 * width, 2.0 / _unit_of(lines), 10 * width)
    values = Reach.around(y)
    if log:
        # Beyond these powers of ten there are no numbers to write at the axis.
        values = Reach(min(-330.0, y[0]), max(310.0, y[1]), values.narrowest, 640.0)
    return steps, values


def _unit_of(lines: Iterable[Line]) -> int:
    """How many steps make one of the x axis, in the line with most of them."""
    return max((line.unit for line in lines), default=1)
