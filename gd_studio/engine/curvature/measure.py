"""The curvature of a task's loss at some points, and its quadratic model around one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from gd_studio.engine.curvature.hessian import Loss, Product
from gd_studio.engine.curvature.spectrum import (
    UNDEFINED,
    Spectrum,
    find_spectrum,
    spectrum_of,
)
from gd_studio.engine.problems import Task
from gd_studio.link.arrays import Doubles
from gd_studio.link.curvature import Curvature, MeasureCurvature, Quadratic

_DOUBTFUL = 0.01
"""An eigenvalue that may be off by more than this share of the largest absolute one is not told."""


class CurvatureProblem(Exception):  # noqa: N818 - what is wrong is asked for, not the program
    """A curvature that cannot be measured; the message is a sentence for the user."""


def measure_curvature(
    task: Task, asked: MeasureCurvature, on_progress: Callable[[float], None] = lambda _: None
) -> Curvature:
    """Find the extreme eigenvalues of the Hessian at each of m points.

    Of up to 200 parameters all eigenvalues are computed from the Hessian itself; of more, the
    extreme ones by Lanczos' method.

    Parameters
    ----------
    task
        That of the experiment that is asked about.
    on_progress
        Is told how far the work is, from 0 to 1; what it raises ends it.

    Raises
    ------
    CurvatureProblem
        Where shapes do not fit the task, or a scale is not above zero.
    """
    loss = Loss(task, asked.most_samples)
    points = points_of(loss, asked.parameters)
    roots = torch.ones_like(points) if asked.scales is None else _roots(loss, points, asked.scales)
    find = _in_full if loss.is_small else _by_products
    spectra = list(find(loss, points, roots, asked, on_progress))
    return Curvature(
        largest=np.array([_told(s, s.largest, s.doubts[1]) for s in spectra]),
        smallest=np.array([_told(s, s.smallest, s.doubts[0]) for s in spectra]),
        condition=np.array([s.condition for s in spectra]),
        samples=loss.samples,
        n_samples=loss.n_samples,
    )


def local_model(task: Task, parameters: Doubles, axes: Sequence[int]) -> Quadratic:
    """Return the loss to second order along some axes through a point ``(size,)``.

    Raises
    ------
    CurvatureProblem
        Where the point or an axis does not fit the task.
    """
    loss = Loss(task)
    (point,) = points_of(loss, parameters[None])
    wrong = [axis for axis in axes if not 0 <= axis < loss.size]
    if wrong:
        raise CurvatureProblem(f"there is no parameter {wrong[0]}: they are 0 to {loss.size - 1}")
    value, gradient, hessian = loss.plane(point, axes)
    return Quadratic(value, gradient.numpy(), hessian.numpy(), loss.samples, loss.n_samples)


def points_of(loss: Loss, parameters: Doubles) -> Tensor:
    """Return the points ``(m, size)``; raises `CurvatureProblem` where they have another shape."""
    points = torch.from_numpy(np.array(parameters, dtype=np.float64))
    if points.dim() != 2 or points.shape[1] != loss.size:
        raise CurvatureProblem(
            f"each point needs {loss.size} numbers; what was given has the shape "
            f"{list(points.shape)}"
        )
    return points


def _told(spectrum: Spectrum, value: float, doubt: float) -> float:
    return value if doubt <= _DOUBTFUL * spectrum.scale else float("nan")


def _roots(loss: Loss, points: Tensor, scales: Doubles) -> Tensor:
    """From the diagonals of P to those of P^(-1/2)."""
    diagonals = points_of(loss, scales)
    if diagonals.shape != points.shape:
        raise CurvatureProblem(
            f"there are {len(points)} points, and scales for {len(diagonals)} of them"
        )
    if not ((diagonals > 0) & diagonals.isfinite()).all():
        raise CurvatureProblem("each scale of a preconditioner has to be finite and above zero")
    return diagonals.rsqrt()


def _in_full(
    loss: Loss,
    points: Tensor,
    roots: Tensor,
    asked: MeasureCurvature,
    on_progress: Callable[[float], None],
) -> Iterator[Spectrum]:
    shift = asked.shift * torch.eye(loss.size, dtype=torch.float64)
    done = 0
    for derivatives in loss.derivatives(points, on_progress):
        shifted = derivatives.hessians + shift
        root = roots[done : done + len(shifted)]
        done += len(shifted)
        matrices = root[:, :, None] * shifted * root[:, None, :]
        sound = matrices.isfinite().all(dim=2).all(dim=1)
        eigenvalues = iter(torch.linalg.eigvalsh(matrices[sound]))
        for is_sound in sound.tolist():
            yield spectrum_of(next(eigenvalues)) if is_sound else UNDEFINED


def _by_products(
    loss: Loss,
    points: Tensor,
    roots: Tensor,
    asked: MeasureCurvature,
    on_progress: Callable[[float], None],
) -> Iterator[Spectrum]:
    for i, (point, root) in enumerate(zip(points, roots, strict=True)):
        _, _, product = loss.expand(point)

        def preconditioned(
            vector: Tensor, root: Tensor = root, product: Product = product
        ) -> Tensor:
            scaled = root * vector
            return root * (product(scaled) + asked.shift * scaled)

        def told(share: float, i: int = i) -> None:
            on_progress((i + share) / len(points))

        yield find_spectrum(preconditioned, loss.size, told, only_largest=asked.only_largest)
