"""A table of cells that is told its rows again and again, and keeps its place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QWidget

from gd_studio.desktop.inspector.cell_painter import CELL, CellPainter, natural_width
from gd_studio.desktop.inspector.cells import Cell
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import tooltip

Index = QModelIndex | QPersistentModelIndex
Row = tuple[Cell, ...]
_NO_INDEX = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

_WIDEST_NAME = 180
_PADDING = 20
"""Beside a heading."""


class GridModel(QAbstractTableModel):
    """Rows of cells under headings."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._headings: tuple[str, ...] = ()
        self._rows: Sequence[Row] = ()

    @property
    def headings(self) -> tuple[str, ...]:
        """Over the columns."""
        return self._headings

    def set_rows(self, headings: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Show `rows`."""
        if headings != self._headings:
            self.beginResetModel()
            self._headings, self._rows = headings, rows
            self.endResetModel()
            return
        before, now = len(self._rows), len(rows)
        if now > before:
            self.beginInsertRows(_NO_INDEX, before, now - 1)
            self._rows = rows
            self.endInsertRows()
        elif now < before:
            self.beginRemoveRows(_NO_INDEX, now, before - 1)
            self._rows = rows
            self.endRemoveRows()
        self._rows = rows
        if rows:
            self.dataChanged.emit(self.index(0, 0), self.index(now - 1, len(headings) - 1))

    def cell(self, row: int, column: int) -> Cell:
        """What stands in a cell."""
        return self._rows[row][column]

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal:
            if role == Qt.ItemDataRole.DisplayRole:
                return self._headings[section]
            if role == Qt.ItemDataRole.ToolTipRole:
                return tooltip(self._headings[section])
            if role == Qt.ItemDataRole.TextAlignmentRole:
                return _RIGHT if section else _LEFT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == CELL:
            return self.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.DisplayRole:
            return self.cell(index.row(), index.column()).text
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(self.cell(index.row(), index.column()).text)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _RIGHT if index.column() else _LEFT
        return None


class GridView(QTableView):
    """A quiet table for reading.

    Columns are as wide as their widest number so far, so that they do not tremble with the last
    digits, and share what room is left.

    Parameters
    ----------
    name
        Its accessible name.
    row_height
        Of every row, in pixels.
    """

    def __init__(self, name: str, row_height: int = 26, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GridModel(self)
        self.painter = CellPainter(self)
        self._widths: list[int] = []
        self.setModel(self.grid)
        self.setItemDelegate(self.painter)
        self.setAccessibleName(name)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(row_height)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsClickable(False)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.setMinimumSectionSize(1)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)

    def set_rows(self, headings: tuple[str, ...], rows: Sequence[Row]) -> None:
        """Show `rows`. The place in view stays."""
        if headings != self.grid.headings:
            self._widths = [0] * len(headings)
        self.grid.set_rows(headings, rows)
        metrics = self.fontMetrics()
        for column, width in enumerate(self._widths):
            widest = max((natural_width(row[column], metrics) for row in rows), default=0)
            self._widths[column] = max(width, widest if column else min(_WIDEST_NAME, widest))
        self._fit_columns()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.painter.theme = theme
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def _fit_columns(self) -> None:
        """Give every column room for its numbers, then for its heading, then a share of the rest.

        A heading may be cut short, and tells the rest when the mouse rests on it.
        """
        metrics = self.horizontalHeader().fontMetrics()
        headings = [metrics.horizontalAdvance(text) + _PADDING for text in self.grid.headings]
        lacking = [max(0, a - b) for a, b in zip(headings, self._widths, strict=True)]
        room = max(0, self.viewport().width() - sum(self._widths))
        enough = room >= sum(lacking)
        rest = room - sum(lacking) if enough else 0
        for column, width in enumerate(self._widths):
            more = lacking[column] if enough else lacking[column] * room // sum(lacking)
            # Whole pixels that add up to the rest.
            count = len(self._widths)
            more += rest * (column + 1) // count - rest * column // count
            if self.columnWidth(column) != width + more:
                self.setColumnWidth(column, width + more)
