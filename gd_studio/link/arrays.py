"""The kinds of arrays that messages carry."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]
"""Of the precision of the run that they belong to: float32 or float64."""

Doubles = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
