"""How many of a class are found at the price of how many false alarms."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import cycle
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import rich
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.ranges import Range
from gd_studio.desktop.plots.square_plot import SquarePlot
from gd_studio.desktop.plots.stroke import Stroke
from gd_studio.foreign_text import shortened

Array = npt.NDArray[Any]
Curve = tuple[str, Array, Array]

_HOME: Range = (-0.015, 1.015)


class RocPlot(SquarePlot):
    """Curves of the true positive rate over the false positive rate; chance is the diagonal."""

    def __init__(self, title: str = "ROC curve", parent: QWidget | None = None) -> None:
        self.curves: list[Stroke] = []
        self._names: list[str] = []
        super().__init__(title, "False positive rate", "True positive rate", parent)
        self.show_range(_HOME, _HOME)

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Show these, each a name, false positive rates and true positive rates ``(m,)``."""
        for stroke in self.curves:
            self.box.removeItem(stroke)
        self._names = [name for name, _, _ in curves]
        self.curves = []
        for _, false, true in curves:
            stroke = Stroke(self.theme.muted, 2.0)
            stroke.setZValue(10)
            stroke.set_points(
                np.asarray(false, dtype=np.float64).reshape(-1),
                np.asarray(true, dtype=np.float64).reshape(-1),
            )
            self.box.addItem(stroke, ignoreBounds=True)
            self.curves.append(stroke)
        self._colour_in()

    @property
    def areas(self) -> tuple[float, ...]:
        """The area under each curve; not a number where the curve is not."""
        return tuple(float(np.trapezoid(stroke.y, stroke.x)) for stroke in self.curves)

    def home(self) -> tuple[Range, Range] | None:
        """From 0 to 1, and a line's width."""
        return _HOME, _HOME

    def cross(self, x: float, y: float) -> tuple[float | None, float | None]:
        """Through the nearest point of a curve."""
        found = self._nearest(x, y)
        return (None, None) if found is None else found[1:]

    def describe(self, x: float, y: float) -> str:
        """The nearest point of a curve."""
        found = self._nearest(x, y)
        if found is None:
            return ""
        index, false, true = found
        return (
            f"<b>{rich(shortened(self._names[index], 28))}</b><br>"
            f"false positive rate = {write_number(false)}<br>"
            f"true positive rate = <b>{write_number(true)}</b>"
        )

    def data(self) -> Columns:
        """The points of each curve."""
        headings, values = [], []
        for name, stroke in zip(self._names, self.curves, strict=True):
            headings += [f"{name}: false positive rate", f"{name}: true positive rate"]
            values += [stroke.x, stroke.y]
        return Columns.of(headings, *values)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._colour_in()

    def _colour_in(self) -> None:
        for stroke, colour in zip(self.curves, cycle(self.theme.class_colours), strict=False):
            stroke.set_colour(colour)
        self.legend.set_entries(
            ("━", stroke.colour.name(), f"{name}: AUC {area:.3f}" if area == area else name)
            for name, stroke, area in zip(self._names, self.curves, self.areas, strict=True)
        )

    def _nearest(self, x: float, y: float) -> tuple[int, float, float] | None:
        """The curve, and the place of its point that is nearest."""
        best: tuple[float, int, int] | None = None
        for index, stroke in enumerate(self.curves):
            away = np.hypot(stroke.x - x, stroke.y - y)
            if np.isfinite(away).any():
                point = int(np.nanargmin(away))
                found = (float(away[point]), index, point)
                best = found if best is None else min(best, found)
        if best is None:
            return None
        _, index, point = best
        stroke = self.curves[index]
        return index, float(stroke.x[point]), float(stroke.y[point])
