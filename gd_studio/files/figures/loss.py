"""The curves of a run's loss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes

from gd_studio.experiment import Change
from gd_studio.files.figures.text import set_title
from gd_studio.foreign_text import shortened
from gd_studio.link.arrays import Doubles
from gd_studio.recording import Recording, thin_curve

_MOST_POINTS = 4000
_LOG_FROM = 1.5
"""Decades that a loss has to span to be drawn on a log scale."""

Array = npt.NDArray[Any]
Curve = tuple[Array, Array]
"""Where along the x axis, and the loss there: ``(n,)`` each."""


def draw_loss(axes: Axes, recording: Recording, title: str) -> None:
    """Draw the loss after each number of steps; on a log scale where it spans decades.

    Where the model was judged after each epoch, its losses on the training part and, dashed, on
    the test part are drawn as well, over the losses of the steps.
    """
    # A step's loss is the one that it began with: after the step before.
    steps = finite(recording.step - 1, recording.loss)
    after_epochs = {
        "training part": finite(recording.evaluated_steps, recording.train_loss),
        "test part": finite(recording.evaluated_steps, recording.test_loss),
    }
    after_epochs = {name: curve for name, curve in after_epochs.items() if len(curve[0])}
    losses = np.concatenate([steps[1], *(loss for _, loss in after_epochs.values())])
    logarithmic = spans_decades(losses)
    if logarithmic:
        axes.set_yscale("log")
    step, loss = thin(steps, logarithmic=logarithmic)
    marker = "o" if len(step) == 1 else ""
    if after_epochs:
        axes.plot(step, loss, linewidth=0.8, alpha=0.4, marker=marker, label="each step")
        for name, curve in after_epochs.items():
            style = "--" if name == "test part" else "-"
            axes.plot(*thin(curve, logarithmic=logarithmic), style, linewidth=1.5, label=name)
        axes.legend()
    else:
        axes.plot(step, loss, linewidth=1.5, marker=marker)
    if not len(step):
        axes.text(0.5, 0.5, "no step was taken", transform=axes.transAxes, ha="center")
        axes.set(xticks=[], yticks=[])
    set_title(axes, title)
    axes.set_xlabel("step")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)


def mark_changes(axes: Axes, recording: Recording, changes: Sequence[Change]) -> None:
    """Mark what was changed on the way: a dashed line each, with the new values beside it."""
    for change in changes:
        if change.after > len(recording):
            continue  # the run ended before
        words = [f"{path.rpartition('.')[2]} {value}" for path, value in change.values.items()]
        axes.axvline(change.after, color="0.45", linestyle="--", linewidth=0.8)
        axes.annotate(
            shortened(", ".join(words).replace("_", " "), 60),
            (change.after, 1.0),
            xycoords=axes.get_xaxis_transform(),
            xytext=(3, -4),
            textcoords="offset points",
            rotation="vertical",
            verticalalignment="top",
            fontsize="x-small",
            parse_math=False,
        )


def spans_decades(loss: Doubles) -> bool:
    """Whether `loss` is positive and covers so many decades that a log scale shows it better."""
    if not len(loss) or loss.min() <= 0:
        return False
    return bool(np.log10(loss.max()) - np.log10(loss.min()) > _LOG_FROM)


def finite(x: Array, loss: Array) -> Curve:
    """Return the part of a curve where its loss is finite."""
    kept = np.isfinite(loss)
    return x[kept], loss[kept]


def thin(curve: Curve, *, logarithmic: bool) -> Curve:
    """Return as many of a curve's points as a figure can show."""
    x, loss = curve
    if not logarithmic:
        return thin_curve(x, loss, _MOST_POINTS)
    # Thinned as it is seen: on a log scale the small bends are as large as the big ones.
    x, logarithm = thin_curve(x, np.log10(loss), _MOST_POINTS)
    return x, 10.0**logarithm
