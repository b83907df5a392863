"""The gallery of examples."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.dialogs.gallery.card_grid import CardGrid
from gd_studio.desktop.dialogs.gallery.card_notes import CardNotes
from gd_studio.desktop.dialogs.gallery.cards import Card, all_cards
from gd_studio.desktop.look.theme import Theme

_DOWN = (Qt.Key.Key_Down, Qt.Key.Key_PageDown)


class GalleryDialog(QDialog):
    """All examples as cards, with a search above and the notes of the selected one beside.

    Signals
    -------
    chosen(str)
        The key of an example that is to be opened; the dialog has closed.
    """

    chosen = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Examples")
        self.resize(980, 680)
        self._all = all_cards()
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search titles and notes")
        self.search.setAccessibleName("Search the examples")
        self.search.setClearButtonEnabled(True)
        self.grid = CardGrid(theme)
        self.notes = CardNotes(theme)
        self.notes.setMinimumWidth(220)
        self.notes.setMaximumWidth(380)
        self.button = QPushButton("Open")
        self._lay_out()
        # Only a button that is in its dialog becomes what the Enter key presses for good.
        self.button.setDefault(True)
        self._wire()
        self.grid.show_cards(self._all)
        self.grid.setFocus()

    @Slot(object)
    def set_theme(self, theme: Theme) -> None:
        """Wear another theme."""
        self.grid.set_theme(theme)
        self.notes.set_theme(theme)

    def _lay_out(self) -> None:
        beside = QHBoxLayout()
        beside.setSpacing(12)
        beside.addWidget(self.grid, 7)
        beside.addWidget(self.notes, 3)
        self._buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._buttons.addButton(self.button, QDialogButtonBox.ButtonRole.AcceptRole)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.search)
        layout.addLayout(beside, 1)
        layout.addWidget(self._buttons)

    def _wire(self) -> None:
        self.search.textChanged.connect(self._filter)
        self.grid.selected.connect(self._select)
        self.grid.taken.connect(self._choose)
        self._buttons.accepted.connect(self._open)
        self._buttons.rejected.connect(self.reject)
        QShortcut(QKeySequence.StandardKey.Find, self, self.search.setFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go from the search to what it found."""
        if event.key() in _DOWN and self.search.hasFocus():
            self.grid.setFocus()
        else:
            super().keyPressEvent(event)

    @Slot(str)
    def _filter(self, text: str) -> None:
        words = text.split()
        self.grid.show_cards(tuple(card for card in self._all if card.has(words)))

    @Slot(object)
    def _select(self, card: Card | None) -> None:
        self.notes.show_card(card)
        self.button.setEnabled(card is not None)

    @Slot()
    def _open(self) -> None:
        self._choose(self.grid.card)

    @Slot(object)
    def _choose(self, card: Card | None) -> None:
        if card is not None:
            self.accept()
            self.chosen.emit(card.key)
