"""What is looked at after each epoch: the losses of both parts, and whether to go on."""

from __future__ import annotations

from gd_studio.catalog.layers import IMAGES_AT_ONCE, has_convolutions
from gd_studio.experiment import Experiment, ModelProblem, Training
from gd_studio.script.batches import has_batches, is_resized
from gd_studio.script.handles import Handles
from gd_studio.script.losses import loss_of
from gd_studio.script.names import names_of
from gd_studio.script.parts import Parts
from gd_studio.script.steps import write_end_by_change, write_moves
from gd_studio.script.text import indented

_REPORTS = 10
"""About so many lines are printed while a script runs."""


def is_evaluated(experiment: Experiment, problem: ModelProblem) -> bool:
    """Whether the losses of both parts are calculated after each epoch."""
    training = experiment.training
    return bool(problem.split or training.batch_size or training.patience)


def write_evaluate(problem: ModelProblem) -> list[str]:
    """Return the lines that define ``evaluate``."""
    lines = [
        "@torch.inference_mode()",
        "def evaluate(x, y):",
        '    """The mean loss over some samples."""',
    ]
    is_refused = problem.loss.entry.takes == "probabilities"  # where it is not finite
    has_pieces = has_convolutions(problem.layers)
    if not is_refused and not has_pieces:
        return [*lines, f"    return {loss_of(problem, 'model(x)', 'y')}.item()"]
    pieces = f"torch.cat([model(piece) for piece in x.split({IMAGES_AT_ONCE})])"
    lines.append(f"    prediction = {pieces if has_pieces else 'model(x)'}")
    if is_refused:
        lines += ["    if not prediction.isfinite().all():", "        return math.nan"]
    return [*lines, f"    return {loss_of(problem, 'prediction', 'y')}.item()"]


def write_after_epoch(
    parts: Parts, problem: ModelProblem, handles: Handles, counter: str, leave: str
) -> list[str]:
    """Return what comes after an epoch, which is a step where there are no batches.

    Parameters
    ----------
    counter
        What the loop counts: epochs or steps.
    leave
        The statement that ends the loop.
    """
    experiment, training = parts[0].experiment, parts[0].training
    in_epochs = counter == "step" and has_batches(parts)
    if not is_evaluated(experiment, problem):
        moves = write_moves(parts, "epoch", "loss.item()")
        if moves and in_epochs:
            moves = [_at_its_end(parts), *indented(moves)]
        return [*moves, *write_end_by_change(experiment, "loss.item()", leave)]
    names = names_of(problem)
    lines = [f"train_loss = evaluate({names.x_train}, {names.y_train})"]
    told, watched = "train loss {train_loss:.6g}", "train_loss"
    if names.x_test:
        lines.append(f"test_loss = evaluate({names.x_test}, {names.y_test})")
        told, watched = f"{told}, test loss {{test_loss:.6g}}", "test_loss"
    if in_epochs:
        lines.append(_epoch(parts))
        counter = "epoch"
    lines += _report(training, counter, told)
    lines += write_moves(parts, "epoch", watched)
    if training.patience is not None:
        kept = f"loss={watched}, epoch={counter}, parameters={handles.copy}"
        if not training.restore_best:
            kept = f"loss={watched}, epoch={counter}"
        lines += [
            f'if {watched} < best["loss"]:',
            f"    best.update({kept})",
            f'if {counter} - best["epoch"] >= {training.patience}:',
            f"    {leave}  # early stopping",
        ]
    lines += write_end_by_change(experiment, "train_loss", leave)
    return [_at_its_end(parts), *indented(lines)] if in_epochs else lines


def write_best(training: Training) -> list[str]:
    """Return what early stopping begins with."""
    return [] if training.patience is None else ['best = {"loss": math.inf, "epoch": 0}']


def write_restore(training: Training, handles: Handles) -> list[str]:
    """Go back to the best parameters."""
    if training.patience is None or not training.restore_best:
        return []
    return ['if best["epoch"]:', *indented(handles.restore('best["parameters"]'))]


def _at_its_end(parts: Parts) -> str:
    """Return the question whether a step is the last of its epoch."""
    done = "(step - epochs_from)" if is_resized(parts) else "step"
    return f"if {done} % steps_per_epoch == 0:"


def _epoch(parts: Parts) -> str:
    """Return what counts epochs after the last step of one."""
    if is_resized(parts):
        return "epoch = epochs_before + (step - epochs_from) // steps_per_epoch"
    return "epoch = step // steps_per_epoch"


def _report(training: Training, counter: str, told: str) -> list[str]:
    """Print the losses now and then."""
    line = f'print(f"{counter} {{{counter}}}: {told}")'
    # How many epochs there are in so many steps is known when the script runs.
    is_known = training.epochs is not None or counter == "step"
    count = training.epochs or training.steps
    assert count is not None
    every = max(1, count // _REPORTS) if is_known else _REPORTS
    return [line] if every == 1 else [f"if {counter} % {every} == 0:", f"    {line}"]
