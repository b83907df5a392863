"""Which classes a model takes for which: a matrix of counts."""

from __future__ import annotations

from math import ceil
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.painted_plot import PaintedPlot

_GAP = 2.0
_MARGIN = 10.0
_FLATTEST = 1.9
"""A cell is at most so many times as wide as it is high."""

_FAINTEST = 0.15
"""Of a colour, where there is a count at all."""

_NAMES_SHARE = 0.28
"""Names of classes take up at most so much of the width (or, upright, of the height)."""


class ConfusionPlot(PaintedPlot):
    """Rows are true classes, columns predicted ones; a cell's colour is its share of its row.

    What is right, on the diagonal, has the colour of one end of the theme's ramp of probabilities,
    mistakes that of the other; a single mistake is still to be seen.
    """

    def __init__(self, title: str = "Confusion matrix", parent: QWidget | None = None) -> None:
        self._counts = np.zeros((0, 0), dtype=np.int64)
        self._shares = np.zeros((0, 0))
        self._classes: tuple[str, ...] = ()
        self._matrix = QRectF()
        self._upright = False
        self._beside = self._below = 0.0
        super().__init__(title, parent)

    def set_confusion(self, matrix: npt.NDArray[Any], classes: tuple[str, ...]) -> None:
        """Show counts ``(k, k)`` of the k `classes`: row the true one, column the predicted."""
        self._counts = np.asarray(matrix, dtype=np.int64).reshape(len(classes), len(classes))
        self._classes = classes
        self._shares = self._counts / np.maximum(self._counts.sum(axis=1, keepdims=True), 1)
        total, right = int(self._counts.sum()), int(np.trace(self._counts))
        self.set_caption(
            f"{right:,} of {total:,} right, {_percent(right / total)}" if total else ""
        )
        self.refresh()

    def cell(self, true: int, predicted: int) -> QRectF:
        """Where a cell is on the canvas."""
        k = len(self._classes)
        width, height = self._matrix.width() / k, self._matrix.height() / k
        left, top = self._matrix.left() + predicted * width, self._matrix.top() + true * height
        return QRectF(left, top, width, height).adjusted(_GAP / 2, _GAP / 2, -_GAP / 2, -_GAP / 2)

    def colour(self, true: int, predicted: int) -> QColor:
        """What a cell is filled with."""
        share = self._shares[true, predicted]
        if share:
            share = _FAINTEST + (1 - _FAINTEST) * share
        place = 127.5 * (1 - share if true == predicted else 1 + share)
        red, green, blue = self.theme.boundary[round(place)].tolist()
        return QColor(red, green, blue)

    def words(self, true: int, predicted: int) -> tuple[str, ...]:
        """The lines that are written in a cell: as many as there is room for."""
        count = int(self._counts[true, predicted])
        lines = [f"{count:,}"]
        if count:
            lines.append(_percent(self._shares[true, predicted]))
        room, metrics = self.cell(true, predicted), self.metrics()
        while lines and (
            metrics.height() * len(lines) > room.height()
            or max(map(metrics.horizontalAdvance, lines)) + 4 > room.width()
        ):
            lines.pop()
        return tuple(lines)

    def describe(self, at: QPointF) -> str:
        """The cell there: its classes, its count and its share of the row."""
        k = len(self._classes)
        if not k or not self._matrix.contains(at):
            return ""
        column = min(k - 1, int((at.x() - self._matrix.left()) / self._matrix.width() * k))
        row = min(k - 1, int((at.y() - self._matrix.top()) / self._matrix.height() * k))
        return (
            f"true {self._classes[row]}, predicted {self._classes[column]}: "
            f"{self._counts[row, column]:,} of {self._counts[row].sum():,}, "
            f"{_percent(self._shares[row, column])}"
        )

    def data(self) -> Columns:
        """A row for each true class."""
        headings = ("true", *(f"predicted {name}" for name in self._classes))
        return Columns.of(headings, np.array(self._classes, dtype=object), *self._counts.T)

    def arrange(self, room: QRectF) -> None:
        """Give names their room and the cells what is left."""
        k = len(self._classes)
        if not k:
            return
        metrics = self.metrics()
        line = metrics.height()
        widest = max(map(metrics.horizontalAdvance, self._classes))
        self._beside = min(widest, _NAMES_SHARE * room.width())
        left = _MARGIN + line + 6 + self._beside + 8
        width = max(1.0, room.width() - left - _MARGIN)
        self._upright = widest > width / k - 4
        self._below = min(widest, _NAMES_SHARE * room.height()) if self._upright else line
        height = max(1.0, room.height() - 6 - self._below - 6 - line - 8)
        width = min(width, _FLATTEST * height)
        height = min(height, width)
        spare = room.width() - left - width - _MARGIN
        self._matrix = QRectF(left + spare / 2, 4.0, width, height)

    def draw(self, painter: QPainter) -> None:
        """Paint cells, what is in them, names and titles."""
        for row in range(len(self._classes)):
            for column in range(len(self._classes)):
                self._draw_cell(painter, row, column)
        if self._classes:
            self._draw_names(painter)

    def _draw_cell(self, painter: QPainter, row: int, column: int) -> None:
        place, lines = self.cell(row, column), self.words(row, column)
        painter.setPen(QColor(self.theme.plot_grid))
        painter.setBrush(self.colour(row, column))
        corner = min(3.0, place.height() / 4)
        painter.drawRoundedRect(place, corner, corner)
        if not lines:
            return
        painter.setPen(QColor(self.theme.text if self._counts[row, column] else self.theme.muted))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, "\n".join(lines))

    def _draw_names(self, painter: QPainter) -> None:
        align = Qt.AlignmentFlag
        matrix, line = self._matrix, self.metrics().height()
        names, below = self._beside, self._below
        painter.setPen(QColor(self.theme.plot_text))
        for index, name in enumerate(self._classes):
            row, column = self.cell(index, 0), self.cell(0, index)
            # Where names would lie on each other some are left out; the tool tips have them.
            if index % ceil(0.8 * line / (row.height() + _GAP)) == 0:
                top = row.center().y() - line / 2
                beside = QRectF(matrix.left() - 8 - names, top, names, line)
                painter.drawText(
                    beside, align.AlignRight | align.AlignVCenter, self.elided(name, names + 1)
                )
            if self._upright and index % ceil(0.8 * line / (column.width() + _GAP)):
                continue
            if self._upright:
                self._draw_upright(
                    painter, self.elided(name, below + 1), column.center().x(),
                    QRectF(0, matrix.bottom() + 6, line, below), align.AlignRight,
                )  # fmt: skip
            else:
                under = QRectF(column.left(), matrix.bottom() + 6, column.width(), line)
                painter.drawText(under, align.AlignCenter, name)
        painter.setPen(QColor(self.theme.muted))
        foot = QRectF(matrix.left(), matrix.bottom() + 6 + below + 4, matrix.width(), line)
        painter.drawText(foot, align.AlignCenter, "predicted")
        side = matrix.left() - 8 - names - 6 - line / 2
        self._draw_upright(painter, "true", side, matrix, align.AlignHCenter)

    def _draw_upright(
        self, painter: QPainter, text: str, x: float, along: QRectF, where: Qt.AlignmentFlag
    ) -> None:
        """Write upwards, around `x`, between the top and the bottom of `along`."""
        painter.save()
        painter.translate(x, along.center().y())
        painter.rotate(-90)
        line = self.metrics().height()
        place = QRectF(-along.height() / 2, -line / 2, along.height(), line)
        painter.drawText(place, where | Qt.AlignmentFlag.AlignVCenter, text)
        painter.restore()


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
