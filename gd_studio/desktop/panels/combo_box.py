"""A combo box for panels."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from gd_studio.desktop.panels.paint import paint_chevron, paint_frame
from gd_studio.desktop.panels.rows import FIELD_HEIGHT


class QuietComboBox(QComboBox):
    """A combo box that leaves the wheel to the panel, and is as narrow as it has to be."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(FIELD_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def minimumSizeHint(self) -> QSize:
        """Be at least wide enough for a short word."""
        return QSize(72, FIELD_HEIGHT)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel, even with the focus: a list turned by accident."""
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame of a text field, what is chosen, and an arrow."""
        painter = QPainter(self)
        paint_frame(painter, self, focused=self.hasFocus())
        area = self.rect().adjusted(8, 0, -26, 0)
        group = QPalette.ColorGroup.Active if self.isEnabled() else QPalette.ColorGroup.Disabled
        painter.setPen(self.palette().color(group, QPalette.ColorRole.Text))
        text = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, area.width()
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignVCenter, text)
        paint_chevron(painter, self, QPointF(self.width() - 14, self.height() / 2 + 0.5))
