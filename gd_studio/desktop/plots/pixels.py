"""How large a pixel of the screen is on a plot."""

from __future__ import annotations

import pyqtgraph as pg


def pixel_of(item: pg.GraphicsObject) -> tuple[float, float]:
    """The width and height of a pixel in the coordinates of the view that `item` is in.

    Zeros where it is in none.
    """
    view = item.getViewBox()
    if view is None:
        return 0.0, 0.0
    width, height = view.viewPixelSize()
    return float(width), float(height)
