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

from gd_studio.desktop.runs.trainer import describe, sentence
from gd_studio.link.metric_names import METRIC_LABELS
from gd_studio.recording import Run

NAME, STATE, STEPS, LAST, BEST, TEST, SCORE = range(7)
_HEADINGS = ("Run", "State", "Steps", "Last loss", "Best loss", "Test loss", "Score")

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()

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
    """All runs of the window, oldest first. Name and check mark can be edited.

    Signals
    -------
    shown_changed(ListedRun), renamed(ListedRun), removed(ListedRun)
        What the user did.
    """

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
        """The listed runs, oldest first."""
        return tuple(self._rows)

    def add(self, run: Run, colours: tuple[str, ...]) -> ListedRun:
        """List `run` in the colour, of `colours`, that the fewest runs have."""
        used = [row.colour for row in self._rows]
        colour = min(colours, key=used.count)
        row = ListedRun(self._count, run, colour)
        self._count += 1
        self.beginInsertRows(_NO_INDEX, len(self._rows), len(self._rows))
        self._rows.append(row)
        self.endInsertRows()
        return row

    def remove(self, row: ListedRun) -> None:
        """Take a run off the list."""
        position = self._rows.index(row)
        self.beginRemoveRows(_NO_INDEX, position, position)
        del self._rows[position]
        self.endRemoveRows()
        self.removed.emit(row)

    def listed(self, run: Run) -> ListedRun | None:
        """Return the row of `run`, if it is still listed."""
        return next((row for row in self._rows if row.run is run), None)

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
                return sentence(row.run) or row.run.experiment.title
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
        if role == Qt.ItemDataRole.EditRole and str(value).strip():
            row.run.name = str(value).strip()
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
