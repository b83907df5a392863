"""A choice between a few things, side by side in one frame."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QPoint, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from gd_studio.desktop.panels.paint import RADIUS, paint_frame
from gd_studio.desktop.panels.rows import FIELD_HEIGHT


class _Segment(QAbstractButton):
    """One of them."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__()
        self.key = key
        self.setText(text)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Be as wide as its text."""
        return QSize(self.fontMetrics().horizontalAdvance(self.text()) + 14, FIELD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Keep that size."""
        return self.sizeHint()

    def hitButton(self, position: QPoint) -> bool:
        """Take clicks everywhere."""
        return self.rect().contains(position)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the text, on a plate where it is the chosen one."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, role = self.palette(), QPalette.ColorRole
        if self.isChecked():
            plate = QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5)
            edge = role.Accent if self.hasFocus() else role.Mid
            painter.setPen(QPen(palette.color(edge), 1))
            painter.setBrush(palette.color(role.Button))
            painter.drawRoundedRect(plate, RADIUS - 1, RADIUS - 1)
        loud = self.isChecked() or self.underMouse()
        painter.setPen(palette.color(role.WindowText if loud else role.PlaceholderText))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text())


class Segments(QWidget):
    """Exactly one of a few; the arrow keys move between them.

    Parameters
    ----------
    labels
        What can be chosen, first to last: the key of each, and its text.

    Signals
    -------
    value_changed
        The user has chosen another one. Not emitted by `set_value`.
    """

    value_changed = Signal()
    problem_changed = Signal()
    says_problem = False

    def __init__(self, labels: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = next(iter(labels))
        self._group = QButtonGroup(self)
        self._segments = {key: _Segment(key, text) for key, text in labels.items()}
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for segment in self._segments.values():
            self._group.addButton(segment)
            layout.addWidget(segment)
        self.setFixedHeight(FIELD_HEIGHT)
        self.set_value(self._value)
        # Not buttonClicked: the arrow keys check a button without a click.
        self._group.buttonToggled.connect(self._toggled)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the tab key can stop, first to last."""
        return tuple(self._segments.values())

    def button(self, key: str) -> QAbstractButton:
        """Return what chooses `key`."""
        return self._segments[key]

    def value(self) -> str:
        """Return the key of what is chosen."""
        return self._value

    def set_value(self, value: str) -> None:
        """Choose by key; nothing is emitted."""
        self._value = value
        self._segments[value].setChecked(True)

    def problem(self) -> str:
        """Return nothing: all are right."""
        return ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame of a text field around them."""
        paint_frame(QPainter(self), self, focused=False)

    @Slot(QAbstractButton, bool)
    def _toggled(self, segment: QAbstractButton, checked: bool) -> None:
        if checked and isinstance(segment, _Segment) and segment.key != self._value:
            self._value = segment.key
            self.value_changed.emit()
