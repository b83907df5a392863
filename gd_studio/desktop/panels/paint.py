"""How the fields are drawn: the frame of a text field around every one, and the same arrows.

Qt's Fusion style derives its frames from the window's colour, made darker: on a dark window they
cannot be seen.
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter, QPalette, QPen
from PySide6.QtWidgets import QWidget

RADIUS = 4.0
"""Of a field's corners, as in the theme's style sheet."""


def paint_frame(painter: QPainter, widget: QWidget, *, focused: bool) -> None:
    """Fill `widget` as a text field and draw its frame, in the accent where it has the focus."""
    palette = widget.palette()
    edge = QPalette.ColorRole.Accent if focused else QPalette.ColorRole.Mid
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(palette.color(edge), 1))
    painter.setBrush(palette.color(QPalette.ColorRole.Base))
    painter.drawRoundedRect(QRectF(widget.rect()).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def paint_chevron(
    painter: QPainter,
    widget: QWidget,
    centre: QPointF,
    *,
    angle: float = 0.0,
    size: float = 4.0,
    enabled: bool = True,
    loud: bool = False,
) -> None:
    """Draw an arrow that points down, or elsewhere by `angle` in degrees clockwise."""
    group = QPalette.ColorGroup.Active if enabled else QPalette.ColorGroup.Disabled
    role = QPalette.ColorRole.PlaceholderText
    if loud or not enabled:
        role = QPalette.ColorRole.WindowText
    colour = widget.palette().color(group, role)
    if not enabled:
        colour.setAlphaF(0.3)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, 1.4))
    painter.translate(centre)
    painter.rotate(angle)
    painter.drawPolyline(
        [QPointF(-size, -size / 2), QPointF(0, size / 2), QPointF(size, -size / 2)]
    )
    painter.restore()
