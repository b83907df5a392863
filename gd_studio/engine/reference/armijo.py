"""Gradient descent whose steps are shortened until the loss falls enough."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch


class Armijo(torch.optim.Optimizer):
    """Gradient descent with a backtracking line search.

    A step begins with the length `lr`, which shrinks until the loss falls by a share of what the
    slope promises: f(p − t g) ≤ f(p) − c1 · t · ‖g‖². Where no trial does, the parameters stay.

    Armijo, 1966; Nocedal & Wright, Numerical Optimization, 2nd edition, algorithm 3.1.

    Parameters
    ----------
    params
        The parameters.
    lr
        The step length that is tried first.
    c1
        The share of the promised decrease that is enough.
    shrink
        What a step length is multiplied by after a trial that failed.
    most_trials
        Trials in a step, at most.

    Raises
    ------
    ValueError
        Where a setting is outside its range.
    """

    state: Any  # what the steps have cost is kept beside what belongs to a parameter

    def __init__(
        self,
        params: Iterable[torch.Tensor],
        lr: float = 1.0,
        c1: float = 1e-4,
        shrink: float = 0.5,
        most_trials: int = 50,
    ) -> None:
        if not lr >= 0:
            raise ValueError(f"lr, the first step length, must not be negative: {lr}")
        if not 0 < c1 < 1:
            raise ValueError(f"c1 must lie between 0 and 1: {c1}")
        if not 0 < shrink < 1:
            raise ValueError(f"shrink must lie between 0 and 1: {shrink}")
        if not most_trials >= 1:
            raise ValueError(f"most_trials must be 1 or more: {most_trials}")
        settings = {"lr": lr, "c1": c1, "shrink": shrink, "most_trials": most_trials}
        super().__init__(params, settings)
        self.state["evaluations"] = {"function": 0, "gradient": 0, "hessian": 0}

    @torch.no_grad()
    def step(self, evaluate: Callable[[], torch.Tensor]) -> None:  # type: ignore[override]
        """Step along −g, where g is what the parameters' ``grad`` holds.

        Parameters
        ----------
        evaluate
            Returns the loss at the parameters as they are.
        """
        settings = self.param_groups[0]
        parameters = [
            p for group in self.param_groups for p in group["params"] if p.grad is not None
        ]
        start = torch.cat([p.reshape(-1) for p in parameters])
        gradient = torch.cat([p.grad.reshape(-1) for p in parameters])
        squared_norm = gradient.dot(gradient)
        loss = self._loss(evaluate)
        t = settings["lr"]
        for _ in range(settings["most_trials"]):
            self._move(parameters, start.sub(gradient, alpha=t))
            trial = self._loss(evaluate)
            # In the loss's own precision: at a minimum, where a decrease is too small to be seen
            # in it, a loss that stays the same is enough.
            if trial.isfinite() and trial <= loss - settings["c1"] * t * squared_norm:
                return
            t *= settings["shrink"]
        self._move(parameters, start)

    def _loss(self, evaluate: Callable[[], torch.Tensor]) -> torch.Tensor:
        self.state["evaluations"]["function"] += 1
        return evaluate()

    def _move(self, parameters: list[torch.Tensor], values: torch.Tensor) -> None:
        """Set the parameters to `values`, all of them in one vector."""
        parts = values.split([p.numel() for p in parameters])
        for p, part in zip(parameters, parts, strict=True):
            p.copy_(part.view_as(p))
