"""Training from the window: one run after the other, all of them kept."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.worker import Listening, TrainingWorker, start_on_thread
from gd_studio.experiment import Experiment
from gd_studio.link.messages import (
    SNAPSHOT_BYTES,
    Change,
    Changed,
    Diagnosed,
    Failed,
    Finished,
    FinishReason,
    Inspect,
    Inspected,
    LimitSpeed,
    Pause,
    Paused,
    Resume,
    Resumed,
    RunEvent,
    Started,
    StartRun,
    Steps,
    Stop,
    TakeStep,
)
from gd_studio.link.point import PointKind
from gd_studio.recording import Run, RunState


class Trainer(QObject):
    """Starts runs, steers the one that is going, and fills in what its engine tells.

    Signals
    -------
    begun()
        The user has begun a run, or the first of several.
    run_added(Run), run_changed(Run), run_stepped(Run)
        A run was begun; its state changed; it has more steps.
    inspected(Inspected)
        The next step of a run, taken apart.
    diagnosed(Run)
        It is known what is wrong with a run that is over: ``run.diagnosis``.
    altered(Run, int)
        Something was changed in a run that goes on, after a step.
    engine_ready(Environment), engine_lost(str)
        The engine waits for a run; it died while there was none, and what comes of that.
    """

    begun = Signal()
    run_added = Signal(object)
    run_changed = Signal(object)
    run_stepped = Signal(object)
    inspected = Signal(object)
    diagnosed = Signal(object)
    altered = Signal(object, int)
    engine_ready = Signal(object)
    engine_lost = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._run: Run | None = None
        self._waiting: deque[tuple[str, Experiment]] = deque()
        self._branching: Callable[[], None] | None = None  # begins as soon as a run has ended
        self._undiagnosed: dict[int, Run] = {}
        self._count = 0
        self._steps_per_second: float | None = None
        self._snapshot_bytes = SNAPSHOT_BYTES
        self._worker = worker = TrainingWorker()
        worker.ready.connect(self.engine_ready)
        worker.started.connect(self._started)
        worker.stepped.connect(self._stepped)
        worker.paused.connect(self._paused)
        worker.resumed.connect(self._resumed)
        worker.changed.connect(self._altered)
        worker.inspected.connect(self._inspected)
        worker.finished.connect(self._ended)
        worker.diagnosed.connect(self._diagnosed)
        worker.failed.connect(self._ended)
        worker.lost.connect(self._lost)
        worker.gave_up.connect(self._gave_up)

    def open(self) -> Listening:
        """Start the engine, on a thread that listens to it."""
        return start_on_thread(self._worker, "training")

    @property
    def worker(self) -> TrainingWorker:
        """The worker that listens to the engine."""
        return self._worker

    @property
    def active(self) -> Run | None:
        """The run that is going or holds; ``None`` where there is none."""
        return self._run if self._run is not None and not self._run.is_over else None

    def run(self, experiment: Experiment) -> None:
        """Begin a run, or all runs to compare, or let the one that holds go on."""
        if self.active is not None:
            self.resume()
        else:
            self._begin(experiment, paused=False)

    def step(self, experiment: Experiment) -> None:
        """Take one step of the run that is going, or the first one of a new run; then hold."""
        if self.active is None:
            self._begin(experiment, paused=True)
        self._worker.send(TakeStep())

    def branch(self, parent: Run, after: int, experiment: Experiment, name: str = "") -> None:
        """Begin a run that shares the first steps of `parent`; one that is going is ended.

        Parameters
        ----------
        after
            How many steps it shares.
        experiment
            As ``parent.experiment.branch(after, …)`` gives it.
        """
        self._waiting.clear()
        self.begun.emit()
        name = name or self.next_name
        begin = partial(self._start, experiment, name, parent, after, paused=False)
        if self.active is None:
            begin()
        else:  # what the engine tells until then is of the run that ends
            self._branching = begin
            self._worker.send(Stop())

    def change(self, values: dict[str, Any]) -> None:
        """Change fields of the run that is going, by their paths, from its next step on.

        Raises
        ------
        ExperimentError
            Where a field cannot be changed on the way, or does not take the value.
        """
        run = self.active
        if run is not None:
            run.experiment.branch(run.steps, values)
            self._worker.send(Change(values))

    def inspect(self, run: Run) -> None:
        """Ask for the step after the one that `run` is at, taken apart."""
        self._worker.send(Inspect(run.number))

    @property
    def next_name(self) -> str:
        """What the next run is called where nobody names it."""
        return f"Run {self._count + 1}"

    @property
    def newest(self) -> Run | None:
        """The run that was begun last, over or not; ``None`` before the first."""
        return self._run

    def pause(self) -> None:
        """Hold the run."""
        self._worker.send(Pause())

    def resume(self) -> None:
        """Let the run go on."""
        self._worker.send(Resume())

    def stop(self) -> None:
        """End the run where it is, and begin none of those that wait for it."""
        self._waiting.clear()
        self._branching = None
        self._worker.send(Stop())

    def limit_snapshots(self, most_bytes: int) -> None:
        """Let the snapshots of the runs to come take so much memory."""
        self._snapshot_bytes = most_bytes

    def limit_speed(self, steps_per_second: float | None) -> None:
        """Take at most so many steps a second, now and in the runs to come."""
        self._steps_per_second = steps_per_second
        self._worker.send(LimitSpeed(steps_per_second))

    def _begin(self, experiment: Experiment, *, paused: bool) -> None:
        self.begun.emit()
        self._waiting.extend(experiment.runs())
        self._begin_next(paused=paused)

    def _begin_next(self, *, paused: bool) -> None:
        name, experiment = self._waiting.popleft()
        self._start(experiment, name or self.next_name, None, 0, paused=paused)

    def _start(
        self, experiment: Experiment, name: str, parent: Run | None, after: int, *, paused: bool
    ) -> None:
        self._count += 1
        self._run = self._undiagnosed[self._count] = Run(
            experiment, name, self._count, parent, after
        )
        self.run_added.emit(self._run)
        self._worker.send(
            StartRun(
                experiment,
                paused,
                self._steps_per_second,
                run=self._count,
                parent=parent.number if parent is not None else None,
                after=after,
                snapshot_bytes=self._snapshot_bytes,
            )
        )

    def _receive(self, event: RunEvent) -> Run | None:
        self._worker.acknowledge()
        if self._run is not None:
            self._run.receive(event)
        return self._run

    @Slot(object)
    def _started(self, event: Started) -> None:
        self.run_changed.emit(self._receive(event))

    @Slot(object)
    def _stepped(self, event: Steps) -> None:
        self.run_stepped.emit(self._receive(event))

    @Slot()
    def _paused(self) -> None:
        self.run_changed.emit(self._receive(Paused()))

    @Slot()
    def _resumed(self) -> None:
        self.run_changed.emit(self._receive(Resumed()))

    @Slot(object)
    def _altered(self, event: Changed) -> None:
        run = self._receive(event)
        self.run_changed.emit(run)
        self.altered.emit(run, event.after)

    @Slot(object)
    def _inspected(self, event: Inspected) -> None:
        self._worker.acknowledge()
        self.inspected.emit(event)

    @Slot(object)
    def _ended(self, event: Finished | Failed) -> None:
        self.run_changed.emit(self._receive(event))
        if self.active is not None:
            return
        begin, self._branching = self._branching, None
        if begin is not None:
            begin()
        elif self._waiting:
            self._begin_next(paused=False)

    @Slot(object)
    def _diagnosed(self, event: Diagnosed) -> None:
        self._worker.acknowledge()
        run = self._undiagnosed.pop(event.run, None)
        if run is not None:
            run.diagnosis = event.diagnosis
            self.diagnosed.emit(run)

    @Slot(str)
    def _lost(self, reason: str) -> None:
        """Keep the steps so far, and say what happened; the next run gets a new engine."""
        self._cut_off(f"{reason}. The engine is being started again.")

    @Slot(str)
    def _gave_up(self, reason: str) -> None:
        """Keep the steps so far, and say that there will be no other engine."""
        self._cut_off(f"{reason}. Nothing can be run until GD Studio is opened again.")

    def _cut_off(self, how: str) -> None:
        run = self.active
        self._waiting.clear()
        self._undiagnosed.clear()
        self._branching = None
        if run is None:
            self.engine_lost.emit(how)
            return
        steps = f" after {run.steps:,} steps, which are kept" if run.steps else ""
        run.receive(Failed(f"It was cut off{steps}: {how}"))
        self.run_changed.emit(run)


def describe(run: Run) -> str:
    """Say in a few words where a run is: for the list of runs."""
    match run.state:
        case RunState.FINISHED if run.finished is not None:
            return str(run.finished.reason)
        case state:
            return str(state)


def sentence(run: Run) -> str:
    """Say how a run ended, in a sentence; empty while it goes on."""
    if run.finished is not None:
        return run.finished.detail
    return run.failed.message if run.failed is not None else ""


def ending(run: Run) -> str:
    """Say how a run ended, and what kind of point it ended at."""
    point = run.diagnosis.point if run.diagnosis is not None else None
    where = f" It is at a {point.kind}." if point is not None and point.kind in _KINDS else ""
    return f"{sentence(run)}{where}"


def all_told(run: Run) -> str:
    """Say all that is known of a run's end, a line for each thing."""
    lines = [sentence(run)]
    if run.diagnosis is not None:
        lines.append(run.diagnosis.sentence)
        if run.diagnosis.point is not None:
            lines.append(run.diagnosis.point.sentence)
    return "\n".join(filter(None, lines))


_KINDS = tuple(kind for kind in PointKind if kind not in (PointKind.UNDEFINED, PointKind.SLOPE))
"""Where a run may end that is worth a word: most end on a slope."""


def went_wrong(run: Run) -> bool:
    """Whether the end of a run is something that the user should not miss."""
    diverged = run.finished is not None and run.finished.reason is FinishReason.DIVERGED
    return diverged or run.failed is not None
