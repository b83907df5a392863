"""A line above the plots for what the user should not miss."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QToolButton, QWidget


class Notice(QFrame):
    """Shows what the user should not miss, until it is closed or something else takes its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self._label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(self._label, 1)
        close = QToolButton()
        close.setText("✕")
        close.setToolTip("Close this message")
        close.setAccessibleName("Close this message")
        close.clicked.connect(self.clear)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """What it says; empty where it is closed."""
        return "" if self.isHidden() else self._label.text()

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Show `sentence`."""
        self._label.setText(sentence)
        self.setAccessibleName(sentence)
        self.show()

    def add(self, sentence: str) -> None:
        """Show `sentence` below what there is."""
        self.say(f"{self.text}\n{sentence}" if self.text else sentence)

    @Slot()
    def clear(self) -> None:
        """Close it."""
        self._label.clear()
        self.hide()
