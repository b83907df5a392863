"""The cards in a grid that fills its width."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QModelIndex,
    QObject,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QListView, QWidget

from gd_studio.desktop.dialogs.gallery.card_painter import CARD, CardPainter, Index
from gd_studio.desktop.dialogs.gallery.cards import Card
from gd_studio.desktop.look.theme import Theme

_NARROWEST = 200
_FEWEST, _MOST = 2, 4


class _Cards(QAbstractListModel):
    """The cards that are shown now."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.cards: tuple[Card, ...] = ()

    def replace(self, cards: tuple[Card, ...]) -> None:
        self.beginResetModel()
        self.cards = cards
        self.endResetModel()

    def rowCount(self, parent: Index | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.cards[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return card.title
            case Qt.ItemDataRole.AccessibleTextRole:
                return card.spoken
            case Qt.ItemDataRole.AccessibleDescriptionRole:
                return card.notes
        return card if role == CARD else None


class CardGrid(QListView):
    """Cards in two to four columns; one of them is selected, unless there is none.

    Signals
    -------
    selected
        Another `Card` has been selected, or ``None`` where there is none.
    taken
        A `Card` has been clicked twice.
    """

    selected = Signal(object)
    taken = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cards = _Cards(self)
        self._painter = CardPainter(theme, self)
        self.setModel(self._cards)
        self.setItemDelegate(self._painter)
        self.setAccessibleName("Examples")
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        # Always there, so that the columns do not jump when a search leaves few cards.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.viewport().setAutoFillBackground(False)
        self.setMinimumSize(_FEWEST * _NARROWEST, 240)
        self.doubleClicked.connect(self._take)

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours."""
        self._painter.set_theme(theme)
        self.viewport().update()

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards that are shown."""
        return self._cards.cards

    @property
    def card(self) -> Card | None:
        """The card that is selected."""
        index = self.currentIndex()
        return index.data(CARD) if index.isValid() else None

    @property
    def columns(self) -> int:
        """How many cards are beside each other."""
        return min(max(self.viewport().width() // _NARROWEST, _FEWEST), _MOST)

    def show_cards(self, cards: tuple[Card, ...]) -> None:
        """Show `cards`; the one that was selected stays so, else the first one is."""
        before = self.card
        self._cards.replace(cards)
        if cards:
            row = cards.index(before) if before in cards else 0
            self.setCurrentIndex(self._cards.index(row))
        else:
            self.selected.emit(None)

    def selectionChanged(self, selected: QItemSelection, deselected: QItemSelection) -> None:
        super().selectionChanged(selected, deselected)
        if selected.indexes():
            self.selected.emit(selected.indexes()[0].data(CARD))

    def resizeEvent(self, event: QResizeEvent) -> None:
        # A row that filled the width to the last pixel would be broken before its last card.
        self._painter.card_width = (self.viewport().width() - 1) // self.columns
        self.setGridSize(self._painter.size)
        super().resizeEvent(event)
        # What is selected stays in sight where the rows have other cards now.
        self.scrollTo(self.currentIndex())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self.cards:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().placeholderText().color())
            where = self.viewport().rect().adjusted(16, 48, -16, 0)
            centred = Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(where, centred, "No example has all of these words.")
            painter.end()

    @Slot(QModelIndex)
    def _take(self, index: QModelIndex) -> None:
        self.taken.emit(index.data(CARD))
