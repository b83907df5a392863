"""A field for yes or no, drawn as a switch."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QCheckBox, QSizePolicy, QWidget

from gd_studio.desktop.panels.rows import FIELD_HEIGHT

_WIDTH, _TRACK = 34, 18


class SwitchField(QCheckBox):
    """On or off; its label stands before it, as with every other field."""

    value_changed = Signal()
    problem_changed = Signal()
    says_problem = False

    def __init__(self, value: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setChecked(value)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.clicked.connect(self._clicked)

    def value(self) -> bool:
        """Return whether it is on."""
        return self.isChecked()

    def set_value(self, value: bool) -> None:
        """Turn it on or off; nothing is emitted."""
        self.setChecked(value)

    def problem(self) -> str:
        """Return nothing: both are right."""
        return ""

    def sizeHint(self) -> QSize:
        """Be as wide as the switch, and as high as a field."""
        return QSize(_WIDTH + 4, FIELD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Keep that size."""
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        """Take clicks everywhere, not only where Qt would draw its box."""
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a track with a knob at its left or right end."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, on = self.palette(), self.isChecked()
        painter.setOpacity(1.0 if self.isEnabled() else 0.4)
        track = QRectF(2.5, (self.height() - _TRACK) / 2 + 0.5, _WIDTH - 1, _TRACK - 1)
        role = QPalette.ColorRole.Accent if on else QPalette.ColorRole.PlaceholderText
        edge = palette.color(role)
        painter.setPen(QPen(edge, 1))
        painter.setBrush(edge if on else palette.color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(track, track.height() / 2, track.height() / 2)
        x = track.right() - _TRACK / 2 + 0.5 if on else track.left() + _TRACK / 2 - 0.5
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(palette.color(QPalette.ColorRole.HighlightedText) if on else edge)
        painter.drawEllipse(QPointF(x, track.center().y()), 5.5, 5.5)
        if self.hasFocus():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            ring = track.adjusted(-2, -2, 2, 2)
            painter.drawRoundedRect(ring, ring.height() / 2, ring.height() / 2)

    @Slot()
    def _clicked(self) -> None:
        self.value_changed.emit()
