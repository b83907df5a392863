"""Dealing the training part out in batches, and what kind of loop goes over them."""

from __future__ import annotations

from gd_studio.experiment import Experiment, Training
from gd_studio.script.names import Names
from gd_studio.script.text import indented


def is_nested(training: Training) -> bool:
    """Whether there is a loop over batches within the one over epochs, in a function.

    A run that may end in the middle of an epoch, by its gradient, is a single loop over steps:
    what is looked at after an epoch is then looked at in its last step all the same.
    """
    in_epochs = training.batch_size is not None and training.epochs is not None
    return in_epochs and training.stop_gradient_norm is None


def write_batches(experiment: Experiment, names: Names) -> list[str]:
    """Return the lines that define ``batches()``; none where a step looks at all samples."""
    training = experiment.training
    size, x, y = training.batch_size, names.x_train, names.y_train
    if size is None:
        return []
    before: list[str] = []
    deal: list[str] = []
    if training.shuffle:
        before = [f"generator = torch.Generator().manual_seed({experiment.seed})  # for shuffling"]
        deal = [f"order = torch.randperm(len({x}), generator=generator)"]
        x, y = f"{x}[order]", f"{y}[order]"
    pairs = f"zip({x}.split({size}), {y}.split({size}))"
    how = "in a new order each time" if training.shuffle else "in their order"
    if is_nested(training):
        body = [f'"""Deal the training samples out, {how}."""', *deal, f"return {pairs}"]
    else:
        body = [
            f'"""Deal the training samples out, {how}, over and over."""',
            "while True:",
            *indented([*deal, f"yield from {pairs}"]),
        ]
        before.append(f"steps_per_epoch = math.ceil(len({names.x_train}) / {size})")
    return [*before, "def batches():", *indented(body)]
