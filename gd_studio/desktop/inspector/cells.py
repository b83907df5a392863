"""What stands in the cells of the inspector's tables, as data; the painter draws it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gd_studio.desktop.plots.numbers import write_number
from gd_studio.link.arrays import Doubles, Integers

_LEAST_DECADES = 3
"""What a logarithmic scale spans at least, so that layers not far apart look alike."""

VANISHING = 1e-3
"""The share of the largest norm under which a gradient is said to vanish."""


@dataclass(frozen=True)
class Cell:
    """A text, which is all that a plain cell shows."""

    text: str


@dataclass(frozen=True)
class Bar(Cell):
    """A number over a bar.

    Attributes
    ----------
    share
        The bar's length: from the left edge in 0..1, or from the middle in −1..1 with `signed`.
    alarming
        Whether it is drawn in the colour of a warning.
    """

    share: float
    signed: bool = False
    alarming: bool = False


@dataclass(frozen=True, eq=False)
class Histogram(Cell):
    """Counts ``(bins,)`` between edges ``(bins + 1,)``; its text is their range."""

    counts: Integers
    edges: Doubles

    @classmethod
    def of(cls, counts: Integers, edges: Doubles) -> Histogram:
        """Make a cell of a histogram; one without samples or with infinite edges says so."""
        if not len(counts) or not counts.any() or not np.isfinite(edges).all():
            return cls("no finite values", counts[:0], edges[:0])
        ends = (write_number(float(edges[0]), 2), write_number(float(edges[-1]), 2))
        return cls(" … ".join(ends), counts, edges)


@dataclass(frozen=True)
class Entry(Cell):
    """A parameter's way through the update; its text is all of it in words.

    Attributes
    ----------
    label, before, after
        The parameter, and its value before and after the step.
    state
        The optimizer's memory of it, in a line.
    worked
        The update with its numbers, a line for each part.
    """

    label: str
    before: str
    after: str
    state: str
    worked: str


def numbers(values: list[float]) -> list[Cell]:
    """Numbers in few digits, since there are many of them beside each other."""
    return [Cell(_short(value)) for value in values]


def _short(value: float) -> str:
    return write_number(value, 3)


def signed_bars(values: list[float]) -> list[Cell]:
    """Numbers with bars to the left and to the right, the largest of them at full length."""
    finite = [abs(value) for value in values if math.isfinite(value)]
    most = max(finite, default=0.0) or 1.0
    return [Bar(_short(v), v / most if math.isfinite(v) else 0.0, signed=True) for v in values]


def logarithmic_bars(values: list[float]) -> list[Cell]:
    """Norms with bars on one logarithmic scale of whole decades; what vanishes is alarming."""
    positive = [value for value in values if 0 < value < math.inf]
    most, least = max(positive, default=0.0), min(positive, default=1.0)
    high = math.ceil(math.log10(most or 1.0) + 1e-9)
    low = min(math.floor(math.log10(least) - 1e-9), high - _LEAST_DECADES)

    def bar(value: float) -> Cell:
        if not math.isfinite(value):
            return Bar(_short(value), 1.0, alarming=True)
        # A sliver at least, which tells the smallest from nothing at all.
        share = max(0.02, (math.log10(value) - low) / (high - low)) if value > 0 else 0.0
        return Bar(_short(value), share, alarming=value < VANISHING * most)

    return [bar(value) for value in values]
