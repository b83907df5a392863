"""A button that looks like a link: for what is done seldom."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from gd_studio.desktop.panels.collapsible import BY_KEYBOARD
from gd_studio.desktop.plain_text import tooltip


class LinkButton(QAbstractButton):
    """Text in the colour of links, underlined under the mouse."""

    def __init__(self, text: str, about: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ringed = False
        self.setText(text)
        if about:
            self.setToolTip(tooltip(about))
            self.setAccessibleDescription(about)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Be as large as the text, with room for the focus around it."""
        metrics = self.fontMetrics()
        return QSize(metrics.horizontalAdvance(self.text()) + 4, metrics.height() + 6)

    def minimumSizeHint(self) -> QSize:
        """Keep that size."""
        return self.sizeHint()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring to who comes with the keyboard."""
        self._ringed = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, and a ring where it has the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, area = self.palette(), QRect(self.rect())
        painter.setPen(QPen(palette.color(QPalette.ColorRole.Link), 1))
        if self._ringed and self.hasFocus():
            painter.drawRoundedRect(QRectF(area).adjusted(0.5, 0.5, -0.5, -0.5), 4, 4)
        font = self.font()
        font.setUnderline(self.underMouse())
        painter.setFont(font)
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self.text())
