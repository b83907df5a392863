"""A table to read numbers off: the first columns are names, the others numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from gd_studio.desktop.plain_text import tooltip
from gd_studio.desktop.plots.numbers import write_number

_ROW_HEIGHT = 24
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Row = Sequence[str | float]


class NumbersTable(QTableWidget):
    """Rows of names and numbers; cells are changed, not made anew, when numbers change."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
        self.horizontalHeader().setHighlightSections(False)

    def set_rows(
        self, headings: Sequence[str], rows: Sequence[Row], about: Sequence[str] = ()
    ) -> None:
        """Show `rows` under `headings`; `about` has a tooltip for each row, or none."""
        if self.columnCount() != len(headings):
            self.setColumnCount(len(headings))
        self.setHorizontalHeaderLabels(list(headings))
        if self.rowCount() != len(rows):
            self.setRowCount(len(rows))
        for i, row in enumerate(rows):
            tip = tooltip(about[i]) if about else ""
            for j, value in enumerate(row):
                self._put(i, j, value, tip)
        self._align(rows[0] if rows else ())

    def text(self, row: int, column: int) -> str:
        """What a cell shows."""
        item = self.item(row, column)
        return item.text() if item is not None else ""

    def _put(self, row: int, column: int, value: str | float, tip: str) -> None:
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            self.setItem(row, column, item)
        is_name = isinstance(value, str)
        item.setTextAlignment(_LEFT if is_name else _RIGHT)
        item.setText(value if isinstance(value, str) else _written(value))
        item.setToolTip(tip)

    def _align(self, row: Row) -> None:
        header = self.horizontalHeader()
        for column, value in enumerate(row):
            heading = self.horizontalHeaderItem(column)
            if heading is not None:
                heading.setTextAlignment(_LEFT if isinstance(value, str) else _RIGHT)
            mode = QHeaderView.ResizeMode.ResizeToContents
            header.setSectionResizeMode(
                column, QHeaderView.ResizeMode.Stretch if column == 0 else mode
            )


def _written(value: float) -> str:
    return "–" if value != value else write_number(value)
