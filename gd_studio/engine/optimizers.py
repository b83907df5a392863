"""From a chosen optimizer to the steps it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from copy import deepcopy
from functools import partial

import torch
from torch import Tensor

from gd_studio.engine.flat import FlatParameters
from gd_studio.experiment import OptimizerChoice


class Stepper:
    """Takes an optimizer's steps.

    Parameters
    ----------
    choice
        The optimizer and its settings.
    tensors
        The parameters; views of `flat`, on which elementwise optimizers work instead.

    Attributes
    ----------
    take
        The bare step of a ``torch.optim`` optimizer, or the plain rule; call it with gradients
        disabled.
    """

    def __init__(
        self, choice: OptimizerChoice, tensors: Sequence[Tensor], flat: FlatParameters
    ) -> None:
        self._flat = flat
        self._optimizer: torch.optim.Optimizer | None = None
        if not choice.entry.torch_name:
            self._lr = float(choice.settings["lr"])
            self.take: Callable[[], object] = partial(
                flat.values.sub_, flat.gradients, alpha=self._lr
            )
            return
        optimizer_class = getattr(torch.optim, choice.entry.torch_name)
        parameters = [flat.values] if choice.entry.elementwise else list(tensors)
        self._optimizer = optimizer_class(parameters, **choice.entry.arguments(choice.settings))
        # What is unwrapped here is the profiler hook and the switching of gradients around a step:
        # a third of the time of a step on a small model, and no part of its arithmetic.
        self.take = partial(inspect.unwrap(optimizer_class.step), self._optimizer)

    def memory(self) -> dict[str, Tensor]:
        """Return what the optimizer remembers of each element, ``(size,)`` by torch's names."""
        return _memory(self._optimizer) if self._optimizer is not None else {}

    def rehearse(self, gradients: Tensor) -> tuple[Tensor, dict[str, Tensor]]:
        """Return the parameters and the memory that a step along `gradients` would leave.

        Nothing is changed: the step is taken by a copy.
        """
        if self._optimizer is None:
            return self._flat.values.sub(gradients, alpha=self._lr), {}
        twin = deepcopy(self._optimizer)
        offset = 0
        parameters = [p for group in twin.param_groups for p in group["params"]]
        for parameter in parameters:
            part = gradients[offset : offset + parameter.numel()]
            parameter.grad = part.view(parameter.shape).clone()
            offset += parameter.numel()
        with torch.no_grad():
            inspect.unwrap(type(twin).step)(twin)
        values = torch.cat([parameter.detach().reshape(-1) for parameter in parameters])
        return values, _memory(twin)


def _memory(optimizer: torch.optim.Optimizer) -> dict[str, Tensor]:
    parameters = [p for group in optimizer.param_groups for p in group["params"]]
    names = {
        name
        for parameter in parameters
        for name, value in optimizer.state[parameter].items()
        if isinstance(value, Tensor) and value.shape == parameter.shape and name != "step"
    }
    return {
        name: torch.cat([optimizer.state[p][name].detach().reshape(-1) for p in parameters])
        for name in sorted(names)
    }
