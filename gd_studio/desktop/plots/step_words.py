"""What a plot over steps says: the readout at the mouse, the legend, and what is not shown."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gd_studio.desktop.plain_text import word
from gd_studio.desktop.plots.curve_store import CurveStore
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.shown_run import ShownRun

Reading = dict[str, float]
"""Values of a run at a step, each by what it is; a value that needs no name has an empty one."""

_MOST_ROWS = 10
_MOST_NAMES = 6
_MOST_STEPS = 4


def readout(x: float, rows: Sequence[tuple[ShownRun, int, Reading]], *, epochs: bool) -> str:
    """Each run's values at a place of the x axis, and which step that is, as rich text."""
    names = list(dict.fromkeys(name for *_, reading in rows for name in reading))
    place = _epoch(x, [step for _, step, _ in rows]) if epochs else f"Step {x:,.0f}"
    lines = [
        f"<tr><td style='color:{run.colour}'>●</td><td>{word(run.name)}</td>"
        + "".join(_cell(name, reading) for name in names)
        + "</tr>"
        for run, _, reading in rows
    ]
    if len(lines) > _MOST_ROWS:
        more = len(lines) - _MOST_ROWS + 1
        lines[_MOST_ROWS - 1 :] = [f"<tr><td></td><td>and {more} more</td></tr>"]
    return f"{place}<table cellspacing='0' cellpadding='1'>{''.join(lines)}</table>"


def names(runs: Sequence[ShownRun]) -> list[str]:
    """The legend's words for `runs`, the newest named and the others counted; none for one run."""
    if len(runs) < 2:
        return []
    words = [
        f"<span style='color:{run.colour}'>●</span>&nbsp;{word(run.name)}"
        for run in runs[-_MOST_NAMES:]
    ]
    if len(runs) > _MOST_NAMES:
        words.append(f"and&nbsp;{len(runs) - _MOST_NAMES:,}&nbsp;more")
    return words


def left_out(stores: Iterable[CurveStore], *, log: bool) -> str:
    """How many values a scale cannot show, in words."""
    hidden = broken = 0
    for store in stores:
        hidden += store.not_positive if log else 0
        broken += store.not_finite
    notes = []
    if hidden:
        notes.append(f"{hidden:,} value{'s' if hidden > 1 else ''} ≤ 0 not shown")
    if broken:
        notes.append(f"{broken:,} not finite")
    return " · ".join(notes)


def _epoch(x: float, steps: Sequence[int]) -> str:
    """An epoch, and which steps of the runs that is, as far as there is room to say."""
    epoch = "Epoch " + f"{x:,.3f}".rstrip("0").rstrip(".")
    numbers = [f"{step:,}" for step in dict.fromkeys(steps)]
    if len(numbers) == 1:
        return f"{epoch} (step {numbers[0]})"
    if len(numbers) <= _MOST_STEPS:
        return f"{epoch} (steps {', '.join(numbers[:-1])} and {numbers[-1]})"
    return epoch


def _cell(name: str, reading: Reading) -> str:
    if name not in reading:
        return "<td></td>"
    label = f"{name}&nbsp;" if name else ""
    return f"<td align='right'>&nbsp;&nbsp;{label}<b>{write_number(reading[name])}</b></td>"
