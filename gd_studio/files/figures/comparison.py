"""The losses of several runs in one figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from matplotlib import colormaps
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from gd_studio.files.figures.loss import Curve, finite, spans_decades, thin
from gd_studio.files.figures.text import in_legend, set_title
from gd_studio.recording import Recording, Run

_SINGLE_COLOURS = 10
"""Up to this many runs have colours that are named apart; more are a scale of colours."""

_FAR_APART = 10.0
"""A run this many times longer than another leaves the shorter one no room on a linear axis."""

_ENORMOUS = 100.0
"""What is above this many times the largest first loss is a divergence, and not looked at."""


def draw_comparison(axes: Axes, runs: Sequence[Run], title: str) -> None:
    """Draw the training loss of each run, and dashed its loss on the test part.

    Where some run takes several steps an epoch, all are drawn over epochs: runs with batches of
    different sizes have seen as much of the data then. Losses are on a log scale where they are
    positive and span decades.
    """
    recordings = [run.recording for run in runs if run.recording is not None]
    by_epoch = any(recording.steps_per_epoch > 1 for recording in recordings)
    curves = [list(_curves(recording, by_epoch)) for recording in recordings]
    parts = [part[1] for two in curves for part in two]
    losses = np.concatenate(parts) if parts else np.empty(0)
    logarithmic = spans_decades(losses)
    if logarithmic:
        axes.set_yscale("log")
    for number, (run, two) in enumerate(zip(runs, curves, strict=True)):
        colour = _colour(number, len(runs))
        for curve, style in zip(two, ("-", "--"), strict=False):
            x, loss = thin(curve, logarithmic=logarithmic)
            axes.plot(x, loss, style, color=colour, linewidth=1.5, marker="o" * (len(x) == 1))
        axes.add_line(Line2D([], [], color=colour, label=in_legend(run.name)))
    if any(len(two) > 1 for two in curves):
        axes.add_line(Line2D([], [], color="grey", linestyle="--", label="on the test part"))
    _frame(axes, [curve for two in curves for curve in two], logarithmic=logarithmic)
    set_title(axes, title)
    axes.set_xlabel("epoch" if by_epoch else "step")
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)


def add_legend(figure: Figure) -> None:
    """Name the runs beside the axes: inside, the names would cover curves."""
    legend = figure.legend(loc="outside right upper", fontsize="small")
    for text in legend.get_texts():
        text.set_parse_math(False)


def _curves(recording: Recording, by_epoch: bool) -> Iterator[Curve]:
    """The training loss, and that on the test part where there is one."""
    unit = recording.steps_per_epoch if by_epoch else 1
    evaluated = recording.evaluated_steps / unit
    if len(evaluated):
        yield finite(evaluated, recording.train_loss)
    else:
        # A step's loss is the one that it began with: after the step before.
        yield finite((recording.step - 1) / unit, recording.loss)
    test = finite(evaluated, recording.test_loss)
    if len(test[0]):
        yield test


def _colour(number: int, count: int) -> tuple[float, float, float, float]:
    if count <= _SINGLE_COLOURS:
        return colormaps["tab10"](number)
    return colormaps["turbo"](number / (count - 1))


def _frame(axes: Axes, curves: Sequence[Curve], *, logarithmic: bool) -> None:
    """Leave room for each curve: for short ones beside long ones, and for low ones below steep."""
    drawn = [curve for curve in curves if len(curve[0])]
    if not drawn:
        return
    ends = [float(x[-1]) for x, _ in drawn]
    if max(ends) > _FAR_APART * max(min(ends), 1.0):
        axes.set_xscale("symlog", linthresh=1.0)
        axes.set_xlim(0.0, max(ends))
    highest = max(float(loss.max()) for _, loss in drawn)
    room = _ENORMOUS * max(abs(float(loss[0])) for _, loss in drawn)
    if highest > room > 0:
        lowest = min(float(loss.min()) for _, loss in drawn)
        axes.set_ylim(0.5 * lowest if logarithmic else min(lowest, 0.0), room)
