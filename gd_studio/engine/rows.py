"""Rows of flat vectors, written one a step and read in blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from gd_studio.link.arrays import Doubles, Floats


def norms_of(vectors: Doubles) -> Doubles:
    """Return the Euclidean norms along the last axis, infinite only where the vector is."""
    with np.errstate(over="ignore"):
        norms: Doubles = np.sqrt((vectors**2).sum(axis=-1))
        for place in zip(*np.isinf(norms).nonzero(), strict=True):
            # Perhaps it is only the squares that are too large for double precision.
            largest = np.abs(vectors[place]).max()
            if np.isfinite(largest):
                norms[place] = largest * np.sqrt(((vectors[place] / largest) ** 2).sum())
    return norms


class Rows:
    """Room for a number of flat vectors, kept where the vectors live.

    Parameters
    ----------
    like
        A flat vector ``(length,)``; its device decides where the rows are.
    elements
        Which of its elements are asked for, ``(size,)``.
    capacity
        How many rows there is room for.

    Attributes
    ----------
    source
        What to assign to a row: the same memory as `like`, as NumPy sees it where it can, since
        copying a short row costs a third of what it costs through torch.
    target
        ``(capacity, length)``: ``rows.target[i] = rows.source`` copies the vector as it is now.
    """

    def __init__(self, like: Tensor, elements: Tensor, capacity: int) -> None:
        rows = torch.empty(capacity, len(like), dtype=like.dtype, device=like.device)
        on_cpu = like.device.type == "cpu"
        self._rows = rows
        self._elements = elements if len(elements) < len(like) else slice(None)
        self.source: Any = like.numpy() if on_cpu else like
        self.target: Any = rows.numpy() if on_cpu else rows

    def first(self, count: int) -> Floats:
        """Return a copy of the first `count` rows, ``(count, size)``."""
        return np.array(self._rows[:count, self._elements].cpu().numpy())

    def norm(self, row: int) -> float:
        """Return the Euclidean norm of a row, in double precision."""
        elements = self._rows[row, self._elements]
        return float(torch.linalg.vector_norm(elements, dtype=torch.float64))
