"""Paths on a plot: a line for each colour, a ring where each starts, a dot where each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Slot

from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.path_trace import PathTrace
from gd_studio.desktop.plots.stroke import Stroke
from gd_studio.desktop.plots.view import PlotViewBox
from gd_studio.desktop.theme import Theme

Array = npt.NDArray[Any]
_MOST = 1_500
"""Points of all paths together that are drawn, about."""

_FEW = 200
"""Up to so many paths have rings, dots and cased lines; more are a swarm of small dots."""

_GAP = np.full((1, 2), np.nan)


class PathLayer(QObject):
    """Draws paths in a view box.

    Paths of one colour are one item, joined by NaN: ten thousand cost about as much as one.
    """

    def __init__(self, box: PlotViewBox, parent: QObject) -> None:
        super().__init__(parent)
        self._box = box
        self._traces: list[PathTrace] = []
        self._colours: list[str] = []
        self._strokes: dict[str, Stroke] = {}
        self._members: dict[str, list[int]] = {}
        self._stale: set[str] = set()
        self._edge: str | None = None
        self.starts = Markers("ring", still=True)
        self.ends = Markers("dot")
        for markers, z in ((self.starts, 21), (self.ends, 22)):
            markers.setZValue(z)
            box.addItem(markers, ignoreBounds=True)
        # Updates of many paths are drawn together at the next turn of the event loop.
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.draw)

    def __len__(self) -> int:
        return len(self._traces)

    def set_paths(self, paths: Sequence[tuple[Array, str]]) -> None:
        """Show these ``(points (n, 2), colour)`` and no others."""
        self._traces = [PathTrace() for _ in paths]
        self._colours = [colour for _, colour in paths]
        self._members = {}
        for index, colour in enumerate(self._colours):
            self._members.setdefault(colour, []).append(index)
        for colour in list(self._strokes):
            if colour not in self._members:
                self._box.removeItem(self._strokes.pop(colour))
        for colour in self._members:
            if colour not in self._strokes:
                self._strokes[colour] = Stroke(colour, 2.0, self._edge)
                self._strokes[colour].setZValue(20)
                self._box.addItem(self._strokes[colour], ignoreBounds=True)
            self._strokes[colour].set_colour(colour, self._edge if len(paths) <= _FEW else None)
        self.starts.symbol = "ring" if len(paths) <= _FEW else "small"
        self.ends.symbol = "dot" if len(paths) <= _FEW else "small"
        self.starts.setVisible(len(paths) <= _FEW)
        for index, (points, _) in enumerate(paths):
            self._take(index, points)
        self._show_starts()
        self._stale = set(self._members)
        self.draw()

    def update_path(self, index: int, points: Array) -> None:
        """Show the whole path so far of one, ``(n, 2)``, append-only."""
        trace = self._traces[index]
        moved = len(trace.points) == 0 or not np.array_equal(trace.points[0], points[0])
        self._take(index, points)
        if moved:
            self._show_starts()
        self._stale.add(self._colours[index])
        self._timer.start()

    def set_edge(self, theme: Theme) -> None:
        """Take the theme's casing."""
        self._edge = theme.casing
        for colour, stroke in self._strokes.items():
            stroke.set_colour(colour, self._edge if len(self) <= _FEW else None)
        self.starts.set_edge(theme.casing)
        self.ends.set_edge(theme.casing)

    def rethin(self) -> None:
        """The scale has changed: thin all paths for the new one."""
        for index, trace in enumerate(self._traces):
            self._take(index, trace.points)
        self._stale = set(self._members)
        self._timer.start()

    @Slot()
    def draw(self) -> None:
        """Draw what has changed."""
        for colour in self._stale:
            parts: list[Array] = []
            for index in self._members.get(colour, ()):
                if len(self._traces[index].points):
                    parts += [self._traces[index].drawn, _GAP]
            points = np.concatenate(parts[:-1]) if parts else np.empty((0, 2))
            points = self._near(points)
            self._strokes[colour].set_points(points[:, 0], points[:, 1])
        self._stale.clear()
        lasts = [t.points[-1] if len(t.points) else _GAP[0] for t in self._traces]
        self.ends.set_points(np.array(lasts, dtype=np.float64).reshape(-1, 2), self._colours)

    def _take(self, index: int, points: Array) -> None:
        rect = self._box.viewRect()
        # Not viewPixelSize(): it is 0 before the plot has been laid out.
        width = rect.width() / max(100.0, self._box.width())
        height = rect.height() / max(100.0, self._box.height())
        most = max(2, _MOST // max(1, len(self._traces)))
        self._traces[index].update(points, (width, height), most)

    def _near(self, points: Array) -> Array:
        """A diverged path leaves the screen; the painter's integers could not follow it far."""
        rect = self._box.viewRect()
        centre = np.array((rect.center().x(), rect.center().y()))
        reach = 100 * np.array((rect.width(), rect.height()))
        points = np.where(np.isfinite(points), points, np.nan)
        clipped: Array = np.clip(points, centre - reach, centre + reach)
        return clipped

    def _show_starts(self) -> None:
        firsts = [t.points[0] if len(t.points) else _GAP[0] for t in self._traces]
        self.starts.set_points(np.array(firsts, dtype=np.float64).reshape(-1, 2), self._colours)
