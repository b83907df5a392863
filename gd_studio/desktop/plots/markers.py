"""Rings, dots, stars: small pictures of a fixed size in pixels at points of the plot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QTransform

from gd_studio.desktop.plots.pixels import pixel_of
from gd_studio.desktop.plots.symbols import SIZES, Symbol, picture_of

Array = npt.NDArray[Any]

_MANY = 2_000
"""More points than this are painted as plain squares, all in one call."""


class Markers(pg.GraphicsObject):
    """Symbols at ``points`` ``(n, 2)`` in the view's coordinates.

    Parameters
    ----------
    still
        Whether they seldom change; they are then painted once and copied afterwards.
    hollow
        Whether they are outlines, filled with the colour of their edge.
    """

    def __init__(self, symbol: Symbol, *, still: bool = False, hollow: bool = False) -> None:
        super().__init__()
        self.symbol: Symbol = symbol
        self.hollow = hollow
        self.points: Array = np.empty((0, 2))
        self.colours: list[str] = []
        self._edge = "#ffffff"
        self._masks: dict[str, Array] = {}
        self._fine: Array = np.empty(0, dtype=bool)
        self._extent = QRectF()
        if still:
            self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_points(self, points: Array, colours: str | Sequence[str]) -> None:
        """Show them; points that are not finite are left out when painting.

        Parameters
        ----------
        colours
            One for all, or one for each; a list that is handed over again is not looked at again.
        """
        self.prepareGeometryChange()
        self.points = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        self._fine = np.asarray(np.isfinite(self.points).all(axis=1))
        fine = self.points if self._fine.all() else self.points[self._fine]
        if len(fine):
            (left, top), (right, bottom) = fine.min(axis=0).tolist(), fine.max(axis=0).tolist()
            self._extent = QRectF(left, top, right - left, bottom - top)
        given = [colours] if isinstance(colours, str) else colours
        if given is not self.colours:
            self.colours = given if isinstance(given, list) else list(given)
            self._masks = {}
        self.update()

    def set_edge(self, colour: str) -> None:
        """The thin line around each."""
        self._edge = colour
        self.update()

    def nearest(self, x: float, y: float, within: float = 10.0) -> int | None:
        """The index of the marker at most `within` pixels from a place, or ``None``."""
        pixel = pixel_of(self)
        if not len(self.points) or not all(pixel):
            return None
        away = np.hypot((self.points[:, 0] - x) / pixel[0], (self.points[:, 1] - y) / pixel[1])
        if not np.isfinite(away).any():
            return None
        best = int(np.nanargmin(away))
        return best if away[best] <= within else None

    def boundingRect(self) -> QRectF:
        """The points' extent and the symbol's size; Qt asks."""
        if not self._fine.any():
            return QRectF()
        dx, dy = (SIZES[self.symbol] * length for length in pixel_of(self))
        return self._extent.adjusted(-dx, -dy, dx, dy)

    def viewTransformChanged(self) -> None:
        """Their size is in pixels; pyqtgraph calls."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw; Qt calls."""
        if not self._fine.any():
            return
        place = painter.worldTransform()
        x, y = self.points[:, 0], self.points[:, 1]
        at_x = place.m11() * x + place.m21() * y + place.dx()
        at_y = place.m12() * x + place.m22() * y + place.dy()
        fine = self._fine & (np.abs(at_x) < 1e5) & (np.abs(at_y) < 1e5)
        painter.setWorldTransform(QTransform())
        if len(self.points) > _MANY:
            self._paint_many(painter, at_x, at_y, fine)
        else:
            ratio = painter.device().devicePixelRatioF()
            half = SIZES[self.symbol] / 2 + 2
            last = len(self.colours) - 1
            for i in np.flatnonzero(fine).tolist():
                colour = self.colours[min(i, last)]
                picture = picture_of(self.symbol, colour, self._edge, self.hollow, ratio)
                painter.drawPixmap(QPointF(at_x[i] - half, at_y[i] - half), picture)
        painter.setWorldTransform(place)

    def _paint_many(self, painter: QPainter, x: Array, y: Array, fine: Array) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if not self._masks:
            every = np.asarray(self.colours)
            self._masks = {colour: every == colour for colour in dict.fromkeys(self.colours)}
        for colour, mask in self._masks.items():
            these = fine & mask
            if not these.any():
                continue
            polygon = pg.functions.create_qpolygonf(int(these.sum()))
            corners = pg.functions.ndarray_from_qpolygonf(polygon)
            corners[:, 0], corners[:, 1] = x[these], y[these]
            pen = QPen(QColor(colour), 4.0 if self.hollow else 3.0)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
            painter.setPen(pen)
            painter.drawPoints(polygon)
            if self.hollow:
                pen = QPen(QColor(self._edge), 2.0)
                pen.setCapStyle(Qt.PenCapStyle.SquareCap)
                painter.setPen(pen)
                painter.drawPoints(polygon)
