"""How far each parameter goes for each unit of its direction, as an optimizer has learnt it."""

from __future__ import annotations

import numpy as np

from gd_studio.catalog.entry import Settings
from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Doubles, Integers
from gd_studio.link.preconditioner import Memory, preconditioner
from gd_studio.recording.recording import Recording
from gd_studio.recording.stretches import stretch_of, stretches_of

FORMULAS = {
    "by-hand": "lr",
    "sgd": "lr",
    "adam": "lr / (√v̂ + ε)",
    "adamw": "lr / (√v̂ + ε)",
    "nadam": "lr / (√v̂ + ε)",
    "radam": "lr · r √(1 − β₂ᵗ) / (√v + ε)",
    "adamax": "lr / u",
    "rmsprop": "lr / (√v + ε)",
    "adagrad": "lr / ((1 + (t − 1) η) (√s + ε))",
    "adadelta": "lr √(u + ε) / √(v + ε)",
    "rprop": "s",
    "asgd": "lr / (1 + λ lr (t − 1))^α",
}
"""The effective step of each optimizer that has one, by its key, in the catalogue's letters."""

_ONE_FOR_ALL = ("by-hand", "sgd")


def effective_step(
    optimizer: str,
    settings: Settings,
    memory: Memory,
    step: int,
    lr: float,
    lr_before: float,
    memory_before: Memory,
) -> Doubles | None:
    """Return s in ``p ← p − s · d``, in which d is the gradient or its corrected momentum.

    Parameters
    ----------
    optimizer
        Its key in the catalogue.
    settings
        A value for each of its parameters.
    memory, memory_before
        What it remembers after the step and before it, ``(size,)`` each by torch's names.
    step
        The number of the step, from 1, as the optimizer counts.
    lr, lr_before
        The learning rate of the step, and of the one before it.

    Returns
    -------
    ``(size,)``, or ``(1,)`` where it is the same for all: the learning rate of plain descent and of
    momentum; the learning rate divided by the preconditioner of Adam and its relatives, RMSprop and
    Adagrad; ``lr √(u + ε) / √(v + ε)`` of Adadelta, with u from before the step; the step that
    Rprop keeps for each parameter, whose direction is a sign alone; and ASGD's η. Not finite where
    nothing has been divided by yet. ``None`` for an optimizer without such a number, and for
    Adadelta where what it remembered before the step is not known.
    """
    if optimizer in _ONE_FOR_ALL:
        return np.array([lr])
    if optimizer == "asgd":
        first = float(settings["lr"]) if step == 1 else lr_before
        return _asgd(settings, step, first)
    if optimizer == "rprop":
        return np.asarray(memory["step_size"], dtype=np.float64) if memory else None
    if optimizer == "adadelta":
        return _adadelta(settings, memory, lr, memory_before, step)
    diagonal = preconditioner(optimizer, settings, memory, step)
    if diagonal is None:
        return None
    with np.errstate(divide="ignore"):
        steps: Doubles = lr / diagonal
    return steps


def is_one_for_all(experiment: Experiment) -> bool:
    """Whether the effective step of all parameters is the learning rate, in the whole run."""
    return all(part.optimizer.key in _ONE_FOR_ALL for part in stretches_of(experiment))


def effective_steps(
    experiment: Experiment, recording: Recording, since: int = 0
) -> tuple[Integers, Doubles]:
    """Return the effective steps of a run where it recorded its optimizer's memory.

    Parameters
    ----------
    since
        The step after which they are wanted.

    Returns
    -------
    The numbers of q steps, and ``(q, size)`` steps for each; ``(q, 1)`` where they are the same for
    all parameters in the whole run. Steps without any are left out.
    """
    lr, memory, size = recording.lr, recording.memory, recording.layout.size
    if is_one_for_all(experiment):
        return recording.step[since:], lr[since:, np.newaxis]
    stretches = stretches_of(experiment)
    every = _interval(memory.steps, len(lr))
    numbers = np.arange(every * (since // every + 1), len(lr) + 1, every)
    kept, rows = [], []
    for number in numbers.tolist():
        stretch = stretch_of(stretches, number)
        found = effective_step(
            stretch.optimizer.key,
            stretch.optimizer.settings,
            memory.at(number),
            number - stretch.begun,
            float(lr[number - 1]),
            float(lr[max(0, number - 2)]),
            memory.at(number - 1) if number - 1 > stretch.begun else {},
        )
        if found is not None:
            kept.append(number)
            rows.append(np.broadcast_to(found, size))
    if not kept:
        return np.empty(0, dtype=np.int64), np.empty((0, size))
    return np.array(kept), np.stack(rows)


def _interval(recorded: Integers, steps: int) -> int:
    """Every how many steps the memory is recorded, or would be."""
    if len(recorded) > 1:
        return int(np.diff(recorded).min())
    return max(1, steps // 4096)


def _asgd(settings: Settings, step: int, lr: float) -> Doubles:
    """``η = lr / (1 + λ lr (t − 1))^α``: each step goes as far as the one before it left it."""
    decay, power = float(settings["lambd"]), float(settings["alpha"])
    return np.array([lr / (1 + decay * lr * (step - 1)) ** power])


def _adadelta(
    settings: Settings, memory: Memory, lr: float, before: Memory, step: int
) -> Doubles | None:
    if "square_avg" not in memory or ("acc_delta" not in before and step > 1):
        return None
    eps = float(settings["eps"])
    square = np.asarray(memory["square_avg"], dtype=np.float64)
    deltas = np.asarray(before.get("acc_delta", np.zeros_like(square)), dtype=np.float64)
    steps: Doubles = lr * np.sqrt(deltas + eps) / np.sqrt(square + eps)
    return steps
