"""Thinning what is drawn: a few thousand points that look like all of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from tsdownsample import MinMaxLTTBDownsampler

Array = npt.NDArray[Any]


def thin_curve(x: Array, y: Array, most: int) -> tuple[Array, Array]:
    """Pick at most about `most` points of the curve ``y(x)``, both ``(n,)``, keeping its extremes.

    MinMaxLTTB (Van Der Donckt et al., 2023). The values have to be finite.
    """
    if len(x) <= most:
        return x, y
    # The first and last point always belong to the picture; the library keeps them.
    kept = MinMaxLTTBDownsampler().downsample(np.ascontiguousarray(y), n_out=most - most % 2)
    return x[kept], y[kept]


def thin_path(points: Array, cell: tuple[float, float], most: int) -> Array:
    """Drop points of a path ``(n, 2)`` that fall into the same `cell` as the one before them.

    Parameters
    ----------
    cell
        Width and height of a cell, in the units of the points: a pixel, say.
    most
        The number of points above which every k-th is taken on top of that.

    Returns
    -------
    The path with its first and last point, ``(m, 2)``.
    """
    if len(points) <= 2:
        return points
    cells = np.floor(points / np.asarray(cell))
    moved = (cells[1:] != cells[:-1]).any(axis=1)
    kept = np.concatenate(([True], moved))
    kept[-1] = True
    thinned: Array = points[kept]
    if len(thinned) > most:
        stride = -(-len(thinned) // most)
        thinned = np.concatenate((thinned[:-1:stride], thinned[-1:]))
    return thinned
