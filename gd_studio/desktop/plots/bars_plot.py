"""Named numbers as bars: how much each feature matters, or its coefficient."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.plots.axis import even_ticks
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.numbers import write_number, write_ticks
from gd_studio.desktop.plots.painted_plot import PaintedPlot

Array = npt.NDArray[Any]

_MOST_BARS = 20
_HIGHEST_ROW = 30.0
_MARGIN = 12.0
_NAMES_SHARE = 0.36
_TICK_WIDTH = 64.0


class BarsPlot(PaintedPlot):
    """Bars from zero, right where positive and left where negative, the greatest first.

    Of many those farthest from zero are shown, as many as fit but at most 20; a line below tells
    how many are left out, and the table of data has all of them.
    """

    def __init__(self, title: str = "Importance", parent: QWidget | None = None) -> None:
        self._names: tuple[str, ...] = ()
        self._values: Array = np.empty(0)
        self._spread: Array = np.empty(0)
        self._label = ""
        self._shown: list[int] = []
        self._plane = QRectF()
        self._low, self._high = 0.0, 1.0
        super().__init__(title, parent)

    def set_bars(
        self, names: Sequence[str], values: Array, spread: Array | None = None, label: str = ""
    ) -> None:
        """Show `values` ``(n,)`` under `names`, with whiskers of ± `spread` ``(n,)``.

        `label` says what the values are, under their axis.
        """
        values = np.asarray(values, dtype=np.float64).reshape(-1)
        spread = np.full(len(values), np.nan) if spread is None else np.asarray(spread, np.float64)
        order = np.argsort(-np.where(np.isnan(values), -np.inf, values), kind="stable")
        self._names = tuple(names[i] for i in order)
        self._values, self._spread, self._label = values[order], spread.reshape(-1)[order], label
        self.refresh()

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the bars that are shown, from the top."""
        return tuple(self._names[i] for i in self._shown)

    @property
    def left_out(self) -> str:
        """The sentence about those that are not shown; empty where all are."""
        count = len(self._names) - len(self._shown)
        return f"{count} more, nearer to zero, {'is' if count == 1 else 'are'} not shown" * (
            count > 0
        )

    def bar(self, row: int) -> QRectF:
        """Where the bar of a row is on the canvas."""
        value = float(self._values[self._shown[row]])
        ends = sorted((self._x(0.0), self._x(value if np.isfinite(value) else 0.0)))
        step = self._plane.height() / len(self._shown)
        thick = min(0.64 * step, 16.0)
        top = self._plane.top() + (row + 0.5) * step - thick / 2
        return QRectF(ends[0], top, ends[1] - ends[0], thick)

    def describe(self, at: QPointF) -> str:
        """The bar of the row there, in numbers."""
        down = at.y() - self._plane.top()
        if not self._shown or not 0 <= down < self._plane.height():
            return ""
        index = self._shown[int(down / self._plane.height() * len(self._shown))]
        spread = self._spread[index]
        off = f" ± {write_number(float(spread))}" if np.isfinite(spread) else ""
        return f"{self._names[index]}: {write_number(float(self._values[index]))}{off}"

    def data(self) -> Columns:
        """All of them, the greatest first."""
        headings = ["name", self._label or "value"]
        values = [np.array(self._names, dtype=object), self._values]
        if np.isfinite(self._spread).any():
            headings.append("spread")
            values.append(self._spread)
        return Columns.of(headings, *values)

    def arrange(self, room: QRectF) -> None:
        """Choose what fits, and the scale that holds it and zero."""
        line = self.metrics().height()
        foot = line + 6 + (line + 2 if self._label else 0)
        height = room.height() - 4 - foot
        fit = min(_MOST_BARS, max(1, int(height / (line + 2))))
        if len(self._names) > fit:
            foot += line + 4
            height -= line + 4
            fit = min(_MOST_BARS, max(1, int(height / (line + 2))))
        far = np.argsort(-np.abs(np.nan_to_num(self._values)), kind="stable")[:fit]
        self._shown = sorted(far.tolist())
        if not self._shown:
            return
        widest = max(map(self.metrics().horizontalAdvance, self.shown))
        left = _MARGIN + min(widest, _NAMES_SHARE * room.width()) + 8
        height = min(height, _HIGHEST_ROW * len(self._shown))
        self._plane = QRectF(left, 4.0, max(1.0, room.width() - left - 2 * _MARGIN), height)
        values, spread = self._values[self._shown], np.nan_to_num(self._spread[self._shown])
        ends = np.concatenate(([0.0], values - spread, values + spread))
        ends = ends[np.isfinite(ends)]
        low, high = float(ends.min()), float(ends.max())
        room_beside = 0.04 * (high - low) or 1.0
        self._low = low - room_beside * (low < 0)
        self._high = high + room_beside * (high > 0 or low == high)

    def draw(self, painter: QPainter) -> None:
        """Paint grid, bars, whiskers and words."""
        if not self._shown:
            return
        self._draw_axis(painter)
        metrics, align = self.metrics(), Qt.AlignmentFlag
        positive, negative = self.theme.classes
        for row, index in enumerate(self._shown):
            place = self.bar(row)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(positive if self._values[index] >= 0 else negative))
            painter.drawRect(place)
            self._draw_whisker(painter, index, place)
            beside = QRectF(
                _MARGIN, place.center().y() - metrics.height() / 2,
                self._plane.left() - 8 - _MARGIN, metrics.height(),
            )  # fmt: skip
            painter.setPen(QColor(self.theme.plot_text))
            text = self.elided(self._names[index], beside.width() + 1)
            painter.drawText(beside, align.AlignRight | align.AlignVCenter, text)

    def _x(self, value: float) -> float:
        share = (value - self._low) / (self._high - self._low)
        return self._plane.left() + share * self._plane.width()

    def _draw_axis(self, painter: QPainter) -> None:
        plane, line, align = self._plane, self.metrics().height(), Qt.AlignmentFlag
        ((step, ticks),) = even_ticks(self._low, self._high, max(2.0, plane.width() / _TICK_WIDTH))
        for value, text in zip(ticks, write_ticks(ticks, step), strict=True):
            x = self._x(value)
            painter.setPen(QPen(QColor(self.theme.plot_grid), 1))
            painter.drawLine(QPointF(x, plane.top()), QPointF(x, plane.bottom()))
            painter.setPen(QColor(self.theme.plot_text))
            under = QRectF(x - _TICK_WIDTH / 2, plane.bottom() + 4, _TICK_WIDTH, line)
            painter.drawText(under, align.AlignCenter, text)
        painter.setPen(QPen(QColor(self.theme.plot_axis), 1))
        painter.drawLine(QPointF(self._x(0.0), plane.top()), QPointF(self._x(0.0), plane.bottom()))
        bottom = plane.bottom() + 6 + line
        if self._label:
            painter.setPen(QColor(self.theme.plot_text))
            under = QRectF(plane.left(), bottom, plane.width(), line)
            painter.drawText(under, align.AlignCenter, self._label)
            bottom += line + 2
        if self.left_out:
            painter.setPen(QColor(self.theme.muted))
            across = QRectF(_MARGIN, bottom + 2, self.canvas.width() - 2 * _MARGIN, line)
            painter.drawText(across, align.AlignCenter, self.left_out)

    def _draw_whisker(self, painter: QPainter, index: int, place: QRectF) -> None:
        value, spread = float(self._values[index]), float(self._spread[index])
        if not np.isfinite(value + spread):
            return
        left, right = self._x(value - spread), self._x(value + spread)
        y = int(place.center().y()) + 0.5  # the middle of a pixel: a thin line stays sharp
        painter.setPen(QPen(QColor(self.theme.text), 1.2))
        painter.drawLine(QPointF(left, y), QPointF(right, y))
        for x in (left, right):
            painter.drawLine(QPointF(x, y - 3), QPointF(x, y + 3))
