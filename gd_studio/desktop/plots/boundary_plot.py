"""Data with two features in classes, and what a model makes of the plane around them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.blend import blend
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import rich
from gd_studio.desktop.plots.class_map import ClassMap
from gd_studio.desktop.plots.class_points import ClassPoints
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.legend import Legend
from gd_studio.desktop.plots.map_layer import MapLayer
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.desktop.plots.ranges import Range, padded
from gd_studio.foreign_text import shortened

Array = npt.NDArray[Any]

_SIDE = 72
_HALF = np.array([0.5])

_TINT = 0.5
"""Of a class's colour, where it is certain: points in that colour still stand out."""


class BoundaryPlot(PlotFrame):
    """Points by class, those of a test hollow, over what a model makes of the plane.

    Of two classes it shows the probability of class 1, with a line where it is one half; of more,
    the colour of the class that wins, paler where it is unsure.
    """

    def __init__(self, title: str = "Decision boundary", parent: QWidget | None = None) -> None:
        self.map = MapLayer(still=False)
        self.class_map = ClassMap()
        self.points = ClassPoints(2)
        self.legend = Legend()
        self._names: tuple[str, ...] = ()
        self._x: Range = (-1.0, 1.0)
        self._y: Range = (-1.0, 1.0)
        self._inputs = _grid(self._x, self._y)
        super().__init__(title, "Feature 1", "Feature 2", parent)
        self.column.insertWidget(2, self.legend)
        for layer in (self.map, self.class_map):
            layer.setZValue(-10)
            self.box.addItem(layer, ignoreBounds=True)
        self.points.add_to(self.box)

    @property
    def classes(self) -> tuple[Markers, ...]:
        """The points of each class."""
        return self.points.train

    @property
    def test_classes(self) -> tuple[Markers, ...]:
        """The points of each class that are of the test."""
        return self.points.test

    @property
    def inputs(self) -> npt.NDArray[np.float32]:
        """Where predictions are wanted: a grid, ``(m, 2)``, the first feature changing fastest."""
        return self._inputs

    def set_axes(self, x: str, y: str) -> None:
        """Name the features."""
        self.view.x_axis.set_name(x)
        self.view.y_axis.set_name(y)

    def set_classes(self, names: tuple[str, ...]) -> None:
        """Name the classes, two to six. Forgets data and map where their number changes."""
        self._names = names
        if len(names) != len(self.points):
            self.points.remove_from(self.box)
            self.points = ClassPoints(len(names))
            self.points.set_theme(self.theme)
            self.points.add_to(self.box)
            self._forget_map()
        self._tell_legend()

    def set_data(
        self,
        features: Array,
        targets: Array,
        test_features: Array | None = None,
        test_targets: Array | None = None,
    ) -> None:
        """Show data: `features` ``(n, 2)``, `targets` ``(n,)``, codes of classes. Forgets the map.

        What a test is made on is given apart, in the same form.
        """
        train = self.points.set_train(features, targets)
        points = np.concatenate((train, self.points.set_test(test_features, test_targets)))
        fine = points[np.isfinite(points).all(axis=1)]
        if len(fine):
            low, high = fine.min(axis=0).tolist(), fine.max(axis=0).tolist()
            self._x = padded(low[0], high[0], 0.08) or self._x
            self._y = padded(low[1], high[1], 0.08) or self._y
        self._inputs = _grid(self._x, self._y)
        self._forget_map()
        self._tell_legend()
        self.follows = True
        self.show_range(self._x, self._y)

    def set_predictions(self, probabilities: Array) -> None:
        """Show probabilities in 0..1 at :attr:`inputs`.

        Of two classes those of class 1, ``(m,)``; of k classes those of each, ``(m, k)``.
        """
        chances = np.asarray(probabilities, dtype=np.float32)
        k = len(self.points)
        if chances.size != len(self._inputs) * (k if k > 2 else 1):
            # An answer to a question about the data before these.
            return
        if k > 2:
            self.class_map.set_chances(chances.reshape(_SIDE, _SIDE, k), self._x, self._y)
        else:
            values = chances.reshape(_SIDE, _SIDE)
            self.map.set_map(values, self._x, self._y)
            self.map.set_lines(values, _HALF, self._x, self._y)

    def data(self) -> Columns:
        """The points, their class, and (where there is a test) whether they are of the test."""
        return self.points.columns(self.view.x_axis.labelText, self.view.y_axis.labelText)

    def home(self) -> tuple[Range, Range] | None:
        """The data and some room around them."""
        return self._x, self._y

    def describe(self, x: float, y: float) -> str:
        """The probabilities there."""
        i = round((x - self._x[0]) / (self._x[1] - self._x[0]) * (_SIDE - 1))
        j = round((y - self._y[0]) / (self._y[1] - self._y[0]) * (_SIDE - 1))
        names = self.view.x_axis.in_readout(), self.view.y_axis.in_readout()
        text = f"{names[0]} = {write_number(x, 3)}, {names[1]} = {write_number(y, 3)}"
        if not (0 <= i < _SIDE and 0 <= j < _SIDE):
            return text
        if len(self.points) == 2:
            shares = self.map.shares
            known = shares.shape == (_SIDE, _SIDE) and not np.isnan(shares[j, i])
            return f"{text}<br>{self._chance(1, float(shares[j, i]))}" if known else text
        if self.class_map.shares.shape != (_SIDE, _SIDE) or np.isnan(self.class_map.shares[j, i]):
            return text
        chances = self.class_map.chances[j, i].tolist()
        return "<br>".join((text, *(self._chance(code, c) for code, c in enumerate(chances))))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.map.set_colours(theme.boundary, QColor(theme.text), 2.0)
        self.class_map.set_class_colours(
            [blend(theme.plot_background, colour, _TINT) for colour in theme.class_colours],
            theme.plot_background,
            theme.text,
        )
        self.points.set_theme(theme)
        self._tell_legend()

    def _forget_map(self) -> None:
        k = len(self.points)
        self.map.setVisible(k == 2)
        self.class_map.setVisible(k > 2)
        self.set_predictions(np.full((_SIDE * _SIDE, k if k > 2 else 1), np.nan))

    def _chance(self, code: int, chance: float) -> str:
        name = rich(shortened(self._names[code], 28)) if self._names else f"class {code}"
        return f"{name}: <b>{100 * chance:.1f} %</b>"

    def _tell_legend(self) -> None:
        self.legend.set_entries(self.points.entries(self._names, self.theme.muted))


def _grid(x: Range, y: Range) -> npt.NDArray[np.float32]:
    across, up = np.meshgrid(np.linspace(*x, _SIDE), np.linspace(*y, _SIDE))
    return np.stack((across.ravel(), up.ravel()), axis=1).astype(np.float32)
