"""One number of each parameter over the steps of a run, as a line for each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.colour_ramp import ramp
from gd_studio.desktop.look.theme import RUN_COLOURS
from gd_studio.desktop.plain_text import word
from gd_studio.desktop.plots import step_words
from gd_studio.desktop.plots.curve_store import Integers
from gd_studio.desktop.plots.shown_run import ShownRun
from gd_studio.desktop.plots.step_plot import StepPlot

_MOST_NAMED = len(RUN_COLOURS)
_WIDE, _USUAL, _THIN = 2.0, 1.6, 1.0
_FAINT = 0.18

_RAMP = ramp(
    ((0.60, 0.14, 285), (0.63, 0.12, 230), (0.66, 0.12, 160), (0.66, 0.12, 85), (0.60, 0.16, 30)),
    64,
)
"""From the first of many parameters to the last; readable on light and on dark."""


class StatePlot(StepPlot):
    """A line for each parameter, by its label; one of many may be set off from the others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._highlighted: str | None = None
        super().__init__("Optimizer state", log_default=True, parent=parent)
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(24, 0, 24, 0)

    @property
    def first(self) -> str:
        """The label of the first line; there has to be one."""
        return next(iter(self._runs))

    def clear(self) -> None:
        """Take all lines away."""
        self._highlighted = None
        gone, self._runs = self._runs, {}
        for run in gone.values():
            for line in run.lines:
                self.box.removeItem(line.stroke)
        self._start_over()
        self.hint.show()
        self._after_change()

    def set_lines(self, labels: Sequence[str], steps_per_epoch: int) -> None:
        """Begin with a line for each label, and with no values."""
        self.clear()
        for label, colour in zip(labels, _colours(len(labels)), strict=True):
            self.set_run(label, colour, label)
        for line in self._runs.values():
            line.set_steps_per_epoch(steps_per_epoch)
            line.lay_over(epochs=self.over_epochs)
        self._set_off()
        self._after_change()

    def update_values(self, steps: Integers, values: npt.NDArray[Any]) -> None:
        """Draw the lines so far: after `steps`, ``(q,)``, the `values`, ``(q, number of lines)``.

        Append-only.
        """
        for run, column in zip(self._runs.values(), values.T, strict=True):
            run.steps.store.update(steps, column)
        if len(steps):
            self.hint.hide()
        self._grow(self.lines(), self.lines())
        self._tell_left_out()

    def highlight(self, label: str | None) -> None:
        """Set one line off from the others; ``None`` for none."""
        self._highlighted = label if label in self._runs else None
        self._set_off()
        self._tell_legend()

    def describe(self, x: float, y: float) -> str:
        """The step, and the values there, the highlighted and those nearest to the mouse first."""
        place = self.cross(x, y)[0]
        if place is None:
            return ""
        found = [(run, run.steps.at(place)) for run in self._shown_runs()]
        rows = [(run, at[0], self._reading(run, place, at[1])) for run, at in found if at]
        if len(rows) > _MOST_NAMED:
            rows.sort(key=lambda row: (row[0].name != self._highlighted, self._far(row[2][""], y)))
        return step_words.readout(place, rows, epochs=self.over_epochs)

    def _far(self, value: float, y: float) -> float:
        if self.log:
            value = float(np.log10(value)) if value > 0 else np.inf
        return abs(value - y)

    def _set_off(self) -> None:
        many = len(self._runs) > _MOST_NAMED
        for key, run in self._runs.items():
            is_it = key == self._highlighted
            stroke = run.steps.stroke
            stroke.setOpacity(1.0 if is_it or self._highlighted is None else _FAINT)
            stroke.set_width(_WIDE if is_it else _THIN if many else _USUAL)
            stroke.setZValue(len(self._runs) if is_it else 0)

    def _tell_legend(self) -> None:
        runs = self._shown_runs()
        if self._highlighted is not None and len(runs) > _MOST_NAMED:
            words = [_named(self._runs[self._highlighted])]
        elif len(runs) > _MOST_NAMED:
            words = [f"{_named(runs[0])}&nbsp; to &nbsp;{_named(runs[-1])}"]
        else:
            words = [_named(run) for run in runs] if len(runs) > 1 else []
        self.legend.setVisible(bool(words))
        if words:
            self.legend.setText("&nbsp;&nbsp; ".join(words))


def _named(run: ShownRun) -> str:
    return f"<span style='color:{run.colour}'>●</span>&nbsp;{word(run.name)}"


def _colours(count: int) -> list[str]:
    if count <= _MOST_NAMED:
        return list(RUN_COLOURS[:count])
    places = np.linspace(0, len(_RAMP) - 1, count).round().astype(int)
    return ["#{:02x}{:02x}{:02x}".format(*_RAMP[place].tolist()) for place in places]
