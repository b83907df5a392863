"""A moment in a plot over steps: a thin upright line with a word at its top."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QTransform

from gd_studio.desktop.look.theme import LIGHT, Theme
from gd_studio.desktop.plots.pixels import pixel_of

_GAP = 5.0
_DOTS = (2.0, 3.0)


class StepMark(pg.GraphicsObject):
    """Hidden until it is shown at a step.

    Parameters
    ----------
    line
        In which line from the top its word is, so that those of several marks do not meet.
    dotted
        Whether it is a line of dots, or a whole one in the theme's accent.
    """

    def __init__(self, line: int = 0, *, dotted: bool = True) -> None:
        super().__init__()
        self._line = line
        self._dotted = dotted
        self.step = 0.0
        self.text = ""
        self._theme = LIGHT
        self._font = QFont()
        self.hide()

    def show_at(self, step: float, text: str) -> None:
        """Mark `step`, and say what is there."""
        if not self.isVisible() or (self.step, self.text) != (step, text):
            self.step, self.text = step, text
            self.show()
            self.update()

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take the theme's colours and a font for the word."""
        self._theme, self._font = theme, font
        self.update()

    def is_near(self, x: float, within: float = 8.0) -> bool:
        """Whether it is shown at most `within` pixels from a place."""
        return self.isVisible() and abs(x - self.step) <= within * pixel_of(self)[0]

    def boundingRect(self) -> QRectF:
        """All that is in view; Qt asks."""
        box = self.getViewBox()
        return box.viewRect() if box is not None else QRectF()

    def viewTransformChanged(self) -> None:
        """It reaches from the bottom to the top of the view; pyqtgraph calls."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw; Qt calls."""
        place = painter.worldTransform()
        view = place.mapRect(self.boundingRect())
        x = place.map(QPointF(self.step, 0.0)).x()
        if not view.left() <= x <= view.right():
            return
        painter.setWorldTransform(QTransform())
        pen = QPen(QColor(self._theme.muted if self._dotted else self._theme.accent), 1.0)
        if self._dotted:
            pen.setDashPattern(_DOTS)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, view.top()), QPointF(x, view.bottom()))
        self._paint_text(painter, x, view)
        painter.setWorldTransform(place)

    def _paint_text(self, painter: QPainter, x: float, view: QRectF) -> None:
        measure = QFontMetricsF(self._font)
        width = measure.horizontalAdvance(self.text) + 2 * _GAP
        left = x + 1 if x + width < view.right() else x - width
        if left < view.left():
            left = view.right() - width  # beside neither side of the line: across it
        if left < view.left():
            return
        height = measure.height() + 2
        room = QRectF(left, view.top() + 2 + self._line * height, width, height)
        # What runs below the word is still there, but does not make it hard to read.
        behind = QColor(self._theme.plot_background)
        behind.setAlphaF(0.8)
        painter.fillRect(room, behind)
        painter.setFont(self._font)
        painter.setPen(QColor(self._theme.plot_text))
        painter.drawText(room, Qt.AlignmentFlag.AlignCenter, self.text)
