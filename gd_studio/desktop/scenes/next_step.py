"""The step that comes next in the run in focus, asked for on behalf of all who show it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.desktop.studio import Subject
from gd_studio.link.messages import Inspected
from gd_studio.recording import Run, RunState

_INTERVAL = 0.1
"""Seconds between two looks at a run that goes on: more often nobody could read."""


class NextStep(QObject):
    """Asks the run in focus for its next step while somebody looks: one question at a time.

    Signals
    -------
    inspected(Inspection)
        The step after the one that the run in focus is looked at. Of a run that goes on, one of
        its last.
    """

    inspected = Signal(object)

    def __init__(self, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._readers: list[Callable[[], bool]] = []
        self._focus: Run | None = None
        self._asked_at = 0.0
        self._asked_about: tuple[Run, int | None, int, RunState, tuple[bool, ...]] | None = None
        self._waiting_for: tuple[Run, int | None] | None = None
        # What is put off is not forgotten where no further step comes to remind of it.
        self._later = QTimer(self, singleShot=True, interval=round(1000 * _INTERVAL))
        self._later.timeout.connect(self.refresh)
        trainer.inspected.connect(self._arrived)
        trainer.run_changed.connect(self._run_changed)

    def add_reader(self, looks: Callable[[], bool]) -> None:
        """Ask from now on also while `looks` says that somebody does."""
        self._readers.append(looks)

    def set_subject(self, subject: Subject) -> None:
        """Ask the run in focus from now on; where there is none, nobody."""
        self._focus = subject.focus.run if subject.focus is not None else None
        if self._focus is None:
            self._asked_about = None

    @Slot()
    def refresh(self) -> None:
        """Ask about the next step, where it is another one than the last time, or newly seen."""
        run = self._focus
        if run is None or run.recording is None:
            return
        if run.failed is not None and run.position is None:
            return
        # On its way the engine would tell of a step that it comes through.
        if not run.is_there or self._waiting_for == (run, run.position):
            return
        seen = tuple(looks() for looks in self._readers)
        if not any(seen):
            return
        now, about = time.monotonic(), (run, run.position, run.steps, run.state, seen)
        if about == self._asked_about:
            return
        if now - self._asked_at < _INTERVAL:
            self._later.start()
            return
        self._asked_at, self._asked_about = now, about
        self._waiting_for = run, run.position
        self._trainer.inspect(run)

    @Slot(object)
    def _arrived(self, event: Inspected) -> None:
        self._waiting_for = None
        run = self._focus
        if run is None or event.run != run.number:
            return
        if run.position is not None and event.inspection.step != run.position + 1:
            return  # one has gone elsewhere meanwhile, and asks again there
        self.inspected.emit(event.inspection)

    @Slot(object)
    def _run_changed(self, _: Run) -> None:
        self._asked_at = 0.0
        self.refresh()
