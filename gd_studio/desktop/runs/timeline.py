"""Time in the window: which step of the run in focus is shown, and how one gets to others."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.actions import Actions
from gd_studio.desktop.permissions import permitted_in_time
from gd_studio.desktop.runs.playback import Playback
from gd_studio.desktop.runs.table import ListedRun, RunTable
from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.desktop.runs.visitor import Visitor
from gd_studio.desktop.studio import Studio
from gd_studio.desktop.time_bar import TimeBar
from gd_studio.recording import Run, RunState

_LONG = 0.2
"""Seconds from which on a way is spoken of."""


class Timeline(QObject):
    """Ties the time bar, the visitor and the playback to the run in focus.

    Whoever lets a run go on lets it do so from its newest step, which is shown from then on.

    Signals
    -------
    moved()
        Another step is shown, or more of it is known.
    told(str)
        Which step is shown, in a few words; empty for the newest.
    spoke(str)
        A sentence that the user should not miss.
    """

    moved = Signal()
    told = Signal(str)
    spoke = Signal(str)

    def __init__(
        self,
        studio: Studio,
        trainer: Trainer,
        table: RunTable,
        actions: Actions,
        bar: TimeBar,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._studio = studio
        self._trainer = trainer
        self._actions = actions
        self._bar = bar
        self._left_at = 0.0  # when the engine was sent to a step
        self._is_long = False  # the way there takes its time
        self.visitor = Visitor(trainer.worker, self)
        self.playback = Playback(self)
        self.visitor.moved.connect(self._moved)
        self.visitor.arrived.connect(self._arrived)
        self.visitor.travelling.connect(self._travelling)
        self.visitor.refused.connect(self._refused)
        self.playback.reached.connect(self._look_at)
        self.playback.changed.connect(self.refresh)
        bar.step_wanted.connect(self.go_to)
        bar.speed_changed.connect(self._speed_changed)
        trainer.run_added.connect(self._run_added)
        trainer.run_changed.connect(self._run_changed)
        trainer.altered.connect(self._altered)
        trainer.worker.lost.connect(self._engine_lost)
        trainer.worker.gave_up.connect(self._engine_lost)
        studio.subject_changed.connect(self._subject_changed)
        table.removed.connect(self._run_removed)
        actions.connect(
            time_start=self.go_to_start,
            time_back=self.go_back,
            time_play_back=self.play_backwards,
            time_hold=self.playback.hold,
            time_play=self.play,
            time_forward=self.go_forward,
            time_newest=self.go_to_newest,
            time_cancel=self.go_to_newest,
        )
        self.refresh()

    @property
    def run(self) -> Run | None:
        """The run in focus, if it can be looked at; ``None`` while there is none."""
        subject = self._studio.subject
        focus = subject.focus if subject is not None else None
        return focus.run if focus is not None and focus.run.steps else None

    @property
    def sentence(self) -> str:
        """Which step is shown; empty for the newest."""
        run = self.run
        if run is None or run.position is None:
            return ""
        return f"Step {run.position:,} of {run.steps:,} (looking back)"

    # --- going along --------------------------------------------------------------------------

    @Slot(int)
    def go_to(self, step: int) -> None:
        """Show the run in focus as it was after `step`."""
        self.playback.hold()
        self._look_at(step)

    @Slot()
    def go_to_start(self) -> None:
        """Show the run before its first step."""
        self.go_to(0)

    @Slot()
    def go_to_newest(self) -> None:
        """Show the run where it is now; a way that the engine is on is given up."""
        if self.run is not None:
            self.go_to(self.run.steps)

    @Slot()
    def go_back(self) -> None:
        """Show the run one step earlier."""
        if self.run is not None:
            self.go_to(self.run.step_shown - 1)

    @Slot()
    def go_forward(self) -> None:
        """Show the run one step later."""
        if self.run is not None:
            self.go_to(self.run.step_shown + 1)

    @Slot()
    def play(self) -> None:
        """Play the run forwards; at its newest step, from its start."""
        if self.run is not None:
            begin = self.run.position or 0
            self._look_at(begin)
            self.playback.play(begin, self.run.steps, self._bar.steps_per_second)

    @Slot()
    def play_backwards(self) -> None:
        """Play the run backwards."""
        if self.run is not None:
            steps = self.run.steps
            self.playback.play(self.run.step_shown, steps, -self._bar.steps_per_second)

    # --- training on --------------------------------------------------------------------------

    @Slot()
    def train(self) -> None:
        """Begin a run, or go on with the one that holds."""
        self._return()
        self._studio.run()

    @Slot()
    def step(self) -> None:
        """Show the next step while looking back; at the newest, take one."""
        if self.run is not None and self.run.position is not None:
            self.go_forward()
        else:
            self._return()
            self._studio.step()

    @Slot()
    def stop(self) -> None:
        """End the run that is going at its newest step."""
        self._return()
        self._trainer.stop()

    @Slot()
    def reset(self) -> None:
        """Stop, and show the start again."""
        self._return()
        self._studio.reset()

    def _return(self) -> None:
        """Look at the newest step of the run that is going: the engine goes there by itself."""
        self.playback.hold()
        if self._trainer.active is not None:
            self.visitor.follow(self._trainer.active)

    # --- what comes of it ---------------------------------------------------------------------

    @Slot()
    def refresh(self) -> None:
        """Show in the bar where the run in focus is, and what can be done."""
        run = self.run
        if run is None:
            self._bar.show_step(None, 0)
        else:
            self._bar.show_step(run.step_shown, run.steps)
        active = self._trainer.active
        self._actions.enable(
            permitted_in_time(
                run,
                # A branch that is on its way to its first step is not to be disturbed.
                is_free=active is None or active.state is not RunState.PREPARING,
                direction=self.playback.direction,
                is_far=self._is_long,
            )
        )

    @Slot(int)
    def _look_at(self, step: int) -> None:
        run = self.run
        if run is not None:
            self.visitor.visit(run, step if step < run.steps else None)
            self.refresh()

    @Slot(object)
    def _moved(self, _: Run) -> None:
        self._left_at, self._is_long = time.monotonic(), False
        self._tell()

    @Slot(object)
    def _arrived(self, _: Run) -> None:
        self._is_long = False
        self._tell()

    @Slot(float)
    def _travelling(self, share: float) -> None:
        run = self.run
        if run is None or run.position is None or time.monotonic() - self._left_at < _LONG:
            return
        self._is_long = True
        self.refresh()
        self.told.emit(f"Going back to step {run.position:,}: {100 * share:.0f} % (Esc gives up)")

    @Slot(object, str)
    def _refused(self, run: Run, reason: str) -> None:
        step = run.step_shown
        self._give_up(run)
        self.spoke.emit(f"Step {step:,} of {run.name} cannot be shown: {reason}")

    @Slot(str)
    def _engine_lost(self, _: str) -> None:
        self.visitor.forget()
        run = self.run
        if run is not None and run.position is not None and not run.is_there:
            step = run.step_shown
            self._give_up(run)
            self.spoke.emit(
                f"The engine was lost on its way to step {step:,} of {run.name}:"
                " its newest step is shown."
            )

    def _give_up(self, run: Run) -> None:
        self.playback.hold()
        self._is_long = False
        self.visitor.follow(run)
        self._tell()

    def _tell(self) -> None:
        self.refresh()
        self.told.emit(self.sentence)
        self.moved.emit()

    @Slot(object)
    def _subject_changed(self, _: object) -> None:
        self.playback.hold()
        if self.run is not None:
            self.visitor.visit_again(self.run)
        self._tell()

    @Slot(object)
    def _run_added(self, _: Run) -> None:
        self.playback.hold()
        self.visitor.forget()

    @Slot(object)
    def _run_changed(self, run: Run) -> None:
        if run.failed is not None:
            self.visitor.forget()
        self.refresh()

    @Slot(object, int)
    def _altered(self, run: Run, _: int) -> None:
        self.visitor.follow(run)

    @Slot(object)
    def _run_removed(self, row: ListedRun) -> None:
        self.visitor.drop(row.run)
        self.refresh()

    @Slot()
    def _speed_changed(self) -> None:
        self.playback.set_speed(self._bar.steps_per_second)
