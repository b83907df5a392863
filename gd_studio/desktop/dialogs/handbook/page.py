"""The handbook's text, to be read, searched and gone through by its sections."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QFontMetrics, QResizeEvent, QTextBlock, QTextCursor, QTextOption
from PySide6.QtWidgets import QTextBrowser, QWidget

from gd_studio.desktop.dialogs.handbook.typesetting import blocks, separate, typeset
from gd_studio.desktop.look.theme import Theme

_LINE = "How wide a column of text may be for the eye to find where the next line begins."
_MARGIN = 16


class HandbookPage(QTextBrowser):
    """Markdown as a column of text; nothing in it can be followed.

    Signals
    -------
    reached(int)
        The number of the section that is at the top now.
    """

    reached = Signal(int)

    def __init__(self, markdown: str, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._markdown = separate(markdown)
        self._headings: list[QTextBlock] = []
        self.setAccessibleName("Handbook")
        self.setOpenLinks(False)
        self.setUndoRedoEnabled(False)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)  # else columns would cut words
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(_MARGIN)
        self._widest = QFontMetrics(self.font()).horizontalAdvance(_LINE) + 2 * _MARGIN
        self.setMinimumWidth(self._widest * 2 // 3)  # as wide as the widest table has to be
        self._write(theme)
        self.verticalScrollBar().valueChanged.connect(self._tell_section)

    @property
    def sections(self) -> list[str]:
        """The headings of the sections."""
        return [heading.text() for heading in self._headings]

    def set_theme(self, theme: Theme) -> None:
        """Write in the theme's colours; what is read and what is selected stay."""
        place, cursor = self.verticalScrollBar().value(), self.textCursor()
        anchor, position = cursor.anchor(), cursor.position()
        self._write(theme)
        self._select(anchor, position)
        self.verticalScrollBar().setValue(place)

    def show_section(self, number: int) -> None:
        """Put the heading of a section at the top."""
        heading = self._headings[number]
        self._select(heading.position(), heading.position())
        self.verticalScrollBar().setValue(self._top(heading))

    def find_on(self, text: str, *, past: bool) -> bool:
        """Select where `text` is next, or at the earliest again; False where it is nowhere.

        With `past`, what is selected does not count: the one after it is wanted.
        """
        bar = self.verticalScrollBar()
        before, cursor = bar.value(), self.textCursor()
        start = cursor.selectionEnd() if past else cursor.selectionStart()
        found = self.document().find(text, start)
        if found.isNull():
            found = self.document().find(text, 0)
        if found.isNull():
            self._select(start, start)
            bar.setValue(before)
            return False
        self.setTextCursor(found)
        if bar.value() != before:  # not at the very edge
            bar.setValue(bar.value() + self.cursorRect().top() - self.viewport().height() // 3)
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep lines short enough for reading, in the middle of what room there is."""
        beside = max(0, (self.width() - self._widest) // 2)
        self.setViewportMargins(beside, 0, beside, 0)
        super().resizeEvent(event)

    def _write(self, theme: Theme) -> None:
        self.setMarkdown(self._markdown)
        typeset(self.document(), theme)
        self._headings = [b for b in blocks(self.document()) if b.blockFormat().headingLevel() == 2]

    def _select(self, anchor: int, position: int) -> None:
        cursor = self.textCursor()
        cursor.setPosition(anchor)
        cursor.setPosition(position, QTextCursor.MoveMode.KeepAnchor)
        self.setTextCursor(cursor)

    def _top(self, heading: QTextBlock) -> int:
        """Where to scroll to for a heading to be at the top, as far from the edge as the text."""
        return round(self.document().documentLayout().blockBoundingRect(heading).top()) - _MARGIN

    @Slot(int)
    def _tell_section(self, place: int) -> None:
        above = [n for n, heading in enumerate(self._headings) if self._top(heading) <= place]
        self.reached.emit(above[-1] if above else 0)
