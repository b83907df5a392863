"""Choosing the two parameters of a model that a slice of its landscape varies."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.plain_text import PlainLabel


class AxesPicker(QWidget):
    """Two combo boxes, to be seen where there is something to choose.

    Signals
    -------
    axes_changed()
        The user chose other axes.
    """

    axes_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._labels: tuple[str, ...] = ()
        self._axes: tuple[int, ...] = ()
        self._is_chosen = False
        self.boxes = (QuietComboBox(), QuietComboBox())
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 0, 4, 0)
        row.setSpacing(8)
        for text, box in zip(("Across", "Up"), self.boxes, strict=True):
            label = PlainLabel(text)
            label.setBuddy(box)
            box.setAccessibleName(f"Parameter {text.lower()}")
            box.setMinimumWidth(122)
            box.activated.connect(self._activated)
            row.addWidget(label)
            row.addWidget(box)
        row.addStretch(1)
        self.hide()

    @property
    def axes(self) -> tuple[int, ...]:
        """Indices of the chosen parameters: two, or one where there is one."""
        return self._axes

    @property
    def is_free(self) -> bool:
        """Whether there is a choice, and the user has not made it."""
        return len(self._labels) > 2 and not self._is_chosen

    def set_axes(self, axes: tuple[int, ...]) -> None:
        """Show other axes, on nobody's wish."""
        self._axes = axes
        for box, axis in zip(self.boxes, axes, strict=True):
            box.setCurrentIndex(axis)

    def set_labels(self, labels: tuple[str, ...]) -> None:
        """Offer these parameters; the choice stays where they are the same."""
        if labels == self._labels:
            return
        self._labels = labels
        self._is_chosen = False
        self._axes = tuple(range(min(2, len(labels))))
        for box, axis in zip(self.boxes, self._axes, strict=False):
            box.clear()
            box.addItems(labels)
            box.setCurrentIndex(axis)
        self.setVisible(len(labels) > 2)

    @Slot()
    def _activated(self) -> None:
        first, second = (box.currentIndex() for box in self.boxes)
        if first == second:
            # The same twice is no plane: the other box steps aside.
            aside = self.boxes[1] if self.sender() is self.boxes[0] else self.boxes[0]
            aside.setCurrentIndex((first + 1) % len(self._labels))
            first, second = (box.currentIndex() for box in self.boxes)
        self._axes = (first, second)
        self._is_chosen = True
        self.axes_changed.emit()
