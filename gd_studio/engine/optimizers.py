"""From a chosen optimizer to the steps it takes."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

import torch
from torch import Tensor
from torch.optim import Optimizer

from gd_studio.engine import reference
from gd_studio.engine.flat import FlatParameters
from gd_studio.engine.snapshots import copied
from gd_studio.experiment import OptimizerChoice


class Stepper:
    """Takes an optimizer's steps.

    Parameters
    ----------
    choice
        The optimizer and its settings.
    tensors
        The parameters; views of `flat`, on which elementwise optimizers work instead.
    again
        Evaluates the loss that the step is about at the present parameters, with its graph.
    treat
        Does to a new gradient what is done to every gradient before it is followed.

    Attributes
    ----------
    optimizers
        Of ``torch.optim``; several where one is for some of the parameters only. The plain rule
        has one as well, which takes no step and only holds the learning rate for a schedule.
    take
        The bare step; call it with gradients disabled, and with the loss where `needs_loss`.
    needs_loss
        Whether the step evaluates the loss again.
    """

    def __init__(
        self,
        choice: OptimizerChoice,
        tensors: Sequence[Tensor],
        flat: FlatParameters,
        again: Callable[[], Tensor],
        treat: Callable[[], None],
    ) -> None:
        self._entry = choice.entry
        self._choice = choice
        self._flat = flat
        self._again = again
        self._treat = treat
        self._tensors = [flat.values] if choice.entry.elementwise else list(tensors)
        self.optimizers = self._make()
        self.needs_loss = self._entry.closure
        self.take: Callable[..., object]
        # What is unwrapped here is the profiler hook and the switching of gradients around a step:
        # a third of the time of a step on a small model, and no part of its arithmetic.
        steps = [partial(inspect.unwrap(type(o).step), o) for o in self.optimizers]
        if self._entry.reference:
            self.take = lambda _: steps[0](again)
        elif self._entry.closure:
            self.take = lambda loss: steps[0](self._closure(loss))
        elif not self._entry.torch_name:
            self.take = self._by_hand
        elif len(steps) == 1:
            self.take = steps[0]
        else:
            self.take = lambda: [step() for step in steps]

    @property
    def group(self) -> dict[str, Any]:
        """The hyperparameters as they are now; ``group["lr"]`` is the learning rate."""
        group: dict[str, Any] = self.optimizers[0].param_groups[0]
        return group

    def can_change_to(self, choice: OptimizerChoice) -> bool:
        """Whether `choice` is the same optimizer, with settings that it reads at every step."""
        return choice.goes_on_from(self._choice)

    def change_to(self, choice: OptimizerChoice) -> None:
        """Take the settings that are others, all but the learning rate, and keep the memory.

        A schedule may have moved the rest.
        """
        before = self._arguments()
        self._choice = choice
        for optimizer, old, new in zip(self.optimizers, before, self._arguments(), strict=True):
            for group in optimizer.param_groups:
                group.update({n: new[n] for n in new if n != "lr" and new[n] != old[n]})

    def rates(self) -> list[float]:
        """Return the learning rate that each optimizer was given."""
        return [float(arguments["lr"]) for arguments in self._arguments()]

    def reset(self) -> None:
        """Take all of the present settings, whatever a schedule has made of them."""
        for optimizer, arguments in zip(self.optimizers, self._arguments(), strict=True):
            # What is None, torch has found a value for itself.
            given = {name: value for name, value in arguments.items() if value is not None}
            for group in optimizer.param_groups:
                group.update(given)

    def evaluations(self, steps: int) -> dict[str, int]:
        """How often `steps` steps, all that it has taken, have evaluated what."""
        counts = {"function": steps, "gradient": steps, "hessian": 0}
        memory: dict[Any, Any] = self.optimizers[0].state
        if self._entry.reference:
            for name, count in memory.get("evaluations", {}).items():
                counts[name] += count
        elif self._entry.closure:
            state = memory.get(self._tensors[0], {})
            counts["function"] = counts["gradient"] = state.get("func_evals", 0)
        return counts

    # --- what it remembers --------------------------------------------------------------------

    def memory(self) -> dict[str, Tensor]:
        """Return what it remembers of each element, ``(size,)`` by torch's names; 0 for nothing."""
        found: dict[str, Tensor] = {}
        for name, part, values in self.remembered():
            if name not in found:
                found[name] = torch.zeros_like(self._flat.values)
            found[name][part] = values
        return {name: values[self._flat.elements] for name, values in found.items()}

    def remembered(self) -> list[tuple[str, slice, Tensor]]:
        """Return what it remembers where it keeps it: a name, elements of the flat vector, values.

        Sorted by name. The tensors are those that the next steps change.
        """
        if self._entry.closure:
            return []  # directions and differences of whole vectors, made anew at every step
        states = [self._state_of(tensor) for tensor in self._tensors]
        found = []
        parts = [slice(None)] if self._entry.elementwise else self._flat.parts
        for tensor, part, state in zip(self._tensors, parts, states, strict=True):
            for name, value in state.items():
                if isinstance(value, Tensor) and value.shape == tensor.shape and name != "step":
                    found.append((name, part, value.view(-1)))
        return sorted(found, key=lambda entry: entry[0])

    def snapshot(self) -> list[Any]:
        """Return all that the next steps depend on."""
        return [
            (
                [copied(_without_params(group)) for group in optimizer.param_groups],
                [copied(optimizer.state.get(p)) for p in _parameters(optimizer)],
                {k: copied(v) for k, v in _entries(optimizer) if isinstance(k, str)},
            )
            for optimizer in self.optimizers
        ]

    def restore(self, saved: list[Any]) -> None:
        """Go back to where a snapshot was taken of this optimizer, or of one of the same kind."""
        for optimizer, (groups, states, others) in zip(self.optimizers, saved, strict=True):
            for group, values in zip(optimizer.param_groups, groups, strict=True):
                for name in group.keys() - values.keys() - {"params"}:
                    del group[name]
                group.update(copied(values))
            for parameter, state in zip(_parameters(optimizer), states, strict=True):
                optimizer.state.pop(parameter, None)
                if state is not None:
                    optimizer.state[parameter] = copied(state)
            optimizer.state.update(copied(others))

    def _state_of(self, tensor: Tensor) -> Mapping[str, Any]:
        for optimizer in self.optimizers:
            if tensor in optimizer.state:
                state: Mapping[str, Any] = optimizer.state[tensor]
                return state
        return {}

    def _by_hand(self) -> None:
        self._flat.values.sub_(self._flat.gradients, alpha=self.group["lr"])

    def _closure(self, loss: float) -> Callable[[], float]:
        """Return what evaluates loss and gradient anew; the first time they are there already."""
        is_known = True

        def evaluate() -> float:
            nonlocal is_known
            if is_known:
                is_known = False
                return loss
            self._flat.gradients.zero_()
            again = self._again()
            if not again.requires_grad:
                self._flat.gradients.fill_(torch.nan)
                return again.item()
            again.backward()
            with torch.no_grad():
                self._treat()
            return again.item()

        return evaluate

    def _make(self) -> tuple[Optimizer, ...]:
        entry = self._entry
        if not (entry.torch_name or entry.reference):
            nothing = self._flat.values.new_zeros(1)
            return (torch.optim.SGD([nothing], lr=float(self._choice.settings["lr"])),)
        made_of = reference if entry.reference else torch.optim
        first: type[Optimizer] = getattr(made_of, entry.reference or entry.torch_name)
        if not entry.matrices_only:
            return (first(self._tensors, **self._arguments()[0]),)
        matrices = [tensor for tensor in self._tensors if tensor.ndim == 2]
        others = [tensor for tensor in self._tensors if tensor.ndim != 2]
        of_matrices, *of_others = self._arguments()
        muon = first(matrices, **of_matrices)
        return (muon, *(torch.optim.AdamW(others, **arguments) for arguments in of_others))

    def _arguments(self) -> list[dict[str, Any]]:
        """The keyword arguments of each optimizer."""
        settings = self._choice.settings
        arguments: list[dict[str, Any]] = [dict(self._entry.arguments(settings))]
        if self._entry.matrices_only and any(tensor.ndim != 2 for tensor in self._tensors):
            decay = settings["weight_decay"]
            arguments.append({"lr": settings["adamw_lr"], "weight_decay": decay})
        return arguments


def _parameters(optimizer: Optimizer) -> list[Tensor]:
    return [p for group in optimizer.param_groups for p in group["params"]]


def _entries(optimizer: Optimizer) -> Iterable[tuple[Any, Any]]:
    """What it remembers: of a parameter, or, under a name, of all together."""
    return optimizer.state.items()


def _without_params(group: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in group.items() if name != "params"}
