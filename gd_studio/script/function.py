"""The function to descend on, and where the descent starts."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.experiment import FunctionProblem
from gd_studio.script.model import dtype_of, tensor_of
from gd_studio.script.parts import Parts
from gd_studio.script.text import comment, expression, indented, lines_of


def write_function(problem: FunctionProblem) -> list[str]:
    """Return the lines that define f."""
    formula = problem.resolved.formula
    body = expression("return ", formula.python())
    about = f'"""{problem.function.entry.label}."""'
    return [f"def f({', '.join(formula.variables)}):", *indented([about, *body])]


@dataclass(frozen=True)
class Point:
    """What a descent speaks of as its point.

    Attributes
    ----------
    name
        As its only variable, or position.
    value
        The function there: of many starts a value for each.
    numbers
        A tensor of the coordinates; of many starts a row for each.
    is_row
        Whether a single start is a row of a matrix, for an optimizer that looks at shapes.
    """

    name: str
    value: str
    numbers: str
    is_row: bool = False


def point_of(parts: Parts, problem: FunctionProblem) -> Point:
    """Return how a script speaks of the point."""
    if problem.n_starts > 1:
        return Point("position", "f(*position.unbind(dim=1))", "position")
    entries = [part.experiment.optimizer.entry for part in parts]
    if any(not entry.elementwise and not entry.closure for entry in entries):
        return Point("position", "f(*position[0])", "position[0]", is_row=True)
    variables = problem.resolved.formula.variables
    if len(variables) == 1:
        return Point(variables[0], f"f({variables[0]})", variables[0])
    return Point("position", "f(*position)", "position")


def write_starts(parts: Parts, problem: FunctionProblem) -> list[str]:
    """Return the lines that make the tensor of what descends: a point, or a row for each."""
    experiment, point = parts[0].experiment, point_of(parts, problem)
    name, alone = point.name, problem.n_starts == 1 and not point.is_row
    on_cpu = experiment.device == "cpu"
    wants = [*dtype_of(experiment), *(["requires_grad=True"] if on_cpu else [])]
    closing = ")" if on_cpu else ").to(device).requires_grad_()"
    given = experiment.initial_parameters
    starts = problem.starts if given is None else next(iter(given.values()))
    about = "The start" if alone else "The starts: a row for each"
    if point.is_row:
        about = "The start: a row, since the optimizer looks at rows and columns"
    lines = comment(about)
    if len(starts):
        values = starts[0] if alone else starts
        if alone and len(values) == 1:
            (values,) = values
        return lines + lines_of(tensor_of(f"{name} = ", values, *wants, closing=closing))
    low, high = ([float(bounds[end]) for bounds in problem.resolved.domain] for end in (0, 1))
    size = f"{len(low)}" if alone else f"{problem.n_starts}, {len(low)}"
    moved = "" if experiment.precision == "float32" else ".double()"
    moved += "" if on_cpu else ".to(device)"
    return [
        *lines,
        f"low, high = torch.tensor({low}), torch.tensor({high})",
        f"{name} = torch.rand({size}) * (high - low) + low",
        f"{name} = {name}{moved}.requires_grad_()" if moved else f"{name}.requires_grad_()",
    ]
