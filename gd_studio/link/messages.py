"""What a client and an engine say to each other: requests down, events up.

All messages are frozen dataclasses that own their arrays, so that they can cross a process
boundary and a thread boundary without anybody changing them on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np

from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Doubles, Floats, Integers
from gd_studio.link.diagnosis import Diagnosis
from gd_studio.link.environment import Environment
from gd_studio.link.inspection import Inspection
from gd_studio.link.questions import Preview, Question

SNAPSHOT_BYTES = 256_000_000
"""How much memory the snapshots of a run may take, where nothing else is said."""

RECORDED_WHOLE = 64
"""Up to this many parameters, those after every step are told, and what the optimizer remembers."""


class FinishReason(StrEnum):
    """Why a run came to its end. Each is a result; only that it failed is an error as well.

    An engine tells that by :class:`Failed`. A run has failed as a result where its client writes
    down what there was before.
    """

    COMPLETED = "completed"
    CONVERGED = "converged"
    DIVERGED = "diverged"
    STOPPED = "stopped"
    EARLY_STOPPED = "early-stopped"
    FAILED = "failed"


# --- requests: a client asks -----------------------------------------------------------------


@dataclass(frozen=True)
class StartRun:
    """Begin a run. With ``paused`` it waits before its first step.

    Attributes
    ----------
    run
        A number for it, by which later requests name it.
    after
        Take so many steps before it has `Started`, and tell nothing of them: a branch, whose
        first steps are those of run `parent`.
    snapshot_bytes
        How much memory the moments may take that the run can be taken back to.
    """

    experiment: Experiment
    paused: bool = False
    steps_per_second: float | None = None
    run: int = 0
    parent: int | None = None
    after: int = 0
    snapshot_bytes: int = SNAPSHOT_BYTES


@dataclass(frozen=True)
class Pause:
    """Hold the run after the step it is in."""


@dataclass(frozen=True)
class Resume:
    """Let a paused run go on."""


@dataclass(frozen=True)
class TakeStep:
    """Take ``count`` steps and pause."""

    count: int = 1


@dataclass(frozen=True)
class LimitSpeed:
    """Take at most this many steps a second; ``None`` for no limit."""

    steps_per_second: float | None


@dataclass(frozen=True)
class Stop:
    """End the run; it finishes as ``stopped``."""


@dataclass(frozen=True)
class Shutdown:
    """End the engine process."""


@dataclass(frozen=True)
class Ask:
    """A question, with a number that its answer carries back."""

    number: int
    question: Question


@dataclass(frozen=True)
class Withdraw:
    """The answer to question ``number`` is not wanted any more: it may be refused."""

    number: int


@dataclass(frozen=True)
class Change:
    """Change fields of the run that is going, by their paths, from its next step on: `Changed`.

    Who asks has seen that ``Experiment.branch`` takes them.
    """

    values: dict[str, Any]


@dataclass(frozen=True)
class Visit:
    """Take a run to where it was after ``step``: `Visited` follows, unless another visit is asked.

    A run that goes on is paused; when it is resumed, it goes on from where it had been. One that
    is not at hand any more is run again: it is that of ``experiment``, and had taken ``steps``.
    """

    run: int
    step: int
    experiment: Experiment
    steps: int


@dataclass(frozen=True)
class Forget:
    """Run ``run`` will not be asked about any more."""

    run: int


@dataclass(frozen=True)
class Inspect:
    """Ask for the step after the one that run ``run`` is at, taken apart: `Inspected` follows.

    Of a run that is over it is the step that would have come. Where the run is not known, and
    where the next loss is not finite, there is none, and nothing follows.
    """

    run: int = 0


RunRequest = (
    StartRun | Pause | Resume | TakeStep | LimitSpeed | Stop | Change | Visit | Forget | Inspect
)
Request = RunRequest | Ask | Withdraw | Shutdown


# --- events: an engine tells -----------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """The engine has started and waits; always its first event."""

    environment: Environment


@dataclass(frozen=True)
class Started:
    """A run is prepared; always its first event. An epoch takes ``steps_per_epoch`` steps.

    The first step that is told of is the one after ``after``.
    """

    experiment: Experiment
    preview: Preview
    total_steps: int
    steps_per_epoch: int = 1
    after: int = 0


@dataclass(frozen=True)
class Steps:
    """All steps since the last event, in order, none dropped: n rows as columns.

    Row i is a step: the loss and the gradient norm at the parameters it began with, and the
    parameters it ended with.

    Attributes
    ----------
    step
        Number of each step, ``(n,)``, counted from 1.
    loss, grad_norm, lr
        ``(n,)`` each. For several starts: the mean over those that have not diverged.
    parameter_steps
        The steps after which parameters were recorded, ``(m,)``. All n, where there are at most
        64 parameters, or where the starts of a function fit in 512 MB; else a few a second.
    parameters
        The flat vectors after them, ``(m, layout.size)``.
    evaluated_steps
        The steps after which the model was judged, ``(k,)``: 0, then the last of each epoch.
        Empty where an experiment has neither a test part nor batches.
    train_loss, test_loss
        The mean loss over each part then, without penalties, ``(k,)`` each; NaN without a test
        part.
    memory_steps
        The steps after which the optimizer's memory was recorded, ``(q,)``: of at most 64
        parameters, and about 4,096 times in a run, evenly spread.
    memory
        What it held then by torch's names, ``(q, layout.size)`` each. A name that is missing was
        not there yet.
    snapshot_bytes
        How much memory the snapshots take now.
    """

    step: Integers
    loss: Doubles
    grad_norm: Doubles
    lr: Doubles
    parameter_steps: Integers
    parameters: Floats
    evaluated_steps: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    train_loss: Doubles = field(default_factory=lambda: np.empty(0))
    test_loss: Doubles = field(default_factory=lambda: np.empty(0))
    memory_steps: Integers = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    memory: dict[str, Floats] = field(default_factory=dict)
    snapshot_bytes: int = 0


@dataclass(frozen=True)
class Paused:
    """The run holds."""


@dataclass(frozen=True)
class Resumed:
    """The run goes on."""


@dataclass(frozen=True)
class Changed:
    """The run goes on with another experiment: the same with a change after step ``after``."""

    experiment: Experiment
    after: int
    total_steps: int


@dataclass(frozen=True)
class Visited:
    """Run ``run`` is at ``step``.

    Attributes
    ----------
    parameters
        The flat vector there, ``(layout.size,)``.
    memory
        What the optimizer remembers there, ``(layout.size,)`` each by torch's names.
    lr
        The learning rate of the step that follows.
    """

    run: int
    step: int
    parameters: Floats
    memory: dict[str, Floats]
    lr: float


@dataclass(frozen=True)
class Travelling:
    """How far a run is on its way to where it is to be visited, from 0 to 1."""

    run: int
    share: float


@dataclass(frozen=True)
class NotVisited:
    """Run ``run`` cannot be visited; ``message`` says why."""

    run: int
    message: str


@dataclass(frozen=True)
class Finished:
    """The run has ended; always its last event, unless that is :class:`Failed`.

    Attributes
    ----------
    reason
        Why.
    detail
        The same as a sentence for the user, with what can be done where something can.
    steps
        How many steps were taken and kept.
    seconds
        How long they took, pauses left out.
    parameters
        The flat vector at the end, ``(layout.size,)``, finite.
    final
        Numbers by name: ``train_loss``, ``grad_norm`` and ``lr`` of the last step; for a model
        its metrics at the end, ``train_accuracy``, ``test_r2``, …, and where it is judged after
        each epoch ``train_loss`` and ``test_loss`` then; for several starts the loss of each;
        where steps cost more than one gradient each, ``function_evaluations`` and the like.
    """

    reason: FinishReason
    detail: str
    steps: int
    seconds: float
    parameters: Floats
    final: dict[str, float]


@dataclass(frozen=True)
class Diagnosed:
    """What is wrong with run ``run``, and what it ended at.

    It follows `Finished` when there is nothing else to do: after the runs that are begun meanwhile.
    """

    run: int
    diagnosis: Diagnosis


@dataclass(frozen=True)
class Failed:
    """The run could not begin or go on; always its last event. ``detail`` is for a bug report."""

    message: str
    detail: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to question ``number``."""

    number: int
    value: Any = field(repr=False)


@dataclass(frozen=True)
class Refusal:
    """Question ``number`` has no answer; ``message`` says why."""

    number: int
    message: str
    detail: str = ""


@dataclass(frozen=True)
class Progress:
    """How far the answer to question ``number`` is, from 0 to 1."""

    number: int
    share: float


@dataclass(frozen=True)
class Inspected:
    """The next step of a run, taken apart."""

    inspection: Inspection
    run: int = 0


RunEvent = Started | Steps | Paused | Resumed | Changed | Finished | Failed
VisitEvent = Visited | NotVisited | Travelling
Event = Ready | RunEvent | Diagnosed | VisitEvent | Inspected | Answer | Progress | Refusal
