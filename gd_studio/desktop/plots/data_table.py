"""The numbers behind a plot, for reading, copying, and for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QTableView, QVBoxLayout, QWidget

from gd_studio.desktop.plain_text import for_title
from gd_studio.foreign_text import as_cell, on_one_line

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


@dataclass(frozen=True)
class Columns:
    """Headings, and a column ``(n,)`` of numbers or texts under each, all of one length.

    What is not finite is shown as an empty cell.
    """

    headings: tuple[str, ...]
    values: tuple[npt.NDArray[Any], ...]

    @classmethod
    def of(cls, headings: Sequence[str], *values: npt.NDArray[Any]) -> Columns:
        """Make columns of arrays, filled up to the longest with what is shown as empty."""
        length = max((len(column) for column in values), default=0)
        filled = tuple(
            column
            if len(column) == length
            else np.concatenate((column, np.full(length - len(column), np.nan)))
            for column in values
        )
        return cls(tuple(headings), filled)

    def __len__(self) -> int:
        return len(self.values[0]) if self.values else 0

    def cell(self, row: int, column: int) -> str:
        """What a cell shows: a text, or a number that reads back to the same."""
        value = self.values[column][row]
        if isinstance(value, str):
            return str(value)
        if not np.isfinite(value):
            return ""
        return str(int(value)) if float(value).is_integer() else str(value.item())

    def text(self) -> str:
        """All of it, tab-separated, with headings; no name is a formula in a spreadsheet."""
        width = range(len(self.values))
        rows = ([self.cell(i, j) for j in width] for i in range(len(self)))
        lines = ("\t".join(as_cell(on_one_line(cell)) for cell in row) for row in rows)
        headings = "\t".join(as_cell(on_one_line(heading)) for heading in self.headings)
        return "\n".join((headings, *lines)) + "\n"


class ColumnsModel(QAbstractTableModel):
    """Columns as Qt's tables want them; only what is in view is looked at."""

    def __init__(self, columns: Columns, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._columns = columns

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns.headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns.headings[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._columns.cell(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        return None


class DataDialog(QDialog):
    """A table of what a plot shows, as it was when it was asked for."""

    def __init__(self, title: str, columns: Columns, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(for_title(f"{title}: data"))
        self.resize(560, 480)
        self._columns = columns
        self.table = QTableView()
        self.table.setModel(ColumnsModel(columns, self))
        self.table.setAccessibleName(f"Data of the plot {title}")
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setDefaultSectionSize(130)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy_button = buttons.addButton("Copy", QDialogButtonBox.ButtonRole.ActionRole)
        self.copy_button.clicked.connect(self.copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self.table)
        layout.addWidget(buttons)

    @Slot()
    def copy(self) -> None:
        """Put all rows on the clipboard."""
        QGuiApplication.clipboard().setText(self._columns.text())
