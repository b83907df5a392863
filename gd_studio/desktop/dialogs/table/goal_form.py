"""What is predicted, and what becomes of empty cells."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog import Missing, Task
from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.fitness import TASKS, target_objection, task_objection
from gd_studio.desktop.dialogs.table.offer import Choice, Offer
from gd_studio.desktop.dialogs.table.words import (
    MISSING_HINTS,
    MISSING_NAMES,
    TASK_HINTS,
    TASK_NAMES,
    gaps,
)
from gd_studio.desktop.panels.lines import QUIET, Line
from gd_studio.desktop.panels.rows import Rows


class GoalForm(QWidget):
    """Target, task and missing values of a draft.

    Signals
    -------
    changed(Draft)
        The user has chosen something else: what follows from it.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self.target = Offer("Target")
        self.task = Offer("Task")
        self.missing = Offer("Missing values")
        self.gaps = Line(QUIET)
        rows = Rows()
        for name, offer in (
            ("Target", self.target),
            ("Task", self.task),
            ("Missing values", self.missing),
        ):
            rows.add(name, offer)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addLayout(rows)
        layout.addWidget(self.gaps)
        self.target.chosen.connect(self._target_chosen)
        self.task.chosen.connect(self._task_chosen)
        self.missing.chosen.connect(self._missing_chosen)

    def set_draft(self, draft: Draft) -> None:
        """Show a draft."""
        self._draft = draft
        target = draft.column(draft.target)
        self.target.show_choices(
            [
                Choice(column.name, column.name, objection=target_objection(column))
                for column in draft.report.columns
            ],
            draft.target,
        )
        self.task.show_choices(
            [
                Choice(task, TASK_NAMES[task], TASK_HINTS[task], task_objection(target, task))
                for task in TASKS
            ],
            draft.task,
        )
        self.missing.show_choices(
            [Choice(key, name, MISSING_HINTS[key]) for key, name in MISSING_NAMES.items()],
            draft.missing,
        )
        self.missing.setEnabled(draft.cells_missing > 0)
        self.gaps.setText(gaps(draft))

    @Slot(str)
    def _target_chosen(self, name: str) -> None:
        assert self._draft is not None
        self.changed.emit(self._draft.with_target(name))

    @Slot(str)
    def _task_chosen(self, task: str) -> None:
        assert self._draft is not None
        self.changed.emit(self._draft.with_task(cast(Task, task)))

    @Slot(str)
    def _missing_chosen(self, missing: str) -> None:
        assert self._draft is not None
        self.changed.emit(self._draft.with_missing(cast(Missing, missing)))
