"""A function's gradient, found in three ways."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from gd_studio.engine.problems import FunctionTask
from gd_studio.link.arrays import Doubles
from gd_studio.link.questions import Gradients


def compare_gradients(task: FunctionTask, points: Doubles) -> Gradients:
    """Differentiate at `points`, ``(n, n_variables)``, in double precision.

    The central difference is ``(f(x + h) − f(x − h)) / 2h`` with ``h = ∛ε · max(1, |x|)``, which
    balances truncation against rounding (Press et al., Numerical Recipes, 3rd ed., section 5.7).
    """
    at = torch.from_numpy(np.array(points, dtype=np.float64)).requires_grad_()
    (autograd,) = torch.autograd.grad(task.losses_at(at).sum(), at)
    with torch.no_grad():
        central = _central_difference(task.losses_at, at)
        parts = task.gradient
        analytic = torch.stack([part(*at.unbind(1)) for part in parts], dim=1) if parts else None
    return Gradients(
        autograd=autograd.numpy(),
        analytic=None if analytic is None else analytic.detach().numpy(),
        central_difference=central.numpy(),
    )


def _central_difference(function: Callable[[Tensor], Tensor], points: Tensor) -> Tensor:
    epsilon = torch.finfo(points.dtype).eps ** (1 / 3)
    columns = []
    for axis in range(points.shape[1]):
        h = torch.zeros_like(points)
        h[:, axis] = epsilon * points[:, axis].abs().clamp(min=1.0)
        # The step that was really taken, after rounding: x + h is not exactly h away from x.
        width = ((points + h) - (points - h))[:, axis]
        columns.append((function(points + h) - function(points - h)) / width)
    return torch.stack(columns, dim=1)
