"""A plot of lines that grow by steps: scale and ranges follow them, not against the user."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

from PySide6.QtCore import QElapsedTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.plots.line import Line, axis_end, extent_of, reach_around
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.desktop.plots.ranges import Range, Reach, padded, with_room

_MOST_POINTS = 4_000
_LABEL_ROOM = 52
_SETTLE_MS = 600
_LATEST_MS = 10_000
_EMPTY: tuple[Range, Range] = (0.0, 10.0), (0.0, 1.0)


class GrowingFrame(PlotFrame):
    """Lines over steps or epochs, which subclasses give by :meth:`lines`.

    A logarithmic scale gives way to a linear one while a line has values below zero, unless the
    scale was chosen by the user.

    Signals
    -------
    log_changed
        Whether the scale is logarithmic now.
    """

    log_changed = Signal(bool)

    def __init__(self, title: str, log_default: bool, parent: QWidget | None) -> None:
        self._log = log_default
        self._log_default = log_default
        self._log_chosen = False
        self._linked = False
        self._cut_off = False
        super().__init__(title, "Step", "", parent)
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
        self.show_range(*_EMPTY)

    def lines(self) -> Sequence[Line]:
        """All lines that are shown."""
        raise NotImplementedError

    # --- scale -------------------------------------------------------------------------------

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
        log = not any(line.store.has_negative for line in self.lines())
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

    # --- range -------------------------------------------------------------------------------

    def link_x(self, other: Self) -> None:
        """Share the steps in view with another plot, which leads."""
        self._linked = True
        self.box.setXLink(other.box)
        # Who moves one moves both, and a run that goes on must pull neither of them back.
        for plot, partner in ((self, other), (other, self)):
            plot.view.moved_by_user.connect(partner.stay)
            plot.view.all_wanted.connect(partner.view_all)

    def home(self) -> tuple[Range, Range] | None:
        """Everything that is visible, snugly."""
        extent = extent_of(self.lines(), self._budget(), log=self._log)
        if extent is None:
            return None
        (left, right), values = extent
        y = padded(*values, 0.06)
        return ((min(left, 0.0), axis_end(right, self.lines())), y) if y is not None else None

    def reach(self) -> tuple[Reach, Reach]:
        """From a step or two to ten times all of them."""
        return reach_around(self.home() or _EMPTY, self.lines(), log=self._log)

    def _start_over(self) -> None:
        """Show what an empty plot shows."""
        self.follows = True
        self.show_range(None if self._linked else _EMPTY[0], None)

    def _grow(self, grown: Sequence[Line], run: Sequence[Line]) -> None:
        """Take in that lines of a run have `grown`: scale, ranges, and the lines themselves."""
        self._choose_scale()
        self._widen([line for line in run if len(line.store.step)])
        for line in grown:
            self._draw(line)
        if self.follows:
            # A run that crawls is not at rest between its steps.
            gap = int(self._clock.restart()) if self._clock.isValid() else 0
            self._clock.start()
            self._settle_timer.start(max(_SETTLE_MS, min(4 * gap, _LATEST_MS)))

    def _widen(self, lines: Sequence[Line]) -> None:
        """Grow the ranges where the newest values of a run's `lines` leave them."""
        if not self.follows or not lines:
            return
        (x0, x1), y = self.shown()
        last = max(line.ends[1] for line in lines)
        # Where nothing was in view, neither was there anything to keep still.
        fresh = not any(len(line.stroke.x) for line in self.lines())
        if (fresh or last > x1) and not self._linked:
            first = min(line.ends[0] for line in lines)
            x0 = min(0.0, first if fresh else x0)
            self.show_range((x0, axis_end(last, self.lines())), None)
        newest = [line.newest(x0, last, self._budget(), log=self._log) for line in lines]
        kept = [values for values, _ in newest if len(values)]
        home = self.home() if any(diverged for _, diverged in newest) else None
        if home is not None:
            # What it has stretched until now comes back.
            self.show_range(None, home[1])
        elif kept:
            low, high = min(float(v.min()) for v in kept), max(float(v.max()) for v in kept)
            alone = len(self.lines()) == len(lines)
            if fresh or low < y[0] or high > y[1] or alone:
                self.show_range(None, with_room(None if fresh else y, low, high))

    @Slot()
    def _settle(self) -> None:
        """Nothing has come for a while: fit the ranges snugly."""
        home = self.home() if self.follows else None
        if home is not None:
            self.show_range(None if self._linked else home[0], home[1])

    def _after_change(self) -> None:
        """Take in that other lines are shown than before."""
        self._choose_scale()
        self._settle()
        self._draw_all()

    # --- drawing -----------------------------------------------------------------------------

    def _budget(self) -> int:
        return min(_MOST_POINTS, max(200, 2 * int(self.box.width())))

    def _draw(self, line: Line) -> None:
        self._cut_off |= line.draw(self.shown(), self._budget(), log=self._log)

    @Slot()
    def _draw_all(self) -> None:
        self._cut_off = False
        for line in self.lines():
            self._draw(line)

    @Slot()
    def _on_x_changed(self, *_: object) -> None:
        # Once per turn of the event loop, however many plots are linked.
        self._rethin_timer.start()

    @Slot()
    def _on_y_changed(self, *_: object) -> None:
        if self._cut_off:
            self._rethin_timer.start()
