"""A function of two variables, or a plane through a model's parameters, and the paths on it."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.colour_bar import ColourBar
from gd_studio.desktop.plots.map_layer import MapLayer
from gd_studio.desktop.plots.map_scale import MapScale
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.overlay_layer import OverlayLayer
from gd_studio.desktop.plots.path_plot import PathPlot
from gd_studio.desktop.plots.ranges import Range
from gd_studio.recording.levels import contour_levels

_LEVELS = 18


class LandscapePlot(PathPlot):
    """A filled map with contour lines, a colour bar, minima and paths.

    The owner hears by ``range_changed`` what to evaluate, and gives it to :meth:`set_map`; until
    then the old map stays where it belongs.
    """

    def __init__(self, title: str = "Landscape", parent: QWidget | None = None) -> None:
        self.map = MapLayer(still=True)
        self.bar = ColourBar()
        self.minima = Markers("star", still=True)
        self._values: npt.NDArray[Any] | None = None
        self._x: Range = (0.0, 1.0)
        self._y: Range = (0.0, 1.0)
        self._value_name = "f"
        super().__init__(title, "x", "y", parent)
        self.map.setZValue(-10)
        self.minima.setZValue(19)
        for item in (self.map, self.minima):
            self.box.addItem(item, ignoreBounds=True)
        self.view.centralLayout.addItem(self.bar, 0, 2)
        self.bar.hide()
        self.overlays = OverlayLayer(self.view, lambda: self.paths.starts.points, self)
        self.set_theme(self.theme)

    def set_axes(self, x: str, y: str, value: str = "f") -> None:
        """Name the axes, and what the map shows in the readout."""
        self.view.x_axis.set_name(x)
        self.view.y_axis.set_name(y)
        self._value_name = value

    def set_map(self, values: npt.NDArray[Any], x: Range, y: Range) -> None:
        """Show the function on a grid.

        Parameters
        ----------
        values
            ``(ny, nx)``: ``values[j, i]`` at the i-th of nx even steps from ``x[0]`` to ``x[1]``.
            Where it is not finite nothing is drawn.
        """
        values = np.asarray(values)
        scale = MapScale.of(values)
        self._values, self._x, self._y = values, x, y
        self.map.set_map(scale.shares(values), x, y)
        levels = contour_levels(values, _LEVELS + 2)[1:-1]
        self.map.set_lines(values, levels, x, y)
        self.overlays.set_levels(levels[::2])
        self.bar.set_scale(scale)
        self.bar.show()
        if self._home is None:
            self.set_view(x, y)
        elif self.follows:
            # What the owner shows before the user moves it is what Home comes back to.
            self._home = (x, y)

    def clear_map(self) -> None:
        """Show no map."""
        self._values = None
        self.map.set_map(np.empty((0, 0), dtype=np.float32), self._x, self._y)
        self.bar.hide()

    def set_minima(self, points: npt.NDArray[Any]) -> None:
        """Mark the known minima, ``(n, 2)``."""
        self.minima.set_points(points, self.theme.text)

    def value_at(self, x: float, y: float) -> float | None:
        """The function between the points of the grid; ``None`` outside of it."""
        if self._values is None or min(self._values.shape) < 2:
            return None
        rows, columns = self._values.shape
        i = (x - self._x[0]) / (self._x[1] - self._x[0]) * (columns - 1)
        j = (y - self._y[0]) / (self._y[1] - self._y[0]) * (rows - 1)
        if not (0 <= i <= columns - 1 and 0 <= j <= rows - 1):
            return None
        i0, j0 = min(int(i), columns - 2), min(int(j), rows - 2)
        corner = self._values[j0 : j0 + 2, i0 : i0 + 2].astype(np.float64)
        across = np.array([1 - (i - i0), i - i0])
        up = np.array([1 - (j - j0), j - j0])
        return float(up @ corner @ across)

    def describe(self, x: float, y: float) -> str:
        """The place and the function there."""
        names = [axis.in_readout() or name for axis, name in
                 ((self.view.x_axis, "x"), (self.view.y_axis, "y"))]  # fmt: skip
        text = f"{names[0]} = {write_number(x)}, {names[1]} = {write_number(y)}"
        value = self.value_at(x, y)
        if value is None:
            return text
        return f"{text}, {self._value_name} = <b>{write_number(value)}</b>"

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        line = QColor(theme.contour[0])
        line.setAlpha(theme.contour[1])
        self.map.set_colours(theme.landscape, line)
        self.bar.set_theme(theme, theme.landscape, self.view.x_axis.label.font())
        self.minima.set_edge(theme.casing)
        self.minima.set_points(self.minima.points, theme.text)
        if hasattr(self, "overlays"):
            self.overlays.set_theme(theme)
