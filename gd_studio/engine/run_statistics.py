"""What the steps of a run have come to so far, in the few numbers that something later asks for."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isnan, nan

from gd_studio.engine.diagnosis.ends import Finish
from gd_studio.link.messages import Steps

_SMALL = 0.01


@dataclass(frozen=True, slots=True)
class RunStatistics:
    """What a run has been through up to a step.

    They never change: a run has others after each frame. So every snapshot holds those of its step,
    and a run that is taken back, or that branches off another one, has its whole past with it. They
    are as many however long the run is.

    Attributes
    ----------
    first_loss, first_gradient
        Loss and gradient norm that the first step began with; NaN before it.
    lowest_loss, lowest_at
        The lowest loss that a step began with, and the step after which it was that low.
    last_loss, last_gradient, last_rate
        Loss and gradient norm that the newest step began with, and its learning rate.
    highest_rate
        The highest learning rate so far.
    last_high
        The last step whose learning rate was at least a hundredth of the highest one before it.
    seconds
        How long the steps took.
    finish
        Why the run is over after them, where one of them met a threshold or early stopping did.
    """

    first_loss: float = nan
    first_gradient: float = nan
    lowest_loss: float = inf
    lowest_at: int = 0
    last_loss: float = nan
    last_gradient: float = nan
    last_rate: float = nan
    highest_rate: float = 0.0
    last_high: int = 0
    seconds: float = 0.0
    finish: Finish | None = None

    def after(self, steps: Steps, seconds: float, finish: Finish | None) -> RunStatistics:
        """Return those after more steps, at least one, which took so long and may end the run."""
        loss, lr = steps.loss, steps.lr
        is_first = int(steps.step[0]) == 1
        lowest = int(loss.argmin())
        is_lower = bool(loss[lowest] < self.lowest_loss)
        highest_rate = max(self.highest_rate, float(lr.max()))
        high = (lr >= _SMALL * highest_rate).nonzero()[0]
        return RunStatistics(
            first_loss=float(loss[0]) if is_first else self.first_loss,
            first_gradient=float(steps.grad_norm[0]) if is_first else self.first_gradient,
            lowest_loss=float(loss[lowest]) if is_lower else self.lowest_loss,
            lowest_at=int(steps.step[lowest]) - 1 if is_lower else self.lowest_at,
            last_loss=float(loss[-1]),
            last_gradient=float(steps.grad_norm[-1]),
            last_rate=float(lr[-1]),
            highest_rate=highest_rate,
            last_high=int(steps.step[high[-1]]) if len(high) else self.last_high,
            seconds=self.seconds + seconds,
            finish=finish,
        )

    def final(self) -> dict[str, float]:
        """Return the numbers of the newest step as a run tells them at its end; none before it."""
        if isnan(self.last_loss):
            return {}
        return {
            "train_loss": self.last_loss,
            "grad_norm": self.last_gradient,
            "lr": self.last_rate,
        }
