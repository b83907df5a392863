"""Colours for Python: keywords, texts, comments, numbers."""

from __future__ import annotations

import keyword
import re

from PySide6.QtGui import QColor, QSyntaxHighlighter, QTextCharFormat, QTextDocument

from gd_studio.desktop.look.blend import blend
from gd_studio.desktop.look.theme import LIGHT, Theme

_QUOTES = '"""'

_TOKEN = re.compile(
    rf"""
    (?P<comment>\#.*)
    | (?P<open>{_QUOTES}(?:(?!{_QUOTES}|\\).|\\.)*(?P<close>{_QUOTES})?)
    | (?P<text>"(?:[^"\\]|\\.)*")
    | (?P<keyword>\b(?:{"|".join(keyword.kwlist)})\b)
    | (?P<number>\b\d+(?:\.\d*)?(?:e[+-]?\d+)?)
    | \w+
    """,
    re.VERBOSE,
)

_IN_TEXT = 1
"""The state of a line that ends within three quotes."""


def colours_of(theme: Theme) -> dict[str, str]:
    """Return the colour of each kind of token, all readable on the theme's base."""
    return {
        "keyword": theme.accent,
        "text": theme.warning,
        "comment": theme.muted,
        "number": blend(theme.danger, theme.accent, 0.5),
    }


class PythonHighlighter(QSyntaxHighlighter):
    """Colours the Python in a document."""

    def __init__(self, document: QTextDocument) -> None:
        super().__init__(document)
        self._formats: dict[str, QTextCharFormat] = {}
        self.set_theme(LIGHT)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for kind, colour in colours_of(theme).items():
            self._formats[kind] = QTextCharFormat()
            self._formats[kind].setForeground(QColor(colour))
        self._formats["comment"].setFontItalic(True)
        self.rehighlight()

    def highlightBlock(self, text: str) -> None:
        """Colour a line."""
        begin = 0
        self.setCurrentBlockState(0)
        if self.previousBlockState() == _IN_TEXT:
            end = text.find(_QUOTES)
            begin = end + len(_QUOTES) if end >= 0 else len(text)
            self.setFormat(0, begin, self._formats["text"])
            if end < 0:
                self.setCurrentBlockState(_IN_TEXT)
        for token in _TOKEN.finditer(text, begin):
            kind = token.lastgroup or ""
            if kind in ("open", "close"):
                if token["close"] is None:
                    self.setCurrentBlockState(_IN_TEXT)
                kind = "text"
            if kind in self._formats:
                self.setFormat(token.start(), token.end() - token.start(), self._formats[kind])
