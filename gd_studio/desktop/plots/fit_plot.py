"""Data with one feature, and the line that a model draws through them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import RUN_COLOURS, Theme
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.legend import Legend
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.desktop.plots.ranges import Range, padded
from gd_studio.desktop.plots.stroke import Stroke
from gd_studio.desktop.plots.symbols import glyph_of

Array = npt.NDArray[Any]

_INPUTS = 200


class FitPlot(PlotFrame):
    """Points of data, those of a test hollow, and a line of predictions at :attr:`inputs`.

    The lines of other runs lie behind it, thinner.
    """

    def __init__(self, title: str = "Fit", parent: QWidget | None = None) -> None:
        self.points = Markers("circle", still=True)
        self.test_points = Markers("circle", still=True, hollow=True)
        self.line = Stroke(RUN_COLOURS[0], 2.0)
        self._inputs = np.linspace(-1, 1, _INPUTS, dtype=np.float32).reshape(-1, 1)
        self._predictions: Array = np.empty(0)
        self._colour = RUN_COLOURS[0]
        self.others: dict[str, Stroke] = {}
        self.legend = Legend()
        super().__init__(title, "Feature", "Target", parent)
        self.view.show_grid()
        self.column.insertWidget(2, self.legend)
        self.points.setZValue(5)
        self.test_points.setZValue(6)
        self.line.setZValue(10)
        for item in (self.points, self.test_points, self.line):
            self.box.addItem(item, ignoreBounds=True)
        self.set_theme(self.theme)

    @property
    def inputs(self) -> npt.NDArray[np.float32]:
        """Where predictions are wanted: ``(m, 1)``, increasing."""
        return self._inputs

    def set_axes(self, x: str, y: str) -> None:
        """Name the feature and the target."""
        self.view.x_axis.set_name(x)
        self.view.y_axis.set_name(y)

    def set_data(
        self,
        features: Array,
        targets: Array,
        test_features: Array | None = None,
        test_targets: Array | None = None,
    ) -> None:
        """Show data: `features` ``(n, 1)`` or ``(n,)``, `targets` ``(n,)``. Forgets the line.

        What a test is made on is given apart, in the same form.
        """
        train = _points(features, targets)
        test = _points(test_features, test_targets)
        self.points.set_points(train, self.points.colours or self.theme.muted)
        self.test_points.set_points(test, self.test_points.colours or self.theme.text)
        self._tell_legend()
        x = np.concatenate((train, test))[:, 0]
        fine = np.isfinite(x)
        reach = padded(float(x[fine].min()), float(x[fine].max()), 0.06) if fine.any() else None
        low, high = reach or (-1.0, 1.0)
        self._inputs = np.linspace(low, high, _INPUTS, dtype=np.float32).reshape(-1, 1)
        self._predictions = np.empty(0)
        self.line.set_points(np.empty(0), np.empty(0))
        self.follows = True
        home = self.home()
        if home is not None:
            self.show_range(*home)

    def set_predictions(self, predictions: Array) -> None:
        """Draw the line: the model's predictions ``(m,)`` at :attr:`inputs`."""
        predictions = np.asarray(predictions, dtype=np.float64).reshape(-1)
        if len(predictions) != len(self._inputs):
            # An answer to a question about the data before these.
            return
        self._predictions = predictions
        self.line.set_points(self._inputs[:, 0].astype(np.float64), self._in_reach(predictions))

    def set_others(self, lines: Mapping[str, tuple[str, Array]]) -> None:
        """Show the lines of other runs, by name: their colours and predictions ``(m,)``."""
        for name in self.others.keys() - lines.keys():
            self.box.removeItem(self.others.pop(name))
        for name, (colour, predictions) in lines.items():
            if name not in self.others:
                stroke = self.others[name] = Stroke(colour, 1.0)
                stroke.setZValue(8)
                self.box.addItem(stroke, ignoreBounds=True)
            stroke = self.others[name]
            stroke.set_colour(colour)
            if len(predictions) == len(self._inputs):
                x = self._inputs[:, 0].astype(np.float64)
                stroke.set_points(x, self._in_reach(np.asarray(predictions, dtype=np.float64)))

    def set_colour(self, colour: str) -> None:
        """The colour of the line: that of its run."""
        self._colour = colour
        self.line.set_colour(colour)

    def data(self) -> Columns:
        """The data, and beside them the line as it is drawn and what a test is made on."""
        names = (self.view.x_axis.labelText, self.view.y_axis.labelText)
        headings = [*names, f"line: {names[0]}", "line: prediction"]
        values = [*self.points.points.T, self.line.x, self.line.y]
        if len(self.test_points.points):
            headings += [f"test: {name}" for name in names]
            values += [*self.test_points.points.T]
        for name, stroke in self.others.items():
            headings += [f"{name}: {names[0]}", f"{name}: prediction"]
            values += [stroke.x, stroke.y]
        return Columns.of(headings, *values)

    def home(self) -> tuple[Range, Range] | None:
        """The data and some room around them."""
        targets = np.concatenate((self.points.points, self.test_points.points))[:, 1]
        targets = targets[np.isfinite(targets)]
        if not targets.size:
            return None
        height = padded(float(targets.min()), float(targets.max()), 0.12)
        x = (float(self._inputs[0, 0]), float(self._inputs[-1, 0]))
        return (x, height) if height is not None else None

    def cross(self, x: float, y: float) -> tuple[float | None, float | None]:
        """A line through x."""
        return x, None

    def describe(self, x: float, y: float) -> str:
        """The model's prediction at x."""
        if not len(self._predictions):
            return ""
        value = float(np.interp(x, self._inputs[:, 0], self._predictions))
        name = self.view.x_axis.in_readout()
        return f"{name} = {write_number(x)}, prediction = <b>{write_number(value)}</b>"

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.line.set_colour(self._colour)
        for points, colour in ((self.points, theme.muted), (self.test_points, theme.text)):
            points.set_edge(theme.plot_background)
            points.set_points(points.points, colour)
        self._tell_legend()

    def _tell_legend(self) -> None:
        parts = ((self.points, "train"), (self.test_points, "test"))
        tested = len(self.test_points.points) > 0
        self.legend.set_entries(
            (glyph_of(points.symbol, hollow=points.hollow), points.colours[0], name)
            for points, name in parts
            if tested
        )

    def _in_reach(self, predictions: Array) -> Array:
        """A diverged line leaves the screen; the painter could not follow it far."""
        low, high = self.shown()[1]
        room = 1000.0 * (high - low)
        fine = np.where(np.isfinite(predictions), predictions, np.nan)
        clipped: Array = np.clip(fine, low - room, high + room)
        return clipped


def _points(features: Array | None, targets: Array | None) -> Array:
    if features is None or targets is None:
        return np.empty((0, 2))
    x = np.asarray(features, dtype=np.float64).reshape(-1)
    y = np.asarray(targets, dtype=np.float64).reshape(-1)
    return np.stack((x, y), axis=1)
