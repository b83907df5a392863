"""Whether an optimizer can work on what a problem descends with."""

from __future__ import annotations

from collections.abc import Iterator

from gd_studio.experiment.choice import OptimizerChoice
from gd_studio.experiment.errors import Misfit
from gd_studio.experiment.layout import layout_of
from gd_studio.experiment.problem import FunctionProblem, Problem


def optimizer_misfits(optimizer: OptimizerChoice, problem: Problem) -> Iterator[Misfit]:
    """Say what an optimizer cannot do with a problem."""
    entry, place = optimizer.entry, ("optimizer", "key")
    if entry.elementwise:
        return
    layout = layout_of(problem)
    if isinstance(problem, FunctionProblem) and problem.n_starts > 1:
        yield (
            place,
            f"{entry.label} looks at all parameters together, so that starts would pull at each "
            "other: choose a single start, or another optimizer",
            optimizer.key,
        )
    if entry.most_parameters is not None and layout.size > entry.most_parameters:
        yield (
            place,
            f"{entry.label} needs the whole Hessian, and is for up to {entry.most_parameters:,} "
            f"parameters; this model has {layout.size:,}",
            optimizer.key,
        )
    if entry.matrices_only and not any(len(shape) == 2 for shape in layout.shapes):
        yield (place, f"{entry.label} is for matrices, and there is none here", optimizer.key)
