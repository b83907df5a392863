"""Rows of label and field, aligned the same in every panel."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from gd_studio.desktop.panels.lines import Sentence
from gd_studio.desktop.plain_text import PlainLabel

FIELD_HEIGHT = 28
"""Of every field with one line, so that rows keep their rhythm."""

_WIDEST_LABEL = "Learning-rate decay"
"""As wide as this are the labels of every form; a longer one has two lines."""


class RowLabel(PlainLabel):
    """The label of a field."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        """Follow the font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def _fit(self) -> None:
        width = self.fontMetrics().horizontalAdvance(_WIDEST_LABEL) + 2
        if self.minimumWidth() != width:
            self.setFixedWidth(width)


class Rows(QGridLayout):
    """A grid with labels at the left and fields that stretch at the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setContentsMargins(0, 0, 0, 0)
        self.setHorizontalSpacing(8)
        self.setVerticalSpacing(6)
        self.setColumnStretch(1, 1)

    def add(self, text: str, field: QWidget, *, beside: QWidget | None = None) -> Sentence:
        """Add a row, with perhaps a small button beside the field.

        Returns
        -------
        Sentence
            The one under the field, hidden until something is wrong.
        """
        label, row = self._label(text, field), self.rowCount()
        self.addWidget(label, row, 0, Qt.AlignmentFlag.AlignVCenter)
        self.addWidget(field, row, 1, 1, 1 if beside else 2)
        if beside:
            self.addWidget(beside, row, 2)
        return self._sentence(field, row + 1, 1)

    def add_wide(self, text: str, field: QWidget) -> Sentence:
        """Add a row whose field stands under its label and takes all the width."""
        row = self.rowCount()
        self.addWidget(self._label(text, field), row, 0)
        self.addWidget(field, row + 1, 0, 1, 3)
        return self._sentence(field, row + 2, 0)

    def add_alone(self, text: str, field: QWidget) -> Sentence:
        """Add a row whose field speaks for itself; `text` is its name for a screen reader."""
        row = self.rowCount()
        field.setAccessibleName(text)
        self.addWidget(field, row, 0, 1, 3)
        return self._sentence(field, row + 1, 0)

    def label_of(self, field: QWidget) -> RowLabel | None:
        """Return the label before `field`, if it has one."""
        for i in range(self.count()):
            item = self.itemAt(i)
            widget = item.widget() if item else None
            if isinstance(widget, RowLabel) and widget.buddy() is field:
                return widget
        return None

    def _label(self, text: str, field: QWidget) -> RowLabel:
        label = RowLabel(text)
        label.setBuddy(field)
        label.setToolTip(field.toolTip())
        if not field.accessibleName():
            field.setAccessibleName(text)
        return label

    def _sentence(self, field: QWidget, row: int, column: int) -> Sentence:
        sentence = Sentence(field.focusProxy() or field)
        self.addWidget(sentence, row, column, 1, 3 - column)
        return sentence


class LeavingWatch(QObject):
    """Shows a waiting sentence at once when its field loses the focus."""

    def __init__(self, field: QWidget, sentence: Sentence) -> None:
        super().__init__(sentence)
        self._sentence = sentence
        (field.focusProxy() or field).installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Look, and let everything pass."""
        if event.type() == QEvent.Type.FocusOut:
            self._sentence.hurry()
        return False
