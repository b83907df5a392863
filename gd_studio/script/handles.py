"""How a script speaks of what descends: a point, bare tensors, or a model's parameters."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import FunctionProblem
from gd_studio.script.function import point_of
from gd_studio.script.model import is_module
from gd_studio.script.parts import Parts


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
    finite_with_norms
        The same, and with them the first of ``norms``, which there may be none of.
    forget
        The statements without which gradients would add up; an optimizer has its own.
    saved
        Names and tensors, as a dictionary.
    """

    all: str
    copy: str
    finite: str
    finite_with_norms: str
    forget: tuple[str, ...]
    saved: str
    _restored: tuple[str, ...]

    def restore(self, copy: str) -> list[str]:
        """Return the statements that set all values back to a copy."""
        return [line.format(copy) for line in self._restored]


def handles_of(parts: Parts) -> Handles:
    """Return how the script of a run speaks of its parameters."""
    experiment = parts[0].experiment
    # Not from the layout: it has a label for each number of a model, and there may be millions.
    if isinstance(experiment.problem, FunctionProblem):
        point = point_of(parts, experiment.problem).name
        variables = experiment.problem.resolved.formula.variables
        name = variables[0] if len(variables) == 1 else "position"
        return Handles(
            all=f"[{point}]",
            copy=f"{point}.detach().clone()",
            finite=f"loss.isfinite() and {point}.isfinite().all()",
            finite_with_norms=f"all(t.isfinite().all() for t in (loss, *norms[:1], {point}))",
            forget=(f"{point}.grad = None",),
            saved=f'{{"{name}": {point}.detach()}}',
            _restored=("with torch.no_grad():", f"    {point}.copy_({{}})"),
        )
    if is_module(experiment.problem):
        return Handles(
            all="model.parameters()",
            copy="copy.deepcopy(model.state_dict())",
            finite="all(t.isfinite().all() for t in (loss, *model.parameters()))",
            finite_with_norms=(
                "all(t.isfinite().all() for t in (loss, *norms[:1], *model.parameters()))"
            ),
            forget=("model.zero_grad()",),
            saved="model.state_dict()",
            _restored=("model.load_state_dict({})",),
        )
    names = experiment.problem.layers[0].parameters
    return Handles(
        all="parameters",
        copy="[p.detach().clone() for p in parameters]",
        finite="all(t.isfinite().all() for t in (loss, *parameters))",
        finite_with_norms="all(t.isfinite().all() for t in (loss, *norms[:1], *parameters))",
        forget=("for p in parameters:", "    p.grad = None"),
        saved="{" + ", ".join(f'"{name}": {name}.detach()' for name in names) + "}",
        _restored=(
            "with torch.no_grad():",
            "    for p, value in zip(parameters, {}):",
            "        p.copy_(value)",
        ),
    )
