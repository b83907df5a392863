"""The list of runs as a table: colour and visibility, name, state, steps, losses."""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import lru_cache
from math import isnan
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QIcon, QPixmap

from gd_studio.desktop.plain_text import tooltip
from gd_studio.desktop.runs.trainer import all_told, describe
from gd_studio.experiment.experiment import NOT_ONE_LINE
from gd_studio.link.metric_names import METRIC_LABELS
from gd_studio.recording import Run

NAME, STATE, STEPS, LAST, BEST, TEST, SCORE = range(7)
_HEADINGS = ("Run", "State", "Steps", "Last loss", "Best loss", "Test loss", "Score")

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()

TREE_ROLE = Qt.ItemDataRole.UserRole + 1
"""Of a name: whether more branches follow at each level down to the run's own, a tuple of bools."""

FORK_ROLE = Qt.ItemDataRole.UserRole + 2
"""Of a name: where the run branches off, in a few words; empty for one that begins by itself."""

_MOMENT = 0.1
"""Seconds; numbers that change faster cannot be read."""


@dataclass
class ListedRun:
    """A run with what the window adds to it: a number, a colour, and whether it is shown."""

    number: int
    run: Run
    colour: str
    is_shown: bool = True


class RunTable(QAbstractTableModel):
    """All runs of the window, oldest first, but branches under the run that they branch off.

    Name and check mark can be edited. Where a run is taken off the list, its branches begin by
    themselves.

    Signals
    -------
    shown_changed(ListedRun), renamed(ListedRun), removed(ListedRun)
        What the user did.
    refused(str)
        Why something was not done.
    """

    refused = Signal(str)
    shown_changed = Signal(object)
    renamed = Signal(object)
    removed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ListedRun] = []
        self._count = 0
        self._refreshed = 0.0

    @property
    def rows(self) -> tuple[ListedRun, ...]:
        """The listed runs, in their order on the screen."""
        return tuple(self._rows)

    def add(self, run: Run, colours: tuple[str, ...]) -> ListedRun:
        """List `run` in the colour, of `colours`, that the fewest runs have."""
        used = [row.colour for row in self._rows]
        colour = min(colours, key=used.count)
        row = ListedRun(self._count, run, colour)
        self._count += 1
        position = _in_order([*self._rows, row]).index(row)
        self.beginInsertRows(_NO_INDEX, position, position)
        self._rows.insert(position, row)
        self.endInsertRows()
        self._redraw_names()
        return row

    def remove(self, row: ListedRun) -> None:
        """Take a run off the list."""
        position = self._rows.index(row)
        self.beginRemoveRows(_NO_INDEX, position, position)
        del self._rows[position]
        self.endRemoveRows()
        self._put_in_order()
        self.removed.emit(row)

    def listed(self, run: Run) -> ListedRun | None:
        """Return the row of `run`, if it is still listed."""
        return next((row for row in self._rows if row.run is run), None)

    def parent_of(self, row: ListedRun) -> ListedRun | None:
        """Return the row of the run that another one branches off, if it is still listed."""
        return self.listed(row.run.parent) if row.run.parent is not None else None

    def fork_of(self, row: ListedRun) -> int:
        """Return the step at which a run leaves the one it branches off; 0 where none is listed."""
        return row.run.after if self.parent_of(row) is not None else 0

    def refresh(self, run: Run) -> None:
        """Show `run` as it is now."""
        row = self.listed(run)
        if row is not None:
            position = self._rows.index(row)
            self.dataChanged.emit(self.index(position, 0), self.index(position, SCORE))

    def refresh_slowly(self, run: Run) -> None:
        """Show `run` as it is now, unless that was done a moment ago."""
        now = time.monotonic()
        if now - self._refreshed >= _MOMENT:
            self._refreshed = now
            self.refresh(run)

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        """Return how many runs there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = _NO_INDEX) -> int:
        """Return how many columns there are."""
        return 0 if parent.isValid() else len(_HEADINGS)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return a column's heading."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return _HEADINGS[section]
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.TextAlignmentRole:
            return _alignment(section)
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell shows."""
        row, column = self._rows[index.row()], index.column()
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return _text(row.run, column)
            case Qt.ItemDataRole.EditRole if column == NAME:
                return row.run.name
            case Qt.ItemDataRole.CheckStateRole if column == NAME:
                return Qt.CheckState.Checked if row.is_shown else Qt.CheckState.Unchecked
            case Qt.ItemDataRole.DecorationRole if column == NAME:
                return _swatch(row.colour)
            case Qt.ItemDataRole.ToolTipRole:
                about = all_told(row.run) or row.run.experiment.title
                return tooltip(_origin(row.run), *about.splitlines())
            case Qt.ItemDataRole.AccessibleTextRole if column == NAME:
                return ", ".join(filter(None, (row.run.name, _origin(row.run))))
            case _ if role == TREE_ROLE:
                return self._levels(row)
            case _ if role == FORK_ROLE:
                return f"from step {row.run.after:,}" if row.run.parent is not None else ""
            case Qt.ItemDataRole.TextAlignmentRole:
                return _alignment(column)
        return None

    def setData(self, index: Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        """Rename a run, or show or hide it."""
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole:
            row.is_shown = Qt.CheckState(value) == Qt.CheckState.Checked
            self.dataChanged.emit(index, index)
            self.shown_changed.emit(row)
            return True
        if role == Qt.ItemDataRole.EditRole and (name := str(value).strip()):
            if not name.isprintable():
                self.refused.emit(f"The name of a run {NOT_ONE_LINE}")
                return False
            row.run.name = name
            self.dataChanged.emit(index, index)
            self.renamed.emit(row)
            return True
        return False

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Return what can be done with a cell."""
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        if index.column() == NAME:
            flags |= Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsUserCheckable
        return flags

    def _put_in_order(self) -> None:
        """Let branches that have lost their parent stand by themselves."""
        rows = _in_order(self._rows)
        if rows != self._rows:
            self.layoutAboutToBeChanged.emit()
            old = self.persistentIndexList()
            places = [rows.index(self._rows[index.row()]) for index in old]
            self._rows = rows
            new = [self.index(p, i.column()) for p, i in zip(places, old, strict=True)]
            self.changePersistentIndexList(old, new)
            self.layoutChanged.emit()
        self._redraw_names()

    def _redraw_names(self) -> None:
        """The lines of the tree go past rows that have not changed themselves."""
        if self._rows:
            last = self.index(len(self._rows) - 1, NAME)
            self.dataChanged.emit(self.index(0, NAME), last, [TREE_ROLE])

    def _levels(self, row: ListedRun) -> tuple[bool, ...]:
        parent = self.parent_of(row)
        if parent is None:
            return ()
        later = self._rows[self._rows.index(row) + 1 :]
        return (*self._levels(parent), any(self.parent_of(other) is parent for other in later))


def _in_order(rows: list[ListedRun]) -> list[ListedRun]:
    """Return rows oldest first, but each branch after its parent and the branches before it."""
    numbers = {id(row.run): row.number for row in rows}
    branches: dict[int | None, list[ListedRun]] = {}
    for row in sorted(rows, key=lambda row: row.number, reverse=True):
        branches.setdefault(numbers.get(id(row.run.parent)), []).append(row)
    ordered: list[ListedRun] = []
    waiting = branches.get(None, [])
    while waiting:
        ordered.append(waiting.pop())
        waiting += branches.get(ordered[-1].number, [])
    return ordered


def _origin(run: Run) -> str:
    """Say where a run branches off; empty for one that begins by itself."""
    if run.parent is None:
        return ""
    return f"Branched off {run.parent.name} after step {run.after:,}"


@lru_cache(maxsize=64)
def _swatch(colour: str) -> QIcon:
    """A square of a run's colour, which stays so where the row is selected."""
    square = QPixmap(12, 12)
    square.fill(QColor(colour))
    swatch = QIcon()
    for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected, QIcon.Mode.Active):
        swatch.addPixmap(square, mode)
    return swatch


def _text(run: Run, column: int) -> str:
    match column:
        case 0:
            return run.name
        case 1:
            return describe(run)
        case 2:
            return f"{run.steps:,} / {run.total_steps:,}" if run.total_steps else "–"
        case 3:
            return _number(run.last_loss)
        case 4:
            return _number(run.best_loss)
        case 5:
            return _number(run.test_loss)
        case _:
            return _score(run.score)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.6g}".replace("-", "−")


def _score(score: tuple[str, float] | None) -> str:
    if score is None or isnan(score[1]):
        return "–"
    metric, value = score
    if metric == "accuracy":
        return f"{100 * value:.1f} % right"
    return f"{METRIC_LABELS[metric]} {_number(value)}"


def _alignment(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column >= STEPS else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
