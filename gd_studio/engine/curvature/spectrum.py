"""What is known of a symmetric matrix's eigenvalues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from gd_studio.engine.curvature.lanczos import extreme_eigenvalues

SINGLE = float(torch.finfo(torch.float32).eps)
"""The precision that parameters are trained in."""

_NAN = float("nan")


@dataclass(frozen=True)
class Spectrum:
    """The ends of the spectrum, and how near to zero it comes.

    Attributes
    ----------
    smallest, largest
        NaN where a derivative is not finite.
    condition
        ``max |λ| / min |λ|``: infinite where an eigenvalue is about zero, NaN where not all of
        them are known.
    doubts
        How far an eigenvalue may be from the smallest one told, and from the largest: 0 where all
        are known, else the residuals of the search for them. The true ends are never farther in.
    """

    smallest: float
    largest: float
    condition: float
    doubts: tuple[float, float] = (0.0, 0.0)

    @property
    def scale(self) -> float:
        """The largest absolute eigenvalue."""
        return max(abs(self.smallest), abs(self.largest))

    @property
    def zero(self) -> float:
        """What single precision cannot tell from zero beside the largest absolute eigenvalue."""
        return SINGLE * self.scale


UNDEFINED = Spectrum(_NAN, _NAN, _NAN)
"""That of a matrix with elements that are not finite."""


def spectrum_of(eigenvalues: Tensor) -> Spectrum:
    """Of all eigenvalues, ``(n,)`` in rising order."""
    sizes = eigenvalues.abs()
    scale, least = float(sizes.max()), float(sizes.min())
    condition = scale / least if least > SINGLE * scale else float("inf")
    return Spectrum(float(eigenvalues[0]), float(eigenvalues[-1]), condition)


def find_spectrum(
    product: Callable[[Tensor], Tensor],
    size: int,
    on_progress: Callable[[float], None],
    *,
    only_largest: bool = False,
) -> Spectrum:
    """Find the ends of the spectrum of a matrix that is known by its products."""
    found = extreme_eigenvalues(product, size, only_largest=only_largest, on_progress=on_progress)
    doubts = (found.smallest_residual, found.largest_residual)
    return Spectrum(found.smallest, found.largest, _NAN, doubts)
