"""What a client and an engine say to each other: requests down, events up.

All messages are frozen dataclasses that own their arrays, so that they can cross a process
boundary and a thread boundary without anybody changing them on the way.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.experiment import Experiment, Layout

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


class FinishReason(StrEnum):
    """Why a run came to its end. Each is a result, none an error."""

    COMPLETED = "completed"
    CONVERGED = "converged"
    DIVERGED = "diverged"
    STOPPED = "stopped"
    EARLY_STOPPED = "early-stopped"


# --- what the engine knows -------------------------------------------------------------------


@dataclass(frozen=True)
class Device:
    """A device that training could run on.

    Attributes
    ----------
    key
        As torch names it: ``"cpu"``, ``"cuda:0"``, ``"mps"``.
    label
        What the window shows.
    reason
        Why it cannot be used; empty where it can.
    """

    key: str
    label: str
    reason: str = ""

    @property
    def available(self) -> bool:
        """Whether training can run on it."""
        return not self.reason


@dataclass(frozen=True)
class Environment:
    """What an engine runs on: ``versions`` by package name, the devices, and its CPU threads."""

    versions: dict[str, str]
    devices: tuple[Device, ...]
    threads: int


@dataclass(frozen=True)
class Preview:
    """A problem before its first step.

    Attributes
    ----------
    layout
        Its parameters.
    start
        Where they start, ``(layout.size,)``.
    features, targets
        The data, ``(samples, n_features)`` and ``(samples,)``; both empty for a function.
    """

    layout: Layout
    start: Floats
    features: Floats
    targets: Floats


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
class ShowPreview:
    """Ask for a :class:`Preview` of an experiment."""

    experiment: Experiment


@dataclass(frozen=True)
class MapLandscape:
    """Ask for the loss over a line or a plane of parameter space.

    For a model, ``base`` is the flat vector whose other elements stay; for a function it is not
    looked at, and ``axes`` are indices of variables. The answer is ``(ny, nx)`` for two axes with
    ``values[j, i]`` at the i-th point of the first axis and the j-th of the second, or ``(nx,)``
    for one. Not finite where the loss is not.
    """

    experiment: Experiment
    base: Floats
    axes: tuple[int, ...]
    ranges: tuple[tuple[float, float], ...]
    resolution: tuple[int, ...]


@dataclass(frozen=True)
class Predict:
    """Ask for a model's predictions ``(samples,)`` on ``inputs`` ``(samples, n_features)``."""

    experiment: Experiment
    parameters: Floats
    inputs: Floats


@dataclass(frozen=True)
class CompareGradients:
    """Ask for a function's gradients at ``points`` ``(n, n_variables)``: a :class:`Gradients`."""

    experiment: Experiment
    points: Doubles


@dataclass(frozen=True)
class Gradients:
    """A function's gradient at some points, found in three ways, each ``(n, n_variables)``.

    In float64. ``analytic`` is ``None`` where the catalogue gives no formula for it.
    """

    autograd: Doubles
    analytic: Doubles | None
    central_difference: Doubles


@dataclass(frozen=True)
class EncodeModel:
    """Ask for the bytes of a ``.pt`` file that holds ``parameters`` as a state dict."""

    parameters: dict[str, Floats]


@dataclass(frozen=True)
class DecodeModel:
    """Ask for the parameters in a ``.pt`` file's bytes, read with ``weights_only=True``."""

    content: bytes


Question = ShowPreview | MapLandscape | Predict | CompareGradients | EncodeModel | DecodeModel


@dataclass(frozen=True)
class Ask:
    """A question, with a number that its answer carries back."""

    number: int
    question: Question


RunRequest = StartRun | Pause | Resume | TakeStep | LimitSpeed | Stop
Request = RunRequest | Ask | Shutdown


# --- events: an engine tells -----------------------------------------------------------------


@dataclass(frozen=True)
class Ready:
    """The engine has started and waits; always its first event."""

    environment: Environment


@dataclass(frozen=True)
class Started:
    """A run is prepared; always its first event."""

    experiment: Experiment
    preview: Preview
    total_steps: int


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
        64 parameters or where the problem is a function; else a few a second.
    parameters
        The flat vectors after them, ``(m, layout.size)``.
    """

    step: Integers
    loss: Doubles
    grad_norm: Doubles
    lr: Doubles
    parameter_steps: Integers
    parameters: Floats


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
        Numbers by name: ``train_loss``, ``grad_norm`` and ``lr`` of the last step, and for a
        binary task ``train_accuracy`` at the end.
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


RunEvent = Started | Steps | Paused | Resumed | Finished | Failed
Event = Ready | RunEvent | Answer | Refusal
