"""A function of one variable, and the paths that go down it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.path_plot import PathPlot
from gd_studio.desktop.plots.ranges import Range, padded
from gd_studio.desktop.plots.stroke import Stroke

Array = npt.NDArray[Any]


class FunctionCurvePlot(PathPlot):
    """The curve of f over x, and paths on it; starts move along the curve.

    A path is the values of the variable, ``(n,)`` or ``(n, 1)``; heights come from the curve.
    """

    def __init__(self, title: str = "Function", parent: QWidget | None = None) -> None:
        self.curve = Stroke("#000000", 2.0)
        self.minima = Markers("star", still=True)
        self._x: Array = np.empty(0)
        self._f: Array = np.empty(0)
        self._raw: list[tuple[Array, str]] = []
        super().__init__(title, "x", "f", parent)
        self.view.show_grid()
        self.curve.setZValue(10)
        self.minima.setZValue(19)
        for item in (self.curve, self.minima):
            self.box.addItem(item, ignoreBounds=True)
        self.set_theme(self.theme)

    def set_axes(self, x: str, f: str = "f") -> None:
        """Name the axes."""
        self.view.x_axis.set_name(x)
        self.view.y_axis.set_name(f)

    def set_curve(self, values: Array, x: Range) -> None:
        """Draw the function: `values` ``(n,)`` at even steps of x. Breaks where not finite.

        Until the user moves the view, its height is that of the curve.
        """
        self._f = np.asarray(values, dtype=np.float64)
        self._x = np.linspace(*x, len(self._f))
        self.curve.set_points(self._x, self._f)
        finite = self._f[np.isfinite(self._f)]
        height = padded(float(finite.min()), float(finite.max())) if finite.size else None
        if height is not None and (self.follows or self._home is None):
            self.set_view(x, height)
        self.minima.set_points(self.as_points(self.minima.points[:, 0]), self.theme.text)
        self.set_paths(self._raw)

    def set_minima(self, x: Array) -> None:
        """Mark the known minima, ``(n,)``."""
        self.minima.set_points(self.as_points(np.asarray(x)), self.theme.text)

    def set_paths(self, paths: Any) -> None:
        """Show these ``(x (n,), colour)`` and no others."""
        self._raw = list(paths)
        super().set_paths(self._raw)

    def update_path(self, index: int, path: Array) -> None:
        """Show the whole path so far of one, append-only."""
        self._raw[index] = (path, self._raw[index][1])
        super().update_path(index, path)

    def height_at(self, x: Array) -> Array:
        """The curve's height at `x`; NaN beside the curve."""
        if not len(self._x):
            return np.full(np.shape(x), np.nan)
        return np.interp(x, self._x, self._f, left=np.nan, right=np.nan)

    def as_points(self, path: Array) -> Array:
        """Values of the variable as points on the curve, ``(n, 2)``."""
        x = np.asarray(path, dtype=np.float64).reshape(-1)
        return np.stack((x, self.height_at(x)), axis=1)

    def on_plot(self, x: float, y: float) -> tuple[float, float]:
        """A start stays on the curve."""
        if len(self._x):
            x = float(np.clip(x, self._x[0], self._x[-1]))
        height = float(self.height_at(np.array(x)))
        return x, height if np.isfinite(height) else y

    def cross(self, x: float, y: float) -> tuple[float | None, float | None]:
        """A line through x."""
        return x, None

    def describe(self, x: float, y: float) -> str:
        """The variable and the function there."""
        height = float(self.height_at(np.array(x)))
        if not np.isfinite(height):
            return ""
        names = [self.view.x_axis.in_readout(), self.view.y_axis.in_readout()]
        return f"{names[0]} = {write_number(x)}, {names[1]} = <b>{write_number(height)}</b>"

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.curve.set_colour(theme.muted)
        self.minima.set_edge(theme.casing)
        self.minima.set_points(self.minima.points, theme.text)
