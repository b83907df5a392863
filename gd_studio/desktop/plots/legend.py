"""The line above a plot that tells what its symbols and lines stand for."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.plain_text import PlainLabel, word

Entry = tuple[str, str, str]
"""A character that looks like what is drawn, its colour, and what it stands for."""


class Legend(PlainLabel):
    """Coloured characters, each with a word; hidden while there is nothing to tell."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("plotLegend")
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setContentsMargins(10, 0, 10, 2)
        self.setWordWrap(True)
        self.hide()

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Tell these and no others."""
        words = [
            f"<span style='color:{colour}'>{glyph}</span>&nbsp;{word(text)}"
            for glyph, colour, text in entries
        ]
        # Lines break at the plain space; before it, so that all lines begin at the same place.
        self.setText("&nbsp;&nbsp; ".join(words))
        self.setVisible(bool(words))
