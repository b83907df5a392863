"""Descending on a function, from one start or from many at once."""

from __future__ import annotations

from gd_studio.experiment import FunctionProblem
from gd_studio.script.changes import write_changes
from gd_studio.script.function import point_of
from gd_studio.script.handles import Handles
from gd_studio.script.parts import Parts
from gd_studio.script.steps import (
    evaluation_of,
    write_clipping,
    write_closure,
    write_diverged,
    write_end_by_change,
    write_end_by_norm,
    write_following,
    write_generator,
    write_moves,
    write_noise,
    write_norm,
    write_numbers,
    write_previous,
    write_step,
    write_zero,
)
from gd_studio.script.text import indented

_CLIP_EACH = [
    "# Each start is clipped by itself, as clip_grad_norm_ would do it.",
    "norms = torch.linalg.vector_norm(position.grad, dim=1, keepdim=True)",
    "position.grad.mul_(torch.clamp({norm} / (norms + 1e-6), max=1.0))",
]


def write_descent(parts: Parts, problem: FunctionProblem, handles: Handles) -> list[list[str]]:
    """Return the sections of the loop."""
    experiment = parts[0].experiment
    steps = experiment.training.steps
    assert steps is not None
    before = [*write_generator(parts), *write_numbers(parts), *write_previous(experiment)]
    closure: list[str] = []
    if problem.n_starts == 1:
        point = point_of(parts, problem)
        if evaluation_of(parts, "").has_closure:
            noise = write_noise(parts, point.name)
            closure = write_closure(parts, handles, [f"loss = {point.value}"], noise)
        body = _of_one(parts, problem, handles)
    else:
        device = "" if experiment.device == "cpu" else ", device=device"
        before.append(f"alive = torch.ones({problem.n_starts}, dtype=torch.bool{device})")
        body = _of_many(parts, problem, handles)
    changes = write_changes(parts, handles)
    loop = [f"for step in range(1, {steps + 1}):", *indented([*changes, *body])]
    if closure:
        return [*([before] if before else []), closure, loop]
    return [[*before, *loop]]


def _of_one(parts: Parts, problem: FunctionProblem, handles: Handles) -> list[str]:
    experiment, point = parts[0].experiment, point_of(parts, problem)
    diverged = write_diverged("step", "break")
    evaluation = evaluation_of(parts, f"lambda: {point.value}")
    lines = [
        *write_zero(parts, handles),
        f"loss = {point.value}",
        "loss.backward()",
        *write_noise(parts, point.name),
        *write_norm(experiment, handles),
        *write_clipping(parts, handles, diverged),
    ]
    return [
        *([] if evaluation.has_closure else lines),
        *write_step(parts, handles, evaluation, diverged),
        *write_moves(parts, "step", "loss.item()"),
        *write_end_by_change(experiment, "loss.item()", "break"),
        *write_end_by_norm(experiment, evaluation, "break"),
    ]


def _of_many(parts: Parts, problem: FunctionProblem, handles: Handles) -> list[str]:
    """The same with a row for each start, none of which changes what the others do."""
    experiment, evaluation = parts[0].experiment, evaluation_of(parts, "")
    needs_mean = experiment.training.stop_loss_change is not None or any(
        part.experiment.schedule.depends_on_loss for part in parts
    )
    return [
        *write_zero(parts, handles),
        f"losses = {point_of(parts, problem).value}",
        "losses.sum().backward()  # to each start its own gradient",
        *write_noise(parts, "position"),
        "# A start that diverges stays at its last finite point, and the others go on.",
        "alive &= losses.isfinite() & position.grad.isfinite().all(dim=1)",
        "if not alive.any():",
        *indented(write_diverged("step", "break")),
        "position.grad[~alive] = 0.0",
        *(["loss = losses[alive].double().mean()"] if needs_mean else []),
        *write_norm(experiment, handles),
        *write_clipping(parts, handles, [], _CLIP_EACH),
        *write_following(parts, handles, evaluation),
        "alive &= position.isfinite().all(dim=1)",
        "with torch.no_grad():",
        "    position[~alive] = before[~alive]",
        *write_moves(parts, "step", "loss.item()"),
        *write_end_by_change(experiment, "loss.item()", "break"),
        *write_end_by_norm(experiment, evaluation, "break"),
    ]
