"""How much memory going back may take: a menu to choose it from, and what is taken now."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.settings import Settings

SIZES = (64_000_000, 256_000_000, 1_000_000_000, 4_000_000_000, 16_000_000_000)
"""What can be chosen, in bytes."""

_HELP = (
    "<p>While a run goes on, moments of it are kept, so that it can be taken back to any of its"
    " steps quickly: parameters, the optimizer’s memory and the state of chance. Where they take"
    " more than this, fewer are kept, and going back takes longer. The size is chosen in the menu"
    " Time; it counts for the runs to come.</p>"
)


class MemoryMenu(QMenu):
    """The sizes to choose from; remembered.

    Signals
    -------
    chosen(int)
        How many bytes may be taken.
    """

    # An int of Qt's has 32 bits.
    chosen = Signal(object)

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__("&Memory for going back", parent)
        self._settings = settings
        group = QActionGroup(self)
        for size in SIZES:
            action = self.addAction(in_words(size))
            action.setCheckable(True)
            action.setChecked(size == settings.memory)
            action.setData(size)
            group.addAction(action)
        self.triggered.connect(self._choose)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self._settings.memory = action.data()
        self.chosen.emit(action.data())


class MemoryLabel(PlainLabel):
    """What the moments take that are kept, and what they may take: for the status bar."""

    def __init__(self, most: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._most = most
        self._used = 0
        self.setContentsMargins(0, 0, 12, 0)
        self.setToolTip(_HELP)
        self._write()

    @Slot(object)
    def set_most(self, most: int) -> None:
        """Say that they may take so many bytes."""
        self._most = most
        self._write()

    def set_used(self, used: int) -> None:
        """Say that they take so many bytes."""
        if used != self._used:
            self._used = used
            self._write()

    def _write(self) -> None:
        unit = 1e9 if self._most >= 1e9 else 1e6
        used = self._used / unit
        digits = 0 if used >= 9.95 or used == 0 else 1
        text = "< 0.1" if 0 < used < 0.05 else f"{used:.{digits}f}"
        text = f"History {text} of {in_words(self._most)}"
        if text != self.text():
            self.setText(text)


def in_words(size: int) -> str:
    """Write a size in the largest of the units that divides it."""
    return f"{size / 1e9:g} GB" if size >= 1e9 else f"{size / 1e6:g} MB"
