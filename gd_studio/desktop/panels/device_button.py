"""A radio button whose circle can be seen on light and on dark."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QRadioButton

LABEL_X = 24
"""Where the label begins."""


class DeviceButton(QRadioButton):
    """A circle with a dot in it where it is chosen, and a label."""

    def sizeHint(self) -> QSize:
        """Be as wide as the label, and a little lower than a field."""
        return QSize(LABEL_X + self.fontMetrics().horizontalAdvance(self.text()) + 8, 24)

    def hitButton(self, position: QPoint) -> bool:
        """Take clicks on the circle and on the label."""
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        role = QPalette.ColorRole
        palette, centre = self.palette(), QPointF(8.5, self.height() / 2)
        chosen = self.isChecked()
        edge = role.Accent if chosen else role.PlaceholderText
        colour = palette.color(edge if self.isEnabled() else role.Mid)
        painter.setPen(QPen(colour, 1.2))
        painter.setBrush(palette.color(role.Base if self.isEnabled() else role.Window))
        painter.drawEllipse(centre, 7, 7)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawEllipse(centre, 3.5, 3.5)
        area = self.rect().adjusted(LABEL_X, 0, 0, 0)
        painter.setPen(palette.color(group, role.WindowText))
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, self.text())
        if self.hasFocus():
            painter.setPen(QPen(palette.color(role.Accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            width = self.fontMetrics().horizontalAdvance(self.text()) + 8
            ring = QRectF(area.x() - 4, 2.5, width, self.height() - 5)
            painter.drawRoundedRect(ring, 4, 4)
