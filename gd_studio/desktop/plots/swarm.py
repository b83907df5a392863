"""Hundreds to thousands of paths at once: a dot for each, thin lines behind them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor

from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.stroke import Stroke
from gd_studio.desktop.plots.view import PlotViewBox

Array = npt.NDArray[Any]

_MOST_LINES = 1_000
_MOST_POINTS = 8_000
_FAINT = 120


class Swarm:
    """Draws many paths whose points come in blocks ``(n, k, 2)``: n steps of k paths."""

    def __init__(self, box: PlotViewBox) -> None:
        self._box = box
        self._listed: list[str] = []
        self._colours: npt.NDArray[np.str_] = np.empty(0, dtype="<U9")
        self._blocks: dict[int, Array] = {}
        self._lines: dict[str, Stroke] = {}
        self._ends: Array = np.empty((0, 2))
        self._passed: tuple[int, int, Array] | None = None
        self.dots = Markers("small")
        self.dots.setZValue(22)
        box.addItem(self.dots, ignoreBounds=True)

    def set_paths(self, paths: Sequence[tuple[Array, str]]) -> None:
        """Show these ``(points (n, 2), colour)`` and no others."""
        self._listed = [colour for _, colour in paths]
        self._colours = np.array(self._listed, dtype="<U9")
        self._ends = np.full((len(paths), 2), np.nan)
        self._blocks = {}
        self._passed = None
        for stroke in self._lines.values():
            self._box.removeItem(stroke)
        self._lines = {}
        for colour in dict.fromkeys(self._colours.tolist()):
            faint = QColor(colour)
            faint.setAlpha(_FAINT)
            self._lines[colour] = Stroke(faint, 1.0)
            self._lines[colour].setZValue(20)
            self._box.addItem(self._lines[colour], ignoreBounds=True)
        if len({len(points) for points, _ in paths}) == 1:
            self.update(0, np.stack([points for points, _ in paths], axis=1))
        else:
            for index, (points, _) in enumerate(paths):
                self.update(index, points[:, np.newaxis])
        self.draw_dots()
        self.draw_lines()

    def points(self) -> list[Array]:
        """All points of each path, ``(n, 2)``."""
        blocks = (block for _, block in sorted(self._blocks.items()))
        return [block[:, i] for block in blocks for i in range(block.shape[1])]

    def update(self, first: int, points: Array) -> None:
        """Take the whole paths so far, ``(n, k, 2)``, of `first` and those that follow it."""
        count = points.shape[1]
        if count > 1:
            inside = [at for at in self._blocks if first <= at < first + count]
            for at in inside:
                del self._blocks[at]
        self._blocks[first] = points
        if len(points):
            self._ends[first : first + count] = points[-1]

    def look_back(self, first: int, count: int, here: Array) -> None:
        """Show `first` and those that follow it after `count` of their points, where they were."""
        self._passed = first, count, here
        self.draw_lines()

    def look_ahead(self) -> None:
        """Show all paths where they are."""
        if self._passed is not None:
            self._passed = None
            self.draw_lines()

    def draw_dots(self) -> None:
        """Show where the paths are."""
        ends = self._ends
        if self._passed is not None:
            first, _, here = self._passed
            ends = ends.copy()
            ends[first : first + len(here)] = here
        self.dots.set_points(ends, self._listed)

    def draw_lines(self) -> None:
        """Show where they came from; dearer than the dots, and need not be as often."""
        parts: dict[str, list[Array]] = {colour: [] for colour in self._lines}
        total = len(self._colours)
        skip = -(-total // _MOST_LINES)
        most = max(2, _MOST_POINTS // max(1, min(total, _MOST_LINES)))
        for first, whole in self._blocks.items():
            block = whole
            if self._passed is not None and self._passed[0] <= first < self._passed[0] + len(
                self._passed[2]
            ):
                block = whole[: self._passed[1]]
            which = np.arange((-first) % skip, block.shape[1], skip)
            if not len(which) or not len(block):
                continue
            steps = np.unique(np.linspace(0, len(block) - 1, most).astype(int))
            lines = np.swapaxes(block[steps][:, which], 0, 1).astype(np.float64)
            gaps = np.full((len(which), 1, 2), np.nan)
            joined = np.concatenate((lines, gaps), axis=1)
            colours = self._colours[first + which]
            for colour in self._lines:
                of_colour = joined[colours == colour]
                if len(of_colour):
                    parts[colour].append(of_colour.reshape(-1, 2))
        rect = self._box.viewRect()
        centre = np.array((rect.center().x(), rect.center().y()))
        reach = 100 * np.array((rect.width(), rect.height()))
        for colour, found in parts.items():
            points = np.concatenate(found) if found else np.empty((0, 2))
            points = np.where(np.isfinite(points), points, np.nan)
            points = np.clip(points, centre - reach, centre + reach)
            self._lines[colour].set_points(points[:, 0], points[:, 1])
