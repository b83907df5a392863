"""The losses of a run after each epoch, as lines beside that of its single steps."""

from __future__ import annotations

import numpy as np

from gd_studio.desktop.plots.curve_store import Doubles, Integers
from gd_studio.desktop.plots.dashed_stroke import DashedStroke
from gd_studio.desktop.plots.line import Line
from gd_studio.desktop.plots.shown_run import ShownRun
from gd_studio.desktop.plots.stroke import Stroke

_WIDTH = 1.6
_PALE = 0.35
_BEHIND = -1.0


class EvaluationLines:
    """The train line, solid, and the test line, dashed, of a run that is evaluated.

    A line is one of the run's from when it has something of its own to show: that of the test part
    with its first loss, that of the training part once the single steps turn out to have other
    losses than the epochs: those of batches, or with penalties or dropout. Those steps then go
    pale and thin behind all other lines.

    Attributes
    ----------
    has_test
        Whether there is a test part.
    has_steps_apart
        Whether the losses of single steps are others than those of the training part.
    """

    def __init__(self, run: ShownRun) -> None:
        self.has_test = False
        self.has_steps_apart = False
        self.train = Line(Stroke(run.colour, _WIDTH))
        self.test = Line(DashedStroke(run.colour, _WIDTH))
        self._run = run
        for line in (self.train, self.test):
            line.stroke.setZValue(run.steps.stroke.zValue())

    def update(self, steps: Integers, train: Doubles, test: Doubles) -> list[Line]:
        """Take all losses so far, ``(k,)`` each; returns the lines that are new to the run."""
        self.train.store.update(steps, train)
        self.test.store.update(steps, test)
        new = []
        if not self.has_steps_apart and self._finds_steps_apart():
            self.has_steps_apart = True
            stroke = self._run.steps.stroke
            stroke.set_width(1.0)
            stroke.setOpacity(_PALE)
            stroke.setZValue(_BEHIND)
            new.append(self.train)
        if not self.has_test and np.isfinite(test).any():
            self.has_test = True
            new.append(self.test)
        for line in new:
            line.unit = self._run.steps.unit
            line.stroke.set_colour(self._run.colour)
            line.stroke.setVisible(self._run.visible)
        self._run.lines += new
        return new

    @property
    def solid(self) -> Line:
        """The line that shows the training part: its own, or that of the steps."""
        return self.train if self.has_steps_apart else self._run.steps

    def reading(self, x: float) -> dict[str, float]:
        """The losses of the epoch that ends nearest to a place of the x axis."""
        found = {}
        for name, line in (("train", self.train), ("test", self.test)):
            at = line.at(min(x, line.ends[1])) if line in self._run.lines else None
            if at is not None:
                found[name] = at[1]
        return found

    def _finds_steps_apart(self) -> bool:
        steps, train = self.train.store.step, self.train.store.value
        if len(steps) > 1 and steps[1] - steps[0] > 1:
            return True
        # A step's loss is that of the parameters it began with: those judged one step before.
        loss = self._run.steps.store.value
        both = min(len(loss), len(train))
        if not both:
            return False
        ends = [0, both - 1]
        return not np.allclose(loss[ends], train[ends], 1e-3, 1e-6 * abs(train[0]), equal_nan=True)
