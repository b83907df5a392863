"""A switch between a few pages, as tabs that share the width."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QTabBar, QWidget


class Tabs(QTabBar):
    """Exactly one of `labels` is chosen; the arrow keys move between them.

    Signals
    -------
    chosen
        The user has chosen another one. Not emitted by `set_index`.
    """

    chosen = Signal(int)

    def __init__(self, labels: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for label in labels:
            self.addTab(label)
        self.setExpanding(True)
        self.setDocumentMode(True)  # without it the tabs take no more width than they need
        self.setDrawBase(False)
        self.setUsesScrollButtons(False)
        self.setElideMode(Qt.TextElideMode.ElideNone)
        self._chosen = 0
        self.currentChanged.connect(self._changed)

    def set_index(self, index: int) -> None:
        """Choose one from code."""
        self._chosen = index
        self.setCurrentIndex(index)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel."""
        event.ignore()

    @Slot(int)
    def _changed(self, index: int) -> None:
        if index != self._chosen:
            self._chosen = index
            self.chosen.emit(index)
