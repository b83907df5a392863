"""The planned learning rates of the panels' experiment, asked for and shown before any run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.catalog.schedules import points_of
from gd_studio.desktop.plots import LearningRatePlot
from gd_studio.desktop.plots.drawn_schedule import DrawnSchedule
from gd_studio.desktop.scout import Scout
from gd_studio.experiment import Experiment, ScheduleChoice
from gd_studio.link.questions import PlannedSchedule, PlanSchedule

_TOPIC = "learning-rate plan"
_DEPENDS = "The plan depends on the loss, and holds while that falls"


@dataclass(frozen=True)
class _Wanted:
    """What a plan depends on."""

    schedule: ScheduleChoice
    per: str
    lr: float
    total_steps: int
    steps_per_epoch: int

    @property
    def drawn(self) -> DrawnSchedule | None:
        """The points of a schedule that is drawn, perhaps after a warm-up."""
        warmup, after = self.schedule.warmup or 0, self.schedule.without_warmup()
        if after.key != "drawn" or not self.lr:
            return None
        per_move = self.steps_per_epoch if self.per == "epoch" else 1
        moves = -(-self.total_steps // per_move) - warmup
        points = points_of(str(after.settings["points"]))
        return DrawnSchedule(points, self.lr, 1 + warmup * per_move, per_move, max(1, moves))


class Planning(QObject):
    """Keeps the plan in `plot` up to date: of several changes at once the newest is planned.

    While nobody sees the plot, nothing is asked; its points are there all the same.

    Signals
    -------
    points_edited
        The user has changed the points of a drawn schedule, by hand: all of them.
    """

    points_edited = Signal(object)

    def __init__(self, plot: LearningRatePlot, scout: Scout, parent: QObject) -> None:
        super().__init__(parent)
        self._plot = plot
        self._scout = scout
        self._wanted: _Wanted | None = None
        self._asked: _Wanted | None = None
        self._experiment: Experiment | None = None
        plot.points_edited.connect(self.points_edited)

    @Slot(object, int)
    def set_experiment(self, experiment: Experiment, samples: int) -> None:
        """Plan `experiment`, which trains on so many samples; 0 for a function."""
        training = experiment.training
        wanted = _Wanted(
            experiment.schedule,
            training.schedule_per,
            float(experiment.optimizer.settings["lr"]),
            training.total_steps(samples),
            training.batches(samples),
        )
        self._experiment = experiment
        if wanted != self._wanted:
            self._wanted = wanted
            self._plot.set_drawn(wanted.drawn)
            self.refresh()

    def refresh(self) -> None:
        """Ask for a plan where the last one is stale."""
        wanted = self._wanted
        if wanted is None or wanted == self._asked or not self._plot.isVisible():
            return
        assert self._experiment is not None
        self._asked = wanted
        self._scout.withdraw(_TOPIC)  # a long plan that nobody waits for any more
        self._scout.ask(
            _TOPIC,
            PlanSchedule(self._experiment, wanted.total_steps, wanted.steps_per_epoch),
            lambda planned: self._show(wanted, planned),
            self._refused,
            lambda share: self._plot.set_caption(f"Planning… {share:.0%}"),
        )

    def _show(self, wanted: _Wanted, planned: PlannedSchedule) -> None:
        self._plot.set_caption(_DEPENDS if planned.depends_on_loss else "")
        self._plot.set_plan(planned.steps, planned.lr, wanted.steps_per_epoch)

    def _refused(self, reason: str) -> None:
        self._plot.set_caption(reason)
        self._plot.set_plan(np.empty(0, dtype=np.int64), np.empty(0), 1)
