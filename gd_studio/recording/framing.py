"""Which part of the plane to draw, so that a run's paths are in view."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.link.arrays import Doubles

Ranges = tuple[tuple[float, float], ...]

_REACH = 1.0
"""How far beyond a function's domain a path is followed, in widths of the domain."""

_STRAY = 10.0
"""A point this many times farther from the start than the median point is not followed."""


def frame(paths: Sequence[npt.NDArray[Any]], domain: Ranges | None) -> Ranges:
    """Choose what to draw: ``(low, high)`` for each axis, finite and with ``low < high``.

    Parameters
    ----------
    paths
        Paths ``(n, n_axes)``, each from its start. Points that are not finite, or that a diverged
        path has reached far out, do not count; starts always do. At least one path.
    domain
        For a function its domain, which is always in view; ``None`` for a model, which is drawn
        around its path.
    """
    starts = _finite(np.concatenate([path[:1] for path in paths]))
    points = _finite(np.concatenate(list(paths)))
    if domain is not None:
        return _around_domain(starts, points, domain)
    if not len(points):
        return ((-1.0, 1.0),) * int(points.shape[1])
    return _around_path(starts, points)


def _around_domain(starts: Doubles, points: Doubles, domain: Ranges) -> Ranges:
    ends = np.concatenate([np.asarray(domain, dtype=np.float64).T, starts])
    low, high = ends.min(axis=0), ends.max(axis=0)
    reach = _REACH * (high - low)
    near = ((points >= low - reach) & (points <= high + reach)).all(axis=1)
    everything = np.concatenate([ends, points[near]])
    low, high = everything.min(axis=0), everything.max(axis=0)
    pad = 0.05 * (high - low)
    # Where the domain holds everything it is shown as it is.
    return tuple(
        (
            domain_low if at_low >= domain_low else at_low - space,
            domain_high if at_high <= domain_high else at_high + space,
        )
        for (domain_low, domain_high), at_low, at_high, space in zip(
            domain, low.tolist(), high.tolist(), pad.tolist(), strict=True
        )
    )


def _around_path(starts: Doubles, points: Doubles) -> Ranges:
    origin = starts[0] if len(starts) else points[0]
    distance = np.sqrt(((points - origin) ** 2).sum(axis=1))
    median = float(np.median(distance))
    near = points[distance <= _STRAY * median] if median > 0 else points
    everything = np.concatenate([starts, near])
    low, high = everything.min(axis=0), everything.max(axis=0)
    pad = 0.2 * (high - low)
    return tuple(
        _at_least_something(at_low, at_high)
        for at_low, at_high in zip((low - pad).tolist(), (high + pad).tolist(), strict=True)
    )


def _at_least_something(low: float, high: float) -> tuple[float, float]:
    """Widen a range in which a parameter hardly moved: float32 would see no slope in it."""
    middle = (low + high) / 2
    if high - low > max(1e-3 * abs(middle), 1e-6):
        return low, high
    half = max(0.5, 0.05 * abs(middle))
    return middle - half, middle + half


def _finite(points: npt.NDArray[Any]) -> Doubles:
    doubles: Doubles = points.astype(np.float64)
    return doubles[np.isfinite(doubles).all(axis=1)]
