"""The loss of a model."""

from __future__ import annotations

from gd_studio.experiment import Experiment, ModelProblem
from gd_studio.script.handles import Handles
from gd_studio.script.text import indented


def loss_of(problem: ModelProblem, prediction: str, target: str) -> str:
    """Return the call of the loss."""
    settings = "".join(f", {name}={value!r}" for name, value in problem.loss.settings.items())
    return f"F.{problem.loss.entry.torch_name}({prediction}, {target}{settings})"


def write_loss(
    experiment: Experiment,
    problem: ModelProblem,
    handles: Handles,
    samples: tuple[str, str],
    refused: list[str],
) -> list[str]:
    """Return the lines that calculate the loss of a step, with its penalties.

    Parameters
    ----------
    samples
        The names of the features and targets that the step looks at.
    refused
        The statements for where the prediction is not finite, and the loss refuses it.
    """
    x, y = samples
    lines = [f"loss = {loss_of(problem, f'model({x})', y)}"]
    if is_refusing(problem):
        # This loss refuses what is not finite, where others pass it on.
        lines = [
            f"prediction = model({x})",
            "if not prediction.isfinite().all():",
            *indented(refused),
            f"loss = {loss_of(problem, 'prediction', y)}",
        ]
    training = experiment.training
    for weight, size in ((training.l1, "p.abs().sum()"), (training.l2, "p.pow(2).sum()")):
        if weight:
            lines.append(f"loss = loss + {weight!r} * sum({size} for p in {handles.all})")
    return lines


def is_refusing(problem: ModelProblem) -> bool:
    """Whether the loss refuses predictions that are not finite, where others pass them on."""
    return problem.loss.entry.takes == "probabilities"
