"""What a point of the loss is: a minimum, a saddle, a slope, …."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gd_studio.engine.curvature.hessian import Loss
from gd_studio.engine.curvature.measure import points_of
from gd_studio.engine.curvature.spectrum import (
    SINGLE,
    UNDEFINED,
    Spectrum,
    find_spectrum,
    spectrum_of,
)
from gd_studio.engine.problems import FunctionTask, ModelTask, Task
from gd_studio.link.arrays import Doubles
from gd_studio.link.point import Classification, PointKind, Signs

_NEAR = 1e-3
"""How near a stationary point has to be, as a share of what the loss extends over."""

_UNSEEN = 0.01
"""Where only the extreme eigenvalues are known, the gradient is judged as if it lay along one of
this share of the largest."""

_POINTS_DRAWN = 1024


@dataclass(frozen=True)
class _Extent:
    """What lengths and losses are measured by."""

    length: float
    height: float


def classify_point(
    task: Task, parameters: Doubles, on_progress: Callable[[float], None] = lambda _: None
) -> Classification:
    """Say what a point ``(size,)`` is.

    Everything is measured by an extent. For a function its length is the diagonal of the domain
    and its height how far the values within lie apart; for a model they are ``max(1, ‖p‖)`` and
    the loss. With ε = 1.2e-7, the precision of float32 that training works in, a point is, the
    first that holds:

    - *undefined*, where the loss, its gradient or its Hessian is not finite;
    - a *plateau*, where neither ``‖g‖ · length`` nor ``max |λ| · length²`` is above
      ``ε · height``: single precision sees no slope and no curvature;
    - *stationary*, where along each eigenvector ``|gᵢ| ≤ max(|λᵢ| / 1000, ε max |λ|) · length``:
      by the quadratic model, a stationary point is nearer than a thousandth of the length. Where
      only the extreme eigenvalues are known, where ``‖g‖ ≤ max |λ| / 100,000 · length``. It is a
      minimum, a maximum or a saddle by the signs of the eigenvalues; those up to ``ε max |λ|``
      count as zero, and so do those whose sign Lanczos' method left open;
    - a *boundary*, where the point of a function lies on the edge of its domain or beyond, and a
      step against the gradient leads farther out;
    - a *slope* otherwise.

    Raises
    ------
    CurvatureProblem
        Where the point does not fit the task.
    """
    loss = Loss(task)
    (point,) = points_of(loss, parameters[None])
    signs: Signs | None = None
    if loss.is_small:
        (derivatives,) = loss.derivatives(point[None], on_progress)
        value, gradient = float(derivatives.losses), derivatives.gradients[0]
        extent = _extent(task, point, value)
        spectrum, signs, is_stationary = _in_full(gradient, derivatives.hessians[0], extent.length)
    else:
        value, gradient, product = loss.expand(point)
        extent = _extent(task, point, value)
        spectrum = find_spectrum(product, loss.size, on_progress)
        bound = _NEAR * _UNSEEN * spectrum.scale * extent.length
        is_stationary = float(gradient.norm()) <= bound
    numbers = torch.tensor([value, float(gradient.norm()), spectrum.scale])
    return Classification(
        kind=(
            _kind(task, point, gradient, spectrum, extent, is_stationary)
            if numbers.isfinite().all()
            else PointKind.UNDEFINED
        ),
        loss=value,
        gradient_norm=float(gradient.norm()),
        largest=spectrum.largest,
        smallest=spectrum.smallest,
        condition=spectrum.condition,
        signs=signs,
        samples=loss.samples,
        n_samples=loss.n_samples,
    )


def _in_full(
    gradient: Tensor, hessian: Tensor, length: float
) -> tuple[Spectrum, Signs | None, bool]:
    """Spectrum, signs, and whether the point is stationary."""
    if not hessian.isfinite().all():
        return UNDEFINED, None, False
    values, vectors = torch.linalg.eigh(hessian)
    spectrum = spectrum_of(values)
    signs = Signs(
        positive=int((values > spectrum.zero).sum()),
        zero=int((values.abs() <= spectrum.zero).sum()),
        negative=int((values < -spectrum.zero).sum()),
    )
    bounds = (_NEAR * values.abs()).clamp(min=spectrum.zero) * length
    return spectrum, signs, bool(((vectors.T @ gradient).abs() <= bounds).all())


def _kind(
    task: Task,
    point: Tensor,
    gradient: Tensor,
    spectrum: Spectrum,
    extent: _Extent,
    is_stationary: bool,
) -> PointKind:
    least = SINGLE * extent.height
    slope = float(gradient.norm()) * extent.length
    if slope <= least and spectrum.scale * extent.length**2 <= least:
        return PointKind.PLATEAU
    if is_stationary:
        return _stationary_kind(spectrum)
    if isinstance(task, FunctionTask) and _leads_out(task, point, gradient):
        return PointKind.BOUNDARY
    return PointKind.SLOPE


def _stationary_kind(spectrum: Spectrum) -> PointKind:
    zero, (below, above) = spectrum.zero, spectrum.doubts
    if spectrum.smallest > zero + below:
        return PointKind.MINIMUM
    if spectrum.largest < -zero - above:
        return PointKind.MAXIMUM
    if spectrum.largest <= zero:
        return PointKind.FLAT_MAXIMUM
    return PointKind.SADDLE if spectrum.smallest < -zero else PointKind.FLAT_MINIMUM


def _leads_out(task: FunctionTask, point: Tensor, gradient: Tensor) -> bool:
    """Whether the point is at an edge of the domain, or beyond, and descends away from it."""
    low, high = torch.tensor(task.function.domain, dtype=torch.float64).unbind(1)
    rounding = SINGLE * (high - low)
    out_below = (point <= low + rounding) & (gradient > 0)
    out_above = (point >= high - rounding) & (gradient < 0)
    return bool((out_below | out_above).any())


def _extent(task: Task, point: Tensor, loss: float) -> _Extent:
    match task:
        case FunctionTask():
            low, high = torch.tensor(task.function.domain, dtype=torch.float64).unbind(1)
            drawn = torch.quasirandom.SobolEngine(len(low)).draw(_POINTS_DRAWN).double()
            values = task.losses_at(low + (high - low) * drawn)
            values = values[values.isfinite()]
            height = float(values.max() - values.min()) if len(values) else 0.0
            return _Extent(float((high - low).norm()), height)
        case ModelTask():
            return _Extent(max(1.0, float(point.norm())), abs(loss))
