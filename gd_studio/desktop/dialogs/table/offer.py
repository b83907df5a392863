"""A combo box of which some entries cannot be chosen just now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.panels.lines import capitalised
from gd_studio.desktop.plain_text import tooltip

_ENABLED = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


@dataclass(frozen=True)
class Choice:
    """An entry: its key, its label, a hint, and what speaks against it, empty where nothing."""

    key: str
    label: str
    hint: str = ""
    objection: str = ""


class Offer(QuietComboBox):
    """One of some choices.

    Signals
    -------
    chosen(str)
        The user has chosen another one, by key. Not emitted by `show_choices`.
    """

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.view().setTextElideMode(Qt.TextElideMode.ElideRight)
        self._choices: tuple[Choice, ...] = ()
        self._key = ""
        self.activated.connect(self._activated)

    @property
    def key(self) -> str:
        """The key of what is chosen."""
        return self._key

    def show_choices(self, choices: Sequence[Choice], key: str) -> None:
        """Offer `choices`, with that of `key` chosen."""
        if self._choices != tuple(choices):
            self._choices = tuple(choices)
            self._fill()
        self._key = key
        self.setCurrentIndex(self.findData(key))
        self.setToolTip(self.itemData(self.currentIndex(), Qt.ItemDataRole.ToolTipRole))

    def _fill(self) -> None:
        self.clear()
        model = cast(QStandardItemModel, self.model())
        for row, choice in enumerate(self._choices):
            self.addItem(choice.label, choice.key)
            item = model.item(row)
            if choice.objection:
                item.setFlags(Qt.ItemFlag.NoItemFlags)
            else:
                item.setFlags(_ENABLED)
            about = [choice.label, choice.hint]
            if choice.objection:
                about = [choice.label, f"{capitalised(choice.objection)}."]
            item.setToolTip(tooltip(*about))

    @Slot(int)
    def _activated(self, row: int) -> None:
        key = self.itemData(row)
        if key != self._key:  # choosing what is chosen changes nothing
            self._key = key
            self.chosen.emit(key)
