"""What a model predicts against what is true."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.ranges import Range, padded
from gd_studio.desktop.plots.square_plot import SquarePlot
from gd_studio.desktop.plots.symbols import glyph_of

Array = npt.NDArray[Any]
Pair = tuple[Array, Array]
"""Targets and predictions, ``(n,)`` each."""

_NAMES = ("train", "test")
_PADDING = 0.06


class PredictedPlot(SquarePlot):
    """A point for each sample; on the dashed diagonal the prediction is right."""

    def __init__(self, title: str = "Predicted and true", parent: QWidget | None = None) -> None:
        self.train = Markers("circle", still=True)
        self.test = Markers("triangle", still=True)
        super().__init__(title, "True", "Predicted", parent)
        for height, markers in ((5, self.train), (6, self.test)):
            markers.setZValue(height)
            self.box.addItem(markers, ignoreBounds=True)

    def set_points(self, train: Pair, test: Pair | None, unit: str = "") -> None:
        """Show targets and predictions of both parts; `unit` is what they are measured in."""
        for markers, pair in ((self.train, train), (self.test, test)):
            columns = pair if pair is not None else (np.empty(0), np.empty(0))
            markers.set_points(
                np.stack([np.asarray(c, dtype=np.float64).reshape(-1) for c in columns], axis=1),
                markers.colours,
            )
        suffix = f" ({unit})" if unit else ""
        self.view.x_axis.set_name(f"True{suffix}")
        self.view.y_axis.set_name(f"Predicted{suffix}")
        self._tell_legend()
        self.follows = True
        home = self.home()
        if home is not None:
            self.show_range(*home)

    def home(self) -> tuple[Range, Range] | None:
        """All that is finite, on one scale."""
        values = np.concatenate((self.train.points, self.test.points)).reshape(-1)
        values = values[np.isfinite(values)]
        if not values.size:
            return None
        both = padded(float(values.min()), float(values.max()), _PADDING)
        return (both, both) if both is not None else None

    def cross(self, x: float, y: float) -> tuple[float | None, float | None]:
        """Through the point under the mouse."""
        found = self._under(x, y)
        return (found[1], found[2]) if found is not None else (None, None)

    def describe(self, x: float, y: float) -> str:
        """The sample under the mouse, and by how much its prediction is off."""
        found = self._under(x, y)
        if found is None:
            return ""
        part, true, predicted = found
        off = predicted - true
        sign = "+" if off > 0 else ""
        return (
            f"{part}: true {write_number(true)}, predicted <b>{write_number(predicted)}</b>, "
            f"off by {sign}{write_number(off)}"
        )

    def data(self) -> Columns:
        """The points of both parts."""
        headings: list[str] = []
        values: list[Array] = []
        for name, markers in zip(_NAMES, (self.train, self.test), strict=True):
            if len(markers.points):
                headings += [f"{name}: true", f"{name}: predicted"]
                values += [*markers.points.T]
        return Columns.of(headings, *values)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        for markers, colour in zip((self.train, self.test), theme.classes, strict=True):
            markers.set_edge(theme.plot_background)
            markers.set_points(markers.points, colour)
        self._tell_legend()

    def _tell_legend(self) -> None:
        self.legend.set_entries(
            (glyph_of(markers.symbol), markers.colours[0], name)
            for name, markers in zip(_NAMES, (self.train, self.test), strict=True)
            if len(markers.points)
        )

    def _under(self, x: float, y: float) -> tuple[str, float, float] | None:
        # Those of the test are painted last and so lie above.
        for name, markers in (("test", self.test), ("train", self.train)):
            index = markers.nearest(x, y)
            if index is not None:
                return name, float(markers.points[index, 0]), float(markers.points[index, 1])
        return None
