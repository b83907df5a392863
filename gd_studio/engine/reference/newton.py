"""Newton's method: to the stationary point of the local quadratic."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import torch


class Newton(torch.optim.Optimizer):
    """Newton's method with the full Hessian H: p ← p − lr · H⁻¹ g.

    It goes where the quadratic that fits the loss here has no slope: to its minimum as well as to
    its saddle point or its maximum. A singular H has no inverse; its pseudoinverse takes its place
    and gives the shortest of all steps that come nearest to H d = −g.

    Nocedal & Wright, Numerical Optimization, 2nd edition, section 3.3.

    Parameters
    ----------
    params
        The parameters.
    lr
        The share of the whole step that is taken.

    Raises
    ------
    ValueError
        Where `lr` is negative.
    """

    state: Any  # what the steps have cost is kept beside what belongs to a parameter

    def __init__(self, params: Iterable[torch.Tensor], lr: float = 1.0) -> None:
        if not lr >= 0:
            raise ValueError(f"lr must not be negative: {lr}")
        super().__init__(params, {"lr": lr})
        self.state["evaluations"] = {"function": 0, "gradient": 0, "hessian": 0}

    @torch.no_grad()
    def step(self, evaluate: Callable[[], torch.Tensor]) -> None:  # type: ignore[override]
        """Step along −H⁻¹ g, where g is what the parameters' ``grad`` holds.

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
        hessian = self._hessian(evaluate, parameters)
        direction, info = torch.linalg.solve_ex(hessian, gradient)
        is_solved = info == 0 and direction.isfinite().all()
        # Of a Hessian that is not finite nothing can be made: the step is not finite either.
        if not is_solved and hessian.isfinite().all():
            direction = self._pseudoinverse(hessian) @ gradient
        values = start.sub(direction, alpha=self.param_groups[0]["lr"])
        parts = values.split([p.numel() for p in parameters])
        for p, part in zip(parameters, parts, strict=True):
            p.copy_(part.view_as(p))

    @staticmethod
    def _pseudoinverse(hessian: torch.Tensor) -> torch.Tensor:
        """Return H⁺; what is rounding in the precision of `hessian` counts as zero."""
        try:
            inverse: torch.Tensor = torch.linalg.pinv(hessian, hermitian=True)
        except torch.linalg.LinAlgError:  # type: ignore[attr-defined]
            # Of some singular matrices LAPACK finds no eigenvalues in float32, but in float64.
            rounding = len(hessian) * torch.finfo(hessian.dtype).eps
            double = hessian.cpu().double()
            inverse = torch.linalg.pinv(double, rtol=rounding, hermitian=True).to(hessian)
        return inverse

    @torch.enable_grad()
    def _hessian(
        self, evaluate: Callable[[], torch.Tensor], parameters: list[torch.Tensor]
    ) -> torch.Tensor:
        """Differentiate each component of the gradient once more: ``(size, size)``."""
        loss = evaluate()
        first = torch.autograd.grad(loss, parameters, create_graph=True, materialize_grads=True)
        gradient = torch.cat([part.reshape(-1) for part in first])
        for kind in ("function", "gradient", "hessian"):
            self.state["evaluations"][kind] += 1
        if not gradient.requires_grad:  # the loss is linear
            return gradient.new_zeros(len(gradient), len(gradient))
        rows = []
        for component in gradient:
            second = torch.autograd.grad(
                component, parameters, retain_graph=True, materialize_grads=True
            )
            rows.append(torch.cat([part.reshape(-1) for part in second]))
        return torch.stack(rows)
