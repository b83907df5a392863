"""Curves over the steps of runs: the loss, the gradient norm, the learning rate."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape

import numpy as np
from PySide6.QtCore import QElapsedTimer, Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from gd_studio.desktop.plots.curve_store import CurveStore, Doubles, Integers
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.desktop.plots.ranges import Range, Reach, padded, round_end, with_room
from gd_studio.desktop.plots.stroke import Stroke

_MOST_POINTS = 4_000
_MOST_ROWS = 10
_MOST_NAMES = 6
_LABEL_ROOM = 52
_SETTLE_MS = 600
_LATEST_MS = 10_000
_EMPTY: tuple[Range, Range] = (0.0, 10.0), (0.0, 1.0)
_DIVERGED = 1000.0
"""A run that is so many times as high as where it began has diverged; no more of it is in view."""

_BESIDE = 3.0
"""On a linear scale, so much of it: with all of the thousand, other runs would still be flat."""


@dataclass
class _Curve:
    name: str
    colour: str
    stroke: Stroke
    store: CurveStore = field(default_factory=CurveStore)
    visible: bool = True
    has_diverged: bool = False

    def of_interest(self, values: Doubles, log: bool) -> Doubles:
        """Those of the drawn values that should be in view: not where the run has diverged."""
        first = self.store.first
        if first is None or first <= 0:
            return values
        most = _DIVERGED * first
        if log:
            most = np.log10(first) + np.log10(_DIVERGED)
        elif len(values) and values.max() > most:
            most = _BESIDE * first
        kept: Doubles = values[values <= most]
        return kept if len(kept) else values


class StepPlot(PlotFrame):
    """A curve for each run, over its steps.

    A logarithmic scale gives way to a linear one while a curve has values below zero, unless the
    scale was chosen by the user.

    Signals
    -------
    log_changed
        Whether the scale is logarithmic now.
    """

    log_changed = Signal(bool)

    def __init__(
        self, title: str, log_default: bool = False, parent: QWidget | None = None
    ) -> None:
        self._curves: dict[str, _Curve] = {}
        self._log = log_default
        self._log_default = log_default
        self._log_chosen = False
        self._linked = False
        super().__init__(title, "Step", "", parent)
        self.legend = QLabel()
        self.legend.setObjectName("plotLegend")
        self.legend.setContentsMargins(10, 0, 10, 2)
        self.legend.setWordWrap(True)
        self.legend.hide()
        self.column.insertWidget(2, self.legend)
        self.view.show_grid()
        # Of one width, so that the steps of plots one below the other are one below the other.
        self.view.y_axis.set_least_room(_LABEL_ROOM)
        self.view.y_axis.set_logarithmic(log_default)
        self.log_action = QAction("Logarithmic scale", self, checkable=True, checked=log_default)
        # Not toggled: the plot itself changes the mark as well.
        self.log_action.triggered.connect(self.set_log)
        self.insertAction(self.copy_action, self.log_action)
        self._clock = QElapsedTimer()
        self._settle_timer = self._timer(_SETTLE_MS, self._settle)
        self._rethin_timer = self._timer(0, self._draw_all)
        self.box.sigXRangeChanged.connect(self._on_x_changed)
        self.box.sigYRangeChanged.connect(self._on_y_changed)
        self.box.sigResized.connect(self._on_x_changed)
        self._cut_off = False
        self.hint = QLabel("Press Run to begin")
        self.hint.setObjectName("plotHint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # Over the axes, whose numbers mean nothing yet; nothing is laid out anew when it goes.
        cover = QVBoxLayout(self.view.viewport())
        cover.setContentsMargins(0, 0, 0, 0)
        cover.addWidget(self.hint)
        self.show_range(*_EMPTY)

    # --- runs --------------------------------------------------------------------------------

    def set_run(self, run: str, colour: str, name: str) -> None:
        """Begin a curve, or change the colour and name of one."""
        curve = self._curves.get(run)
        if curve is None:
            curve = _Curve(name, colour, Stroke(colour, 1.6))
            curve.stroke.setZValue(len(self._curves))
            self._curves[run] = curve
            self.box.addItem(curve.stroke, ignoreBounds=True)
        curve.name, curve.colour = name, colour
        curve.stroke.set_colour(colour)
        self._tell_legend()

    def update_run(self, run: str, step: Integers, value: Doubles) -> None:
        """Draw the whole curve so far: `step` and `value`, ``(n,)`` each, append-only."""
        curve = self._curves[run]
        curve.store.update(step, value)
        if len(step):
            self.hint.hide()
        if not curve.visible:
            return
        self._choose_scale()
        self._widen(curve)
        self._draw(curve)
        self._tell_left_out()
        if self.follows:
            # A run that crawls is not at rest between its steps.
            gap = int(self._clock.restart()) if self._clock.isValid() else 0
            self._clock.start()
            self._settle_timer.start(max(_SETTLE_MS, min(4 * gap, _LATEST_MS)))

    def set_visible(self, run: str, visible: bool) -> None:
        """Show or hide a curve."""
        curve = self._curves[run]
        curve.visible = visible
        curve.stroke.setVisible(visible)
        self._after_change()

    def rename(self, run: str, name: str) -> None:
        """Change a run's name in the legend and the readout."""
        self._curves[run].name = name
        self._tell_legend()

    def remove_run(self, run: str) -> None:
        """Take a curve away; one that is not there is no mistake."""
        curve = self._curves.pop(run, None)
        if curve is not None:
            self.box.removeItem(curve.stroke)
            if not self._curves:
                self.follows = True
                self.show_range(None if self._linked else _EMPTY[0], None)
            self.hint.setVisible(not any(len(c.store.step) for c in self._curves.values()))
            self._after_change()

    def clear(self) -> None:
        """Take all curves away."""
        for run in list(self._curves):
            self.remove_run(run)

    def curve(self, run: str) -> Stroke:
        """What is drawn of a run: its ``x`` and ``y`` (log10 on a log scale)."""
        return self._curves[run].stroke

    # --- scale and range ---------------------------------------------------------------------

    @property
    def log(self) -> bool:
        """Whether the scale is logarithmic."""
        return self._log

    @Slot(bool)
    def set_log(self, log: bool) -> None:
        """Make the scale logarithmic or linear, whatever the values."""
        self._log_chosen = True
        if log != self._log:
            self.follows = True
            self._change_log(log)
            self._after_change()

    def _choose_scale(self) -> None:
        """Take a linear scale while there are values below zero, if it is the plot's to choose."""
        if not self._log_default or self._log_chosen:
            return
        log = not any(curve.store.has_negative for curve in self._shown_curves())
        if log == self._log:
            return
        self._change_log(log)
        home = self.home()
        if home is not None:
            # The values in view are others now; the steps stay where the user looks.
            self.show_range(None, home[1])
        self._draw_all()

    def _change_log(self, log: bool) -> None:
        self._log = log
        self.log_action.setChecked(log)
        self.view.y_axis.set_logarithmic(log)
        self.log_changed.emit(log)

    def link_x(self, other: PlotFrame) -> None:
        """Share the steps in view with another plot, which leads."""
        self._linked = True
        self.box.setXLink(other.box)
        # Who moves one moves both, and a run that goes on must pull neither of them back.
        for plot, partner in ((self, other), (other, self)):
            plot.view.moved_by_user.connect(partner.stay)
            plot.view.all_wanted.connect(partner.view_all)

    def home(self) -> tuple[Range, Range] | None:
        """Everything that is visible, snugly."""
        extent = self._extent()
        if extent is None:
            return None
        (left, right), (bottom, top) = extent
        x = (min(left, 0.0), round_end(right))
        y = padded(bottom, top, 0.06)
        return (x, y) if y is not None else None

    def reach(self) -> tuple[Reach, Reach]:
        """From a step or two to ten times all of them."""
        x, y = self.home() or _EMPTY
        width = x[1] - x[0]
        steps = Reach(x[0] - 10 * width, x[1] + 10 * width, 2.0, 10 * width)
        values = Reach.around(y)
        if self._log:
            # Beyond these powers of ten there are no numbers to write at the axis.
            values = Reach(min(-330.0, y[0]), max(310.0, y[1]), values.narrowest, 640.0)
        return steps, values

    def _extent(self) -> tuple[Range, Range] | None:
        """The first and last step, and the values of all steps, of the visible curves."""
        found = []
        for curve in self._curves.values():
            if curve.visible and len(curve.store.step):
                x, y = curve.store.drawn(
                    -1, float(curve.store.step[-1]), self._budget(), log=self._log
                )
                if len(x):
                    y = curve.of_interest(y, self._log)
                    found.append((x[0], curve.store.step[-1], y.min(), y.max()))
        if not found:
            return None
        lefts, rights, bottoms, tops = zip(*found, strict=True)
        return (
            (float(min(lefts)), float(max(rights))),
            (float(min(bottoms)), float(max(tops))),
        )

    def _widen(self, curve: _Curve) -> None:
        """Grow the ranges where the newest values leave them."""
        if not self.follows or not len(curve.store.step):
            return
        (x0, x1), y = self.shown()
        last = float(curve.store.step[-1])
        # Where nothing was in view, neither was there anything to keep still.
        fresh = not any(len(c.stroke.x) for c in self._shown_curves())
        if (fresh or last > x1) and not self._linked:
            x0 = min(0.0, float(curve.store.step[0]) if fresh else x0)
            self.show_range((x0, round_end(last)), None)
        values = curve.store.drawn(x0, last, self._budget(), log=self._log)[1]
        if not len(values):
            return
        drawn, values = len(values), curve.of_interest(values, self._log)
        had_diverged, curve.has_diverged = curve.has_diverged, len(values) < drawn
        home = self.home() if curve.has_diverged and not had_diverged else None
        if home is not None:
            # What it has stretched until now comes back.
            self.show_range(None, home[1])
            return
        low, high = float(values.min()), float(values.max())
        alone = len(self._shown_curves()) == 1
        if fresh or low < y[0] or high > y[1] or alone:
            self.show_range(None, with_room(None if fresh else y, low, high))

    @Slot()
    def _settle(self) -> None:
        """Nothing has come for a while: fit the ranges snugly."""
        home = self.home() if self.follows else None
        if home is not None:
            self.show_range(None if self._linked else home[0], home[1])

    def _after_change(self) -> None:
        self._choose_scale()
        self._tell_legend()
        self._tell_left_out()
        self._settle()
        self._draw_all()

    # --- drawing -----------------------------------------------------------------------------

    def _budget(self) -> int:
        return min(_MOST_POINTS, max(200, 2 * int(self.box.width())))

    def _draw(self, curve: _Curve) -> None:
        (left, right), (low, high) = self.shown()
        x, y = curve.store.drawn(left, right, self._budget(), log=self._log)
        # A diverged run leaves the screen; the painter could not follow it far.
        room = 10_000.0 * (high - low)
        if len(y) and (y.max() > high + room or y.min() < low - room):
            self._cut_off = True
            y = np.clip(y, low - room, high + room)
        curve.stroke.set_points(x, y)

    @Slot()
    def _draw_all(self) -> None:
        self._cut_off = False
        for curve in self._shown_curves():
            self._draw(curve)

    @Slot()
    def _on_x_changed(self, *_: object) -> None:
        # Once per turn of the event loop, however many plots are linked.
        self._rethin_timer.start()

    @Slot()
    def _on_y_changed(self, *_: object) -> None:
        if self._cut_off:
            self._rethin_timer.start()

    def _shown_curves(self) -> list[_Curve]:
        return [curve for curve in self._curves.values() if curve.visible]

    # --- words -------------------------------------------------------------------------------

    def data(self) -> Columns:
        """Each visible run's steps and values, two columns a run."""
        shown = [curve for curve in self._curves.values() if curve.visible]
        headings = [h for curve in shown for h in (f"{curve.name}: step", curve.name)]
        return Columns.of(
            headings, *(v for c in shown for v in (c.store.step.astype(float), c.store.value))
        )

    def cross(self, x: float, y: float) -> tuple[float | None, float | None]:
        """A line through the nearest step."""
        steps = [found[0] for curve in self._shown_curves() if (found := curve.store.at(x))]
        return (float(min(steps, key=lambda step: abs(step - x))) if steps else None), None

    def describe(self, x: float, y: float) -> str:
        """The step, and each visible curve's value there."""
        step = self.cross(x, y)[0]
        if step is None:
            return ""
        rows = []
        for curve in self._shown_curves():
            found = curve.store.at(step)
            if found is not None:
                rows.append(
                    f"<tr><td style='color:{curve.colour}'>●</td><td>{_short(curve.name)}</td>"
                    f"<td align='right'>&nbsp;&nbsp;<b>{write_number(found[1])}</b></td></tr>"
                )
        if len(rows) > _MOST_ROWS:
            more = len(rows) - _MOST_ROWS + 1
            rows[_MOST_ROWS - 1 :] = [f"<tr><td></td><td>and {more} more</td></tr>"]
        return f"Step {int(step):,}<table cellspacing='0' cellpadding='1'>{''.join(rows)}</table>"

    def _tell_legend(self) -> None:
        shown = self._shown_curves()
        self.legend.setVisible(len(shown) > 1)
        if len(shown) < 2:
            return
        words = [
            f"<span style='color:{curve.colour}'>●</span>&nbsp;{_short(curve.name)}"
            for curve in shown[-_MOST_NAMES:]
        ]
        if len(shown) > _MOST_NAMES:
            words.append(f"and&nbsp;{len(shown) - _MOST_NAMES:,}&nbsp;more")
        # Lines break at the plain space; before it, so that all lines begin at the same place.
        self.legend.setText("&nbsp;&nbsp; ".join(words))

    def _tell_left_out(self) -> None:
        stores = [curve.store for curve in self._shown_curves()]
        hidden = sum(store.not_positive for store in stores) if self._log else 0
        broken = sum(store.not_finite for store in stores)
        notes = []
        if hidden:
            notes.append(f"{hidden:,} value{'s' if hidden > 1 else ''} ≤ 0 not shown")
        if broken:
            notes.append(f"{broken:,} not finite")
        self.set_note(" · ".join(notes))


class LossPlot(StepPlot):
    """The loss of each run over its steps."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Loss", log_default=True, parent=parent)


def _short(name: str, most: int = 28) -> str:
    return escape(name if len(name) <= most else name[: most - 1] + "…").replace(" ", "&nbsp;")
