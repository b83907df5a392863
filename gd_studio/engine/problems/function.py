"""Descending on a function from one start or many."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from gd_studio.engine.expressions import compile_formula
from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.experiment.layout import layout_of

_MOST_TOLD = 100
"""The loss of each start is told for up to so many."""

_MODERATE = 1e6
"""Beyond this a coordinate is that of a path that has been flung out."""


class FunctionTask:
    """A function and the points that descend on it.

    Attributes
    ----------
    layout
        How the points are named and laid out.
    tensors
        One tensor, ``(n_starts, n_variables)``.
    """

    def __init__(self, experiment: Experiment, problem: FunctionProblem) -> None:
        self.layout = layout_of(problem)
        self.n_starts = problem.n_starts
        self.function = problem.resolved
        self._evaluate = compile_formula(self.function.formula)
        starts = _starts(problem, getattr(torch, experiment.precision))
        self.tensors = (starts.to(experiment.device).requires_grad_(),)

    def losses(self) -> Tensor:
        """The function at each point, ``(n_starts,)``."""
        return self._evaluate(*self.tensors[0].unbind(1))

    def loss(self) -> Tensor:
        """The sum over the points, a scalar: its gradient is each point's own."""
        return self.losses().sum()

    def again(self) -> Tensor:
        """The loss at the points as they are now, for who evaluates it within a step."""
        return self.loss()

    def losses_at(self, points: Tensor) -> Tensor:
        """The function at other points ``(n, n_variables)``: ``(n,)``."""
        return self._evaluate(*points.unbind(1))

    def is_finite(self) -> bool:
        """Whether the function is finite where the points are."""
        with torch.no_grad():
            return bool(self.losses().isfinite().all())

    def is_undefined(self) -> bool:
        """Whether a point of moderate size lies where the function has no value, as √x below 0."""
        with torch.no_grad():
            nowhere = self.losses().isnan() & (self.tensors[0].abs() < _MODERATE).all(dim=1)
            return bool(nowhere.any())

    def load(self, flat: Tensor) -> None:
        """Move the points to `flat`, ``(layout.size,)``."""
        with torch.no_grad():
            self.tensors[0].copy_(flat.view(self.tensors[0].shape))

    def final(self) -> dict[str, float]:
        """Numbers about the end, beyond those of the last step: each start's own loss there."""
        if not 1 < self.n_starts <= _MOST_TOLD:
            return {}
        with torch.no_grad():
            losses = self.losses().tolist()
        return {f"loss[{start}]": loss for start, loss in enumerate(losses)}

    @property
    def gradient(self) -> tuple[Callable[..., Tensor], ...]:
        """The analytic partial derivatives, where the catalogue has them."""
        return tuple(compile_formula(part) for part in self.function.gradient)


def _starts(problem: FunctionProblem, dtype: torch.dtype) -> Tensor:
    """The placed starts, or random ones: ``rand(n, n_variables) · (high − low) + low``."""
    if problem.starts:
        return torch.tensor(problem.starts, dtype=dtype)
    low, high = torch.tensor(problem.resolved.domain, dtype=torch.float32).unbind(1)
    return (torch.rand(problem.random_starts, len(low)) * (high - low) + low).to(dtype)
