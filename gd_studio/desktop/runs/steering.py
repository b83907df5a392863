"""Steering what goes on: changes of the run that is going, and branches off those there are."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from gd_studio.desktop.editing.edits import Editing
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.desktop.runs.branching import Branching, branching, differ
from gd_studio.desktop.runs.change_words import in_full, new_values
from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.desktop.studio import Studio
from gd_studio.experiment import (
    Experiment,
    ExperimentError,
    changed_values,
    fixed_differences,
)
from gd_studio.recording import Run

_PAUSE = 400
"""Milliseconds without an edit after which one is sent: ``0.0`` is on the way to ``0.05``."""

_LIVE = ("training.clip_norm", "training.clip_value", "training.gradient_noise")


class Steering(QObject):
    """Sends what is edited to the run that is going, where it is meant for it.

    It is while the run is looked at where it is, and where the edit is of a number that the
    optimizer reads at every step, of the clipping or the noise, and all else in the panels is what
    the run has. Anything else describes the next run, or a branch. What is undone is never sent:
    runs are not edited backwards.

    Signals
    -------
    told(str)
        What has come of an edit.
    """

    told = Signal(str)

    def __init__(
        self, studio: Studio, trainer: Trainer, panels: PanelColumn, editing: Editing
    ) -> None:
        super().__init__(studio)
        self._studio = studio
        self._trainer = trainer
        self._panels = panels
        self._editing = editing
        self._held = panels.experiment()  # by the panels, when they were last looked at
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._take_in)
        panels.experiment_changed.connect(self._edited)
        editing.restored.connect(self.begin)
        trainer.begun.connect(self._begun)
        trainer.altered.connect(self._altered)

    @property
    def branching(self) -> Branching:
        """The branch that the panels ask for, or why there is none."""
        subject = self._studio.subject
        focus = subject.focus if subject is not None else None
        wanted = self._panels.experiment() if not self._panels.problems() else None
        return branching(focus.run if focus is not None else None, wanted)

    @property
    def rate(self) -> float | None:
        """The learning rate of the panels, where a run goes that it is for."""
        run, rate = self._trainer.active, self._panels.experiment().optimizer.settings.get("lr")
        is_number = isinstance(rate, int | float) and not isinstance(rate, bool) and rate > 0
        return float(rate) if run is not None and is_number else None  # type: ignore[arg-type]

    @Slot()
    def branch(self) -> None:
        """Begin the run that the panels ask for, off the run in focus."""
        offer, subject = self.branching, self._studio.subject
        if offer.experiment is None or subject is None or subject.focus is None:
            self.told.emit(offer.sentence)
            return
        self.branch_off(subject.focus.run, subject.focus.run.step_shown, offer.values)

    @Slot(object, int, object)
    def branch_off(self, run: Run, after: int, values: dict[str, Any]) -> None:
        """Begin a run that goes on from step `after` of `run` with other values."""
        name = f"{self._trainer.next_name} · {new_values(values)}"
        self._trainer.branch(run, after, run.experiment.branch(after, values), name)

    @Slot()
    def slow_down(self) -> None:
        """Halve the learning rate of the run that is going."""
        self._scale_rate(0.5)

    @Slot()
    def speed_up(self) -> None:
        """Double the learning rate of the run that is going."""
        self._scale_rate(2.0)

    @Slot(object)
    def begin(self, experiment: Experiment) -> None:
        """Take `experiment` for what the panels hold; nothing of it was edited."""
        self._timer.stop()
        self._held = experiment

    @Slot()
    def hurry(self) -> None:
        """Take in at once what was edited a moment ago: the run is about to go on."""
        if self._timer.isActive():
            self._take_in()

    def _scale_rate(self, factor: float) -> None:
        rate = self.rate
        if rate is None or self._panels.problems():
            return
        before = self._held
        # Ten digits: half of 0.3 is 0.15 to people.
        scaled = float(f"{factor * rate:.10g}")
        try:
            experiment = self._panels.experiment().with_values({"optimizer.lr": scaled})
        except ExperimentError as error:
            self.told.emit(str(error))
            return
        self._editing.change(experiment)
        self._held = before
        self._take_in()

    @Slot()
    def _edited(self) -> None:
        self._timer.start()

    @Slot()
    def _begun(self) -> None:
        self.begin(self._panels.experiment())

    @Slot()
    def _take_in(self) -> None:
        """Send the edits since the last time to the run that goes, or say what they are for."""
        self._timer.stop()
        before, after = self._held, self._panels.experiment()
        self._held = after
        run = self._trainer.active
        if run is None or run.recording is None or before == after:
            return
        values = changed_values(before, after)
        obstacle = self._obstacle(run, values, after)
        if obstacle:
            self.told.emit(f"This is for the next run, or a branch: {obstacle}")
            return
        try:
            self._trainer.change(values)
        except ExperimentError as error:
            self.told.emit(f"{run.name} goes on as it is: {error.problems[0]}")

    def _obstacle(self, run: Run, values: dict[str, Any], after: Experiment) -> str:
        """Say why an edit is not for the run that goes; empty where it is."""
        if fixed := fixed_differences(run.experiment, after):
            return differ(fixed)
        if run.position is not None:
            return f"{run.name} is looked at as it was after step {run.position:,}"
        present = run.experiment.at(run.steps)
        live = {f"optimizer.{name}" for name in present.optimizer.entry.changeable} | {*_LIVE}
        if not values or not values.keys() <= live:
            return f"{run.name} goes on as it is"
        # What the run has changed itself stands in the panels as it was at first.
        own = {path for change in run.experiment.changes for path in change.values}
        others = changed_values(present, after).keys() - values.keys() - own
        if others:
            return f"it has another {sorted(others)[0]} than {run.name}"
        return ""

    @Slot(object, int)
    def _altered(self, run: Run, after: int) -> None:
        change = run.experiment.changes[-1]
        words = in_full(change.values, run.experiment.at(after))
        self.told.emit(f"{run.name} goes on with {words} after step {after:,}")
