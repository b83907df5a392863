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
from gd_studio.link.environment import Environment
from gd_studio.link.inspection import Inspection
from gd_studio.link.questions import Preview, Question


class FinishReason(StrEnum):
    """Why a run came to its end. Each is a result, none an error."""

    COMPLETED = "completed"
    CONVERGED = "converged"
    DIVERGED = "diverged"
    STOPPED = "stopped"
    EARLY_STOPPED = "early-stopped"


# --- requests: a client asks -----------------------------------------------------------------


@dataclass(frozen=True)
class StartRun:
    """Begin a run. With ``paused`` it waits before its first step."""

    experiment: Experiment
    paused: bool = False
    steps_per_second: float | None = None


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
class Inspect:
    """Ask for the next step of the run, taken apart: `Inspected` follows.

    Of a run that is over it is the step that would have come. Before the first run, and where the
    next loss is not finite, there is none, and nothing follows.
    """


RunRequest = StartRun | Pause | Resume | TakeStep | LimitSpeed | Stop | Inspect
Request = RunRequest | Ask | Withdraw | Shutdown


# --- events: an engine tells -----------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """The engine has started and waits; always its first event."""

    environment: Environment


@dataclass(frozen=True)
class Started:
    """A run is prepared; always its first event. An epoch takes ``steps_per_epoch`` steps."""

    experiment: Experiment
    preview: Preview
    total_steps: int
    steps_per_epoch: int = 1


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


@dataclass(frozen=True)
class Paused:
    """The run holds."""


@dataclass(frozen=True)
class Resumed:
    """The run goes on."""


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
        each epoch ``train_loss`` and ``test_loss`` then; for several starts the loss of each.
    """

    reason: FinishReason
    detail: str
    steps: int
    seconds: float
    parameters: Floats
    final: dict[str, float]


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
    """The next step of the run, taken apart."""

    inspection: Inspection


RunEvent = Started | Steps | Paused | Resumed | Finished | Failed
Event = Ready | RunEvent | Inspected | Answer | Progress | Refusal
