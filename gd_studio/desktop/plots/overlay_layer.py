"""What an optimizer goes by, drawn over a map: arrows, an ellipse, a quadratic model, and a key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QPoint, QPointF, QTimer, Slot

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.arrows import Arrows, readable_scales
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.numbers import round_step, write_number
from gd_studio.desktop.plots.overlay_key import KeyRow, OverlayKey
from gd_studio.desktop.plots.picture import Picture
from gd_studio.desktop.plots.stroke import Stroke
from gd_studio.desktop.plots.view import PlotView

Array = npt.NDArray[Any]

_SETTLED_MS = 40
_LARGE_HALF_AXIS = 40.0
"""Pixels of the longer half-axis of an ellipse, at least; less than thrice as many at most."""

_MOST_STARTS = 20
_TURN = np.linspace(0.0, 2 * np.pi, 91)
_NOWHERE = np.empty((0, 2))


class OverlayLayer(QObject):
    """Draws a picture in a view, and keeps it readable when the view changes.

    Parameters
    ----------
    starts
        Asked for the starts on the plot, ``(n, 2)``: the key is not to hide them.

    Attributes
    ----------
    ellipse_scale
        How many times as large as it is the ellipse is drawn.
    """

    def __init__(self, view: PlotView, starts: Callable[[], Array], parent: QObject) -> None:
        super().__init__(parent)
        self._starts = starts
        self._view = view
        self._picture: Picture | None = None
        self._levels: Array = np.empty(0)
        self.ellipse_scale = 1.0
        self.arrows = Arrows()
        self.ellipse = Stroke("#000000", 2.0)
        self.lines = Stroke("#000000", 1.0, dashed=True)
        self.minimum = Markers("diamond")
        self.key = OverlayKey(view.viewport())
        for item, z in ((self.lines, 15), (self.ellipse, 18), (self.minimum, 23)):
            item.setZValue(z)
            item.hide()
            view.box.addItem(item, ignoreBounds=True)
        self.arrows.setZValue(25)
        self.arrows.hide()
        view.box.addItem(self.arrows, ignoreBounds=True)
        self._timer = QTimer(self, singleShot=True, interval=_SETTLED_MS)
        self._timer.timeout.connect(self._draw)
        view.box.sigRangeChanged.connect(self._on_range)
        view.box.sigResized.connect(self._on_range)

    @property
    def picture(self) -> Picture | None:
        """What is drawn; ``None`` for nothing."""
        return self._picture

    def show(self, picture: Picture | None) -> None:
        """Draw this and nothing else."""
        if picture is self._picture:
            return
        self._picture = picture
        self._draw()

    def set_levels(self, levels: Array) -> None:
        """At which values the lines of a model are drawn: those of the map's."""
        self._levels = levels
        self._on_range()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; those of the picture come with it."""
        self._casing = theme.casing
        self.arrows.set_edge(theme.casing)
        self.minimum.set_edge(theme.casing)
        self.key.set_theme(theme)

    @Slot()
    def _on_range(self, *_: object) -> None:
        if self._picture is not None:
            self._timer.start()

    @Slot()
    def _draw(self) -> None:
        self._timer.stop()
        picture = self._picture
        rows: list[KeyRow] = []
        if picture is not None:
            rows += self._draw_arrows(picture) + self._draw_ellipse(picture)
            rows += self._draw_model(picture) + list(picture.notes)
        self.arrows.setVisible(picture is not None and bool(picture.arrows))
        self.ellipse.setVisible(picture is not None and picture.ellipse is not None)
        has_model = picture is not None and picture.model is not None
        self.lines.setVisible(has_model)
        self.minimum.setVisible(has_model)
        room = self._view.mapFromScene(self._view.box.sceneBoundingRect()).boundingRect()
        self.key.set_rows(rows, room, self._spots())

    def _spots(self) -> list[QPoint]:
        """What the key must not hide, as places of the viewport."""
        spots = list(self._starts().reshape(-1, 2)[:_MOST_STARTS])
        picture = self._picture
        if picture is not None and (picture.arrows or picture.ellipse is not None):
            spots.append(picture.tail)
        if picture is not None and picture.model is not None:
            spots.append(picture.model[1].point)
        return [
            self._view.mapFromScene(self._view.box.mapViewToScene(QPointF(*spot)))
            for spot in spots
            if np.isfinite(spot).all()
        ]

    def _pixel(self) -> Array:
        """The width and height of a pixel; not ``viewPixelSize``, 0 before there is a layout."""
        box = self._view.box
        rect = box.viewRect()
        return np.array(
            (rect.width() / max(100.0, box.width()), rect.height() / max(100.0, box.height()))
        )

    def _draw_arrows(self, picture: Picture) -> list[KeyRow]:
        pixel = self._pixel()
        arrows = [arrow for _, arrow in picture.arrows]
        scales = readable_scales([float(np.hypot(*(arrow.vector / pixel))) for arrow in arrows])
        self.arrows.set_arrows(picture.tail, arrows, scales)
        return [
            _scaled(row, scale, "long")
            for (row, _), scale in zip(picture.arrows, scales, strict=True)
        ]

    def _draw_ellipse(self, picture: Picture) -> list[KeyRow]:
        if picture.ellipse is None:
            return []
        row, half_axes = picture.ellipse
        longer = float((half_axes / self._pixel()).max())
        is_drawn = np.isfinite(longer) and longer > 0
        self.ellipse_scale = round_step(_LARGE_HALF_AXIS / longer) if is_drawn else 1.0
        x, y = picture.tail[:, np.newaxis] + self.ellipse_scale * half_axes[:, np.newaxis] * (
            np.stack((np.cos(_TURN), np.sin(_TURN)))
        )
        self.ellipse.set_colour(row.colour, self._casing)
        self.ellipse.set_points(x, y) if is_drawn else self.ellipse.set_points(*_NOWHERE.T)
        return [_scaled(row, self.ellipse_scale, "large")]

    def _draw_model(self, picture: Picture) -> list[KeyRow]:
        if picture.model is None:
            return []
        row, model = picture.model
        (x0, x1), (y0, y1) = self._view.box.viewRange()
        lines = model.lines(self._levels, (float(x0), float(x1)), (float(y0), float(y1)))
        self.lines.set_colour(row.colour)
        self.lines.set_points(lines[:, 0], lines[:, 1])
        minimum = model.minimum
        self.minimum.set_points(_NOWHERE if minimum is None else minimum, row.colour)
        return [row]


def _scaled(row: KeyRow, scale: float, how: str) -> KeyRow:
    """The row with the scale at which its overlay is drawn, where that is another than 1."""
    if scale == 1.0:
        return row
    times = write_number(scale)
    told = f"{row.told}<br>Drawn {times} times as {how} as it is."
    return KeyRow(row.mark, row.colour, f"{row.name} ×{times}", told)
