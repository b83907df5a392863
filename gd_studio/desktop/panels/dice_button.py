"""A button with a die on it: draw something at random."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPaintEvent, QPalette, QPen, QPixmap
from PySide6.QtWidgets import QToolButton, QWidget


class DiceButton(QToolButton):
    """Shows the five of a die, in the colour of the text."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setToolTip(text)
        self.setAccessibleName(text)
        # An empty icon keeps the style from drawing the text; the die is drawn over it.
        self.setIcon(QIcon(QPixmap()))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def sizeHint(self) -> QSize:
        """Be a square as high as a field."""
        return QSize(28, 28)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the button, then the die."""
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = self.palette().color(QPalette.ColorRole.ButtonText)
        centre = QRectF(self.rect()).center()
        painter.setPen(QPen(colour, 1.2))
        painter.drawRoundedRect(QRectF(centre.x() - 7, centre.y() - 7, 14, 14), 3, 3)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        for dx, dy in ((-3.5, -3.5), (3.5, -3.5), (0, 0), (-3.5, 3.5), (3.5, 3.5)):
            painter.drawEllipse(centre + QPointF(dx, dy), 1.3, 1.3)
