"""Rings, dots, stars: small pictures of a fixed size in pixels at points of the plot."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF, QTransform

from gd_studio.desktop.plots.pixels import pixel_of

Symbol = Literal["dot", "ring", "star", "circle", "triangle", "small"]
Array = npt.NDArray[Any]

_SIZES: dict[Symbol, float] = {
    "dot": 11, "ring": 13, "star": 17, "circle": 9, "triangle": 10, "small": 5,
}  # fmt: skip

_MANY = 2_000
"""More points than this are painted as plain squares, all in one call."""


class Markers(pg.GraphicsObject):
    """Symbols at ``points`` ``(n, 2)`` in the view's coordinates.

    Parameters
    ----------
    still
        Whether they seldom change; they are then painted once and copied afterwards.
    """

    def __init__(self, symbol: Symbol, *, still: bool = False) -> None:
        super().__init__()
        self.symbol: Symbol = symbol
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
        dx, dy = (_SIZES[self.symbol] * length for length in pixel_of(self))
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
            half = _SIZES[self.symbol] / 2 + 2
            last = len(self.colours) - 1
            for i in np.flatnonzero(fine).tolist():
                picture = _picture(self.symbol, self.colours[min(i, last)], self._edge, ratio)
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
            pen = QPen(QColor(colour), 3.0)
            pen.setCapStyle(Qt.PenCapStyle.SquareCap)
            painter.setPen(pen)
            painter.drawPoints(polygon)


@lru_cache(maxsize=256)
def _picture(symbol: Symbol, colour: str, edge: str, ratio: float) -> QPixmap:
    size = _SIZES[symbol]
    side = size + 4
    picture = QPixmap(int(np.ceil(side * ratio)), int(np.ceil(side * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    _draw(painter, symbol, size / 2, QColor(colour), QColor(edge))
    painter.end()
    return picture


def _draw(painter: QPainter, symbol: Symbol, radius: float, colour: QColor, edge: QColor) -> None:
    centre = QPointF(0, 0)
    if symbol == "ring":
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(edge, 4.4))
        painter.drawEllipse(centre, radius - 1.5, radius - 1.5)
        painter.setPen(QPen(colour, 2.2))
        painter.drawEllipse(centre, radius - 1.5, radius - 1.5)
        return
    pen = QPen(edge, 1.0 if symbol in ("circle", "triangle", "small") else 1.5)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(colour)
    if symbol == "star":
        turns = np.radians(-90 + 36 * np.arange(10))
        reach = np.where(np.arange(10) % 2 == 0, radius, 0.45 * radius)
        points = zip(reach * np.cos(turns), reach * np.sin(turns), strict=True)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))
    elif symbol == "triangle":
        width, bottom = 0.95 * radius, 0.75 * radius
        corners = ((0.0, -radius), (width, bottom), (-width, bottom))
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    else:
        painter.drawEllipse(centre, radius - 0.5, radius - 0.5)
