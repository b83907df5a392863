"""The function to descend on, and where the descent starts."""

from __future__ import annotations

from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.script.model import tensor_of
from gd_studio.script.text import comment, expression, indented, lines_of


def write_function(problem: FunctionProblem) -> list[str]:
    """Return the lines that define f."""
    formula = problem.resolved.formula
    body = expression("return ", formula.python())
    about = f'"""{problem.function.entry.label}."""'
    return [f"def f({', '.join(formula.variables)}):", *indented([about, *body])]


def point_name(problem: FunctionProblem) -> str:
    """What the point is called: as its only variable, or position."""
    variables = problem.resolved.formula.variables
    return variables[0] if len(variables) == 1 and problem.n_starts == 1 else "position"


def write_starts(experiment: Experiment, problem: FunctionProblem) -> list[str]:
    """Return the lines that make the tensor of what descends: a point, or a row for each."""
    name, alone = point_name(problem), problem.n_starts == 1
    on_cpu = experiment.device == "cpu"
    wants = ["requires_grad=True"] if on_cpu else []
    closing = ")" if on_cpu else ").to(device).requires_grad_()"
    given = experiment.initial_parameters
    starts = problem.starts if given is None else next(iter(given.values()))
    lines = comment("The start" if alone else "The starts: a row for each")
    if len(starts):
        values = starts[0] if alone else starts
        if alone and len(values) == 1:
            (values,) = values
        return lines + lines_of(tensor_of(f"{name} = ", values, *wants, closing=closing))
    low, high = ([float(bounds[end]) for bounds in problem.resolved.domain] for end in (0, 1))
    size = f"{len(low)}" if alone else f"{problem.n_starts}, {len(low)}"
    return [
        *lines,
        f"low, high = torch.tensor({low}), torch.tensor({high})",
        f"{name} = torch.rand({size}) * (high - low) + low",
        f"{name}.requires_grad_()" if on_cpu else f"{name} = {name}.to(device).requires_grad_()",
    ]
