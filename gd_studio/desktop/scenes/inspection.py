"""The next step of the run, taken apart, and its parameters and gradients by layer."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.inspector import InspectorView, LayerHistograms
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.desktop.studio import Subject
from gd_studio.link.inspection import Inspection
from gd_studio.recording import Run, RunState

_INTERVAL = 0.1
"""Seconds between two looks at a run that goes on: more often nobody could read."""


class InspectionScene(QObject):
    """Asks the run for its next step while somebody looks, and shows it in two views.

    Signals
    -------
    step_wanted()
        The user has gone through all stages of the step: it is to be taken.
    """

    step_wanted = Signal()

    def __init__(self, trainer: Trainer, parent: QObject) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._asked_at = 0.0
        self._asked_about: tuple[Run, int, RunState, bool, bool] | None = None
        self._waiting_for: Run | None = None
        self._has_run = False
        self.step = InspectorView()
        self.layers = LayerHistograms()
        self.step.step_wanted.connect(self.step_wanted)
        trainer.inspected.connect(self._show)
        trainer.run_changed.connect(self._run_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.step.set_theme(theme)
        self.layers.set_theme(theme)

    def set_subject(self, subject: Subject) -> None:
        """Forget the step that is shown where no run is: nothing has come to that step yet."""
        self._has_run = subject.focus is not None
        if not self._has_run:
            self._asked_about = None
            self.step.set_inspection(None)
            self.layers.set_layers(())

    @Slot()
    def refresh(self) -> None:
        """Ask about the next step, where it is another one than the last time, or newly seen."""
        run = self._trainer.newest
        if run is None or run.recording is None or run.failed is not None:
            return
        if run is self._waiting_for or not self._has_run:
            return
        seen = self.step.isVisible(), self.layers.isVisible()
        if not any(seen):
            return
        now, about = time.monotonic(), (run, run.steps, run.state, *seen)
        if about == self._asked_about or now - self._asked_at < _INTERVAL:
            return
        self._asked_at, self._asked_about, self._waiting_for = now, about, run
        self._trainer.inspect()

    @Slot(object)
    def _show(self, inspection: Inspection) -> None:
        self._waiting_for = None
        if self._has_run and self.step.isVisible():
            self.step.set_inspection(inspection)
        if self._has_run and self.layers.isVisible():
            self.layers.set_layers(inspection.layers)

    @Slot(object)
    def _run_changed(self, _: Run) -> None:
        self._asked_at = 0.0
        self.refresh()
