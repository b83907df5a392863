"""Dealing the training part out in batches, and how many steps that makes."""

from __future__ import annotations

from gd_studio.script.names import Names
from gd_studio.script.parts import Parts
from gd_studio.script.text import indented


def has_batches(parts: Parts) -> bool:
    """Whether steps look at batches, at some time at least."""
    return any(part.training.batch_size is not None for part in parts)


def is_resized(parts: Parts) -> bool:
    """Whether batches have another size later on."""
    return len({part.training.batch_size for part in parts}) > 1


def is_nested(parts: Parts) -> bool:
    """Whether there is a loop over batches within the one over epochs, in a function.

    A run that may end in the middle of an epoch, by its gradient, is a single loop over steps:
    what is looked at after an epoch is then looked at in its last step all the same. So is one in
    which something is changed.
    """
    training = parts[0].training
    in_epochs = training.batch_size is not None and training.epochs is not None
    return in_epochs and training.stop_gradient_norm is None and len(parts) == 1


def total_of(parts: Parts) -> str:
    """Return how many steps there are, as a number or as an expression of the script.

    Where it is the variable ``steps``, batches of another size make it another number.
    """
    training = parts[0].training
    if training.steps is not None:
        return str(training.steps)
    if not has_batches(parts):
        return str(training.epochs)
    return "steps" if is_resized(parts) else f"{training.epochs} * steps_per_epoch"


def moves_of(parts: Parts, after: int) -> str:
    """Return how many times a schedule moves on after a step, as far as is known by then."""
    training, total = parts[0].training, total_of(parts)
    if training.schedule_per == "epoch" and has_batches(parts):
        if training.epochs is not None and after == 0:
            return str(training.epochs)
        left = f"({total} - {after})" if after else total
        return f"math.ceil({left} / steps_per_epoch)"
    if not after:
        return total
    return str(int(total) - after) if total.isdigit() else f"{total} - {after}"


def steps_per_epoch(size: int | None, names: Names) -> str:
    """Return how many steps an epoch takes, as an expression."""
    return "1" if size is None else f"math.ceil(len({names.x_train}) / {size})"


def dealt(size: int | None, names: Names) -> str:
    """Return what deals batches of a size, or all samples each time, without an end."""
    whole = f"itertools.repeat(({names.x_train}, {names.y_train}))"
    return whole if size is None else f"batches({size})"


def write_batches(parts: Parts, names: Names) -> list[list[str]]:
    """Return the sections that define ``batches()``; none where a step looks at all samples."""
    if not has_batches(parts):
        return []
    training = parts[0].training
    size, x, y = str(training.batch_size), names.x_train, names.y_train
    before: list[str] = []
    deal: list[str] = []
    if training.shuffle:
        seed = parts[0].experiment.seed
        before = [f"generator = torch.Generator().manual_seed({seed})  # for shuffling"]
        deal = [f"order = torch.randperm(len({x}), generator=generator)"]
        x, y = f"{x}[order]", f"{y}[order]"
    if is_resized(parts):
        size = "size"
    pairs = f"zip({x}.split({size}), {y}.split({size}))"
    how = "in a new order each time" if training.shuffle else "in their order"
    if is_nested(parts):
        body = [f'"""Deal the training samples out, {how}."""', *deal, f"return {pairs}"]
    else:
        body = [
            f'"""Deal the training samples out, {how}, over and over."""',
            "while True:",
            *indented([*deal, f"yield from {pairs}"]),
        ]
    if not is_nested(parts) and not is_resized(parts):
        before.append(f"steps_per_epoch = {steps_per_epoch(training.batch_size, names)}")
    arguments = "size" if is_resized(parts) else ""
    sections = [[*before, f"def batches({arguments}):", *indented(body)]]
    if is_resized(parts):
        sections.append(_counted(parts, names))
    return sections


def write_resized(parts: Parts, place: int, names: Names) -> list[str]:
    """Begin a new epoch with batches of another size, where a part of the run has them."""
    new, epochs = parts[place], parts[0].training.epochs
    if new.training.batch_size == parts[place - 1].training.batch_size:
        return []
    lines = [
        f"samples = {dealt(new.training.batch_size, names)}",
        f"epochs_before += math.ceil(({new.after} - epochs_from) / steps_per_epoch)",
        f"epochs_from = {new.after}",
        f"steps_per_epoch = {steps_per_epoch(new.training.batch_size, names)}",
    ]
    if epochs is None:
        return lines
    return [
        *lines,
        f"steps = {new.after} + ({epochs} - epochs_before) * steps_per_epoch",
        f"if steps == {new.after}:",
        "    break  # the epoch that has been cut short is the last",
    ]


def _counted(parts: Parts, names: Names) -> list[str]:
    """Return what counts steps and epochs where batches are resized."""
    training = parts[0].training
    lines = [
        "# Batches of another size begin a new epoch.",
        f"samples = {dealt(training.batch_size, names)}",
        f"steps_per_epoch = {steps_per_epoch(training.batch_size, names)}",
        "epochs_before, epochs_from = 0, 0",
    ]
    if training.epochs is not None:
        lines.append(f"step, steps = 0, {training.epochs} * steps_per_epoch")
    return lines
