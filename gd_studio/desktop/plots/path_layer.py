"""Paths on a plot: a line for each colour, a ring where each starts, a dot where each is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QColor

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
_FAINT = 0.5
"""How opaque the part of a path is that lies ahead."""
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
        self._ahead: dict[str, Stroke] = {}
        self._passed: dict[int, PathTrace] = {}
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
        self._passed = {}
        self._traces = [PathTrace() for _ in shown]
        self._colours = [colour for _, colour in shown]
        self._members = {}
        for index, colour in enumerate(self._colours):
            self._members.setdefault(colour, []).append(index)
        for gone in self._strokes.keys() - self._members.keys():
            self._box.removeItem(self._strokes.pop(gone))
        for stroke in self._ahead.values():
            self._box.removeItem(stroke)
        self._ahead = {}
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

    def look_back(self, first: int, count: int, here: Array) -> None:
        """Show `first` and those that follow it as they were after `count` of their points.

        What lies ahead of them is faint.

        Parameters
        ----------
        here
            Where they were, ``(k, 2)``: perhaps between two of their points.
        """
        self._timer.start()
        if self._many:
            self.swarm.look_back(first, count, here)
            return
        self._stale |= {self._colours[index] for index in self._passed}
        self._passed = {}
        for index, end in enumerate(here, start=first):
            trace = self._traces[index]
            self._passed[index] = passed = PathTrace()
            passed.update(np.concatenate((trace.points[:count], end[np.newaxis])), *self._grain())
            self._stale.add(self._colours[index])

    def look_ahead(self) -> None:
        """Show all paths where they are."""
        self._stale |= {self._colours[index] for index in self._passed}
        self._passed = {}
        self.swarm.look_ahead()
        self._timer.start()

    def line_ahead(self, colour: str) -> Stroke | None:
        """The item that draws what lies ahead on the paths of a colour; ``None`` for nothing."""
        return self._ahead.get(colour)

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
        for colour, stroke in self._ahead.items():
            stroke.set_colour(_faint(colour), self._faint_edge)
        self.starts.set_edge(theme.casing)
        self.ends.set_edge(theme.casing)

    @Slot()
    def rethin(self) -> None:
        """The scale has changed: thin all paths for the new one."""
        for index, trace in enumerate(self._traces):
            self._take(index, trace.points)
        for trace in self._passed.values():
            trace.update(trace.points, *self._grain())
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
                trace = self._passed.get(index, self._traces[index])
                if len(trace.points):
                    parts += [trace.drawn, _GAP]
            self._fill(self._strokes[colour], parts)
            self._draw_ahead(colour)
        self._stale.clear()
        traces = [self._passed.get(i, trace) for i, trace in enumerate(self._traces)]
        lasts = [t.points[-1] if len(t.points) else _GAP[0] for t in traces]
        self.ends.set_points(np.array(lasts, dtype=np.float64).reshape(-1, 2), self._colours)

    def _draw_ahead(self, colour: str) -> None:
        """Draw the whole of the paths of a colour that one looks back on, below what is passed."""
        passed = [index for index in self._members.get(colour, ()) if index in self._passed]
        stroke = self._ahead.get(colour)
        if not passed:
            if stroke is not None:
                self._box.removeItem(self._ahead.pop(colour))
            return
        if stroke is None:
            stroke = self._ahead[colour] = Stroke(_faint(colour), 2.0, self._faint_edge)
            stroke.setZValue(19)
            self._box.addItem(stroke, ignoreBounds=True)
        self._fill(stroke, [part for i in passed for part in (self._traces[i].drawn, _GAP)])

    @property
    def _faint_edge(self) -> QColor | None:
        return _faint(self._edge) if self._edge is not None else None

    def _fill(self, stroke: Stroke, parts: list[Array]) -> None:
        """Draw lines that have gaps between them."""
        points = np.concatenate(parts[:-1]) if parts else np.empty((0, 2))
        points = self._near(points)
        stroke.set_points(points[:, 0], points[:, 1])

    @Slot()
    def _draw_swarm(self) -> None:
        if self._many:
            self.swarm.draw_lines()

    def _take(self, index: int, points: Array) -> None:
        self._traces[index].update(points, *self._grain())

    def _grain(self) -> tuple[tuple[float, float], int]:
        """What cannot be told apart in either direction, and how many points a path may have."""
        rect = self._box.viewRect()
        # Not viewPixelSize(): it is 0 before the plot has been laid out.
        width = rect.width() / max(100.0, self._box.width())
        height = rect.height() / max(100.0, self._box.height())
        most = max(2, _MOST // max(1, len(self._traces)))
        return (width, height), most

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


def _faint(colour: str) -> QColor:
    faint = QColor(colour)
    faint.setAlphaF(_FAINT)
    return faint
