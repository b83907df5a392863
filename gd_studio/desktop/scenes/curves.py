"""The curves over steps or epochs: losses, gradient norm and learning rate of every run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots import LearningRatePlot, LossPlot, StepPlot
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.runs.change_words import marks_of
from gd_studio.desktop.runs.table import ListedRun, RunTable
from gd_studio.desktop.studio import Subject
from gd_studio.link.arrays import Doubles


@dataclass
class _Drawn:
    """What the plots hold of a run.

    Attributes
    ----------
    steps, changes
        How many there were of both.
    since
        The step with which it begins: that at which it forks off its parent, or 0.
    """

    steps: int = 0
    changes: int = 0
    since: int = 0
    is_shown: bool = True
    name: str = ""


class CurvesScene:
    """Keeps a loss plot, a gradient plot on the same x axis, and the learning rates up to date."""

    def __init__(self, table: RunTable) -> None:
        self._table = table
        self._drawn: dict[int, _Drawn] = {}
        self._subject: Subject | None = None
        self.loss = LossPlot()
        self.grad_norm = StepPlot("Gradient norm", log_default=True)
        self.grad_norm.link_x(self.loss)
        self.learning_rate = LearningRatePlot()
        self.learning_rate.link_epochs(self.loss)
        self._plots: tuple[StepPlot, ...] = (self.loss, self.grad_norm, self.learning_rate)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for plot in self._plots:
            plot.set_theme(theme)

    def set_subject(self, subject: Subject) -> None:
        """Show the runs whose losses can be held against those of `subject`, and no others.

        Where the run in focus overfits is marked.
        """
        self._subject = subject
        self.loss.set_focus(str(subject.focus.number) if subject.focus is not None else None)

    def refresh(self) -> None:
        """Draw what is new."""
        rows = self._table.rows
        for gone in self._drawn.keys() - {row.number for row in rows}:
            del self._drawn[gone]
            for plot in self._plots:
                plot.remove_run(str(gone))
        for row in rows:
            self._refresh(row)
        self._look_back()

    def _look_back(self) -> None:
        """Mark the step that the run in focus is looked at, with its numbers."""
        focus = self._subject.focus if self._subject is not None else None
        if focus is None or focus.run.position is None or focus.run.recording is None:
            for plot in self._plots:
                plot.look_at_newest()
            return
        step, recording = focus.run.position, focus.run.recording
        for plot, numbers in (
            (self.loss, {"loss": recording.loss, "lr": recording.lr}),
            (self.grad_norm, {"norm": recording.grad_norm, "lr": recording.lr}),
            (self.learning_rate, {"lr": recording.lr}),
        ):
            plot.look_at(str(focus.number), step, _numbers_at(step, numbers))

    def _refresh(self, row: ListedRun) -> None:
        key, recording = str(row.number), row.run.recording
        drawn = self._drawn.get(row.number)
        if drawn is None:
            drawn = self._drawn[row.number] = _Drawn(name=row.run.name)
            for plot in self._plots:
                plot.set_run(key, row.colour, row.run.name)
        if drawn.name != row.run.name:
            drawn.name = row.run.name
            for plot in self._plots:
                plot.rename(key, row.run.name)
        compares = self._subject is None or self._subject.compares_with(row.run.experiment)
        is_shown = row.is_shown and compares
        if drawn.is_shown != is_shown:
            drawn.is_shown = is_shown
            for plot in self._plots:
                plot.set_visible(key, is_shown)
        since = self._table.fork_of(row)
        self._mark_changes(row, drawn, since)
        if recording is not None and (drawn.steps, drawn.since) != (len(recording), since):
            if not drawn.steps:
                for plot in self._plots:
                    plot.set_steps_per_epoch(key, recording.steps_per_epoch)
            drawn.steps, drawn.since = len(recording), since
            own = slice(int(np.searchsorted(recording.step, since)), None)
            # A step's loss is that of the parameters judged after the step before.
            judged = slice(int(np.searchsorted(recording.evaluated_steps, since - 1)), None)
            step = recording.step[own]
            self.loss.update_run(key, step, recording.loss[own])
            self.loss.update_evaluation(
                key,
                recording.evaluated_steps[judged],
                recording.train_loss[judged],
                recording.test_loss[judged],
            )
            self.grad_norm.update_run(key, step, recording.grad_norm[own])
            self.learning_rate.update_run(key, step, recording.lr[own])

    def _mark_changes(self, row: ListedRun, drawn: _Drawn, since: int) -> None:
        """Mark what a run has changed on its way; what its parent has is marked there."""
        changes = row.run.experiment.changes
        made = sum(change.after <= row.run.steps for change in changes)
        if (drawn.changes, drawn.since) == (made, since):
            return
        drawn.changes = made
        marks = [mark for mark in list(marks_of(row.run.experiment))[:made] if mark.after >= since]
        for plot in (self.loss, self.grad_norm):
            plot.set_changes(str(row.number), marks)


def _numbers_at(step: int, numbers: dict[str, Doubles]) -> str:
    """Write the numbers that the run had at a step, by their names."""
    if step == 0:
        return "start"
    words = [f"{name} {write_number(values[step - 1])}" for name, values in numbers.items()]
    return f"step {step:,}: {', '.join(words)}"
