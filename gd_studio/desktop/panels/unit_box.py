"""A combo box in the place of a label: the field behind it means what is chosen."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.panels.paint import paint_chevron
from gd_studio.desktop.panels.rows import FIELD_HEIGHT


class UnitBox(QuietComboBox):
    """Looks like a label, with an arrow behind the text."""

    def __init__(self, labels: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(labels)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Be as wide as the longest text and the arrow."""
        widths = [
            self.fontMetrics().horizontalAdvance(self.itemText(i)) for i in range(self.count())
        ]
        return QSize(max(widths) + 26, FIELD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Keep that size."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text and the arrow, and a ring where it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, text = self.palette(), self.currentText()
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
            ring = QRectF(self.rect()).adjusted(-4, 2.5, -0.5, -2.5)
            painter.drawRoundedRect(ring, 4, 4)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignVCenter, text)
        x = self.fontMetrics().horizontalAdvance(text) + 12
        middle = QPointF(x, self.height() / 2 + 0.5)
        paint_chevron(painter, self, middle, size=3.5, loud=self.underMouse())
