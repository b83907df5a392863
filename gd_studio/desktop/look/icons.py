"""Icons drawn by the painter: crisp at every size, in the theme's colours, no files."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QIcon,
    QPainter,
    QPainterPath,
    QPainterPathStroker,
    QPen,
    QPixmap,
    QPolygonF,
)

from gd_studio.desktop.look.theme import Theme

SIZES = (16, 20, 24, 32, 48, 64)

# Each shape is drawn on a square of 24 by 24, in the painter's pen and brush.


def _polygon(painter: QPainter, *points: tuple[float, float]) -> None:
    painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))


def _run(painter: QPainter) -> None:
    _polygon(painter, (7.5, 5.5), (18.5, 12), (7.5, 18.5))


def _pause(painter: QPainter) -> None:
    painter.drawRect(QRectF(7, 5.5, 3, 13))
    painter.drawRect(QRectF(14, 5.5, 3, 13))


def _step(painter: QPainter) -> None:
    _polygon(painter, (6.5, 6), (14.5, 12), (6.5, 18))
    painter.drawRect(QRectF(16.5, 5.5, 1.6, 13))


def _stop(painter: QPainter) -> None:
    painter.drawRect(QRectF(6.5, 6.5, 11, 11))


def _reset(painter: QPainter) -> None:
    pen = QPen(painter.brush().color(), 2.2)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    brush = painter.brush()
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    arc = QPainterPath()
    box = QRectF(5.5, 5.5, 13, 13)
    arc.arcMoveTo(box, 60)
    arc.arcTo(box, 60, -300)
    painter.drawPath(arc)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    _polygon(painter, (13.4, 1.6), (13.4, 9.6), (8.4, 5.6))


def _branch(painter: QPainter) -> None:
    lines = QPainterPath(QPointF(6.5, 17))
    lines.lineTo(6.5, 4)
    lines.moveTo(6.5, 15)
    lines.cubicTo(6.5, 9, 9.5, 7.5, 15, 7.5)
    pen = QPainterPathStroker()
    pen.setWidth(2.2)
    dot, head = QPainterPath(), QPainterPath()
    dot.addEllipse(QPointF(6.5, 18), 2.6, 2.6)
    head.addPolygon(QPolygonF([QPointF(14.5, 3.5), QPointF(20.5, 7.5), QPointF(14.5, 11.5)]))
    # As one shape: where parts overlap, pale ones would add up.
    painter.drawPath(pen.createStroke(lines).united(dot).united(head))


def _step_ahead(painter: QPainter) -> None:
    _polygon(painter, (11, 6.5), (17.5, 12), (11, 17.5))
    painter.drawRect(QRectF(6.5, 6, 1.6, 12))


def _to_end(painter: QPainter) -> None:
    _polygon(painter, (4, 6.5), (8.5, 12), (4, 17.5))
    _polygon(painter, (11, 6.5), (15.5, 12), (11, 17.5))
    painter.drawRect(QRectF(18.5, 6, 1.6, 12))


def _mirrored(draw: Callable[[QPainter], None]) -> Callable[[QPainter], None]:
    def mirror(painter: QPainter) -> None:
        painter.translate(24, 0)
        painter.scale(-1, 1)
        draw(painter)

    return mirror


_SHAPES: dict[str, Callable[[QPainter], None]] = {
    "run": _run,
    "pause": _pause,
    "step": _step,
    "stop": _stop,
    "reset": _reset,
    "branch": _branch,
    "time-start": _mirrored(_to_end),
    "time-back": _mirrored(_step_ahead),
    "time-play-back": _mirrored(_run),
    "time-hold": _pause,
    "time-play": _run,
    "time-forward": _step_ahead,
    "time-newest": _to_end,
}

NAMES = tuple(_SHAPES)
"""The names that :func:`icon` knows."""


def icon(name: str, theme: Theme) -> QIcon:
    """The icon `name` in the theme's colours, pale where it is disabled."""
    colour = theme.accent if name == "run" else theme.text
    faint = QColor(theme.muted)
    faint.setAlphaF(0.5)
    made = QIcon()
    for size in SIZES:
        made.addPixmap(_pixmap(name, size, QColor(colour)))
        made.addPixmap(_pixmap(name, size, faint), QIcon.Mode.Disabled)
    return made


def _pixmap(name: str, size: int, colour: QColor) -> QPixmap:
    pixmap = QPixmap(QSize(size, size))
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.scale(size / 24, size / 24)
    # A pen of the same colour with round joins softens the corners.
    pen = QPen(colour, 1.2)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(colour)
    _SHAPES[name](painter)
    painter.end()
    return pixmap
