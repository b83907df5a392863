"""The second derivatives of a task's loss, by differentiating twice, in double precision."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from gd_studio.engine.landscape import products_per_sample, thinned, widest_layer
from gd_studio.engine.problems import FunctionTask, ModelTask, Task

MOST_IN_FULL = 200
"""Up to so many parameters the Hessian is written out; beyond, it is known by its products."""

_MOST_PRODUCTS = 1_000_000_000
"""How many products of numbers the loss may take, for each row of a Hessian that is written out:
some seconds for all that is made of it. Beyond, it is that of a part of the samples, evenly
taken."""

_NUMBERS_AT_ONCE = 1_000_000
"""How many numbers a layer may make in one go, since the graph keeps those of all layers."""


Product = Callable[[Tensor], Tensor]
"""From a vector ``(size,)`` to the Hessian times it."""


@dataclass(frozen=True)
class Derivatives:
    """A loss to second order at m points: ``(m,)``, ``(m, size)`` and ``(m, size, size)``."""

    losses: Tensor
    gradients: Tensor
    hessians: Tensor


class Loss:
    """A task's loss as a function of one flat vector.

    It is the loss on the whole training part, with its penalties. The same samples are looked at
    for each vector, so that it is the same function every time.

    Parameters
    ----------
    most_samples
        At most so many samples are looked at, evenly taken; ``None`` for as many as take some
        seconds. A few give an eigenvalue sooner, and one that is as a rule too large.

    Attributes
    ----------
    size
        Length of the vector: of a model's layout, or the number of a function's variables.
    samples, n_samples
        How many samples are looked at, of how many in the training part; 0 of 0 for a function.
    is_small
        Whether the Hessian can be written out.
    """

    def __init__(self, task: Task, most_samples: int | None = None) -> None:
        self.task = task
        self.samples = self.n_samples = 0
        self._loss: Callable[[Tensor], Tensor]
        self._losses: Callable[[Tensor], Tensor]
        match task:
            case FunctionTask():
                self.size = len(task.function.domain)
                self.is_small = self.size <= MOST_IN_FULL
                self._loss = lambda point: task.losses_at(point[None]).sum()
                self._losses = task.losses_at
                numbers = self.size
            case ModelTask():
                self.size = task.layout.size
                self.is_small = self.size <= MOST_IN_FULL
                rows = self.size if self.is_small else 1
                most = _MOST_PRODUCTS // (products_per_sample(task) * rows)
                part = thinned(task.data.train, min(most, most_samples or most))
                self.samples, self.n_samples = len(part), len(task.data.train)
                self._loss = lambda flat: task.loss_at(task.split(flat), part)
                self._losses = torch.func.vmap(self._loss)
                numbers = self.samples * widest_layer(task)
        self._at_once = max(1, _NUMBERS_AT_ONCE // max(numbers, self.size**2))

    def derivatives(
        self, points: Tensor, on_progress: Callable[[float], None] = lambda _: None
    ) -> Iterator[Derivatives]:
        """Differentiate twice at points ``(m, size)``, some at a time; for small ones only."""
        done = 0
        for chunk in points.split(self._at_once):
            losses, at, gradients = _first(self._losses, chunk)
            rows = []
            for i in range(self.size):
                on_progress((done + len(chunk) * i / self.size) / len(points))
                rows.append(_row(gradients[:, i].sum(), at))
            done += len(chunk)
            yield Derivatives(losses.detach(), gradients.detach(), torch.stack(rows, dim=1))

    def expand(self, point: Tensor) -> tuple[float, Tensor, Product]:
        """Return loss and gradient at a point ``(size,)``, and what multiplies with the Hessian.

        ``H v = ∇(∇L · v)``, without H (Pearlmutter, Fast exact multiplication by the Hessian,
        1994).
        """
        loss, at, gradient = _first(self._loss, point)
        return loss.item(), gradient.detach(), lambda vector: _row(gradient @ vector, at)

    def plane(self, point: Tensor, axes: Sequence[int]) -> tuple[float, Tensor, Tensor]:
        """Return loss, gradient ``(k,)`` and Hessian ``(k, k)`` along k axes through a point."""
        loss, at, gradient = _first(self._loss, point)
        chosen = list(axes)
        hessian = torch.stack([_row(gradient[axis], at)[chosen] for axis in chosen])
        return loss.item(), gradient.detach()[chosen], hessian


def _first(function: Callable[[Tensor], Tensor], at: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return losses, points and gradients; the latter can be differentiated for the former."""
    at = at.detach().double().requires_grad_()
    losses = function(at)
    (gradients,) = torch.autograd.grad(losses.sum(), at, create_graph=True, materialize_grads=True)
    return losses, at, gradients


def _row(number: Tensor, at: Tensor) -> Tensor:
    if not number.requires_grad:  # a loss that is linear has a gradient without a graph
        return torch.zeros_like(at)
    (row,) = torch.autograd.grad(number, at, retain_graph=True, materialize_grads=True)
    return row
