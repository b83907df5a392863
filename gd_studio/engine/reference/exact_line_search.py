"""Steepest descent that goes to the lowest point along each step's ray."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch


class ExactLineSearch(torch.optim.Optimizer):
    """Steepest descent with an exact line search: t minimises φ(t) = f(p − t g).

    A minimum of φ is bracketed by doubling or halving `lr`, and the bracket narrowed by golden
    sections. Near a minimum values tell points apart only down to the root of the machine
    precision, slopes much further: the last step is one of the secant method on φ′. Where φ has
    nothing as low as φ(0), the parameters stay; where it falls without end and so has no minimum,
    the step length is `lr`.

    Cauchy, 1847; Kiefer, 1953 (golden sections); Press et al., Numerical Recipes, 3rd edition,
    sections 10.1 and 10.2.

    Parameters
    ----------
    params
        The parameters.
    lr
        The step length with which the search begins.
    tolerance
        How narrow the bracket becomes, as a share of the step length; no less than the root of
        the machine precision, which is 3.5e-4 for float32.
    most_trials
        Step lengths looked at in a step, at most, before the secant.

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
        tolerance: float = 1e-6,
        most_trials: int = 100,
    ) -> None:
        if not lr >= 0:
            raise ValueError(f"lr, where the search begins, must not be negative: {lr}")
        if not 0 < tolerance < 1:
            raise ValueError(f"tolerance must lie between 0 and 1: {tolerance}")
        if not most_trials >= 1:
            raise ValueError(f"most_trials must be 1 or more: {most_trials}")
        settings = {"lr": lr, "tolerance": tolerance, "most_trials": most_trials}
        super().__init__(params, settings)
        self.state["evaluations"] = {"function": 0, "gradient": 0, "hessian": 0}

    @torch.no_grad()
    def step(self, evaluate: Callable[[], torch.Tensor]) -> None:  # type: ignore[override]
        """Step along −g, where g is what the parameters' ``grad`` holds.

        Parameters
        ----------
        evaluate
            Returns the loss at the parameters as they are, with its graph.
        """
        parameters = [
            p for group in self.param_groups for p in group["params"] if p.grad is not None
        ]
        start = torch.cat([p.reshape(-1) for p in parameters])
        gradient = torch.cat([p.grad.reshape(-1) for p in parameters])
        counts = self.state["evaluations"]

        def move(t: float) -> None:
            parts = (start - t * gradient).split([p.numel() for p in parameters])
            for p, part in zip(parameters, parts, strict=True):
                p.copy_(part.view_as(p))

        def phi(t: float) -> float:
            move(t)
            counts["function"] += 1
            return evaluate().item()

        def phi_and_slope(t: float) -> tuple[float, float]:
            move(t)
            counts["function"] += 1
            counts["gradient"] += 1
            with torch.enable_grad():
                loss = evaluate()
            there = torch.autograd.grad(loss, parameters, materialize_grads=True)
            slope = -gradient.dot(torch.cat([part.reshape(-1) for part in there]))
            return loss.item(), slope.item()

        move(self._step_length(phi, phi_and_slope, torch.finfo(start.dtype).eps))

    def _step_length(
        self,
        phi: Callable[[float], float],
        phi_and_slope: Callable[[float], tuple[float, float]],
        eps: float,
    ) -> float:
        """Return the t that minimises φ, whose values have the precision `eps`."""
        settings, counts = self.param_groups[0], self.state["evaluations"]
        first, slope_at_0 = phi_and_slope(0.0)
        # A gradient that noise has been added to may point uphill.
        if not (slope_at_0 < 0 and settings["lr"] > 0):
            return 0.0
        last = counts["function"] + settings["most_trials"]
        low, t, high, lowest = self._bracket(phi, first, last)
        if low == high:
            return t
        end = high
        golden = (3 - math.sqrt(5)) / 2
        width = max(settings["tolerance"], math.sqrt(eps))
        while high - low > width * t and counts["function"] < last:
            # Into the larger part of the bracket.
            trial = t + golden * ((high if high - t > t - low else low) - t)
            value = phi(trial)
            if -math.inf < value < lowest:
                low, high = (t, high) if trial > t else (low, t)
                t, lowest = trial, value
            elif trial > t:
                high = trial
            else:
                low = trial
        _, slope = phi_and_slope(t)
        if slope > slope_at_0:
            # Where the line through both slopes is zero: for a quadratic the very minimum.
            zero = t * slope_at_0 / (slope_at_0 - slope)
            if zero < end:
                value, slope_there = phi_and_slope(zero)
                # Not higher but by rounding.
                is_low = value <= min(first, lowest + 4 * eps * abs(first))
                if is_low and abs(slope_there) < abs(slope):
                    return zero
        return t

    def _bracket(
        self, phi: Callable[[float], float], first: float, last: int
    ) -> tuple[float, float, float, float]:
        """Return low < t < high and φ(t), which is no higher than φ at both ends, nor than `first`.

        All three are 0 where nothing as low as `first`, φ(0), is found, and `lr` where φ falls
        without end. No more is evaluated when `last` evaluations have been counted.
        """
        counts, lr = self.state["evaluations"], self.param_groups[0]["lr"]
        low, t, lowest = 0.0, lr, phi(lr)
        if not -math.inf < lowest <= first:
            while counts["function"] < last:
                high, t = t, t / 2
                lowest = phi(t)
                if -math.inf < lowest <= first:
                    return low, t, high, lowest
            return 0.0, 0.0, 0.0, first
        while counts["function"] < last:
            high = 2 * t
            value = phi(high)
            if value == -math.inf:
                break
            if not value <= lowest:  # higher, or NaN
                return low, t, high, lowest
            low, t, lowest = t, high, value
        return lr, lr, lr, lowest
