"""Data with two features in two classes, and what a model makes of the plane around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.map_layer import MapLayer
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.desktop.plots.ranges import Range, padded

Array = npt.NDArray[Any]

_SIDE = 72
_HALF = np.array([0.5])


class BoundaryPlot(PlotFrame):
    """Points by class over the probability of class 1, with a line where it is one half."""

    def __init__(self, title: str = "Decision boundary", parent: QWidget | None = None) -> None:
        self.map = MapLayer(still=False)
        self.classes = (Markers("circle", still=True), Markers("triangle", still=True))
        self._x: Range = (-1.0, 1.0)
        self._y: Range = (-1.0, 1.0)
        self._inputs = _grid(self._x, self._y)
        super().__init__(title, "Feature 1", "Feature 2", parent)
        self.map.setZValue(-10)
        self.box.addItem(self.map, ignoreBounds=True)
        for markers in self.classes:
            markers.setZValue(10)
            self.box.addItem(markers, ignoreBounds=True)
        self.set_theme(self.theme)

    @property
    def inputs(self) -> npt.NDArray[np.float32]:
        """Where predictions are wanted: a grid, ``(m, 2)``, the first feature changing fastest."""
        return self._inputs

    def set_axes(self, x: str, y: str) -> None:
        """Name the features."""
        self.view.x_axis.set_name(x)
        self.view.y_axis.set_name(y)

    def set_data(self, features: Array, targets: Array) -> None:
        """Show data: `features` ``(n, 2)``, `targets` ``(n,)`` of 0 and 1. Forgets the map."""
        points = np.asarray(features, dtype=np.float64).reshape(-1, 2)
        ones = np.asarray(targets).reshape(-1) > 0.5
        for which, markers, colour in zip(
            (~ones, ones), self.classes, self.theme.classes, strict=True
        ):
            markers.set_points(points[which], colour)
        fine = points[np.isfinite(points).all(axis=1)]
        if len(fine):
            low, high = fine.min(axis=0).tolist(), fine.max(axis=0).tolist()
            self._x = padded(low[0], high[0], 0.08) or self._x
            self._y = padded(low[1], high[1], 0.08) or self._y
        self._inputs = _grid(self._x, self._y)
        self.set_predictions(np.full(_SIDE * _SIDE, np.nan))
        self.follows = True
        self.show_range(self._x, self._y)

    def set_predictions(self, probabilities: Array) -> None:
        """Show the probabilities of class 1, ``(m,)`` in 0..1, at :attr:`inputs`."""
        probabilities = np.asarray(probabilities, dtype=np.float32).reshape(-1)
        if len(probabilities) != len(self._inputs):
            # An answer to a question about the data before these.
            return
        values = probabilities.reshape(_SIDE, _SIDE)
        self.map.set_map(values, self._x, self._y)
        self.map.set_lines(values, _HALF, self._x, self._y)

    def data(self) -> Columns:
        """The points and their class."""
        points = np.concatenate([markers.points for markers in self.classes])
        classes = np.repeat((0.0, 1.0), [len(markers.points) for markers in self.classes])
        names = (self.view.x_axis.labelText, self.view.y_axis.labelText)
        return Columns.of((*names, "class"), points[:, 0], points[:, 1], classes)

    def home(self) -> tuple[Range, Range] | None:
        """The data and some room around them."""
        return self._x, self._y

    def describe(self, x: float, y: float) -> str:
        """The probability of class 1 there."""
        i = round((x - self._x[0]) / (self._x[1] - self._x[0]) * (_SIDE - 1))
        j = round((y - self._y[0]) / (self._y[1] - self._y[0]) * (_SIDE - 1))
        names = self.view.x_axis.labelText, self.view.y_axis.labelText
        text = f"{names[0]} = {write_number(x, 3)}, {names[1]} = {write_number(y, 3)}"
        if not (0 <= i < _SIDE and 0 <= j < _SIDE and self.map.shares.shape == (_SIDE, _SIDE)):
            return text
        chance = float(self.map.shares[j, i])
        return text if np.isnan(chance) else f"{text}<br>class 1: <b>{100 * chance:.1f} %</b>"

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.map.set_colours(theme.boundary, QColor(theme.text), 2.0)
        for markers, colour in zip(self.classes, theme.classes, strict=True):
            markers.set_edge(theme.casing)
            markers.set_points(markers.points, colour)


def _grid(x: Range, y: Range) -> npt.NDArray[np.float32]:
    across, up = np.meshgrid(np.linspace(*x, _SIDE), np.linspace(*y, _SIDE))
    return np.stack((across.ravel(), up.ravel()), axis=1).astype(np.float32)
