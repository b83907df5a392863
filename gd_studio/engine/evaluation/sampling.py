"""Taking some of many samples."""

from __future__ import annotations

import numpy as np

from gd_studio.link.arrays import Integers


def evenly(n: int, at_most: int) -> Integers:
    """Return the indices of all `n` samples, or of `at_most` (two or more), first and last kept."""
    return np.linspace(0, n - 1, min(n, at_most)).round().astype(np.int64)
