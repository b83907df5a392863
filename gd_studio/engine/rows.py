"""Rows of flat vectors, written one a step and read in blocks."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor

from gd_studio.link.arrays import Floats


class Rows:
    """Room for a number of flat vectors, kept where the vectors live.

    Parameters
    ----------
    like
        A flat vector ``(size,)``; its device decides where the rows are.
    capacity
        How many rows there is room for.

    Attributes
    ----------
    source
        What to assign to a row: the same memory as `like`, as NumPy sees it where it can, since
        copying a short row costs a third of what it costs through torch.
    target
        ``(capacity, size)``: ``rows.target[i] = rows.source`` copies the vector as it is now.
    """

    def __init__(self, like: Tensor, capacity: int) -> None:
        rows = torch.empty(capacity, len(like), dtype=like.dtype, device=like.device)
        on_cpu = like.device.type == "cpu"
        self._rows = rows
        self.source: Any = like.numpy() if on_cpu else like
        self.target: Any = rows.numpy() if on_cpu else rows

    def first(self, count: int) -> Floats:
        """Return a copy of the first `count` rows, ``(count, size)``."""
        return np.array(self._rows[:count].cpu().numpy())

    def norm(self, row: int) -> float:
        """Return the Euclidean norm of a row, in double precision."""
        return float(torch.linalg.vector_norm(self._rows[row], dtype=torch.float64))
