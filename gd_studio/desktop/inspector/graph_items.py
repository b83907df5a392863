"""The boxes and arrows of a computational graph."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QFont, QFontMetricsF, QPainterPath, QPen
from PySide6.QtWidgets import QGraphicsPathItem, QGraphicsSimpleTextItem

from gd_studio.desktop.inspector.graph_layout import Point
from gd_studio.desktop.inspector.words import write_shape
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import tooltip
from gd_studio.link.inspection import GraphNode

HEIGHT = 40.0
_LEAST_WIDTH = 56.0
_WIDEST_TEXT = 160.0
_ROOM = 12.0
_ARROW = 7.0


def _small(font: QFont) -> QFont:
    small = QFont(font)
    small.setPointSizeF(0.85 * font.pointSizeF())
    return small


def _lines(node: GraphNode, font: QFont) -> tuple[tuple[str, QFont], ...]:
    name = QFontMetricsF(font).elidedText(node.name, Qt.TextElideMode.ElideMiddle, _WIDEST_TEXT)
    if node.shape is None:
        return ((name, font),)
    return (name, font), (write_shape(node.shape), _small(font))


def box_width(node: GraphNode, font: QFont) -> float:
    """How wide the box of a node is."""
    widest = max(QFontMetricsF(f).horizontalAdvance(text) for text, f in _lines(node, font))
    return max(_LEAST_WIDTH, widest + 2 * _ROOM)


def make_box(
    node: GraphNode, centre: Point, font: QFont, theme: Theme, *, is_loss: bool
) -> QGraphicsPathItem:
    """A rounded box with the operation's name and shape; filled with the accent for a leaf."""
    width = box_width(node, font)
    outline = QPainterPath()
    outline.addRoundedRect(QRectF(-width / 2, -HEIGHT / 2, width, HEIGHT), 8, 8)
    box = QGraphicsPathItem(outline)
    box.setPos(*centre)
    box.setZValue(1)
    box.setBrush(QColor(theme.accent if node.is_parameter else theme.raised))
    marked = is_loss or node.is_parameter
    box.setPen(QPen(QColor(theme.accent if marked else theme.border), 2 if is_loss else 1))
    shape = "" if node.shape is None else f", {write_shape(node.shape)}"
    role = "the loss: " if is_loss else "parameter " if node.is_parameter else ""
    box.setToolTip(tooltip(f"{role}{node.name}{shape}"))
    lines = _lines(node, font)
    heights = [QFontMetricsF(line_font).height() for _, line_font in lines]
    top = -sum(heights) / 2
    for (text, line_font), height in zip(lines, heights, strict=True):
        item = QGraphicsSimpleTextItem(text, box)
        item.setFont(line_font)
        quiet = theme.on_accent if node.is_parameter else theme.muted
        loud = theme.on_accent if node.is_parameter else theme.text
        item.setBrush(QBrush(QColor(quiet if line_font is not font else loud)))
        item.setPos(-QFontMetricsF(line_font).horizontalAdvance(text) / 2, top)
        top += height
    return box


def make_arrow(route: Sequence[Point], theme: Theme) -> QGraphicsPathItem:
    """A smooth line from the foot of the first box down to the head of the last."""
    points = [QPointF(x, y) for x, y in route]
    points[0] += QPointF(0, HEIGHT / 2)
    tip = points[-1] - QPointF(0, HEIGHT / 2 + 1)
    points[-1] = tip - QPointF(0, _ARROW)
    path = QPainterPath(points[0])
    for start, end in pairwise(points):
        half = QPointF(0, (end.y() - start.y()) / 2)
        path.cubicTo(start + half, end - half, end)
    head = QPainterPath(tip)
    head.lineTo(tip + QPointF(-_ARROW / 2, -_ARROW))
    head.lineTo(tip + QPointF(_ARROW / 2, -_ARROW))
    head.closeSubpath()
    colour = QColor(theme.muted)
    arrow = QGraphicsPathItem(path)
    arrow.setPen(QPen(colour, 1.3))
    tip_item = QGraphicsPathItem(head, arrow)
    tip_item.setPen(Qt.PenStyle.NoPen)
    tip_item.setBrush(colour)
    return arrow
