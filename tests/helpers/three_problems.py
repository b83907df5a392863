"""A bowl, a valley and a small network: as experiments, and as plain loops have them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy, linear

from gd_studio.experiment import Experiment
from tests.helpers import plain_loops
from tests.helpers.experiments import circle_perceptron, function

PROBLEMS = ("quadratic-bowl", "rosenbrock", "circle-perceptron")
PRECISIONS = ("float32", "float64")
START = (-1.2, 1.7)

Step = Callable[[], float]
"""Takes a step, and returns the loss that it began with."""


@dataclass
class Plain:
    """What a plain loop descends on: leaf tensors, and the loss as a function of them."""

    parameters: list[Tensor]
    function: Callable[..., Tensor]

    def loss(self) -> Tensor:
        return self.function(*self.parameters)

    def flat(self) -> Tensor:
        return torch.cat([p.detach().reshape(-1) for p in self.parameters]).clone()


@dataclass
class Path:
    """What a plain loop leaves: of each step its loss and rate, and the parameters after it."""

    start: Tensor
    losses: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    rows: list[Tensor] = field(default_factory=list)

    @property
    def parameters(self) -> Tensor:
        """``(steps, size)``."""
        return torch.stack(self.rows)


def experiment_on(problem: str, precision: str, steps: int, **changes: Any) -> Experiment:
    """Return an experiment on one of `PROBLEMS`; `training` is added to the number of steps."""
    training = {"steps": steps, **changes.pop("training", {})}
    parts = {"training": training, "precision": precision, **changes}
    if problem == "circle-perceptron":
        return circle_perceptron(**parts)
    return function(problem, starts=[START], **parts)


def plain_problem(problem: str, precision: str, *, as_row: bool = False) -> Plain:
    """Return the same for a plain loop; `as_row` makes the point of a function a matrix."""
    dtype: torch.dtype = getattr(torch, precision)
    if problem == "circle-perceptron":
        return _perceptron(dtype)
    values: Any = [START] if as_row else START
    point = torch.tensor(values, dtype=dtype, requires_grad=True)
    of = _bowl if problem == "quadratic-bowl" else _rosenbrock
    return Plain([point], lambda p: of(*p.flatten()))


def _bowl(x: Tensor, y: Tensor) -> Tensor:
    return 0.5 * (x**2 + 10.0 * y**2)


def _rosenbrock(x: Tensor, y: Tensor) -> Tensor:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def _perceptron(dtype: torch.dtype) -> Plain:
    x, y = (part.to(dtype) for part in plain_loops.circle(42))
    parameters = [p.detach().to(dtype) for p in plain_loops.perceptron().parameters()]

    def loss(weight: Tensor, bias: Tensor, out_weight: Tensor, out_bias: Tensor) -> Tensor:
        hidden = torch.relu(linear(x, weight, bias))
        return binary_cross_entropy(torch.sigmoid(linear(hidden, out_weight, out_bias)), y)

    return Plain([p.requires_grad_() for p in parameters], loss)


def plain_step(problem: Plain, optimizers: Sequence[torch.optim.Optimizer]) -> Step:
    """The body of the loop that everybody writes."""

    def step() -> float:
        for optimizer in optimizers:
            optimizer.zero_grad()
        loss = problem.loss()
        loss.backward()
        for optimizer in optimizers:
            optimizer.step()
        return loss.item()

    return step


def follow(problem: Plain, step: Step, steps: int) -> Path:
    """Take steps, and keep what there is to compare."""
    path = Path(problem.flat())
    for _ in range(steps):
        path.losses.append(step())
        path.rows.append(problem.flat())
    return path
