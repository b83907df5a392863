"""Fitting a model: the loop over epochs, steps or batches."""

from __future__ import annotations

from gd_studio.experiment import Experiment, ModelProblem, Training
from gd_studio.script.batches import is_nested
from gd_studio.script.epochs import is_evaluated, write_after_epoch, write_best
from gd_studio.script.handles import Handles
from gd_studio.script.losses import write_loss
from gd_studio.script.names import names_of
from gd_studio.script.steps import (
    write_clipping,
    write_diverged,
    write_end_by_norm,
    write_end_of_divergence,
    write_norm,
    write_previous,
    write_step,
    write_zero,
)
from gd_studio.script.text import indented


def write_fit(experiment: Experiment, problem: ModelProblem, handles: Handles) -> list[str]:
    """Return the lines that train the model."""
    training = experiment.training
    loop = _in_function if is_nested(training) else _in_the_open
    return [*write_best(training), *loop(experiment, problem, handles)]


def _in_the_open(experiment: Experiment, problem: ModelProblem, handles: Handles) -> list[str]:
    """A single loop: over epochs of one step each, or over steps."""
    training, names = experiment.training, names_of(problem)
    samples = (names.x_train, names.y_train)
    if training.batch_size is not None:
        samples = (f"batch_{names.x}", f"batch_{names.y}")
    counter, last = _count(training)
    head = f"for {counter} in range(1, {last}):"
    if training.batch_size is not None:
        head = f"for {counter}, ({', '.join(samples)}) in zip(range(1, {last}), batches()):"
    before = write_previous(experiment)
    if problem.loss.entry.takes == "probabilities" and not is_evaluated(experiment, problem):
        # The first step may diverge before it has a loss, which is printed at the end.
        before.append("loss = torch.tensor(torch.nan)  # until there is one")
    return [
        *before,
        head,
        *indented(_step(experiment, problem, handles, samples, counter, "break")),
        *indented(write_after_epoch(experiment, problem, handles, counter, "break")),
        *indented(write_end_by_norm(experiment, "break")),
    ]


def _in_function(experiment: Experiment, problem: ModelProblem, handles: Handles) -> list[str]:
    """A loop over batches within one over epochs; a function can be left from within both."""
    training, names = experiment.training, names_of(problem)
    samples = (f"batch_{names.x}", f"batch_{names.y}")
    assert training.epochs is not None
    step = _step(experiment, problem, handles, samples, "epoch", "return")
    body = [
        f'"""Train for {training.epochs:,} epochs at most."""',
        *write_previous(experiment),
        f"for epoch in range(1, {training.epochs + 1}):",
        f"    for {', '.join(samples)} in batches():",
        *indented(indented(step)),
        *indented(write_after_epoch(experiment, problem, handles, "epoch", "return")),
    ]
    return ["def train():", *indented(body), "train()"]


def _count(training: Training) -> tuple[str, str]:
    """What a single loop counts, and where its range ends."""
    if training.steps is not None:
        return "step", str(training.steps + 1)
    assert training.epochs is not None
    if training.batch_size is None:
        return "epoch", str(training.epochs + 1)
    return "step", f"{training.epochs} * steps_per_epoch + 1"


def _step(
    experiment: Experiment,
    problem: ModelProblem,
    handles: Handles,
    samples: tuple[str, str],
    counter: str,
    leave: str,
) -> list[str]:
    """One step: zero_grad, forward, loss, backward, step."""
    diverged = write_diverged(counter, leave)
    return [
        *write_zero(experiment, handles),
        *write_loss(experiment, problem, handles, samples, diverged),
        "loss.backward()",
        *write_norm(experiment, handles),
        *write_clipping(experiment, handles, diverged),
        f"before = {handles.copy}",
        *write_step(experiment, handles),
        *write_end_of_divergence(handles, diverged),
    ]
