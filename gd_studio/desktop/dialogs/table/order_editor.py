"""The order of a column's categories: their codes 0, 1, 2, … from the top."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.panels.lines import LOUD, Line
from gd_studio.desktop.plain_text import tooltip

_LIST = (
    "QListWidget::item { padding: 4px 5px; border: none; }"
    "QListWidget::item:selected { background: palette(button); color: palette(text); }"
)
"""A style sheet: the list is one with the table beside it."""


class OrderEditor(QWidget):
    """A list whose entries are dragged, or moved by buttons or with Alt and the arrow keys.

    Signals
    -------
    order_chosen(str, tuple[str, ...])
        The user has put the categories of the column into another order.
    """

    order_chosen = Signal(str, object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._column = ""
        self._order: tuple[str, ...] = ()
        self.heading = Line(LOUD)
        self.heading.setTextFormat(Qt.TextFormat.PlainText)
        self.list = QListWidget()
        self.list.setAccessibleName("Order of the categories")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setStyleSheet(_LIST)
        self.up_button = self._button("▲", "Move up", "Alt+Up", self.move_up)
        self.down_button = self._button("▼", "Move down", "Alt+Down", self.move_down)
        top = QHBoxLayout()
        top.setSpacing(4)
        top.addWidget(self.heading, 1)
        top.addWidget(self.up_button)
        top.addWidget(self.down_button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(top)
        layout.addWidget(self.list, 1)
        self.list.model().rowsMoved.connect(self._dragged)
        self.list.currentRowChanged.connect(self._enable)

    def set_order(self, column: str, order: tuple[str, ...]) -> None:
        """Show the categories of a column; the one that is selected stays so."""
        if (column, order) == (self._column, self._order):
            return
        is_other = column != self._column
        current = 0 if is_other else max(0, self.list.currentRow())
        self._column, self._order = column, order
        self.heading.setText(f"Order of {column}")
        if is_other or order != self._shown:
            self.list.clear()
            self.list.addItems(order)
            for row, category in enumerate(order):
                self.list.item(row).setToolTip(tooltip(category))
            self.list.setCurrentRow(current)
        self._enable()

    @Slot()
    def move_up(self) -> None:
        """Put the selected category before the one above it."""
        self._move(-1)

    @Slot()
    def move_down(self) -> None:
        """Put the selected category after the one below it."""
        self._move(1)

    @property
    def _shown(self) -> tuple[str, ...]:
        return tuple(self.list.item(row).text() for row in range(self.list.count()))

    def _move(self, by: int) -> None:
        row = self.list.currentRow()
        if row >= 0 and 0 <= row + by < self.list.count():
            self.list.insertItem(row + by, self.list.takeItem(row))
            self.list.setCurrentRow(row + by)
            self._tell()

    @Slot()
    def _dragged(self) -> None:
        self._enable()
        self._tell()

    def _tell(self) -> None:
        self._order = self._shown
        self.order_chosen.emit(self._column, self._order)

    @Slot()
    def _enable(self) -> None:
        row = self.list.currentRow()
        self.up_button.setEnabled(row > 0)
        self.down_button.setEnabled(0 <= row < self.list.count() - 1)

    def _button(self, sign: str, name: str, keys: str, slot: object) -> QToolButton:
        button = QToolButton()
        button.setText(sign)
        button.setAccessibleName(name)
        button.setToolTip(f"{name} ({keys})")
        button.clicked.connect(slot)
        shortcut = QShortcut(QKeySequence(keys), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(slot)
        return button
