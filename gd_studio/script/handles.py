"""How a script speaks of what descends: a point, bare tensors, or a model's parameters."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.script.function import point_name
from gd_studio.script.model import is_module


@dataclass(frozen=True)
class Handles:
    """What to write for the parameters.

    Attributes
    ----------
    all
        What goes over all of them: ``"model.parameters()"``.
    copy
        A copy of all their values.
    finite
        Whether all of them are finite, and the loss with them.
    forget
        The statements without which gradients would add up; the optimizer has its own.
    saved
        Names and tensors, as a dictionary.
    """

    all: str
    copy: str
    finite: str
    forget: tuple[str, ...]
    saved: str
    _restored: tuple[str, ...]

    def restore(self, copy: str) -> list[str]:
        """Return the statements that set all values back to a copy."""
        return [line.format(copy) for line in self._restored]


def handles_of(experiment: Experiment) -> Handles:
    """Return how the script of `experiment` speaks of its parameters."""
    # Not from the layout: it has a label for each number of a model, and there may be millions.
    if isinstance(experiment.problem, FunctionProblem):
        point = point_name(experiment.problem)
        variables = experiment.problem.resolved.formula.variables
        name = variables[0] if len(variables) == 1 else "position"
        return Handles(
            all=f"[{point}]",
            copy=f"{point}.detach().clone()",
            finite=f"loss.isfinite() and {point}.isfinite().all()",
            forget=(f"{point}.grad = None",),
            saved=f'{{"{name}": {point}.detach()}}',
            _restored=("with torch.no_grad():", f"    {point}.copy_({{}})"),
        )
    if is_module(experiment.problem):
        return Handles(
            all="model.parameters()",
            copy="copy.deepcopy(model.state_dict())",
            finite="all(t.isfinite().all() for t in (loss, *model.parameters()))",
            forget=("model.zero_grad()",),
            saved="model.state_dict()",
            _restored=("model.load_state_dict({})",),
        )
    names = experiment.problem.layers[0].parameters
    return Handles(
        all="parameters",
        copy="[p.detach().clone() for p in parameters]",
        finite="all(t.isfinite().all() for t in (loss, *parameters))",
        forget=("for p in parameters:", "    p.grad = None"),
        saved="{" + ", ".join(f'"{name}": {name}.detach()' for name in names) + "}",
        _restored=(
            "with torch.no_grad():",
            "    for p, value in zip(parameters, {}):",
            "        p.copy_(value)",
        ),
    )
