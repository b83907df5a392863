"""At which values to draw the contours of a landscape."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.link.arrays import Doubles

_HEAVY_TAIL = 0.25
"""A landscape whose median is this low between its minimum and maximum gets log-like levels."""


def contour_levels(values: npt.NDArray[Any], n: int) -> Doubles:
    """Choose `n` levels, strictly increasing, from the lowest finite value to the highest.

    They are evenly spaced where values are spread evenly. Where most are near the minimum and a
    few are far above, as in Rosenbrock's valley, their heights above the minimum are spaced
    evenly on a log scale.

    Parameters
    ----------
    values
        The landscape, of any shape; values that are not finite do not count. Where all are the
        same the levels are a narrow band around that value, and where none is finite they are
        those of [0, 1].
    n
        At least 2.
    """
    finite = values[np.isfinite(values)].astype(np.float64)
    if not finite.size:
        return np.linspace(0.0, 1.0, n)
    low, high = float(finite.min()), float(finite.max())
    heights = finite - low
    if np.median(heights) < _HEAVY_TAIL * (high - low):
        levels = low + _log_spaced(heights, n)
    else:
        levels = np.linspace(low, high, n)
    levels[-1] = high
    if (np.diff(levels) > 0).all():
        return levels
    # All but constant: fewer than n numbers lie between the two.
    half = max(1e-6 * max(abs(low), abs(high)), 1e-6)
    return np.linspace(low - half, high + half, n)


def _log_spaced(heights: Doubles, n: int) -> Doubles:
    """From 0 to the largest height; the first step holds the lowest fiftieth of the landscape."""
    highest = float(heights.max())
    first = max(float(np.quantile(heights, 0.02)), 1e-6 * highest)
    return np.concatenate([[0.0], np.geomspace(first, highest, n - 1)])
