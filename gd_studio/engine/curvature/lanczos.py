"""The extreme eigenvalues of a symmetric matrix that is known by its products alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

TOLERANCE = 1e-4
"""Residual of an eigenvalue that is found, as a share of the largest absolute one."""

MOST_PRODUCTS = 120
"""After so many products the search ends, whatever is found by then."""

_SEED = 0
_BREAKDOWN = 1e-12


@dataclass(frozen=True)
class Extremes:
    """The smallest and the largest eigenvalue.

    Attributes
    ----------
    smallest_residual, largest_residual
        ``|A y − θ y|`` of each: an eigenvalue is no farther away. Where it stands apart from the
        others its error is far smaller, the residual's square over that distance.
    products
        How many were taken.
    """

    smallest: float
    largest: float
    smallest_residual: float
    largest_residual: float
    products: int

    @property
    def scale(self) -> float:
        """The largest absolute eigenvalue."""
        return max(abs(self.smallest), abs(self.largest))


def extreme_eigenvalues(
    product: Callable[[Tensor], Tensor],
    size: int,
    *,
    tolerance: float = TOLERANCE,
    most: int = MOST_PRODUCTS,
    only_largest: bool = False,
    on_progress: Callable[[float], None] = lambda _: None,
) -> Extremes:
    """Find both ends of the spectrum by Lanczos' method with full reorthogonalisation.

    It ends when the residuals of both ends are below ``tolerance · max |θ|``, when the vectors
    span an invariant subspace (the Ritz values are then eigenvalues), or after `most` products.
    The start is random, the same in each call, and independent of torch's own generator.
    Source: Golub & Van Loan, Matrix Computations, 4th ed., 2013, section 10.3.

    Parameters
    ----------
    product
        From a vector ``(size,)`` in double precision to the matrix times it.
    only_largest
        Whether to end as soon as the largest is found, often after a quarter of the products.
    on_progress
        Is told the share of the products taken, from 0 to 1; what it raises ends the search.

    Returns
    -------
    All NaN where a product is not finite.
    """
    generator = torch.Generator().manual_seed(_SEED)
    vector = torch.randn(size, generator=generator, dtype=torch.float64)
    most = min(most, size)
    basis = torch.empty(most, size, dtype=torch.float64)
    alphas: list[float] = []
    betas: list[float] = []
    norm = vector.norm()
    found = Extremes(0.0, 0.0, 0.0, 0.0, 0)
    was_near = False
    for k in range(most):
        on_progress(k / most)
        basis[k] = vector / norm
        vector = product(basis[k])
        alphas.append(float(basis[k] @ vector))
        # Twice is enough: the first pass leaves rounding errors along the basis that the second
        # takes away (Golub & Van Loan, section 5.2.9). It contains the three-term recurrence.
        for _ in range(2):
            vector = vector - basis[: k + 1].T @ (basis[: k + 1] @ vector)
        norm = vector.norm()
        if not norm.isfinite():
            nan = float("nan")
            return Extremes(nan, nan, nan, nan, k + 1)
        found = _ritz(alphas, betas, float(norm))
        if float(norm) <= _BREAKDOWN * found.scale or k + 1 == size:
            return Extremes(found.smallest, found.largest, 0.0, 0.0, k + 1)
        # Twice in a row, since a Ritz value may rest at an inner eigenvalue for a moment.
        residual = (
            found.largest_residual
            if only_largest
            else max(found.smallest_residual, found.largest_residual)
        )
        is_near = residual <= tolerance * found.scale
        if is_near and was_near:
            break
        was_near = is_near
        betas.append(float(norm))
    return found


def _ritz(alphas: list[float], betas: list[float], last: float) -> Extremes:
    """The ends of the tridiagonal matrix's spectrum; `last` is the next element beside it."""
    tridiagonal = torch.diag(torch.tensor(alphas, dtype=torch.float64))
    beside = torch.diag(torch.tensor(betas, dtype=torch.float64), 1)
    values, vectors = torch.linalg.eigh(tridiagonal + beside + beside.T)
    residuals = last * vectors[-1].abs()
    return Extremes(
        float(values[0]), float(values[-1]), float(residuals[0]), float(residuals[-1]), len(alphas)
    )
