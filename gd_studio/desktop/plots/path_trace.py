"""A path that grows: only its new points are looked at when it is drawn again."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.recording.decimation import thin_path

Array = npt.NDArray[Any]


class PathTrace:
    """The points of a path, append-only, thinned to what can be told apart on the screen."""

    def __init__(self) -> None:
        self.points: Array = np.empty((0, 2))
        self._kept: Array = np.empty((0, 2))
        self._done = 0
        self._cell = (0.0, 0.0)

    def update(self, points: Array, cell: tuple[float, float], most: int) -> None:
        """Take the whole path so far, ``(n, 2)``.

        Parameters
        ----------
        cell
            What cannot be told apart, in the units of the points; another one thins anew.
        most
            About how many points to draw.
        """
        same = cell == self._cell and len(points) >= self._done
        if same and self._done:
            same = bool(np.array_equal(points[0], self._kept[0], equal_nan=True))
        if not same:
            self._kept, self._done = np.asarray(points[:1], dtype=np.float64), min(1, len(points))
        self.points, self._cell = points, cell
        if len(points) <= self._done:
            return
        # From the last point kept, so that a slow path adds up to a step of a cell.
        ahead = np.concatenate((self._kept[-1:], points[self._done :]))
        self._kept = np.concatenate((self._kept, thin_path(ahead, cell, most)[1:-1]))
        self._done = len(points) - 1 if len(points) > 1 else 1
        if len(self._kept) > 2 * most:
            self._kept = np.concatenate((self._kept[:1], self._kept[2::2]))

    @property
    def drawn(self) -> Array:
        """The points to draw, ``(m, 2)``: the first, what is kept, and the newest."""
        return np.concatenate((self._kept, np.asarray(self.points[-1:], dtype=np.float64)))
