"""From a chosen optimizer to the function that takes its step."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from functools import partial

import torch
from torch import Tensor

from gd_studio.engine.flat import FlatParameters
from gd_studio.experiment import OptimizerChoice


def make_step(
    choice: OptimizerChoice, tensors: Sequence[Tensor], flat: FlatParameters
) -> Callable[[], object]:
    """Return the bare ``step`` of a ``torch.optim`` optimizer; call it with gradients disabled.

    Parameters
    ----------
    tensors
        The parameters; views of `flat`, on which elementwise optimizers work instead.
    """
    optimizer_class = getattr(torch.optim, choice.entry.torch_name)
    parameters = [flat.values] if choice.entry.elementwise else list(tensors)
    optimizer = optimizer_class(parameters, **choice.entry.arguments(choice.settings))
    # What is unwrapped here is the profiler hook and the switching of gradients around a step:
    # a third of the time of a step on a small model, and no part of its arithmetic.
    return partial(inspect.unwrap(optimizer_class.step), optimizer)
