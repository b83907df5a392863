"""The largest eigenvalue of the Hessian along a run, under the limit of its optimizer."""

from __future__ import annotations

from math import isnan

import numpy as np
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.band import Band
from gd_studio.desktop.plots.curve_store import Doubles, Floats, Integers
from gd_studio.desktop.plots.line import Line, within_reach
from gd_studio.desktop.plots.shown_run import ShownRun
from gd_studio.desktop.plots.step_plot import StepPlot
from gd_studio.desktop.plots.step_words import Reading
from gd_studio.desktop.plots.stroke import Stroke

_RUN = "λmax"
_WIDTH = 1.6
_TINT = 0.10
_NOTHING: tuple[Floats, Floats] = np.empty(0), np.empty(0)


class CurvaturePlot(StepPlot):
    """One run: its largest eigenvalue, the dashed limit, and above that a tint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.limit = Line(Stroke("#000000", _WIDTH, dashed=True))
        self.band = Band(_TINT)
        self._condition: Doubles = np.empty(0)
        super().__init__("Curvature", log_default=True, parent=parent)
        self.hint.setWordWrap(True)
        self.hint.setContentsMargins(24, 0, 24, 0)
        self.band.setZValue(-3)
        self.box.addItem(self.band, ignoreBounds=True)
        self.box.sigYRangeChanged.connect(self._draw_band)

    @property
    def eigenvalue(self) -> Line:
        """The line of the largest eigenvalue; there has to be a run."""
        return self._runs[_RUN].steps

    @property
    def looked_at(self) -> tuple[int, str] | None:
        """The step that is marked, and what is said of it."""
        return self._moment[1:] if self._moment is not None else None

    def look_at_step(self, step: int | None, text: str) -> None:
        """Mark a step; ``None`` for none."""
        if step is None:
            self.look_at_newest()
        else:
            self.look_at(_RUN, step, text)

    def begin(self, colour: str, steps_per_epoch: int) -> None:
        """Show another run, of which nothing is known yet."""
        self.end()
        self.set_run(_RUN, colour, _RUN)
        run = self._runs[_RUN]
        run.lines.append(self.limit)
        self.box.addItem(self.limit.stroke, ignoreBounds=True)
        self.limit.stroke.set_colour(self.theme.danger)
        run.set_steps_per_epoch(steps_per_epoch)
        self.eigenvalue.stroke.set_width(_WIDTH)  # not one value of each batch, but of the whole
        self.eigenvalue.is_noisy = False
        run.lay_over(epochs=self.over_epochs)
        self._after_change()

    def end(self) -> None:
        """Show no run."""
        self.remove_run(_RUN)
        empty = np.empty(0, dtype=np.int64)
        self.limit.store.update(empty, np.empty(0))
        self._condition = np.empty(0)
        self._draw_band()

    def update_limit(self, places: Integers, limits: Doubles) -> None:
        """Draw the limit in force from each of k places, ``(k,)`` each; NaN for none."""
        self.limit.store.update(np.empty(0, dtype=np.int64), np.empty(0))
        self.limit.store.update(places, limits)
        self._grow([self.limit], self._runs[_RUN].lines)
        self._draw_band()
        self._tell_legend()

    def update_eigenvalue(self, steps: Integers, largest: Doubles, condition: Doubles) -> None:
        """Draw what was measured after `steps`, ``(k,)`` each."""
        self._condition = condition
        self.update_run(_RUN, steps, largest)
        self._draw_band()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self.limit.stroke.set_colour(theme.danger)
        self.band.set_colour(theme.danger)
        self._tell_legend()

    @Slot()
    def _draw_all(self) -> None:
        super()._draw_all()
        self._draw_band()

    @Slot()
    def _draw_band(self, *_: object) -> None:
        """Tint from the limit to the top of the view."""
        shown = self.shown()
        x, y = self.limit.drawn(*shown[0], self._budget(), log=self.log)
        if not len(x) or _RUN not in self._runs:
            self.band.set_curves(_NOTHING, _NOTHING)
            return
        edge = np.minimum(within_reach(y, shown[1]), shown[1][1])
        self.band.set_curves((x, edge), (x, np.full(len(x), shown[1][1])))

    def _reading(self, run: ShownRun, x: float, value: float) -> Reading:
        reading = {"": value}
        step = x * run.steps.unit
        steps, places = run.steps.store.step, self.limit.store.step
        if len(places):
            at = max(0, int(np.searchsorted(places, step, side="right")) - 1)
            limit = float(self.limit.store.value[at])
            if not isnan(limit):
                reading["limit"] = limit
        nearest = int(np.abs(steps - step).argmin())
        if len(self._condition) == len(steps) and not isnan(self._condition[nearest]):
            reading["condition"] = float(self._condition[nearest])
        return reading

    def _key(self) -> list[str]:
        if _RUN not in self._runs:
            return []
        run = self._runs[_RUN]
        words = [f"<span style='color:{run.colour}'>—</span>&nbsp;λmax"]
        if np.isfinite(self.limit.store.value).any():
            words.append(
                f"<span style='color:{self.theme.danger}'>–\u2060&nbsp;–</span>&nbsp;limit&nbsp;of"
                "&nbsp;the&nbsp;optimizer"
            )
        return ["&nbsp;&nbsp;&nbsp;".join(words)]
