"""How a plot shows that a run overfits: a mark where it begins, and the gap that opens there."""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from PySide6.QtGui import QFont

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.band import Band
from gd_studio.desktop.plots.curve_store import Floats
from gd_studio.desktop.plots.evaluation_lines import EvaluationLines
from gd_studio.desktop.plots.line import Line, within_reach
from gd_studio.desktop.plots.ranges import Range
from gd_studio.desktop.plots.step_mark import StepMark
from gd_studio.recording.overfitting import Overfitting, find_overfitting

_NOTHING = np.empty(0), np.empty(0)
_OFTEN = 200
"""A run is judged again when it has grown by one of so many parts."""

_MOST_POINTS = 400


class OverfittingView:
    """Judges one evaluated run and shows what it finds."""

    def __init__(self) -> None:
        self.found: Overfitting | None = None
        self.band = Band(0.14)
        self.mark = StepMark()
        self.band.setZValue(-2)
        self.mark.setZValue(30)
        self._judged: EvaluationLines | None = None
        self._epochs = 0

    def add_to(self, box: pg.ViewBox) -> None:
        """Be drawn in a view."""
        for item in (self.band, self.mark):
            box.addItem(item, ignoreBounds=True)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take the theme's colours and a font for the mark's word."""
        self.mark.set_theme(theme, font)

    def judge(self, lines: EvaluationLines | None, *, now: bool = False) -> None:
        """Find out whether a run overfits, now and then while it grows; ``None`` for no run."""
        epochs = len(lines.train.store.step) if lines is not None else 0
        grown = epochs - self._epochs
        if not now and lines is self._judged and 0 <= grown <= self._epochs // _OFTEN:
            return
        self._judged, self._epochs, self.found = lines, epochs, None
        if lines is not None and lines.has_test:
            train, test = lines.train.store, lines.test.store
            self.found = find_overfitting(train.step, train.value, test.value)

    def draw(self, colour: str, shown: tuple[Range, Range], *, log: bool) -> None:
        """Mark where it begins, and fill the gap between the losses of both parts from there."""
        if self.found is None or self._judged is None:
            self.mark.hide()
            if not self.band.is_empty:
                self.band.set_curves(_NOTHING, _NOTHING)
            return
        (left, right), values = shown
        train, test = self._judged.solid, self._judged.test
        begin = self.found.best_step / test.unit
        self.mark.show_at(begin, f"overfits {self.found.begin}")

        def side(line: Line) -> tuple[Floats, Floats]:
            x, y = line.drawn(max(left, begin), right, _MOST_POINTS, log=log)
            since = x >= begin
            return x[since], within_reach(y[since], values)

        self.band.set_colour(colour)
        self.band.set_curves(side(train), side(test))
