"""What is drawn over a map, as data; the overlay layer draws it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy.typing as npt

from gd_studio.desktop.plots.arrows import Arrow
from gd_studio.desktop.plots.overlay_key import KeyRow
from gd_studio.desktop.plots.quadratic import QuadraticModel

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Picture:
    """What is to be drawn, each with its row of the key.

    Attributes
    ----------
    arrows
        From ``tail`` ``(2,)``.
    ellipse
        Half-axes ``(2,)`` about ``tail``; drawn at a scale that can be seen.
    model
        With a point of its own.
    notes
        Rows of what there is nothing to draw of.
    """

    tail: Array
    arrows: tuple[tuple[KeyRow, Arrow], ...] = ()
    ellipse: tuple[KeyRow, Array] | None = None
    model: tuple[KeyRow, QuadraticModel] | None = None
    notes: tuple[KeyRow, ...] = ()
