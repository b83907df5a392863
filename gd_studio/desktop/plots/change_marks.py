"""Where runs were changed on the way: thin dashed lines in a plot over steps, each with a word."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform

from gd_studio.desktop.look.theme import LIGHT, Theme
from gd_studio.desktop.plots.pixels import pixel_of

_GAP = 5.0
_DASHES = (5.0, 4.0)
_MOST_LINES = 4
_SHARE = 0.5
"""Of the view's height, which words may take; what lies below them is to be seen."""


class ChangeMark(NamedTuple):
    """A change: where on the x axis, what has become of what, and the colour of its run."""

    place: float
    text: str
    colour: str


class ChangeMarks(pg.GraphicsObject):
    """Draws the changes of all runs; words that find no room are left out.

    Parameters
    ----------
    first_line
        Tells how many lines at the top the words of other marks take.
    """

    def __init__(self, first_line: Callable[[], int]) -> None:
        super().__init__()
        self.marks: tuple[ChangeMark, ...] = ()
        self._first_line = first_line
        self._theme = LIGHT
        self._font = QFont()

    def set_marks(self, marks: Sequence[ChangeMark]) -> None:
        """Show these and no others."""
        self.marks = tuple(sorted(marks))
        self.update()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take the theme's colours and a font for the words."""
        self._theme, self._font = theme, font
        self.update()

    def near(self, x: float, within: float = 6.0) -> list[str]:
        """What is changed at most `within` pixels from a place."""
        reach = within * pixel_of(self)[0]
        return [mark.text for mark in self.marks if abs(mark.place - x) <= reach]

    def boundingRect(self) -> QRectF:
        """All that is in view; Qt asks."""
        box = self.getViewBox()
        return box.viewRect() if box is not None else QRectF()

    def viewTransformChanged(self) -> None:
        """The lines reach from the bottom to the top of the view; pyqtgraph calls."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw; Qt calls."""
        place = painter.worldTransform()
        view = place.mapRect(self.boundingRect())
        painter.setWorldTransform(QTransform())
        shown = [(place.map(QPointF(mark.place, 0.0)).x(), mark) for mark in self.marks]
        shown = [(x, mark) for x, mark in shown if view.left() <= x <= view.right()]
        for x, mark in shown:
            pen = QPen(QColor(mark.colour), 1.0)
            pen.setDashPattern(_DASHES)
            painter.setPen(pen)
            painter.drawLine(QPointF(x, view.top()), QPointF(x, view.bottom()))
        self._paint_words(painter, shown, view)
        painter.setWorldTransform(place)

    def _paint_words(
        self, painter: QPainter, shown: list[tuple[float, ChangeMark]], view: QRectF
    ) -> None:
        measure = QFontMetricsF(self._font)
        spans = []
        for x, mark in shown:
            width = measure.horizontalAdvance(mark.text) + 2 * _GAP
            left = x + 1 if x + 1 + width < view.right() else x - 1 - width
            spans.append((left, left + width))
        height = measure.height() + 2
        first = self._first_line()
        most = min(_MOST_LINES, int(_SHARE * view.height() / height) - first)
        painter.setFont(self._font)
        for (left, right), line, (_, mark) in zip(
            spans, lines_for(spans, most), shown, strict=True
        ):
            if line is None or left < view.left():
                continue
            top = view.top() + 2 + (first + line) * height
            room = QRectF(left, top, right - left, height)
            behind = QColor(self._theme.plot_background)
            behind.setAlphaF(0.8)
            painter.fillRect(room, behind)
            painter.setPen(QColor(self._theme.plot_text))
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter, mark.text)


def lines_for(spans: Sequence[tuple[float, float]], most: int) -> list[int | None]:
    """Give each word the highest of `most` lines in which it meets none before it; else ``None``.

    Parameters
    ----------
    spans
        Where each word begins and ends.
    """
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    lines: list[int | None] = []
    for left, right in spans:
        free = (
            i
            for i, others in enumerate(taken)
            if all(right <= begin or end <= left for begin, end in others)
        )
        line = next(free, None)
        if line is not None:
            taken[line].append((left, right))
        lines.append(line)
    return lines
