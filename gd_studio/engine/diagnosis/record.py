"""The few numbers of all its steps that a run keeps for its diagnosis."""

from __future__ import annotations

from math import inf, isnan, nan

from gd_studio.link.messages import Steps

_SMALL = 0.01


class Record:
    """What was lowest and highest in the course of a run.

    Attributes
    ----------
    first_loss, first_gradient
        Loss and gradient norm that the first step began with; NaN before it.
    lowest_loss, lowest_at
        The lowest loss that a step began with, and the step after which it was that low.
    last_loss
        That the newest step began with.
    highest_rate
        The highest learning rate so far.
    last_high
        The last step whose learning rate was at least a hundredth of the highest one before it.
    """

    def __init__(self) -> None:
        self.first_loss = self.first_gradient = self.last_loss = nan
        self.lowest_loss = inf
        self.lowest_at = 0
        self.highest_rate = 0.0
        self.last_high = 0

    def take(self, steps: Steps) -> None:
        """Look at new steps."""
        if isnan(self.first_loss):
            self.first_loss, self.first_gradient = float(steps.loss[0]), float(steps.grad_norm[0])
        lowest = int(steps.loss.argmin())
        if steps.loss[lowest] < self.lowest_loss:
            self.lowest_loss = float(steps.loss[lowest])
            self.lowest_at = int(steps.step[lowest]) - 1
        self.last_loss = float(steps.loss[-1])
        self.highest_rate = max(self.highest_rate, float(steps.lr.max()))
        high = (steps.lr >= _SMALL * self.highest_rate).nonzero()[0]
        if len(high):
            self.last_high = int(steps.step[high[-1]])
