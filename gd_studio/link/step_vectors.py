"""A step taken apart, as vectors in the plane of a few parameters."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gd_studio.link.arrays import Doubles
from gd_studio.link.inspection import Inspection, ParameterStep
from gd_studio.link.preconditioner import Memory, preconditioner

_MOMENTA = ("momentum_buffer", "exp_avg")


@dataclass(frozen=True)
class StepVectors:
    """What an optimizer goes by in a step, and what it makes of it.

    Attributes
    ----------
    lr
        The learning rate.
    point, update
        Where the step begins and how far it goes, ``(k,)`` each.
    gradient
        Of the objective on the step's batch, clipped where the experiment clips: ``(k,)``.
    momentum
        The momentum buffer or first moment as the step leaves it, ``(k,)``: that which the step
        goes along. ``None`` for an optimizer without one.
    scaled
        ``−lr · m̂ / (√v̂ + ε)`` of each parameter, ``(k,)``: the step as scaled by the second
        moment, without weight decay and momentum beside it; m̂ is the gradient where there is no
        first moment. ``None`` for an optimizer that scales nothing.
    second_moment
        √v̂, ``(k,)``, the bias corrected where the optimizer does so: about how large the gradient
        has been of late, or for Adagrad the root of the sum of all squares. ``None`` likewise.
    """

    lr: float
    point: Doubles
    update: Doubles
    gradient: Doubles
    momentum: Doubles | None
    scaled: Doubles | None
    second_moment: Doubles | None

    @classmethod
    def of(cls, inspection: Inspection, axes: Sequence[int]) -> StepVectors | None:
        """Return those of the elements `axes` of the flat vector.

        ``None`` where the inspection does not list its parameters one by one.
        """
        if not inspection.parameters:
            return None
        steps = [inspection.parameters[axis] for axis in axes]
        point = np.array([step.before for step in steps])
        gradient = np.array([step.gradient for step in steps])
        memory = {
            name: np.array([step.state.get(name, 0.0) for step in steps])
            for name in dict.fromkeys(name for step in steps for name in step.state)
        }
        return cls(
            lr=inspection.lr,
            point=point,
            update=np.array([step.after for step in steps]) - point,
            gradient=gradient,
            momentum=_momentum(steps),
            scaled=_scaled(inspection, memory, gradient, point),
            second_moment=_second_moment(inspection, memory),
        )


def _momentum(steps: Sequence[ParameterStep]) -> Doubles | None:
    if not any(name in step.state for step in steps for name in _MOMENTA):
        return None
    # Muon keeps one for matrices and the other for the rest, and 0 where it keeps none.
    return np.array([sum(step.state.get(name, 0.0) for name in _MOMENTA) for step in steps])


def _scaled(
    inspection: Inspection, memory: Memory, gradient: Doubles, point: Doubles
) -> Doubles | None:
    settings = inspection.choice.settings
    diagonal = preconditioner(inspection.choice.key, settings, memory, inspection.taken)
    if diagonal is None:
        return None
    if "exp_avg" in memory:
        first = memory["exp_avg"] / (1 - float(settings["beta1"]) ** inspection.taken)
    else:
        first = gradient + float(settings.get("weight_decay", 0.0)) * point
    scaled: Doubles = -inspection.lr * first / diagonal
    return scaled


def _second_moment(inspection: Inspection, memory: Memory) -> Doubles | None:
    settings = inspection.choice.settings
    largest = "max_exp_avg_sq"  # of AMSGrad
    for name in (largest, "exp_avg_sq", "square_avg", "sum", "exp_inf"):
        if name not in memory:
            continue
        values = np.asarray(memory[name], dtype=np.float64)
        if name == "exp_inf":
            return values  # u of Adamax is no square
        if name in (largest, "exp_avg_sq") and "beta2" in settings:
            values = values / (1 - float(settings["beta2"]) ** inspection.taken)
        root: Doubles = np.sqrt(values)
        return root
    return None
