"""The curve of a run's loss."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from gd_studio.link.arrays import Doubles
from gd_studio.recording import Recording, thin_curve

_MOST_POINTS = 4000
_LOG_FROM = 1.5
"""Decades that a loss has to span to be drawn on a log scale."""


def draw_loss(axes: Axes, recording: Recording, title: str) -> None:
    """Draw the loss that each step began with; on a log scale where it spans decades."""
    finite = np.isfinite(recording.loss)
    step, loss = recording.step[finite], recording.loss[finite]
    if spans_decades(loss):
        axes.set_yscale("log")
        # Thinned as it is seen: on a log scale the small bends are as large as the big ones.
        step, logarithm = thin_curve(step, np.log10(loss), _MOST_POINTS)
        loss = 10.0**logarithm
    else:
        step, loss = thin_curve(step, loss, _MOST_POINTS)
    axes.plot(step, loss, linewidth=1.5, marker="o" if len(step) == 1 else "")
    if not len(step):
        axes.text(0.5, 0.5, "no step was taken", transform=axes.transAxes, ha="center")
        axes.set(xticks=[], yticks=[])
    axes.set_title(title, parse_math=False)
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)


def spans_decades(loss: Doubles) -> bool:
    """Whether `loss` is positive and covers so many decades that a log scale shows it better."""
    if not len(loss) or loss.min() <= 0:
        return False
    return bool(np.log10(loss.max()) - np.log10(loss.min()) > _LOG_FROM)
