"""Lines above the plots for what the user should not miss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.plain_text import PlainLabel


@dataclass(frozen=True)
class Offer:
    """What a click does about a line: the text of the button, and what is called."""

    label: str
    accept: Callable[[], None]


class Notice(QFrame):
    """Shows what the user should not miss, until it is closed or something else takes its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notice")
        self._lines: list[_Line] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 8, 8, 8)
        self._column = QVBoxLayout()
        self._column.setSpacing(4)
        row.addLayout(self._column, 1)
        close = QToolButton()
        close.setText("✕")
        close.setToolTip("Close this message")
        close.setAccessibleName("Close this message")
        close.clicked.connect(self.clear)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    @property
    def text(self) -> str:
        """What it says, a line for each thing; empty where it is closed."""
        return "\n".join(line.text for line in self._lines)

    @Slot(str)
    def say(self, sentence: str) -> None:
        """Show `sentence`."""
        self.clear()
        self.add(sentence)

    def add(self, sentence: str, about: object = None, offer: Offer | None = None) -> None:
        """Show `sentence` below what there is, or in place of what it said about the same thing."""
        line = _Line(sentence, about, offer)
        same = [old for old in self._lines if about is not None and old.about is about]
        place = self._lines.index(same[0]) if same else len(self._lines)
        for old in same:
            self._remove(old)
        self._lines.insert(place, line)
        self._column.insertWidget(place, line)
        self.setAccessibleName(self.text)
        self.show()

    @Slot()
    def clear(self) -> None:
        """Close it."""
        for line in tuple(self._lines):
            self._remove(line)
        self.hide()

    def _remove(self, line: _Line) -> None:
        self._lines.remove(line)
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()


class _Line(QWidget):
    """A sentence, and a button where something can be done about it."""

    def __init__(self, sentence: str, about: object, offer: Offer | None) -> None:
        super().__init__()
        self.about = about
        self.text = sentence
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        label = PlainLabel(sentence)
        label.setWordWrap(True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(label, 1)
        if offer is not None:
            button = QPushButton(offer.label)
            button.clicked.connect(lambda: offer.accept())
            row.addWidget(button, 0, Qt.AlignmentFlag.AlignTop)
