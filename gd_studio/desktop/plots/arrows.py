"""Arrows from one point: shafts and heads of a fixed size in pixels, painted by one item."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF, QTransform

Array = npt.NDArray[Any]

SHORTEST = 3.0
"""Pixels; a shorter arrow is drawn larger than it is."""

_READABLE = 15.0
"""Pixels that a power of ten makes a short arrow at least."""

_FARTHEST = 1e4
"""Pixels; the painter's integers could not follow an arrow much farther."""


@dataclass(frozen=True)
class Arrow:
    """One arrow.

    Attributes
    ----------
    vector
        From the point to its tip, ``(2,)`` in the view's coordinates.
    width
        Of the shaft, in pixels. Of two arrows that coincide, the wider one shows around the other
        that is drawn after it.
    """

    vector: Array
    colour: str
    width: float = 2.5


class Arrows(pg.GraphicsObject):
    """Arrows that all begin at ``tail``."""

    def __init__(self) -> None:
        super().__init__()
        self.tail: Array = np.zeros(2)
        self.arrows: tuple[Arrow, ...] = ()
        self.scales: tuple[float, ...] = ()
        self._edge = "#ffffff"

    def set_arrows(self, tail: Array, arrows: Sequence[Arrow], scales: Sequence[float]) -> None:
        """Show these and no others, each as many times its length as `scales` says."""
        self.prepareGeometryChange()
        self.tail, self.arrows, self.scales = tail, tuple(arrows), tuple(scales)
        self.update()

    def set_edge(self, colour: str) -> None:
        """The thin line around each."""
        self._edge = colour
        self.update()

    @property
    def tips(self) -> Array:
        """Where each ends as it is drawn, ``(n, 2)``."""
        drawn = [a.vector * scale for a, scale in zip(self.arrows, self.scales, strict=True)]
        return self.tail + np.array(drawn).reshape(-1, 2)

    def boundingRect(self) -> QRectF:
        """The whole view, beyond which nothing is seen of them; Qt asks."""
        view = self.getViewBox()
        return QRectF() if view is None or not self.arrows else QRectF(view.viewRect())

    def viewTransformChanged(self) -> None:
        """The bounds are those of the view; pyqtgraph calls."""
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw; Qt calls."""
        place = painter.worldTransform()
        tail = place.map(QPointF(*self.tail))
        painter.setWorldTransform(QTransform())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for arrow, tip in zip(self.arrows, self.tips, strict=True):
            if np.isfinite(tip).all():
                self._draw(painter, QLineF(tail, place.map(QPointF(*tip))), arrow)
        painter.setWorldTransform(place)

    def _draw(self, painter: QPainter, line: QLineF, arrow: Arrow) -> None:
        length = line.length()
        if not 0.5 <= length < math.inf:
            return
        if length > _FARTHEST:
            line.setLength(_FARTHEST)
            length = _FARTHEST
        along = QPointF(line.dx(), line.dy()) / length
        across = QPointF(-along.y(), along.x())
        head = min(7.0 + 2.0 * arrow.width, length)
        neck = line.p2() - along * head
        half = across * (head * 0.42)
        triangle = QPolygonF([line.p2(), neck + half, neck - half])
        # A little into the head, so that no gap shows between the two.
        shaft = QLineF(line.p1(), neck + along)
        for colour, more in ((self._edge, 2.4), (arrow.colour, 0.0)):
            pen = QPen(QColor(colour), arrow.width + more)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(shaft)
            pen = QPen(QColor(colour), 0.4 + more)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            painter.setBrush(QColor(colour))
            painter.drawPolygon(triangle)


def readable_scales(lengths: Sequence[float]) -> list[float]:
    """Return how many times its length in pixels each arrow is drawn: 1, or a power of ten.

    Where all are too short to be seen they are drawn larger together, so that they can still be
    compared; one that is too short even then, or beside longer ones, by itself.
    """
    together = _scale(max((length for length in lengths if math.isfinite(length)), default=0.0))
    return [together * _scale(together * length) for length in lengths]


def _scale(length: float) -> float:
    if not 0 < length < SHORTEST:
        return 1.0
    return float(10.0 ** math.ceil(math.log10(_READABLE / length)))
