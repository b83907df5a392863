"""The room between two curves, filled."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath

from gd_studio.desktop.plots.curve_store import Floats


class Band(pg.GraphicsObject):
    """A pale area in the view's coordinates."""

    def __init__(self, opacity: float) -> None:
        super().__init__()
        self._path = QPainterPath()
        self._bounds = QRectF()
        self._colour = QColor()
        self._opacity = opacity

    def set_curves(self, one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> None:
        """Fill what lies between two curves, given by their x and y, finite, ``(n,)`` each."""
        self.prepareGeometryChange()
        x = np.concatenate((one[0], other[0][::-1]))
        y = np.concatenate((one[1], other[1][::-1]))
        self._path = pg.functions.arrayToQPath(x, y, finiteCheck=False)
        self._bounds = self._path.controlPointRect()
        self.update()

    def set_colour(self, colour: str) -> None:
        """Change the colour, which is shown pale."""
        self._colour = QColor(colour)
        self._colour.setAlphaF(self._opacity)
        self.update()

    @property
    def is_empty(self) -> bool:
        """Whether nothing is filled."""
        return self._path.isEmpty()

    def boundingRect(self) -> QRectF:
        """The curves' extent; Qt asks."""
        return self._bounds

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Fill; Qt calls."""
        painter.fillPath(self._path, self._colour)
