"""The list of runs on the screen: show and hide, rename, delete, branch."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from gd_studio.desktop.runs.branch_delegate import BranchDelegate
from gd_studio.desktop.runs.table import (
    BEST,
    LAST,
    NAME,
    SCORE,
    STATE,
    STEPS,
    TEST,
    ListedRun,
    RunTable,
)


class RunView(QTableView):
    """A table of runs. Double-click or F2 renames, Delete removes, the check mark hides.

    Signals
    -------
    chosen(ListedRun)
        The user selected a run: the plots are to show it.
    refused(str)
        Why something was not done.
    branch_wanted(Run)
        A run is to be branched off; how is to be asked for.
    taken_over(Experiment)
        The panels are to hold what a run is of, with all that was changed on its way.
    """

    chosen = Signal(object)
    refused = Signal(str)
    branch_wanted = Signal(object)
    taken_over = Signal(object)

    def __init__(self, table: RunTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.setModel(table)
        self.setAccessibleName("Runs")
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setShowGrid(False)
        self.setAlternatingRowColors(True)
        self.setWordWrap(False)
        self.setItemDelegateForColumn(NAME, BranchDelegate(self))
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(26)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for column, width in (
            (STATE, 100),
            (STEPS, 150),
            (LAST, 90),
            (BEST, 90),
            (TEST, 90),
            (SCORE, 100),
        ):
            header.resizeSection(column, width)
        self._rename = self._action("Rename", QKeySequence("F2"), self._rename_current)
        self._delete = self._action(
            "Delete", QKeySequence(QKeySequence.StandardKey.Delete), self.delete_selected
        )
        self._branch = QAction("Branch…", self)
        self._branch.triggered.connect(self._branch_current)
        self._take_over = QAction("Show in the panels", self)
        self._take_over.triggered.connect(self._take_over_current)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._open_menu)
        self.selectionModel().currentRowChanged.connect(self._current_changed)
        # After a reset the current run is not what the plots show; a click brings it back.
        self.clicked.connect(self._current_changed)

    def select(self, row: ListedRun) -> None:
        """Make `row` the selected one."""
        # `selectRow` would add to the selection while Ctrl is held down, as it is for a branch.
        self.selectionModel().setCurrentIndex(
            self._table.index(self._table.rows.index(row), NAME),
            QItemSelectionModel.SelectionFlag.ClearAndSelect
            | QItemSelectionModel.SelectionFlag.Rows,
        )

    @property
    def selected(self) -> tuple[ListedRun, ...]:
        """The selected runs."""
        rows = self._table.rows
        return tuple(rows[index.row()] for index in self.selectionModel().selectedRows())

    @Slot()
    def delete_selected(self) -> None:
        """Take the selected runs off the list; one that is still going stays."""
        for row in self.selected:
            if row.run.is_over:
                self._table.remove(row)
            else:
                self.refused.emit(f"{row.run.name} is still going: stop it before deleting it")

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._table.rows:
            painter = QPainter(self.viewport())
            painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
            area = self.viewport().rect()
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, "No runs yet: press Run")
            painter.end()

    def _action(self, text: str, shortcut: QKeySequence, slot: Callable[[], None]) -> QAction:
        action = QAction(text, self)
        action.setShortcut(shortcut)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(slot)
        self.addAction(action)
        return action

    @Slot()
    def _rename_current(self) -> None:
        self.edit(self._table.index(self.currentIndex().row(), NAME))

    @property
    def _current(self) -> ListedRun | None:
        place = self.currentIndex().row()
        return self._table.rows[place] if 0 <= place < len(self._table.rows) else None

    @Slot()
    def _branch_current(self) -> None:
        if self._current is not None:
            self.branch_wanted.emit(self._current.run)

    @Slot()
    def _take_over_current(self) -> None:
        if self._current is not None:
            self.taken_over.emit(self._current.run.experiment)

    @Slot(QPoint)
    def _open_menu(self, position: QPoint) -> None:
        selected, current = self.selected, self._current
        if not selected or current is None:
            return
        self._branch.setText(f"Branch from step {current.run.step_shown:,}…")
        self._branch.setEnabled(current.run.recording is not None)
        self._delete.setEnabled(any(row.run.is_over for row in selected))
        menu = QMenu(self)
        menu.addActions([self._branch, self._take_over])
        menu.addSeparator()
        menu.addActions([self._rename, self._delete])
        menu.exec(self.viewport().mapToGlobal(position))
        menu.deleteLater()
        self._delete.setEnabled(True)

    @Slot()
    def _current_changed(self) -> None:
        position = self.currentIndex().row()
        if 0 <= position < len(self._table.rows):
            self.chosen.emit(self._table.rows[position])
