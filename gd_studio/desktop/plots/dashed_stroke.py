"""A dashed line, also where its curve is so jagged that a pen's dashes would run together."""

from __future__ import annotations

import numpy as np
from PySide6.QtGui import QColor

from gd_studio.desktop.plots.pixels import pixel_of
from gd_studio.desktop.plots.stroke import Array, Stroke

_JAGGED = 3.0
_PERIOD, _DASH = 12, 7


class DashedStroke(Stroke):
    """Dashes along the line; along the x axis where the line goes up and down more than ahead."""

    def __init__(self, colour: QColor | str, width: float = 1.5) -> None:
        super().__init__(colour, width, dashed=True)

    def set_points(self, x: Array, y: Array) -> None:
        """Draw through ``(x[i], y[i])``, both ``(n,)`` and finite; `x` increases."""
        wide, high = pixel_of(self)
        is_jagged = False
        if len(x) > 1 and wide and high:
            ahead = (x[-1] - x[0]) / wide
            is_jagged = float(np.abs(np.diff(y)).sum()) / high > _JAGGED * ahead > 0
        if is_jagged:
            # Counted from zero, so that dashes stay where they are while the line grows.
            y = np.where(np.floor(x / wide) % _PERIOD < _DASH, y, np.nan)
        self.set_dashed(not is_jagged)
        super().set_points(x, y)
