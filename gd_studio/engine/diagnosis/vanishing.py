"""A network whose first layers no gradient reaches, so that it says the same of every sample."""

from __future__ import annotations

import numpy as np
import torch

from gd_studio.engine.diagnosis.case import Case
from gd_studio.engine.diagnosis.rates import try_rate
from gd_studio.engine.diagnosis.words import number, steps
from gd_studio.engine.problems import ModelTask
from gd_studio.link.arrays import Floats
from gd_studio.link.diagnosis import Diagnosis, DiagnosisKind
from gd_studio.link.messages import FinishReason

_ALIKE = 0.01
"""Outputs that differ by less than this share of 1 plus their size are the same for everybody."""

_VANISHED = 0.01
"""Which share of a gradient in the last matrix has vanished, if no more is left in the first."""

_FEWEST_MATRICES = 2
_WORSE = 1.1
_A_TENTH = 0.1


def find(case: Case) -> Diagnosis | None:
    """Say that a network has learnt nothing because its gradient vanishes on its way back.

    Named where the outputs are the same for all samples, to within a hundredth, and the gradient of
    the first matrix was less than a hundredth as long as that of the last: at the start, while the
    error was large, or at the end. Sigmoids pass on at most a quarter of a gradient (Glorot &
    Bengio, Understanding the difficulty of training deep feedforward neural networks, 2010); a
    ReLU that is never active passes on nothing. Where the loss was lower before, long steps have
    thrown the weights there, and shorter ones are worth a try.
    """
    task = case.task
    if not isinstance(task, ModelTask) or case.finish.reason is FinishReason.CONVERGED:
        return None
    matrices = [i for i, tensor in enumerate(task.tensors) if tensor.dim() > 1]
    if len(matrices) < _FEWEST_MATRICES:
        return None
    parts = task.split(torch.from_numpy(case.kept.copy()).to(task.tensors[0].device))
    with torch.no_grad():
        outputs = task.forward(parts, task.data.train.features)
    spread = (outputs.amax(dim=0) - outputs.amin(dim=0)) / (1 + outputs.abs().amax(dim=0))
    if float(spread.max()) >= _ALIKE:
        return None
    loss, first, last = _lengths(case, task, case.kept, matrices)
    when = ""
    if first >= _VANISHED * last:
        _, first, last = _lengths(case, task, case.visit(case.begins)[0], matrices)
        when = " at the start"
    if first >= _VANISHED * last:
        return None
    told = (
        f"Stalled: after {steps(case.steps)} the model says the same of every sample (loss "
        f"{number(loss)}); of a gradient of length {number(last)} in its last layer"
        f"{when}, {number(first)} is left in the first"
    )
    if case.statistics.lowest_loss * _WORSE < loss:
        chosen, remedy = try_rate(case, _A_TENTH * case.statistics.highest_rate)
        told = (
            f"{told}; the loss was {number(case.statistics.lowest_loss)} after step "
            f"{case.statistics.lowest_at:,}, so that too long a step has thrown it there; try the "
            f"learning rate {chosen:g}."
        )
        return Diagnosis(DiagnosisKind.STALLED, told, remedy)
    advice = "try another initialisation, or ReLU or tanh in place of sigmoids"
    return Diagnosis(DiagnosisKind.STALLED, f"{told}; {advice}.")


def _lengths(
    case: Case, task: ModelTask, parameters: Floats, matrices: list[int]
) -> tuple[float, float, float]:
    """The loss, and how long the gradients of the first matrix and of the last one are."""
    loss, gradient = case.loss_at(parameters.astype(np.float64))
    parts = task.split(torch.from_numpy(gradient))
    return loss, float(parts[matrices[0]].norm()), float(parts[matrices[-1]].norm())
