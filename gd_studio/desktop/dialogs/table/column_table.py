"""The list of columns, in which each is given its use."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from gd_studio.desktop.dialogs.table.column_model import At, ColumnModel
from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.fitness import ROLES, Role, objection
from gd_studio.desktop.dialogs.table.preview import CELLS
from gd_studio.desktop.dialogs.table.words import ROLE_HINTS, ROLE_NAMES
from gd_studio.desktop.panels.lines import capitalised
from gd_studio.desktop.panels.paint import paint_chevron
from gd_studio.desktop.plain_text import tooltip
from gd_studio.link.questions import ColumnReport

_OPENING_KEYS = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_F2)
_ROW_HEIGHT = 28


class ColumnTable(QTableView):
    """A row for each column. A click on its use, or space or enter, offers the others.

    Where several rows are selected, all of them that can take the chosen use do. The rows are
    drawn and not widgets each: a file may well have a thousand columns.

    Signals
    -------
    role_chosen(list[str], Role)
        Columns by name, and what they are to be used as.
    """

    role_chosen = Signal(object, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pressed: int | None = None  # the row whose use is pressed
        self.columns = ColumnModel(self)
        self.setModel(self.columns)
        self.setItemDelegateForColumn(At.ROLE, _RoleDelegate(self))
        self.setAccessibleName("Columns")
        self.setAccessibleDescription("Space or enter on a row offers what it can be used as.")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setStyleSheet(CELLS)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setStretchLastSection(True)
        header.setSectionResizeMode(At.ROLE, QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(At.MISSING, QHeaderView.ResizeMode.Fixed)
        for place, width in ((At.NAME, 190), (At.ROLE, 160), (At.MISSING, 80)):
            header.resizeSection(place, width)

    @property
    def current(self) -> ColumnReport | None:
        """The column in the row with the keyboard, where there is one."""
        index = self.currentIndex()
        return self.columns.draft.report.columns[index.row()] if index.isValid() else None

    def set_draft(self, draft: Draft) -> None:
        """Show the columns of its file, and what each is used as."""
        self.columns.set_draft(draft)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, but leave the selection where a use of one of its rows is pressed."""
        index = self.indexAt(event.position().toPoint())
        plain = event.modifiers() == Qt.KeyboardModifier.NoModifier
        opens = index.column() == At.ROLE and event.button() == Qt.MouseButton.LeftButton and plain
        self._pressed = index.row() if opens else None
        if not (opens and self.selectionModel().isSelected(index)):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Open the menu of a use that was clicked."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        pressed, self._pressed = self._pressed, None
        if index.column() == At.ROLE and index.row() == pressed:
            self.open_menu(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Open the menu of the row with the keyboard."""
        current = self.currentIndex()
        if event.key() in _OPENING_KEYS and current.isValid():
            if not self.selectionModel().isSelected(current):
                self.selectRow(current.row())
            self.open_menu(current)
        else:
            super().keyPressEvent(event)

    def open_menu(self, index: QModelIndex) -> None:
        """Offer what the selected columns can be used as; what none of them can be is greyed."""
        columns = self._selected()
        if not columns:
            return
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.setToolTipsVisible(True)
        present = None
        for role in ROLES:
            action = menu.addAction(ROLE_NAMES[role])
            reasons = [objection(column, role) for column in columns]
            action.setEnabled(not all(reasons))
            about = capitalised(reasons[0]) + "." if all(reasons) else ROLE_HINTS[role]
            action.setToolTip(tooltip(about))
            action.triggered.connect(partial(self._choose, columns, role))
            if role == self.columns.draft.roles[columns[0].name]:
                present = action
        where = self.visualRect(self.columns.index(index.row(), At.ROLE)).topLeft()
        menu.setMinimumWidth(self.columnWidth(At.ROLE))
        menu.popup(self.viewport().mapToGlobal(where), present)
        if present is not None:
            menu.setActiveAction(present)

    def _selected(self) -> list[ColumnReport]:
        draft = self.columns.draft
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        columns = [draft.report.columns[row] for row in rows]
        return [column for column in columns if column.name != draft.target]

    def _choose(self, columns: list[ColumnReport], role: Role) -> None:
        self.role_chosen.emit([column.name for column in columns], role)


class _RoleDelegate(QStyledItemDelegate):
    """Draws what a column is used as, with an arrow: there is more to choose from."""

    def __init__(self, table: ColumnTable) -> None:
        super().__init__(table)
        self._table = table

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell; Qt calls."""
        super().paint(painter, option, index)
        draft = self._table.columns.draft
        if draft.report.columns[index.row()].name != draft.target:
            box = option.rect
            where = QPointF(box.right() - 16, box.center().y() + 1)
            paint_chevron(painter, self._table, where, size=3.5)
