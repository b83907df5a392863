"""What a user does to the starts of a function, on a plot that shows them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.plots import FunctionCurvePlot, LandscapePlot

Points = list[list[float]]


class StartEdits(QObject):
    """Makes all starts of one that is moved, added or taken away.

    Parameters
    ----------
    starts
        Asked for the present ones.

    Signals
    -------
    edited(list of points)
        The starts as the user wants them.
    """

    edited = Signal(object)

    def __init__(
        self,
        plot: LandscapePlot | FunctionCurvePlot,
        starts: Callable[[], Points],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._plot = plot
        self._starts = starts
        plot.start_moved.connect(self._moved)
        plot.start_added.connect(self._added)
        plot.start_removed.connect(self._removed)

    def _start_of(self, path: int, starts: Points) -> int:
        """Which of the starts a drawn path begins at: other runs may share the plot."""
        begin = self._plot.paths.starts.points[path][: len(starts[0])]
        return int(np.abs(np.array(starts) - begin).sum(axis=1).argmin())

    @Slot(int, float, float)
    def _moved(self, index: int, x: float, y: float) -> None:
        starts = self._starts()
        starts[self._start_of(index, starts)] = [x, y][: len(starts[0])]
        self.edited.emit(starts)

    @Slot(float, float)
    def _added(self, x: float, y: float) -> None:
        starts = self._starts()
        self.edited.emit([*starts, [x, y][: len(starts[0])]])

    @Slot(int)
    def _removed(self, index: int) -> None:
        starts = self._starts()
        if len(starts) > 1:
            del starts[self._start_of(index, starts)]
            self.edited.emit(starts)
