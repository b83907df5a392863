"""The dialog that shows the handbook beside the work."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Slot
from PySide6.QtGui import QKeySequence, QPalette, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QVBoxLayout,
    QWidget,
)

from gd_studio.catalog.resources import handbook
from gd_studio.desktop.dialogs.handbook.page import HandbookPage
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.disk import read_regular

_MOST_BYTES = 10_000_000

_LIST_STYLE = """
QListWidget { background: transparent; border: 1px solid transparent; border-radius: 4px; }
QListWidget:focus { border-color: palette(highlight); }
QListWidget::item { padding: 6px 8px; border-radius: 4px; color: palette(text); }
QListWidget::item:hover, QListWidget::item:selected { background: palette(button); }
"""


def _text() -> str:
    """Read the handbook, or say why it cannot be read."""
    try:
        return read_regular(handbook(), _MOST_BYTES).decode()
    except OSError as error:
        return f"# Handbook\n\nThe handbook cannot be read: {error.strerror}."


class HandbookDialog(QDialog):
    """The handbook, with its sections and a field that finds words at the left."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Handbook")
        self.resize(1000, 700)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Find")
        self.search.setToolTip("Enter goes to the next place")
        self.search.setAccessibleName("Find in the handbook")
        self.search.setClearButtonEnabled(True)
        self.told = PlainLabel()
        self.told.setForegroundRole(QPalette.ColorRole.BrightText)
        self.told.setIndent(8)
        self.page = HandbookPage(_text(), theme)
        self.sections = QListWidget()
        self.sections.setAccessibleName("Sections")
        self.sections.setStyleSheet(_LIST_STYLE)
        self.sections.addItems(self.page.sections)
        self.sections.setCurrentRow(0)
        self._lay_out()
        self._wire()
        self.page.setFocus()

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.page.set_theme(theme)

    def show_section(self, name: str) -> None:
        """Scroll to the section called `name`."""
        if name in self.page.sections:  # none is where the handbook cannot be read
            self._go_to(self.page.sections.index(name))

    def _lay_out(self) -> None:
        left = QVBoxLayout()
        left.setSpacing(4)
        for widget in (self.search, self.told, self.sections):
            widget.setFixedWidth(200)
            left.addWidget(widget)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(16)
        layout.addLayout(left)
        layout.addWidget(self.page, 1)

    def _wire(self) -> None:
        self.search.textChanged.connect(self._find)
        self.search.returnPressed.connect(self._find_next)
        self.sections.currentRowChanged.connect(self._go_to)
        # The chosen one as well: it may be scrolled far down.
        self.sections.itemClicked.connect(self._go_to_chosen)
        self.page.reached.connect(self._mark)
        QShortcut(QKeySequence.StandardKey.Find, self, self._begin_search)

    @Slot()
    def _begin_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    @Slot(str)
    def _find(self, text: str) -> None:
        self._say(self.page.find_on(text, past=False) or not text)

    @Slot()
    def _find_next(self) -> None:
        if text := self.search.text():
            self._say(self.page.find_on(text, past=True))

    def _say(self, is_found: bool) -> None:
        self.told.setText("" if is_found else "Not found")
        self.search.setAccessibleDescription(self.told.text())

    @Slot()
    def _go_to_chosen(self) -> None:
        self._go_to(self.sections.currentRow())

    @Slot(int)
    def _go_to(self, number: int) -> None:
        self.page.show_section(number)
        self._mark(number)  # the last sections may be too short to get to the top

    @Slot(int)
    def _mark(self, number: int) -> None:
        with QSignalBlocker(self.sections):
            self.sections.setCurrentRow(number)
