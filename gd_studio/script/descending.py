"""Descending on a function, from one start or from many at once."""

from __future__ import annotations

from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.script.function import point_name
from gd_studio.script.handles import Handles
from gd_studio.script.steps import (
    write_clipping,
    write_diverged,
    write_end_by_change,
    write_end_by_norm,
    write_end_of_divergence,
    write_norm,
    write_previous,
    write_step,
    write_zero,
)
from gd_studio.script.text import indented


def write_descent(experiment: Experiment, problem: FunctionProblem, handles: Handles) -> list[str]:
    """Return the lines of the loop."""
    steps = experiment.training.steps
    assert steps is not None
    alone = problem.n_starts == 1
    body = (_of_one if alone else _of_many)(experiment, problem, handles)
    before = write_previous(experiment)
    if not alone:
        device = "" if experiment.device == "cpu" else ", device=device"
        before.append(f"alive = torch.ones({problem.n_starts}, dtype=torch.bool{device})")
    return [*before, f"for step in range(1, {steps + 1}):", *indented(body)]


def _of_one(experiment: Experiment, problem: FunctionProblem, handles: Handles) -> list[str]:
    point = point_name(problem)
    unpacked = "*" if len(problem.resolved.formula.variables) > 1 else ""
    diverged = write_diverged("step", "break")
    return [
        *write_zero(experiment, handles),
        f"loss = f({unpacked}{point})",
        "loss.backward()",
        *write_norm(experiment, handles),
        *write_clipping(experiment, handles, diverged),
        f"before = {handles.copy}",
        *write_step(experiment, handles),
        *write_end_of_divergence(handles, diverged),
        *write_end_by_change(experiment, "loss.item()", "break"),
        *write_end_by_norm(experiment, "break"),
    ]


def _of_many(experiment: Experiment, problem: FunctionProblem, handles: Handles) -> list[str]:
    """The same with a row for each start, none of which changes what the others do."""
    training = experiment.training
    lines = [
        *write_zero(experiment, handles),
        "losses = f(*position.unbind(dim=1))",
        "losses.sum().backward()  # to each start its own gradient",
        "# A start that diverges stays at its last finite point, and the others go on.",
        "alive &= losses.isfinite() & position.grad.isfinite().all(dim=1)",
        "if not alive.any():",
        *indented(write_diverged("step", "break")),
        "position.grad[~alive] = 0.0",
        *(["loss = losses[alive].double().mean()"] if training.stop_loss_change else []),
        *write_norm(experiment, handles),
    ]
    if training.clip_norm is not None:
        lines += [
            "# Each start is clipped by itself, as clip_grad_norm_ would do it.",
            "norms = torch.linalg.vector_norm(position.grad, dim=1, keepdim=True)",
            f"position.grad.mul_(torch.clamp({training.clip_norm!r} / (norms + 1e-6), max=1.0))",
        ]
    elif training.clip_value is not None:
        lines.append(f"nn.utils.clip_grad_value_([position], {training.clip_value!r})")
    return [
        *lines,
        f"before = {handles.copy}",
        *write_step(experiment, handles),
        "alive &= position.isfinite().all(dim=1)",
        "with torch.no_grad():",
        "    position[~alive] = before[~alive]",
        *write_end_by_change(experiment, "loss.item()", "break"),
        *write_end_by_norm(experiment, "break"),
    ]
