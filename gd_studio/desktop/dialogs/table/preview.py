"""The first rows of a file, as they are in it."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Slot,
)
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QAbstractItemView, QTableView, QWidget

from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.preview_header import KIND, PADDING, PreviewHeader, bold
from gd_studio.desktop.dialogs.table.words import WIDEST_KIND, kind, short
from gd_studio.desktop.plain_text import tooltip

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

CELLS = "QTableView::item { padding: 0 5px; border: none; }"
"""A style sheet: what is in a cell begins where its heading does."""

_WIDEST = 200
_LONGEST = 80  # characters that are measured
_ROW_HEIGHT = 24


class PreviewModel(QAbstractTableModel):
    """The rows that a report has."""

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
            last = self.columnCount() - 1
            self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, last)
            self.dataChanged.emit(self.index(0, 0), self.index(self.rowCount() - 1, last))

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() or self._draft is None else len(self._draft.report.head)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() or self._draft is None else len(self._draft.report.columns)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        if orientation is Qt.Orientation.Vertical:
            return None
        column = self.draft.report.columns[section]
        if role == Qt.ItemDataRole.DisplayRole:
            return column.name
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(column.name)
        if role == KIND:
            return kind(self.draft, column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.flaw else _RIGHT
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            text = short(self.draft.report.head[index.row()][index.column()])
            return text if role == Qt.ItemDataRole.DisplayRole else tooltip(text)
        column = self.draft.report.columns[index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return _LEFT if column.flaw else _RIGHT
        if role == Qt.ItemDataRole.ForegroundRole and kind(self.draft, column) == "ignored":
            parent = self.parent()
            assert isinstance(parent, QWidget)
            return parent.palette().placeholderText()
        return None


class Preview(QTableView):
    """A quiet table for reading, with a column for each of the file's."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = PreviewModel(self)
        self.setHorizontalHeader(PreviewHeader(self))
        self.setModel(self.rows)
        self.rows.modelReset.connect(self._fit_columns)
        self.setAccessibleName("The first rows of the file")
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setStyleSheet(CELLS)
        self.setCornerWidget(QWidget())  # Qt would draw a piece of a frame there
        self.verticalHeader().hide()
        self.verticalHeader().setMinimumSectionSize(1)
        self.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)

    def set_draft(self, draft: Draft) -> None:
        """Show the rows of its file, and what each column is taken for."""
        self.rows.set_draft(draft)

    @Slot()
    def _fit_columns(self) -> None:
        header, report = self.horizontalHeader(), self.rows.draft.report
        metrics, bold_metrics = self.fontMetrics(), QFontMetrics(bold(self.font()))
        for place, column in enumerate(report.columns):
            # The longest text is the widest, near enough: measuring all takes long.
            longest = max((WIDEST_KIND, *(row[place] for row in report.head)), key=len)
            width = max(
                bold_metrics.horizontalAdvance(column.name[:_LONGEST]),
                metrics.horizontalAdvance(longest[:_LONGEST]),
            )
            header.resizeSection(place, min(width + 2 * PADDING + 2, _WIDEST))
