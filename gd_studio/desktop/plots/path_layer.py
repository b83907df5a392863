"""Paths on a plot: a line for each colour, a ring where each starts, a dot where each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Slot

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.path_trace import PathTrace
from gd_studio.desktop.plots.stroke import Stroke
from gd_studio.desktop.plots.swarm import Swarm
from gd_studio.desktop.plots.view import PlotViewBox

Array = npt.NDArray[Any]

MANY = 200
"""More paths than this are drawn as a swarm."""

_MOST = 1_500
"""Points of all paths together that are drawn, about."""

_LINES_MS = 250
_GAP = np.full((1, 2), np.nan)


class PathLayer(QObject):
    """Draws paths in a view box. Paths of one colour are one item, joined by NaN."""

    def __init__(self, box: PlotViewBox, parent: QObject) -> None:
        super().__init__(parent)
        self._box = box
        self._traces: list[PathTrace] = []
        self._colours: list[str] = []
        self._strokes: dict[str, Stroke] = {}
        self._members: dict[str, list[int]] = {}
        self._stale: set[str] = set()
        self._edge: str | None = None
        self._many = False
        self.starts = Markers("ring", still=True)
        self.ends = Markers("dot")
        for markers, z in ((self.starts, 21), (self.ends, 22)):
            markers.setZValue(z)
            box.addItem(markers, ignoreBounds=True)
        self.swarm = Swarm(box)
        # Updates of several paths are drawn together at the next turn of the event loop.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self.draw)
        self._lines_timer = QTimer(self, singleShot=True, interval=_LINES_MS)
        self._lines_timer.timeout.connect(self._draw_swarm)

    def set_paths(self, paths: Sequence[tuple[Array, str]]) -> None:
        """Show these ``(points (n, 2), colour)`` and no others."""
        self._many = len(paths) > MANY
        self.swarm.set_paths(paths if self._many else ())
        shown = () if self._many else paths
        self._traces = [PathTrace() for _ in shown]
        self._colours = [colour for _, colour in shown]
        self._members = {}
        for index, colour in enumerate(self._colours):
            self._members.setdefault(colour, []).append(index)
        for gone in self._strokes.keys() - self._members.keys():
            self._box.removeItem(self._strokes.pop(gone))
        for colour in self._members.keys() - self._strokes.keys():
            self._strokes[colour] = Stroke(colour, 2.0, self._edge)
            self._strokes[colour].setZValue(20)
            self._box.addItem(self._strokes[colour], ignoreBounds=True)
        for index, (points, _) in enumerate(shown):
            self._take(index, points)
        self._show_starts()
        self._stale = set(self._members)
        self.draw()

    def update_path(self, index: int, points: Array) -> None:
        """Show the whole path so far of one, ``(n, 2)``, append-only."""
        if self._many:
            self.update_paths(index, points[:, np.newaxis])
            return
        before = self._traces[index].points
        self._take(index, points)
        if len(points) and not (len(before) and np.array_equal(before[0], points[0])):
            self._show_starts()
        self._stale.add(self._colours[index])
        self._timer.start()

    def update_paths(self, first: int, points: Array) -> None:
        """Show the whole paths so far, ``(n, k, 2)``, of `first` and those that follow it."""
        if not self._many:
            for offset in range(points.shape[1]):
                self.update_path(first + offset, points[:, offset])
            return
        self.swarm.update(first, points)
        self._timer.start()
        if not self._lines_timer.isActive():
            self._lines_timer.start()

    def points(self) -> list[Array]:
        """All points of each path, ``(n, 2)``, thinned or not."""
        return self.swarm.points() if self._many else [trace.points for trace in self._traces]

    def line(self, colour: str) -> Stroke:
        """The item that draws the paths of a colour."""
        return self._strokes[colour]

    def set_edge(self, theme: Theme) -> None:
        """Take the theme's casing."""
        self._edge = theme.casing
        for colour, stroke in self._strokes.items():
            stroke.set_colour(colour, self._edge)
        self.starts.set_edge(theme.casing)
        self.ends.set_edge(theme.casing)

    @Slot()
    def rethin(self) -> None:
        """The scale has changed: thin all paths for the new one."""
        for index, trace in enumerate(self._traces):
            self._take(index, trace.points)
        self._stale = set(self._members)
        self._timer.start()

    @Slot()
    def draw(self) -> None:
        """Draw what has changed."""
        self._timer.stop()
        if self._many:
            self.swarm.draw_dots()
            return
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

    @Slot()
    def _draw_swarm(self) -> None:
        if self._many:
            self.swarm.draw_lines()

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
