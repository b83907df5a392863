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

from gd_studio.engine.course import Course
from gd_studio.engine.devices import check_device
from gd_studio.engine.diagnosis import Finish, completed, diverged, is_bottomless, stopped
from gd_studio.engine.inspection import inspect_step
from gd_studio.engine.loop import Taken, take_steps
from gd_studio.engine.outcome import best_parameters, numbers_at_the_end
from gd_studio.engine.preview import preview
from gd_studio.engine.problems import ModelTask, build_task
from gd_studio.engine.recorder import Recorder
from gd_studio.engine.run_statistics import RunStatistics
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
    taken
        The step that it is at: so many have been taken and kept, or fewer after a journey back.
    head
        The furthest step that it has been at.
    total
        How many steps there are, if nothing ends it before.

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
        self._snapshots = Snapshots(snapshot_bytes)
        self._snapshots.add(self.course.snapshot(0))
        self._at_head: Snapshot | None = None
        self._end: Finish | None = None  # at its head, where that is not up to its steps alone
        self._unchanged: Snapshot | None = None  # before the changes that were made last
        # After a divergence the parameters are not those of the step that it counts as being at.
        self._is_lost = False

    @property
    def statistics(self) -> RunStatistics:
        """What the steps up to where it is have come to."""
        return self.course.statistics

    @property
    def finish(self) -> Finish | None:
        """How the run ended; ``None`` while it can go on, from its head or from before it."""
        if self.taken < self.head:
            return None
        found = self._end or self.statistics.finish
        if found is None and self.taken == self.total:
            found = completed(self.taken, self.statistics.last_loss)
        return found

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
        steps = self._take(most, time.perf_counter() + FRAME, interruptions)
        return replace(steps, snapshot_bytes=self._snapshots.nbytes) if steps is not None else None

    def stop(self) -> None:
        """End the run where it is."""
        if self.finish is None:
            self._end, self.head = stopped(self.taken, self.total), self.taken

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
        if self.taken == self.head and not self._is_lost:
            self._at_head = self._moment()
        origin = self._nearest(step)
        if self._is_lost or not origin.step <= self.taken <= step:
            self._restore(origin)
        begin = self.taken
        while self.taken < step and self._take_again(step - self.taken, _SLICE):
            yield (self.taken - begin) / (step - begin)
        if self.taken < step:
            self.head = self.taken  # it does not come that far

    def go_to(self, step: int) -> None:
        """Go to where the run was after `step`."""
        deque(self.travel(step), maxlen=0)

    def retrace(self) -> Iterator[tuple[float, float]]:
        """Take the steps up to the head once more; yield each one's loss and learning rate."""
        while self.taken < self.head and self._take_again(1, 0.0):
            yield self.statistics.last_loss, self.statistics.last_rate

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
        """Take over the snapshots of a run that had the same steps up to `after`.

        Not where its phases up to there are others, as of one that was changed before its first
        step: then it has to be run again.
        """
        shared = other._snapshots.until(after)
        phases = slice(0, shared.before(after).phase + 1)
        if self.course.phases[phases] == other.course.phases[phases]:
            self._snapshots = shared

    def has_been_at(self, step: int, finish: Finish | None = None) -> None:
        """Hear that the run has been at `step` before, in another session, and how it ended."""
        self.head, self._end = max(self.head, step), finish or self._end

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
        return Finished(
            reason=self.finish.reason,
            detail=detail,
            steps=self.taken,
            seconds=self.statistics.seconds,
            parameters=kept.copy(),
            final=numbers_at_the_end(course, self.taken, kept),
        )

    def kept(self) -> tuple[Floats, int]:
        """The parameters that the run ends with, and of which epoch, where not of the last."""
        return best_parameters(self.course) or (self._latest, 0)

    # ------------------------------------------------------------------------------------------

    def _take(self, most: int, deadline: float, interruptions: Sized = ()) -> Steps | None:
        """Take steps within the present phase, and keep those that are finite.

        Returns
        -------
        Those; ``None`` where there are none.
        """
        begin = time.perf_counter()
        taken = self._descend(most, deadline, interruptions)
        found = self._recorder.take(self.taken, taken.count)
        kept = len(found[0].step) if found is not None else 0
        is_lost = kept < taken.count or taken.diverged
        steps = None
        if found is not None:
            steps, self._latest = found
            self.taken += kept
            self.head = max(self.head, self.taken)
            steps = replace(steps, **self.course.judged(self.taken))
            seconds, finish = time.perf_counter() - begin, None if is_lost else taken.finish
            self.course.statistics = self.statistics.after(steps, seconds, finish)
        if is_lost:
            self._diverge(taken.count - kept)
        elif steps is not None:
            self._keep_snapshot()
        return steps

    def _take_again(self, most: int, seconds: float) -> bool:
        """Take steps that are told already, for so long; return whether there were any."""
        if self._is_lost or self.statistics.finish is not None:
            return False
        return self._take(most, time.perf_counter() + seconds) is not None

    def _descend(self, most: int, deadline: float, interruptions: Sized = ()) -> Taken:
        """Take steps within the present phase, after the changes that are due."""
        self._enter_phase()
        course, recorder = self.course, self._recorder
        if recorder.records_memory:
            remembered = course.stepper.remembered()
            recorder.memory.bind(remembered)
            if not remembered and self.taken == course.phase.after:
                most = 1  # what it remembers is there only after the first step that asks for it
        most = min(most, recorder.capacity, course.next_change() - self.taken)
        if self._end is not None:
            most = min(most, self.head - self.taken)
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

    def _moment(self) -> Snapshot:
        """Return where it is, before the changes that are due there."""
        if self._unchanged is not None and self._unchanged.step == self.taken:
            return self._unchanged
        return self.course.snapshot(self.taken)

    def _restore(self, moment: Snapshot) -> None:
        self.course.restore(moment)
        self.taken, self._is_lost, self._latest = moment.step, False, self.parameters
        self.course.judged(0)  # after other steps

    def _nearest(self, step: int) -> Snapshot:
        if self._at_head is not None and self._at_head.step == step:
            return self._at_head
        return self._snapshots.before(step)

    def _keep_snapshot(self) -> None:
        if self._snapshots.is_due():
            begin = time.perf_counter()
            snapshot = self.course.snapshot(self.taken)
            self._snapshots.add(snapshot, time.perf_counter() - begin)

    def _diverge(self, beyond: int) -> None:
        """End the run where it is; so many steps were taken that are not kept."""
        if beyond > 1:
            self._take_back()
        self._is_lost = True
        self._end = diverged(
            self.taken + 1,
            self.course.phase.experiment,
            is_undefined=self.task.is_undefined(),
            is_bottomless=is_bottomless(self.statistics.first_loss, self.statistics.last_loss),
        )

    def _take_back(self) -> None:
        """Go to the first step that is not finite, from later ones.

        Where a step follows the signs of a gradient, or what clipping leaves of it, the loss may
        stay finite while the gradient is not: for as many steps as a frame has time for.
        """
        step = self.taken
        self._restore(self._snapshots.before(step))
        while self.taken < step:
            self._take(step - self.taken, time.perf_counter() + _SLICE)
        self._descend(1, time.perf_counter())
