"""A red outline around a field that holds something wrong."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QWidget


class Outline(QWidget):
    """Lies over `field`, whatever kind it is, and lets everything through to it.

    Drawn over the field rather than by a style sheet of its own, so that the field keeps the look
    that the theme gives it.
    """

    def __init__(self, field: QWidget) -> None:
        super().__init__(field)
        self._field = field
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        field.installEventFilter(self)
        self.setGeometry(field.rect())
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the field's size, and let every event pass."""
        if event.type() == QEvent.Type.Resize:
            self.setGeometry(self._field.rect())
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the theme's colour of what is wrong."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.BrightText), 1.5))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.75, 0.75, -0.75, -0.75), 4, 4)
