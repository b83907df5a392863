"""A drawn learning-rate schedule as it lies in a plot over steps, and what moving a point makes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from gd_studio.desktop.plots.curve_store import Doubles, Integers
from gd_studio.desktop.plots.numbers import round_step

Grain = tuple[float, float]
"""How many steps, and how much of a learning rate, a pixel of the screen is."""


@dataclass(frozen=True)
class DrawnSchedule:
    """Points of a schedule: a move, and the factor of the learning rate there.

    Attributes
    ----------
    points
        In the order of their moves.
    lr
        The optimizer's learning rate, above 0.
    first
        The step at which its first move begins: 1, or after a warm-up the one that follows.
    per_move
        How many steps there are from one move to the next.
    moves
        How many moves the run has from there on; no point is put beyond.
    """

    points: tuple[tuple[int, float], ...]
    lr: float
    first: int
    per_move: int
    moves: int

    @property
    def places(self) -> Doubles:
        """The step and the learning rate of each point, ``(n, 2)``."""
        moves, factors = np.array(self.points, dtype=np.float64).T
        return np.stack((self.first + moves * self.per_move, self.lr * factors), axis=1)

    def rates(self, steps: Integers) -> Doubles:
        """The learning rates of `steps`: linear between the points, constant beyond them."""
        places = self.places
        rates: Doubles = np.interp(steps, places[:, 0], places[:, 1])
        return rates

    def moved(self, index: int, step: float, lr: float, grain: Grain) -> DrawnSchedule:
        """Move a point towards a place, not beyond those beside it, by numbers as few as can be."""
        low = self.points[index - 1][0] + 1 if index > 0 else 0
        high = self.points[index + 1][0] - 1 if index + 1 < len(self.points) else self.moves
        move, factor = self._point_at(step, lr, grain)
        points = list(self.points)
        points[index] = max(low, min(high, move)), factor
        return replace(self, points=tuple(points))

    def added(self, step: float, lr: float, grain: Grain) -> tuple[DrawnSchedule, int | None]:
        """Put a point at a place, and tell its index; ``None`` where there is one already."""
        move, factor = self._point_at(step, lr, grain)
        move = max(0, min(self.moves, move))
        if any(move == taken for taken, _ in self.points):
            return self, None
        points = sorted((*self.points, (move, factor)))
        return replace(self, points=tuple(points)), points.index((move, factor))

    def removed(self, index: int) -> DrawnSchedule:
        """Take a point away; the last one stays."""
        if len(self.points) == 1:
            return self
        return replace(self, points=(*self.points[:index], *self.points[index + 1 :]))

    def _point_at(self, step: float, lr: float, grain: Grain) -> tuple[int, float]:
        move = _rounded((step - self.first) / self.per_move, max(1.0, grain[0] / self.per_move))
        return round(move), max(0.0, _rounded(lr / self.lr, grain[1] / self.lr))


def _rounded(value: float, grain: float) -> float:
    """Round to the number that is easiest to read within a pixel or two."""
    step = round_step(grain)
    # Ten digits: 3 × 0.1 is 0.3 to people.
    return float(f"{round(value / step) * step:.10g}")
