"""What an optimizer divides each element of its step by, from its memory."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from gd_studio.catalog.entry import Settings
from gd_studio.link.arrays import Doubles, Floats

Memory = Mapping[str, Floats | Doubles]


def preconditioner(optimizer: str, settings: Settings, memory: Memory, step: int) -> Doubles | None:
    """Return the diagonal of P in ``p ← p − lr P⁻¹ m``, as the optimizer's last step had it.

    Parameters
    ----------
    optimizer
        Its key in the catalogue.
    settings
        A value for each of its parameters.
    memory
        What it remembers after the step, ``(size,)`` each, by torch's names: ``exp_avg_sq``,
        ``max_exp_avg_sq``, ``exp_inf``, ``square_avg``, ``grad_avg`` or ``sum``.
    step
        The number of the step, from 1.

    Returns
    -------
    ``(size,)``, or ``None`` for an optimizer without one, and before it remembers anything.
    Corrections of the bias of m are not in it: they are gone after a few steps.
    """
    find = _DIAGONALS.get(optimizer)
    return find(settings, memory, step) if find is not None and memory and step > 0 else None


def _adam(settings: Settings, memory: Memory, step: int) -> Doubles:
    """``√(v / (1 − β₂^t)) + ε``, with the largest v so far for AMSGrad."""
    name = "max_exp_avg_sq" if settings.get("amsgrad", False) else "exp_avg_sq"
    correction = 1 - float(settings["beta2"]) ** step
    root: Doubles = np.sqrt(_doubles(memory, name) / correction)
    return root + float(settings["eps"])


def _radam(settings: Settings, memory: Memory, step: int) -> Doubles:
    """``(√v + ε) / √(1 − β₂^t) / r``, r the rectification; 1 in the first steps, which know no v.

    Source: Liu et al., On the Variance of the Adaptive Learning Rate and Beyond, 2020; ε where
    torch has it.
    """
    root: Doubles = np.sqrt(_doubles(memory, "exp_avg_sq"))
    beta2 = float(settings["beta2"])
    correction = 1 - beta2**step
    final = 2 / (1 - beta2) - 1
    rho = final - 2 * step * beta2**step / correction
    if rho <= 5:
        return np.ones_like(root)
    shares = (rho - 4) * (rho - 2) * final, (final - 4) * (final - 2) * rho
    rectification = np.sqrt(shares[0] / shares[1] * correction)
    diagonal: Doubles = (root + float(settings["eps"])) / rectification
    return diagonal


def _adamax(settings: Settings, memory: Memory, step: int) -> Doubles:
    """``u``, which holds ε already."""
    return _doubles(memory, "exp_inf")


def _rmsprop(settings: Settings, memory: Memory, step: int) -> Doubles:
    """``√v + ε``, or ``√(v − ḡ²) + ε`` where it is centered."""
    square = _doubles(memory, "square_avg")
    if settings["centered"]:
        # In single precision the difference may come out a little below zero.
        square = np.maximum(square - _doubles(memory, "grad_avg") ** 2, 0.0)
    root: Doubles = np.sqrt(square)
    return root + float(settings["eps"])


def _adagrad(settings: Settings, memory: Memory, step: int) -> Doubles:
    """``(√s + ε) (1 + (t − 1) η)``: a learning rate that has fallen is a larger divisor."""
    decay = 1 + (step - 1) * float(settings["lr_decay"])
    root: Doubles = np.sqrt(_doubles(memory, "sum"))
    return (root + float(settings["eps"])) * decay


def _doubles(memory: Memory, name: str) -> Doubles:
    return np.asarray(memory[name], dtype=np.float64)


_DIAGONALS: dict[str, Callable[[Settings, Memory, int], Doubles]] = {
    "adam": _adam,
    "adamw": _adam,
    "nadam": _adam,
    "radam": _radam,
    "adamax": _adamax,
    "rmsprop": _rmsprop,
    "adagrad": _adagrad,
}
