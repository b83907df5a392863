"""Newton's method made safe: a Hessian made positive definite, and a line search."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch


class DampedNewton(torch.optim.Optimizer):
    """Newton's method that only ever goes down.

    The Hessian H is shifted until its lowest eigenvalue is `least_curvature` · max(1, |λ|max) or
    more, so that d = −(H + μ I)⁻¹ g leads down even at a saddle point: the measure is relative,
    because eigenvalues are only as exact as the largest of them allows. Then the step length t
    shrinks from `lr` until f(p + t d) ≤ f(p) + c1 · t · gᵀd. Where no trial does, or H is not
    finite, the parameters stay.

    Nocedal & Wright, Numerical Optimization, 2nd edition, section 3.4 (the shift); Boyd &
    Vandenberghe, Convex Optimization, section 9.5.2 (the damping).

    Parameters
    ----------
    params
        The parameters.
    lr
        The step length that is tried first; 1 is Newton's own step.
    c1
        The share of the promised decrease that is enough.
    shrink
        What a step length is multiplied by after a trial that failed.
    most_trials
        Trials in a step, at most.
    least_curvature
        The lowest eigenvalue that is left as it is, as a share of max(1, |λ|max).

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
        least_curvature: float = 1e-6,
    ) -> None:
        if not lr >= 0:
            raise ValueError(f"lr, the first step length, must not be negative: {lr}")
        if not 0 < c1 < 1:
            raise ValueError(f"c1 must lie between 0 and 1: {c1}")
        if not 0 < shrink < 1:
            raise ValueError(f"shrink must lie between 0 and 1: {shrink}")
        if not most_trials >= 1:
            raise ValueError(f"most_trials must be 1 or more: {most_trials}")
        if not least_curvature > 0:
            raise ValueError(f"least_curvature must be above 0: {least_curvature}")
        settings = {"lr": lr, "c1": c1, "shrink": shrink, "most_trials": most_trials}
        super().__init__(params, {**settings, "least_curvature": least_curvature})
        self.state["evaluations"] = {"function": 0, "gradient": 0, "hessian": 0}

    @torch.no_grad()
    def step(self, evaluate: Callable[[], torch.Tensor]) -> None:  # type: ignore[override]
        """Step along −(H + μ I)⁻¹ g, where g is what the parameters' ``grad`` holds.

        Parameters
        ----------
        evaluate
            Returns the loss at the parameters as they are, with its graph.
        """
        settings = self.param_groups[0]
        parameters = [
            p for group in self.param_groups for p in group["params"] if p.grad is not None
        ]
        start = torch.cat([p.reshape(-1) for p in parameters])
        gradient = torch.cat([p.grad.reshape(-1) for p in parameters])
        loss, hessian = self._loss_and_hessian(evaluate, parameters)
        if not hessian.isfinite().all():
            return
        direction = self._direction(hessian, gradient)
        slope = gradient.dot(direction)
        t = settings["lr"]
        for _ in range(settings["most_trials"]):
            self._move(parameters, start.add(direction, alpha=t))
            self.state["evaluations"]["function"] += 1
            trial = evaluate()
            # In the loss's own precision: at a minimum, where a decrease is too small to be seen
            # in it, a loss that stays the same is enough.
            if trial.isfinite() and trial <= loss + settings["c1"] * t * slope:
                return
            t *= settings["shrink"]
        self._move(parameters, start)

    def _direction(self, hessian: torch.Tensor, gradient: torch.Tensor) -> torch.Tensor:
        """Return −(H + μ I)⁻¹ g."""
        least_curvature = self.param_groups[0]["least_curvature"]
        try:
            eigenvalues, eigenvectors = torch.linalg.eigh(hessian)  # in ascending order
        except torch.linalg.LinAlgError:  # type: ignore[attr-defined]
            # Of some singular matrices LAPACK finds no eigenvalues in float32, but in float64.
            found = torch.linalg.eigh(hessian.cpu().double())
            eigenvalues, eigenvectors = (part.to(hessian) for part in found)
        lowest = least_curvature * eigenvalues.abs().max().clamp(min=1)
        shift = (lowest - eigenvalues[0]).clamp(min=0)
        # Again `lowest`: what is added to a large negative number is rounded.
        curvatures = (eigenvalues + shift).clamp(min=lowest)
        direction: torch.Tensor = -(eigenvectors @ (eigenvectors.T @ gradient / curvatures))
        return direction

    @torch.enable_grad()
    def _loss_and_hessian(
        self, evaluate: Callable[[], torch.Tensor], parameters: list[torch.Tensor]
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Differentiate each component of the gradient once more: a scalar, ``(size, size)``."""
        loss = evaluate()
        first = torch.autograd.grad(loss, parameters, create_graph=True, materialize_grads=True)
        gradient = torch.cat([part.reshape(-1) for part in first])
        for kind in ("function", "gradient", "hessian"):
            self.state["evaluations"][kind] += 1
        if not gradient.requires_grad:  # the loss is linear
            return loss.detach(), gradient.new_zeros(len(gradient), len(gradient))
        rows = []
        for component in gradient:
            second = torch.autograd.grad(
                component, parameters, retain_graph=True, materialize_grads=True
            )
            rows.append(torch.cat([part.reshape(-1) for part in second]))
        return loss.detach(), torch.stack(rows)

    def _move(self, parameters: list[torch.Tensor], values: torch.Tensor) -> None:
        """Set the parameters to `values`, all of them in one vector."""
        parts = values.split([p.numel() for p in parameters])
        for p, part in zip(parameters, parts, strict=True):
            p.copy_(part.view_as(p))
