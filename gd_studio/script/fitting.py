"""Fitting a model: the loop over epochs, steps or batches."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import ModelProblem
from gd_studio.script.batches import has_batches, is_nested, is_resized, total_of
from gd_studio.script.changes import write_changes
from gd_studio.script.epochs import is_evaluated, write_after_epoch, write_best
from gd_studio.script.handles import Handles
from gd_studio.script.losses import is_refusing, write_loss
from gd_studio.script.names import names_of
from gd_studio.script.parts import Parts
from gd_studio.script.steps import (
    Evaluation,
    evaluation_of,
    write_clipping,
    write_closure,
    write_diverged,
    write_end_by_norm,
    write_moves,
    write_norm,
    write_numbers,
    write_previous,
    write_step,
    write_zero,
)
from gd_studio.script.text import indented

_UNDEFINED = "return torch.tensor(torch.nan)"


@dataclass(frozen=True)
class _Step:
    """One step.

    Attributes
    ----------
    functions
        What it calls: each is a section. They speak of the samples that the step looks at.
    lines
        The step itself.
    """

    functions: list[list[str]]
    lines: list[str]


def write_fit(parts: Parts, problem: ModelProblem, handles: Handles) -> list[list[str]]:
    """Return the sections that train the model."""
    loop = _in_function if is_nested(parts) else _in_the_open
    first, *others = loop(parts, problem, handles)
    return [[*write_best(parts[0].training), *first], *others]


def _in_the_open(parts: Parts, problem: ModelProblem, handles: Handles) -> list[list[str]]:
    """A single loop: over epochs of one step each, or over steps."""
    experiment, names = parts[0].experiment, names_of(problem)
    evaluation = _evaluation(parts)
    in_batches = has_batches(parts)
    samples = (names.x_train, names.y_train)
    if in_batches:
        samples = (f"batch_{names.x}", f"batch_{names.y}")
    counter, head, *counting = _head(parts, samples)
    before = [*write_numbers(parts), *write_previous(experiment)]
    is_undefined = is_refusing(problem) and not is_evaluated(experiment, problem)
    if is_undefined and not (evaluation.has_closure or evaluation.again):
        # The first step may diverge before it has a loss, which is printed at the end.
        before.append("loss = torch.tensor(torch.nan)  # until there is one")
    step = _step(parts, problem, handles, samples, counter, "break")
    inside = [
        *counting,
        *write_changes(parts, handles, names),
        *([f"{', '.join(samples)} = next(samples)"] if is_resized(parts) else []),
        *(_within(step.functions) if in_batches else []),
        *step.lines,
        *write_after_epoch(parts, problem, handles, counter, "break"),
        *write_end_by_norm(experiment, evaluation, "break"),
    ]
    loop = [head, *indented(inside)]
    if step.functions and not in_batches:
        return [*([before] if before else []), *step.functions, loop]
    return [[*before, *loop]]


def _in_function(parts: Parts, problem: ModelProblem, handles: Handles) -> list[list[str]]:
    """A loop over batches within one over epochs; a function can be left from within both."""
    training, names = parts[0].training, names_of(problem)
    samples = (f"batch_{names.x}", f"batch_{names.y}")
    assert training.epochs is not None
    step = _step(parts, problem, handles, samples, "epoch", "return")
    body = [
        f'"""Train for {training.epochs:,} epochs at most."""',
        *write_previous(parts[0].experiment),
        f"for epoch in range(1, {training.epochs + 1}):",
        f"    for {', '.join(samples)} in batches():",
        *indented(indented([*_within(step.functions), *step.lines])),
        *indented(write_after_epoch(parts, problem, handles, "epoch", "return")),
    ]
    return [["def train():", *indented(body), "train()"]]


def _head(parts: Parts, samples: tuple[str, str]) -> tuple[str, ...]:
    """What a single loop counts, its first line, and what counts in it where that does not."""
    total = total_of(parts)
    if total == "steps":
        return "step", "while step < steps:", "step += 1"
    end = str(int(total) + 1) if total.isdigit() else f"{total} + 1"
    is_plain = not has_batches(parts) or is_resized(parts)
    if is_plain:
        in_epochs = parts[0].training.epochs is not None and len(parts) == 1
        counter = "epoch" if in_epochs else "step"
        return counter, f"for {counter} in range(1, {end}):"
    return "step", f"for step, ({', '.join(samples)}) in zip(range(1, {end}), batches()):"


def _step(
    parts: Parts,
    problem: ModelProblem,
    handles: Handles,
    samples: tuple[str, str],
    counter: str,
    leave: str,
) -> _Step:
    """One step: zero_grad, forward, loss, backward, step."""
    experiment, evaluation = parts[0].experiment, _evaluation(parts)
    diverged = write_diverged(counter, leave)
    functions: list[list[str]] = []
    without_gradient = [
        f"for p in {handles.all}:",
        "    p.grad = torch.full_like(p, torch.nan)",
        _UNDEFINED,
    ]
    in_step = without_gradient if evaluation.has_closure else diverged
    refused = [_UNDEFINED] if evaluation.again else in_step
    loss = write_loss(experiment, problem, handles, samples, refused)
    if evaluation.again:
        functions.append(["def evaluate_loss():", *indented(_returned(loss))])
        loss = ["loss = evaluate_loss()"]
        if is_refusing(problem):
            loss += ["if not loss.isfinite():", *indented(in_step)]
    if evaluation.has_closure:
        functions.append(write_closure(parts, handles, loss, []))
    lines = [
        *write_zero(parts, handles),
        *loss,
        "loss.backward()",
        *write_norm(experiment, handles),
        *write_clipping(parts, handles, diverged),
    ]
    return _Step(
        functions,
        [
            *([] if evaluation.has_closure else lines),
            *write_step(parts, handles, evaluation, diverged),
            *write_moves(parts, "step", "loss.item()"),
        ],
    )


def _evaluation(parts: Parts) -> Evaluation:
    return evaluation_of(parts, "evaluate_loss")


def _returned(loss: list[str]) -> list[str]:
    """Return the lines of a function that returns the loss which `loss` calculates."""
    *above, last = loss
    return [*above, last.replace("loss = ", "return ", 1)]


def _within(functions: list[list[str]]) -> list[str]:
    """Return the lines of functions within a loop."""
    return [line for function in functions for line in ("", *function, "")]
