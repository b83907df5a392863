"""Texts of strangers in the window: each is shown as its characters, and none is obeyed.

A label of Qt's guesses whether its text is HTML, a tooltip always does, an action underlines what
follows an ampersand, and a window's title has a place for a star. What of them may come from a
file, be it the name of a column or of the file itself, goes through here.
"""

from __future__ import annotations

import re
from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QMessageBox, QWidget

from gd_studio.foreign_text import shortened, visible

_ENDLESS = re.compile(r"\w{44,}")
"""A word that no label can break, and that would make it, and the window, as wide as itself."""

_MOST_IN_A_TOOLTIP = 600


class PlainLabel(QLabel):
    """A label that shows the characters of its text; those that are obeyed are spelled out.

    One that is to show rich text says so by `setTextFormat`, and escapes what is not its own.
    """

    def __init__(self, text: str | QWidget | None = "", parent: QWidget | None = None) -> None:
        super().__init__(text if isinstance(text, QWidget) else parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        if isinstance(text, str):
            self.setText(text)

    def setText(self, text: str) -> None:
        shown = visible(text)
        if self.textFormat() == Qt.TextFormat.PlainText:
            shown = _ENDLESS.sub(_cut_in_the_middle, shown)
        super().setText(shown)


def rich(text: str) -> str:
    """Return `text` as it has to stand in rich text."""
    return escape(visible(text)).replace("\n", "<br>")


def word(text: str, most: int = 28) -> str:
    """Return `text` as a word of rich text: cut where it is long, and never broken."""
    return rich(shortened(text, most)).replace(" ", "&nbsp;")


def tooltip(*paragraphs: str) -> str:
    """Return a tooltip of some paragraphs, which wraps; empty where all of them are."""
    return "".join(f"<p>{rich(_cut(text))}</p>" for text in paragraphs if text)


def for_action(text: str) -> str:
    """Return `text` as an action, a button or a tab has to have it."""
    return shortened(text).replace("&", "&&")


def for_title(text: str) -> str:
    """Return `text` as the title of a window has to have it."""
    return shortened(text, 200).replace("[*]", "[*][*]")


def asks(parent: QWidget, title: str, question: str) -> bool:
    """Ask a question that is answered by yes or no; return whether it was yes."""
    box = QMessageBox(parent)
    box.setIcon(QMessageBox.Icon.Question)
    box.setWindowTitle(for_title(title))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(visible(question))
    box.setStandardButtons(QMessageBox.StandardButton.Yes | QMessageBox.StandardButton.No)
    answer = box.exec()
    box.deleteLater()
    return answer == QMessageBox.StandardButton.Yes


def _cut_in_the_middle(match: re.Match[str]) -> str:
    return f"{match.group()[:26]}…{match.group()[-12:]}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_IN_A_TOOLTIP else f"{text[: _MOST_IN_A_TOOLTIP - 1]}…"
