"""The curves over steps or epochs: losses and gradient norm of every run."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots import LossPlot, StepPlot
from gd_studio.desktop.runs.table import ListedRun, RunTable
from gd_studio.desktop.studio import Subject


@dataclass
class _Drawn:
    """What the plots hold of a run."""

    steps: int = 0
    is_shown: bool = True
    name: str = ""


class CurvesScene:
    """Keeps a loss plot and a gradient plot, which share their x axis, up to date."""

    def __init__(self, table: RunTable) -> None:
        self._table = table
        self._drawn: dict[int, _Drawn] = {}
        self._subject: Subject | None = None
        self.loss = LossPlot()
        self.grad_norm = StepPlot("Gradient norm", log_default=True)
        self.grad_norm.link_x(self.loss)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.loss.set_theme(theme)
        self.grad_norm.set_theme(theme)

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
            for plot in (self.loss, self.grad_norm):
                plot.remove_run(str(gone))
        for row in rows:
            self._refresh(row)

    def _refresh(self, row: ListedRun) -> None:
        key, recording = str(row.number), row.run.recording
        drawn = self._drawn.get(row.number)
        if drawn is None:
            drawn = self._drawn[row.number] = _Drawn(name=row.run.name)
            for plot in (self.loss, self.grad_norm):
                plot.set_run(key, row.colour, row.run.name)
        if drawn.name != row.run.name:
            drawn.name = row.run.name
            for plot in (self.loss, self.grad_norm):
                plot.rename(key, row.run.name)
        compares = self._subject is None or self._subject.compares_with(row.run.experiment)
        is_shown = row.is_shown and compares
        if drawn.is_shown != is_shown:
            drawn.is_shown = is_shown
            for plot in (self.loss, self.grad_norm):
                plot.set_visible(key, is_shown)
        if recording is not None and drawn.steps != len(recording):
            if not drawn.steps:
                for plot in (self.loss, self.grad_norm):
                    plot.set_steps_per_epoch(key, recording.steps_per_epoch)
            drawn.steps = len(recording)
            self.loss.update_run(key, recording.step, recording.loss)
            self.loss.update_evaluation(
                key, recording.evaluated_steps, recording.train_loss, recording.test_loss
            )
            self.grad_norm.update_run(key, recording.step, recording.grad_norm)
