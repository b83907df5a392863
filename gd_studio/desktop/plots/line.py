"""A line of a plot whose values grow: where it is, and which of them should be in view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np

from gd_studio.desktop.plots.curve_store import CurveStore, Doubles
from gd_studio.desktop.plots.ranges import Range, Reach
from gd_studio.desktop.plots.stroke import Stroke

_DIVERGED = 1000.0
"""A run that is so many times as high as where it began has diverged; no more of it is in view."""

_BESIDE = 3.0
"""On a linear scale, so much of it: with all of the thousand, other runs would still be flat."""


@dataclass(eq=False)
class Line:
    """The values of a line, and the stroke that shows them."""

    stroke: Stroke
    store: CurveStore = field(default_factory=CurveStore)
    has_diverged: bool = False

    def draw(self, shown: tuple[Range, Range], most: int, *, log: bool) -> bool:
        """Hand the stroke what is in view, with at most `most` points; tell if it was cut off."""
        (left, right), values = shown
        x, y = self.store.drawn(left, right, most, log=log)
        kept = within_reach(y, values)
        self.stroke.set_points(x, kept)
        return kept is not y

    def newest(self, low: float, high: float, most: int, *, log: bool) -> tuple[Doubles, bool]:
        """What should be in view from step `low` to `high`, and if it has just diverged there."""
        drawn = self.store.drawn(low, high, most, log=log)[1]
        if not len(drawn):
            return drawn, False
        values = self.of_interest(drawn, log=log)
        had_diverged, self.has_diverged = self.has_diverged, len(values) < len(drawn)
        return values, self.has_diverged and not had_diverged

    def of_interest(self, values: Doubles, *, log: bool) -> Doubles:
        """Those of the drawn values that should be in view: not where the run has diverged."""
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
    """The first and last step and the values of interest of all `lines`; ``None`` for nothing."""
    found = []
    for line in lines:
        if not len(line.store.step):
            continue
        last = float(line.store.step[-1])
        x, y = line.store.drawn(-1, last, most, log=log)
        if len(x):
            y = line.of_interest(y, log=log)
            found.append((float(x[0]), last, float(y.min()), float(y.max())))
    if not found:
        return None
    lefts, rights, bottoms, tops = zip(*found, strict=True)
    return (min(lefts), max(rights)), (min(bottoms), max(tops))


def reach_around(home: tuple[Range, Range], *, log: bool) -> tuple[Reach, Reach]:
    """How far to pan and zoom from `home`: from a step or two to ten times all of them."""
    x, y = home
    width = x[1] - x[0]
    steps = Reach(x[0] - 10 * width, x[1] + 10 * width, 2.0, 10 * width)
    values = Reach.around(y)
    if log:
        # Beyond these powers of ten there are no numbers to write at the axis.
        values = Reach(min(-330.0, y[0]), max(310.0, y[1]), values.narrowest, 640.0)
    return steps, values
