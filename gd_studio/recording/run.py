"""A run as its client knows it: built from the events of an engine, and from nothing else.

::

    preparing ──► running ◄──► paused
        │            │            │
        └────────────┴────────────┴──► finished | failed

Nothing comes after the last two.
"""

from __future__ import annotations

from enum import StrEnum
from math import isnan

import numpy as np

from gd_studio.experiment import Experiment, ModelProblem
from gd_studio.link.arrays import Floats
from gd_studio.link.diagnosis import Diagnosis
from gd_studio.link.messages import (
    Changed,
    Failed,
    Finished,
    FinishReason,
    Paused,
    Resumed,
    RunEvent,
    Started,
    Steps,
    Visited,
)
from gd_studio.link.metric_names import headline
from gd_studio.link.questions import Preview
from gd_studio.recording.recording import Recording


class RunState(StrEnum):
    """Where a run is in its life."""

    PREPARING = "preparing"
    RUNNING = "running"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"


_BY_THEMSELVES = (FinishReason.CONVERGED, FinishReason.EARLY_STOPPED)
"""Why a run ends that would end there again: of what its last step has come to."""


class Run:
    """One run.

    Attributes
    ----------
    experiment
        What is run.
    name
        What the user calls it.
    number
        How requests to the engine name it.
    parent, after
        The run that it branches off, and the last step that both have in common; ``None`` and 0
        for one that begins by itself.
    state
        Where it is in its life.
    preview
        Its layout, start and data, from the moment it has started.
    recording
        Its steps, from the moment it has started.
    total_steps
        How many steps it will take, if nothing ends it before; 0 until it has started, since
        that may be up to the data.
    finished, failed
        The last event, once it has come.
    diagnosis
        What is wrong with it, once the engine has told, some time after its end.
    position
        The step that it is being looked at; ``None`` for its newest.
    visited
        What the engine has told of the step that it was at last.
    is_there
        Whether the engine is at the step that is looked at, and not still on its way.
    snapshot_bytes
        How much memory the snapshots of all runs take.
    """

    def __init__(
        self,
        experiment: Experiment,
        name: str,
        number: int = 0,
        parent: Run | None = None,
        after: int = 0,
    ) -> None:
        self.experiment = experiment
        self.name = name
        self.number = number
        self.parent = parent
        self.after = after
        self.position: int | None = None
        self.visited: Visited | None = None
        self.is_there = True
        self.snapshot_bytes = 0
        self.state = RunState.PREPARING
        self.preview: Preview | None = None
        self.recording: Recording | None = None
        self.total_steps = 0
        self.finished: Finished | None = None
        self.failed: Failed | None = None
        self.diagnosis: Diagnosis | None = None

    def receive(self, event: RunEvent) -> None:
        """Take in the next event; what comes after the end is not taken in."""
        if self.is_over:
            return
        match event:
            case Started():
                self.preview = event.preview
                preview = event.preview
                self.recording = Recording(
                    preview.layout, preview.start, event.total_steps, event.steps_per_epoch
                )
                if self.parent is not None and self.parent.recording is not None:
                    self.recording.begin_with(self.parent.recording, self.after)
                self.total_steps = event.total_steps
                self.state = RunState.RUNNING
            case Steps():
                assert self.recording is not None
                self.recording.append(event)
                self.snapshot_bytes = event.snapshot_bytes
            case Changed():
                self.experiment = event.experiment
                self.total_steps = event.total_steps
            case Paused():
                self.state = RunState.PAUSED
            case Resumed():
                self.state = RunState.RUNNING
            case Finished():
                self.finished = event
                self.state = RunState.FINISHED
            case Failed():
                self.failed = event
                self.state = RunState.FAILED

    @property
    def is_over(self) -> bool:
        """Whether no more events will come."""
        return self.state in (RunState.FINISHED, RunState.FAILED)

    @property
    def ends_at(self) -> int:
        """The step after which it ends whatever is changed there, so that no branch goes on."""
        if self.finished is not None and self.finished.reason in _BY_THEMSELVES:
            return self.finished.steps
        return self.total_steps

    @property
    def steps(self) -> int:
        """How many steps have been recorded."""
        return len(self.recording) if self.recording is not None else 0

    @property
    def last_loss(self) -> float | None:
        """The loss of the newest step, or ``None`` before the first."""
        return float(self.recording.loss[-1]) if self.recording and self.steps else None

    @property
    def best_loss(self) -> float | None:
        """The lowest loss so far, or ``None`` before the first step."""
        return self.recording.best_loss if self.recording and self.steps else None

    @property
    def test_loss(self) -> float | None:
        """The newest loss on the test part, or ``None`` where there is none."""
        if self.finished is not None and "test_loss" in self.finished.final:
            return self.finished.final["test_loss"]  # perhaps of parameters that were restored
        if self.recording is None or not len(self.recording.test_loss):
            return None
        newest = float(self.recording.test_loss[-1])
        return None if isnan(newest) else newest

    @property
    def score(self) -> tuple[str, float] | None:
        """The first metric of the task and its value at the end, on the test part if there is one.

        ``None`` before the end, and where there are no metrics.
        """
        if self.finished is None or not isinstance(self.experiment.problem, ModelProblem):
            return None
        metric = headline(self.experiment.problem.data_schema.task)
        final = self.finished.final
        value = final.get(f"test_{metric}", final.get(f"train_{metric}"))
        return (metric, value) if value is not None else None

    def look_at(self, step: int | None) -> None:
        """Look at the run as it was after `step`; at its newest step for ``None``."""
        before = self.position
        self.position = None if step is None else min(max(step, 0), self.steps)
        self.is_there = self.is_there and self.position == before

    def arrive(self, visited: Visited) -> None:
        """Hear from the engine what there is at a step."""
        self.visited = visited
        self.is_there = self.is_there or visited.step == self.step_shown

    def follow(self) -> None:
        """Look at the newest step again, with the engine, which goes on from there."""
        self.position = None
        self.is_there = True

    @property
    def step_shown(self) -> int:
        """The step that it is being looked at."""
        return self.steps if self.position is None else self.position

    @property
    def is_exact(self) -> bool:
        """Whether `parameters` are those of the step that is looked at, not of one before it."""
        if self.position is None or self.recording is None:
            return True
        if self.visited is not None and self.visited.step == self.position:
            return True
        return self.recording.has_parameters_at(self.position)

    @property
    def parameters(self) -> Floats | None:
        """The flat vector at the step that is looked at, finite; ``None`` before it has started.

        Where it was not recorded and the engine has not told it yet, the nearest before it.
        """
        if self.position is not None and self.recording is not None:
            if self.visited is not None and self.visited.step == self.position:
                return self.visited.parameters
            return self.recording.parameters_before(self.position)
        if self.finished is not None:
            return self.finished.parameters
        return np.asarray(self.recording.latest) if self.recording is not None else None
