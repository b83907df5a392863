"""A quadratic model of two variables: where its contour lines run, and where its minimum is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from contourpy import LineType, contour_generator

from gd_studio.desktop.plots.ranges import Range

Array = npt.NDArray[Any]

_GRID = (96, 80)
_GAP = np.full((1, 2), np.nan)


@dataclass(frozen=True)
class QuadraticModel:
    """``value + gradient·d + ½ d·hessian·d`` at a distance d from ``point``.

    Attributes
    ----------
    point, gradient
        ``(2,)``.
    hessian
        ``(2, 2)``.
    """

    point: Array
    value: float
    gradient: Array
    hessian: Array

    @property
    def is_finite(self) -> bool:
        """Whether the function has such a model here."""
        numbers = (self.point, self.value, self.gradient, self.hessian)
        return all(bool(np.isfinite(part).all()) for part in numbers)

    @property
    def minimum(self) -> Array | None:
        """Where it is lowest, ``(2,)``; ``None`` where its Hessian is not positive definite."""
        if not self.is_finite:
            return None
        values = np.linalg.eigvalsh(self.hessian)
        # Below that share, what is left of the smaller one is rounding.
        if not values[0] > 1e-12 * abs(values[1]):
            return None
        lowest: Array = self.point - np.linalg.solve(self.hessian, self.gradient)
        return lowest

    def at(self, x: Array, y: Array) -> Array:
        """Its values on the grid of `x` ``(nx,)`` and `y` ``(ny,)``: ``(ny, nx)``."""
        dx, dy = x[np.newaxis, :] - self.point[0], y[:, np.newaxis] - self.point[1]
        h = self.hessian
        bent: Array = 0.5 * (h[0, 0] * dx**2 + h[1, 1] * dy**2) + h[0, 1] * dx * dy
        return self.value + self.gradient[0] * dx + self.gradient[1] * dy + bent

    def lines(self, levels: Array, x: Range, y: Range) -> Array:
        """Its contour lines within the ranges, ``(n, 2)``, with NaN between two of them."""
        if not self.is_finite:
            return np.empty((0, 2))
        across, up = np.linspace(*x, _GRID[0]), np.linspace(*y, _GRID[1])
        generator = contour_generator(
            across, up, self.at(across, up), line_type=LineType.ChunkCombinedNan
        )
        found = [generator.lines(float(level))[0][0] for level in levels]
        parts = [part for line in found if line is not None for part in (line, _GAP)]
        return np.concatenate(parts[:-1]) if parts else np.empty((0, 2))
