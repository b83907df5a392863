"""The columns of a file as rows: name, use, what is missing, what is in it."""

from __future__ import annotations

from enum import IntEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
)
from PySide6.QtGui import QBrush
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.words import ROLE_HINTS, ROLE_NAMES, contents, contents_hint
from gd_studio.desktop.plain_text import tooltip
from gd_studio.link.questions import ColumnReport

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class At(IntEnum):
    """Where what stands."""

    NAME = 0
    ROLE = 1
    MISSING = 2
    CONTENTS = 3


_HEADINGS = {
    At.NAME: "Column",
    At.ROLE: "Use as",
    At.MISSING: "Missing",
    At.CONTENTS: "What is in it",
}


class ColumnModel(QAbstractTableModel):
    """One row for each column of the file. Texts are made when they come into view."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None

    @property
    def draft(self) -> Draft:
        """What is shown."""
        assert self._draft is not None
        return self._draft

    def set_draft(self, draft: Draft) -> None:
        """Show another draft, perhaps of another file."""
        is_other_file = self._draft is None or self._draft.report is not draft.report
        if is_other_file:
            self.beginResetModel()
        self._draft = draft
        if is_other_file:
            self.endResetModel()
        else:
            self.dataChanged.emit(
                self.index(0, 0), self.index(self.rowCount() - 1, self.columnCount() - 1)
            )

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() or self._draft is None else len(self._draft.report.columns)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else len(At)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[At(section)]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        column = self.draft.report.columns[index.row()]
        place = At(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._text(column, place)
            case Qt.ItemDataRole.ToolTipRole:
                return self._hint(column, place)
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(place)
            case Qt.ItemDataRole.ForegroundRole:
                return self._colour(column, place)
        return None

    def _text(self, column: ColumnReport, place: At) -> str:
        match place:
            case At.NAME:
                return column.name
            case At.ROLE:
                is_target = column.name == self.draft.target
                return "Target" if is_target else ROLE_NAMES[self.draft.roles[column.name]]
            case At.MISSING:
                return f"{column.missing:,}"
            case At.CONTENTS:
                return contents(self.draft, column)

    def _hint(self, column: ColumnReport, place: At) -> str:
        match place:
            case At.NAME:
                return tooltip(column.name)
            case At.ROLE if column.name == self.draft.target:
                return "<p>It is what a model predicts.</p>"
            case At.ROLE:
                hint = ROLE_HINTS[self.draft.roles[column.name]]
                flaw = f"It cannot be taken for numbers: {column.flaw}." if column.flaw else ""
                return tooltip(hint, flaw)
            case At.MISSING:
                return f"<p>{column.missing:,} of {self.draft.report.rows:,} cells are empty.</p>"
            case At.CONTENTS:
                return contents_hint(self.draft, column)

    def _colour(self, column: ColumnReport, place: At) -> QBrush | None:
        parent = self.parent()
        assert isinstance(parent, QWidget)
        is_target = column.name == self.draft.target
        if is_target and place is At.ROLE:
            return parent.palette().accent()
        is_ignored = not is_target and self.draft.roles[column.name] == "ignore"
        if is_ignored or (place is At.MISSING and not column.missing):
            return parent.palette().placeholderText()
        return None


def _alignment(place: int) -> Qt.AlignmentFlag:
    return _RIGHT if place == At.MISSING else _LEFT
