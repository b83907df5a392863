"""One run: prepare, advance, finish; and go back to any moment of it.

A session is driven by whoever owns it: ``started()`` once, ``advance()`` until ``finish`` is set,
``finished()`` once. In between and afterwards, ``travel`` takes it to where it has been.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sized
from dataclasses import replace
from math import isfinite
from typing import Any

import torch

from gd_studio.engine.course import Course
from gd_studio.engine.devices import check_device
from gd_studio.engine.diagnosis import Finish, completed, diverged, is_bottomless, stopped
from gd_studio.engine.diagnosis.record import Record
from gd_studio.engine.inspection import inspect_step
from gd_studio.engine.judgement import final_numbers
from gd_studio.engine.loop import Taken, take_steps
from gd_studio.engine.preview import preview
from gd_studio.engine.problems import ModelTask, Task, build_task
from gd_studio.engine.recorder import Recorder
from gd_studio.engine.snapshots import Snapshot, Snapshots
from gd_studio.experiment import Experiment, phases_of
from gd_studio.link.arrays import Floats
from gd_studio.link.inspection import Inspection
from gd_studio.link.messages import SNAPSHOT_BYTES, Finished, Started, Steps, Visited

FRAME = 0.016
"""Seconds of stepping that travel as one event: about one repaint of a screen."""

_SLICE = 0.05
"""Seconds of a journey between two looks at whether it is still wanted."""


class Session:
    """One run of an experiment.

    Parameters
    ----------
    experiment
        What to run; of several variations the first thing is to choose one.
    cancelled
        Looked at while data are read: whether they are not wanted any more.
    snapshot_bytes
        How much memory its snapshots may take.

    Attributes
    ----------
    experiment
        What is run; it grows with what is changed on the way.
    task, course
        What is descended on, and all that its steps depend on.
    record
        Numbers of all steps, for who asks what became of the run.
    is_undefined
        Whether it diverged where the function has no value.
    taken
        The step that it is at: so many have been taken and kept, or fewer after a journey back.
    head
        The furthest step that it has been at.
    finish
        How the run ended; ``None`` while it can go on, from its head or from where it went back to.

    Raises
    ------
    DeviceProblem
        Where torch cannot use the device.
    TableProblem, TableCancelled, DataProblem
        Where the data cannot be had.
    """

    def __init__(
        self,
        experiment: Experiment,
        cancelled: Callable[[], bool] = lambda: False,
        snapshot_bytes: int = SNAPSHOT_BYTES,
    ) -> None:
        self.experiment = experiment
        self.taken = self.head = 0
        self.finish: Finish | None = None
        first = experiment.at(0)
        check_device(first.device)
        self.task = build_task(first, cancelled)
        is_model = isinstance(self.task, ModelTask)
        self._samples = len(self.task.data.train) if isinstance(self.task, ModelTask) else 0
        phases = phases_of(experiment, self._samples)
        self.course = Course(first, self.task, phases)
        self.total = self.course.total
        self.steps_per_epoch = phases[0].steps_per_epoch
        self._flat = self.course.flat
        self._recorder = Recorder(
            self._flat, self.course.starts, self.total, is_function=not is_model
        )
        self._latest = self.parameters
        self._final: dict[str, float] = {}
        self.record = Record()
        self._seconds = 0.0
        self._snapshots = Snapshots(snapshot_bytes)
        self._snapshots.add(self.course.snapshot(0))
        self._at_head: Snapshot | None = None
        self._end: Finish | None = None  # how it ended, while it is somewhere else
        self._unchanged: Snapshot | None = None  # before the changes that were made last
        # After a divergence the parameters are not those of the step that it counts as being at.
        self._is_lost = self.is_undefined = False

    def started(self) -> Started:
        """Return the event that begins the run."""
        start = self._snapshots.before(0).values[self._flat.elements].cpu().numpy()
        return Started(
            self.experiment,
            preview(self.task, start),
            self.total,
            self.steps_per_epoch,
            self.taken,
        )

    def advance(self, most: int, interruptions: Sized = ()) -> Steps | None:
        """Take up to `most` steps, for one frame's time or until there are `interruptions`.

        Returns
        -------
        The steps that were taken and kept; ``None`` where there were none.
        """
        begin = time.perf_counter()
        taken = self._take(most, begin + FRAME, interruptions)
        steps = self._collect(taken)
        self._seconds += time.perf_counter() - begin
        if self.finish is None and self.taken == self.total:
            self.finish = completed(self.taken, self._final)
        return steps

    def stop(self) -> None:
        """End the run where it is."""
        if self.finish is None:
            self.finish = stopped(self.taken, self.total)

    def change(self, values: Mapping[str, Any]) -> int:
        """Change fields by their paths, from the next step on; return the step before it.

        Raises
        ------
        ExperimentError
            Where a field cannot be changed on the way, or does not take the value.
        """
        assert self.taken == self.head
        experiment = self.experiment.branch(self.taken, values)
        if self._unchanged is not None and self._unchanged.step == self.taken:
            self.course.restore(self._unchanged)  # changed at this step already: both at once
        self._at_head = None
        self.course.change_next(self.taken, experiment.changes[-1].values, self._samples)
        self.experiment = experiment
        self.total = self.course.total
        return self.taken

    # --- time ---------------------------------------------------------------------------------

    def travel(self, step: int) -> Iterator[float]:
        """Go to where the run was after `step`, a slice of time at once; yield the share done.

        The same steps are taken again from the nearest snapshot, with the same bits. What has
        been told of them already is not told again.
        """
        step = min(max(step, 0), self.head)
        if self.taken == self.head:
            self._end = self.finish
        if self.taken == self.head and not self._is_lost:
            self._at_head = self.course.snapshot(self.head)
        origin = self._nearest(step)
        if self._is_lost or not origin.step <= self.taken <= step:
            self.course.restore(origin)
            self.taken = origin.step
            self._is_lost = False
        begin = self.taken
        while self.taken < step:
            count = self._take(step - self.taken, time.perf_counter() + _SLICE).count
            if count == 0:
                break  # a branch of a run that does not come that far
            self.taken += count
            self._forget_evaluations()
            self._keep_snapshot()
            yield (self.taken - begin) / (step - begin)
        self.finish = self._end if self.taken == self.head else None
        self._latest = self.parameters

    def go_to(self, step: int) -> None:
        """Go to where the run was after `step`."""
        deque(self.travel(step), maxlen=0)

    def retrace(self) -> Iterator[tuple[float, float]]:
        """Take the steps up to the head once more; yield each one's loss and learning rate."""
        while self.taken < self.head:
            self._take(1, time.perf_counter())
            self.taken += 1
            self._forget_evaluations()
            yield float(self._recorder.losses[0]), float(self._recorder.rates[0])
        self.finish = self._end
        self.go_to(self.head)

    @property
    def parameters(self) -> Floats:
        """The flat vector where it is, ``(layout.size,)``: a copy."""
        found: Floats = self._flat.vector().cpu().numpy()
        return found

    def memory(self) -> dict[str, Floats]:
        """What the optimizer remembers where it is, ``(layout.size,)`` each by torch's names."""
        memory = self.course.stepper.memory()
        return {name: values.cpu().numpy().copy() for name, values in memory.items()}

    def share_past(self, other: Session, after: int) -> None:
        """Take over the snapshots of a run that had the same steps up to `after`."""
        self._snapshots = other._snapshots.until(after)

    def has_been_at(self, step: int) -> None:
        """Hear that the run has been at `step` before, in another session."""
        self.head = max(self.head, step)

    @property
    def snapshot_bytes(self) -> int:
        """How much memory its snapshots take."""
        return self._snapshots.nbytes

    def visited(self, run: int) -> Visited:
        """Return where it is."""
        self._enter_phase()
        rate = float(self.course.stepper.group["lr"])
        return Visited(run, self.taken, self._latest.copy(), self.memory(), rate)

    def inspect(self) -> Inspection | None:
        """Return the next step, taken apart; the run goes on as if nobody had looked.

        ``None`` where the next loss is not finite: after a divergence.
        """
        if self._is_lost:
            self.go_to(self.taken)
        self._enter_phase()
        try:
            inspection = inspect_step(self.course, self.taken + 1)
        except RuntimeError:
            # Some losses refuse what is not finite instead of passing it on.
            if self.task.is_finite():
                raise
            return None
        return inspection if isfinite(inspection.loss) else None

    # --- the end ------------------------------------------------------------------------------

    def finished(self) -> Finished:
        """Return the event that ends the run; `finish` has to be set."""
        assert self.finish is not None
        detail = self.finish.detail
        course = self.course
        kept, epoch = self.kept()
        if epoch:
            detail = f"{detail} The parameters are those after epoch {epoch:,}."
        if course.starts is not None and course.starts.lost:
            detail = f"{detail} {course.starts.describe_lost()}"
        numbers = self._numbers_of(kept)
        return Finished(
            reason=self.finish.reason,
            detail=detail,
            steps=self.taken,
            seconds=self._seconds,
            parameters=kept.copy(),
            final={**self._final, **numbers, **self._costs()},
        )

    def kept(self) -> tuple[Floats, int]:
        """The parameters that the run ends with, and of which epoch, where not of the last."""
        stopping = self.course.early_stopping
        restores = self.experiment.training.restore_best
        if restores and stopping is not None and stopping.best_epoch:
            return stopping.best.cpu().numpy().copy(), stopping.best_epoch
        return self._latest, 0

    def _numbers_of(self, parameters: Floats) -> dict[str, float]:
        """Numbers about the end; the run itself stays where it is."""
        present = self._flat.vector()
        self.task.load(torch.from_numpy(parameters).to(present.device))
        numbers = _numbers_at_the_end(self.task)
        self.task.load(present)
        return numbers

    def _costs(self) -> dict[str, float]:
        """How often what was evaluated, where that is not once a step."""
        counts = self.course.evaluations(self.taken)
        if counts == {"function": self.taken, "gradient": self.taken, "hessian": 0}:
            return {}
        return {f"{name}_evaluations": float(count) for name, count in counts.items()}

    # ------------------------------------------------------------------------------------------

    def _take(self, most: int, deadline: float, interruptions: Sized = ()) -> Taken:
        """Take steps within the present phase, after the changes that are due."""
        self._enter_phase()
        course, recorder = self.course, self._recorder
        if recorder.records_memory:
            remembered = course.stepper.remembered()
            recorder.memory.bind(remembered)
            if not remembered and self.taken == course.phase.after:
                most = 1  # what it remembers is there only after the first step that asks for it
        most = min(most, recorder.capacity, course.next_change() - self.taken)
        taken = take_steps(course, recorder, self.taken, most, deadline, interruptions)
        if recorder.records_memory and not recorder.memory.pairs and taken.count == 1:
            recorder.memory.bind(course.stepper.remembered())
            recorder.memory.record(0)
        return taken

    def _enter_phase(self) -> None:
        """Make the changes that are due before the next step."""
        if self.course.next_change() == self.taken < self.course.total:
            self._unchanged = self.course.snapshot(self.taken)
            self.course.enter_phase(self.taken)

    def _collect(self, taken: Taken) -> Steps | None:
        """Make an event of steps; where they stop being finite, the run has diverged."""
        found = self._recorder.take(self.taken, taken.count)
        kept = len(found[0].step) if found is not None else 0
        if found is not None:
            self.record.take(found[0])
        self.finish = taken.finish
        if kept < taken.count or taken.diverged:
            self._diverge(self.taken + kept + 1)
        if found is None:
            return None
        steps, self._latest = found
        self.taken += kept
        self.head = max(self.head, self.taken)
        self._final = {
            "train_loss": float(steps.loss[-1]),
            "grad_norm": float(steps.grad_norm[-1]),
            "lr": float(steps.lr[-1]),
        }
        if not self._is_lost:
            self._keep_snapshot()
        return replace(steps, **self._evaluated(), snapshot_bytes=self._snapshots.nbytes)

    def _evaluated(self) -> dict[str, Any]:
        """The losses after the epochs that have ended, those after a divergence left out."""
        if self.course.epochs is None:
            return {}
        steps, train_loss, test_loss = self.course.epochs.take()
        kept = steps <= self.taken
        return {
            "evaluated_steps": steps[kept],
            "train_loss": train_loss[kept],
            "test_loss": test_loss[kept],
        }

    def _keep_snapshot(self) -> None:
        if self._snapshots.is_due():
            begin = time.perf_counter()
            snapshot = self.course.snapshot(self.taken)
            self._snapshots.add(snapshot, time.perf_counter() - begin)

    def _forget_evaluations(self) -> None:
        if self.course.epochs is not None:
            self.course.epochs.take()

    def _nearest(self, step: int) -> Snapshot:
        if self._at_head is not None and self._at_head.step == step:
            return self._at_head
        return self._snapshots.before(step)

    def _diverge(self, step: int) -> None:
        self._is_lost = True
        present = self.course.phase.experiment
        self.is_undefined = self.task.is_undefined()
        self.finish = diverged(
            step,
            present,
            is_undefined=self.is_undefined,
            is_bottomless=is_bottomless(self.record.first_loss, self.record.last_loss),
        )


def _numbers_at_the_end(task: Task) -> dict[str, float]:
    return final_numbers(task) if isinstance(task, ModelTask) else task.final()
