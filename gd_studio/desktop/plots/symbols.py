"""The small pictures that stand for points: their shapes, and how they look in words."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

Symbol = Literal[
    "dot", "ring", "star", "circle", "triangle", "small",
    "square", "diamond", "wedge", "spark",
]  # fmt: skip
SIZES: dict[Symbol, float] = {
    "dot": 11, "ring": 13, "star": 17, "circle": 9, "triangle": 10, "small": 5,
    "square": 8, "diamond": 10.5, "wedge": 10, "spark": 13,
}  # fmt: skip

CLASS_SYMBOLS: tuple[Symbol, ...] = (
    "circle", "triangle", "square", "diamond", "wedge", "spark",
)  # fmt: skip
"""Of the points of each class, in the order of their codes."""

_GLYPHS: dict[Symbol, tuple[str, str]] = {
    "circle": ("●", "○"), "triangle": ("▲", "△"), "square": ("■", "□"),
    "diamond": ("◆", "◇"), "wedge": ("▼", "▽"), "spark": ("★", "☆"),
}  # fmt: skip


def glyph_of(symbol: Symbol, *, hollow: bool = False) -> str:
    """The character that looks like a symbol, for legends."""
    return _GLYPHS.get(symbol, _GLYPHS["circle"])[hollow]


@lru_cache(maxsize=256)
def picture_of(symbol: Symbol, colour: str, edge: str, hollow: bool, ratio: float) -> QPixmap:
    """A symbol with a thin edge, for a screen with `ratio` pixels to a point."""
    size = SIZES[symbol]
    side = size + 4
    picture = QPixmap(int(np.ceil(side * ratio)), int(np.ceil(side * ratio)))
    picture.setDevicePixelRatio(ratio)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    if symbol == "ring":
        _draw_ring(painter, size / 2, QColor(colour), QColor(edge))
    elif hollow:
        _draw(painter, symbol, size / 2, QColor(edge), QPen(QColor(edge), 3.4))
        _draw(painter, symbol, size / 2, QColor(edge), QPen(QColor(colour), 1.6))
    else:
        width = 1.5 if symbol in ("dot", "star") else 1.0
        _draw(painter, symbol, size / 2, QColor(colour), QPen(QColor(edge), width))
    painter.end()
    return picture


def _draw_ring(painter: QPainter, radius: float, colour: QColor, edge: QColor) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for pen in (QPen(edge, 4.4), QPen(colour, 2.2)):
        painter.setPen(pen)
        painter.drawEllipse(QPointF(0, 0), radius - 1.5, radius - 1.5)


def _draw(painter: QPainter, symbol: Symbol, radius: float, fill: QColor, pen: QPen) -> None:
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(fill)
    corners = _corners(symbol, radius)
    if corners:
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
    else:
        painter.drawEllipse(QPointF(0, 0), radius - 0.5, radius - 0.5)


def _corners(symbol: Symbol, radius: float) -> list[tuple[float, float]]:
    """The polygon that a symbol is; empty for a round one."""
    width, bottom = 0.95 * radius, 0.75 * radius
    if symbol in ("star", "spark"):
        turns = np.radians(-90 + 36 * np.arange(10))
        reach = np.where(np.arange(10) % 2 == 0, radius, 0.45 * radius)
        return list(
            zip((reach * np.cos(turns)).tolist(), (reach * np.sin(turns)).tolist(), strict=True)
        )
    if symbol == "triangle":
        return [(0.0, -radius), (width, bottom), (-width, bottom)]
    if symbol == "wedge":
        return [(0.0, radius), (width, -bottom), (-width, -bottom)]
    if symbol == "square":
        return [(-radius, -radius), (radius, -radius), (radius, radius), (-radius, radius)]
    if symbol == "diamond":
        return [(0.0, -radius), (radius, 0.0), (0.0, radius), (-radius, 0.0)]
    return []
