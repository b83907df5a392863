"""The optimizer of a script: how it is made, and what it is called."""

from __future__ import annotations

from collections.abc import Mapping

from gd_studio.catalog.optimizers import Argument
from gd_studio.experiment import Experiment, ModelProblem
from gd_studio.script.handles import Handles
from gd_studio.script.text import WIDTH, Group, lines_of, quoted

Arguments = Mapping[str, Argument]


def is_by_hand(experiment: Experiment) -> bool:
    """Whether there is no optimizer."""
    entry = experiment.optimizer.entry
    return not entry.torch_name and not entry.reference


def arguments_of(experiment: Experiment) -> dict[str, Arguments]:
    """Return the arguments of each optimizer that there is, by what it is called."""
    choice, entry = experiment.optimizer, experiment.optimizer.entry
    if is_by_hand(experiment):
        return {}
    arguments: dict[str, Arguments] = {"optimizer": entry.arguments(choice.settings)}
    if entry.matrices_only and _has_others(experiment):
        arguments["adamw_optimizer"] = {
            "lr": choice.settings["adamw_lr"],
            "weight_decay": choice.settings["weight_decay"],
        }
    return arguments


def schedules_of(experiment: Experiment) -> tuple[str, ...]:
    """Return the optimizers that a schedule moves; the plain rule gets one for that."""
    return tuple(arguments_of(experiment)) or ("optimizer",)


def write_optimizer(experiment: Experiment, handles: Handles, room: int = WIDTH) -> list[str]:
    """Make the optimizer, with what it has other than torch's defaults; none for the plain rule.

    Parameters
    ----------
    room
        How long a line may be.
    """
    entry = experiment.optimizer.entry
    given = arguments_of(experiment)
    if not given:
        return []
    made = f"torch.optim.{entry.torch_name}" if entry.torch_name else entry.reference
    wanted = _wanted(given["optimizer"], entry.arguments(entry.defaults))
    if "adamw_optimizer" not in given:
        return lines_of(Group(f"optimizer = {made}(", [handles.all, *wanted]), room)
    wanted_others = _wanted(given["adamw_optimizer"], {"weight_decay": 0.01})
    matrices, others = (f"[p for p in {handles.all} if p.ndim {sign} 2]" for sign in ("==", "!="))
    return [
        "# Muon is for matrices; what is none is for AdamW.",
        *lines_of(Group(f"optimizer = {made}(", [matrices, *wanted]), room),
        *lines_of(Group("adamw_optimizer = torch.optim.AdamW(", [others, *wanted_others]), room),
    ]


def literal(value: object) -> str:
    """Return a value as one writes it."""
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))})"
    return quoted(value) if isinstance(value, str) else repr(value)


def _wanted(arguments: Arguments, defaults: Arguments) -> list[str]:
    return [
        f"{name}={literal(value)}"
        for name, value in arguments.items()
        if name == "lr" or value != defaults[name]
    ]


def _has_others(experiment: Experiment) -> bool:
    """Whether there are parameters that are no matrices."""
    # Not from the layout: it has a label for each number of a model.
    problem = experiment.problem
    return isinstance(problem, ModelProblem) and any(
        len(shape) != 2 for layer in problem.layers for shape in layer.parameters.values()
    )
