"""A line through many points that is cheap to paint."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QTransform

from gd_studio.desktop.plots.pixels import pixel_of

Array = npt.NDArray[Any]

_EMPTY = np.empty(0)
_DASHES = (7.0, 4.0)


class Stroke(pg.GraphicsObject):
    """A polyline in the view's coordinates; breaks where a point is not finite.

    Qt's antialiased pens of one pixel take 0.6 ms for 1,600 points of a jagged curve, those of two
    pixels 48 ms. A wider line is therefore painted as several thin ones side by side.

    Parameters
    ----------
    colour
        Of the line.
    width
        In pixels: 1 is one pass, about 1.5 is two, 2 is three.
    casing
        The colour of a thin border that sets it off from a map; ``None`` for none.
    dashed
        Whether it is broken into dashes, which cost no more: their lengths are in pixels.
    """

    def __init__(
        self,
        colour: QColor | str,
        width: float = 1.5,
        casing: QColor | str | None = None,
        *,
        dashed: bool = False,
    ) -> None:
        super().__init__()
        self.x: Array = _EMPTY
        self.y: Array = _EMPTY
        self._path = QPainterPath()
        self._bounds = QRectF()
        self._offsets = _offsets(width)
        self._dashed = dashed
        self._pen = _thin_pen(colour, dashed)
        self._casing = _thin_pen(casing) if casing else None

    def set_points(self, x: Array, y: Array) -> None:
        """Draw through ``(x[i], y[i])``, both ``(n,)``."""
        self.prepareGeometryChange()
        self.x, self.y = x, y
        fine = np.isfinite(x) & np.isfinite(y)
        whole = bool(fine.all())
        self._path = pg.functions.arrayToQPath(
            x, y, connect="all" if whole else "finite", finiteCheck=False
        )
        fx, fy = (x, y) if whole else (x[fine], y[fine])
        if len(fx):
            left, top = float(fx.min()), float(fy.min())
            self._bounds = QRectF(left, top, float(fx.max()) - left, float(fy.max()) - top)
        else:
            self._bounds = QRectF()
        self.update()

    def set_colour(self, colour: QColor | str, casing: QColor | str | None = None) -> None:
        """Change the colours."""
        self._pen = _thin_pen(colour, self._dashed)
        self._casing = _thin_pen(casing) if casing else None
        self.update()

    def set_width(self, width: float) -> None:
        """Change the width, in pixels."""
        self._offsets = _offsets(width)
        self.update()

    @property
    def colour(self) -> QColor:
        """Of the line."""
        return self._pen.color()

    def set_dashed(self, dashed: bool) -> None:
        """Break the line into dashes, or do not."""
        self._dashed = dashed
        self._pen = _thin_pen(self.colour, dashed)

    @property
    def dashed(self) -> bool:
        """Whether the pen breaks the line into dashes."""
        return self._dashed

    def boundingRect(self) -> QRectF:
        """The points' extent and a few pixels; Qt asks."""
        if not len(self.x):
            return QRectF()
        dx, dy = (4.0 * length for length in pixel_of(self))
        return self._bounds.adjusted(-dx, -dy, dx, dy)

    def viewTransformChanged(self) -> None:
        """The margin is in pixels; pyqtgraph calls."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw; Qt calls."""
        if self._path.isEmpty():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        place = painter.worldTransform()
        if self._casing is not None:
            painter.setPen(self._casing)
            for dx, dy in ((-1.4, 0.0), (1.4, 0.0), (0.0, -1.4), (0.0, 1.4)):
                painter.setWorldTransform(place * QTransform.fromTranslate(dx, dy))
                painter.drawPath(self._path)
        painter.setPen(self._pen)
        for dx, dy in self._offsets:
            painter.setWorldTransform(place * QTransform.fromTranslate(dx, dy))
            painter.drawPath(self._path)
        painter.setWorldTransform(place)


def _thin_pen(colour: QColor | str, dashed: bool = False) -> QPen:
    pen = QPen(QColor(colour), 1.0)
    pen.setCosmetic(True)
    if dashed:
        pen.setDashPattern(_DASHES)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def _offsets(width: float) -> tuple[tuple[float, float], ...]:
    if width <= 1.0:
        return ((0.0, 0.0),)
    half = (width - 1.0) / 2
    if width < 2.0:
        # Side by side where a curve falls, as most do.
        return ((half, -half), (-half, half))
    return ((-half, -half), (half, half), (-half, half), (half, -half))
