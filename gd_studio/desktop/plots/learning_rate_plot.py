"""The learning rate over the steps: as it is planned, and as the runs used it."""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots import step_words
from gd_studio.desktop.plots.curve_store import CurveStore, Doubles, Integers
from gd_studio.desktop.plots.dashed_stroke import DashedStroke
from gd_studio.desktop.plots.drawn_schedule import DrawnSchedule, Grain
from gd_studio.desktop.plots.line import Line
from gd_studio.desktop.plots.pixels import pixel_of
from gd_studio.desktop.plots.ranges import Range
from gd_studio.desktop.plots.shown_run import ShownRun
from gd_studio.desktop.plots.start_handles import StartHandles
from gd_studio.desktop.plots.step_plot import StepPlot

_NEAR = 8
"""So many pixels from the line, a click is one on it."""

_PUSH = 8
"""So many pixels an arrow key moves a point."""

_ROOM = 0.03
"""This share of the axis stays free beside points that can be held."""

_PUSHES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}

ADD_HINT = "Double-click, or click on the line, to add a point"
POINT_HINT = "Drag to move this point · right-click or Delete to remove it"
KEYS = (
    "Page Up and Page Down choose a point of the schedule, the arrow keys move it, Insert adds one "
    "after it, Delete removes it, and Escape lets go of it."
)


class LearningRatePlot(StepPlot):
    """A dashed line for the plan, a solid one for each run, and points where the plan is drawn.

    Signals
    -------
    points_edited
        The user has moved, added or taken away a point: all of them, each a move and a factor.
    """

    points_edited = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        self._plan = ShownRun("planned", "#000000", Line(DashedStroke("#000000", 1.6)))
        self._drawn: DrawnSchedule | None = None
        self._pending: DrawnSchedule | None = None
        self.chosen: int | None = None
        self.handles = StartHandles(self._place, POINT_HINT)
        super().__init__("Learning rate", log_default=False, parent=parent)
        self.view.y_axis.set_name("Learning rate")
        self._plan.steps.stroke.setZValue(25)
        self.handles.setZValue(30)
        self.handles.hide()
        for item in (self._plan.steps.stroke, self.handles):
            self.box.addItem(item, ignoreBounds=True)
        self.handles.chosen.connect(self.choose)
        self.handles.dragged.connect(self._dragged)
        self.handles.moved.connect(self._let_go)
        self.handles.removed.connect(self._remove)
        self.box.clicked.connect(self._clicked)
        self.box.takes_double_click = self._add
        self.view.takes_key = self._key_pressed
        self.view.delete_pressed.connect(self._delete)

    # --- the plan ----------------------------------------------------------------------------

    @property
    def plan(self) -> Line:
        """The line of the plan."""
        return self._plan.steps

    def set_plan(self, steps: Integers, lr: Doubles, steps_per_epoch: int) -> None:
        """Show the learning rates of some steps, ``(n,)`` each; none for no plan."""
        line = self._plan.steps
        line.store = CurveStore()
        line.store.update(steps, lr)
        line.draw(self.shown(), self._budget(), log=self.log)
        self._plan.steps_per_epoch = steps_per_epoch
        self._plan.lay_over(epochs=self.over_epochs)
        self._show_hint()
        self._after_change()

    def set_drawn(self, drawn: DrawnSchedule | None) -> None:
        """Let the points of a drawn schedule be moved; ``None`` where the schedule has none."""
        self._drawn = drawn
        if self.chosen is not None and (drawn is None or self.chosen >= len(drawn.points)):
            self.chosen = None
        self.handles.setVisible(drawn is not None)
        self.box.setToolTip(ADD_HINT if drawn is not None else "")
        self.view.setAccessibleDescription(KEYS if drawn is not None else "")
        self._show_handles()
        self._settle()

    @Slot(int)
    def choose(self, index: int) -> None:
        """Let the keys move a point."""
        self.chosen = index
        self._show_handles()

    # --- runs --------------------------------------------------------------------------------

    def set_steps_per_epoch(self, run: str, steps: int) -> None:
        """Say how many steps of a run make an epoch; its rates do not jump as losses do."""
        shown = self._runs[run]
        shown.steps_per_epoch = steps
        shown.lay_over(epochs=self.over_epochs)
        self._after_change()

    def update_run(self, run: str, step: Integers, value: Doubles) -> None:
        """Draw the whole curve so far: `step` and `value`, ``(n,)`` each, append-only."""
        begins = not len(self._runs[run].steps.store.step)
        super().update_run(run, step, value)
        if begins:
            self._tell_legend()

    def remove_run(self, run: str) -> None:
        """Take a curve away; one that is not there is no mistake."""
        super().remove_run(run)
        self._show_hint()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._plan.set_colour(theme.text)  # told from every run's colour
        self.handles.set_edge(theme.casing)
        self._show_handles()
        self._tell_legend()

    def _shown_runs(self) -> list[ShownRun]:
        planned = [self._plan] if len(self._plan.steps.store.step) else []
        return [*super()._shown_runs(), *planned]

    def _show_hint(self) -> None:
        self.hint.setVisible(not any(len(line.store.step) for line in self.lines()))

    # --- range -------------------------------------------------------------------------------

    def home(self) -> tuple[Range, Range] | None:
        """Everything that is visible, from 0 on a linear scale, and the points with some room."""
        found = super().home()
        if found is None:
            return None
        (left, right), (low, high) = found
        if self._drawn is not None:
            places = self._on_plot(self._drawn)
            finite = places[np.isfinite(places).all(axis=1)]
            right = max(right, *places[:, 0].tolist())
            low = min([low, *finite[:, 1].tolist()])
            high = max([high, *finite[:, 1].tolist()])
            room = _ROOM * (right - left)
            left, right = left - room, right + room
        if not self.log:
            low, high = min(0.0, low), high + 0.03 * (high - min(0.0, low))
            low -= 0.04 * (high - low)
        return (left, right), (low, high)

    @Slot()
    def _settle(self) -> None:
        if not self.handles.is_held:  # nothing moves under the mouse
            super()._settle()

    def _after_change(self) -> None:
        super()._after_change()
        self._show_handles()

    @Slot(bool)
    def _lay_over(self, epochs: bool) -> None:
        self._plan.lay_over(epochs=epochs)
        super()._lay_over(epochs)
        self._show_handles()

    # --- points ------------------------------------------------------------------------------

    def _on_plot(self, drawn: DrawnSchedule) -> Doubles:
        """The points in the coordinates of the view, ``(n, 2)``."""
        places = drawn.places
        places[:, 0] /= self._plan.steps.unit
        if self.log:
            with np.errstate(divide="ignore"):  # a rate of 0 is at no place of a log scale
                places[:, 1] = np.log10(places[:, 1])
        return places

    def _off_plot(self, x: float, y: float) -> tuple[float, float, Grain]:
        """From a place to a step and a learning rate, and how fine these are on the screen."""
        across, up = pixel_of(self.handles)
        unit = self._plan.steps.unit
        if not self.log:
            return x * unit, y, (across * unit, up)
        y = min(y, 30.0)  # far beyond what is in view, and no number overflows
        return x * unit, 10.0**y, (across * unit, 10.0 ** (y + up / 2) - 10.0 ** (y - up / 2))

    def _show_handles(self) -> None:
        if self._drawn is None:
            return
        colours = [self.theme.accent] * len(self._drawn.points)
        if self.chosen is not None:
            colours[self.chosen] = self.theme.text
        self.handles.show_at(self._on_plot(self._drawn), colours)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        held = self.handles.held
        assert self._drawn is not None
        assert held is not None
        self._pending = self._drawn.moved(held, *self._off_plot(x, y))
        place = self._on_plot(self._pending)[held].tolist()
        return place[0], place[1]

    @Slot()
    def _dragged(self, *_: Any) -> None:
        assert self._pending is not None
        self._foresee(self._pending)

    def _foresee(self, drawn: DrawnSchedule) -> None:
        """Show at once what the plan is going to be; the engine says so a moment later."""
        line = self._plan.steps
        steps, planned = line.store.step, line.store.value
        rates = np.where(steps < drawn.first, planned, drawn.rates(steps))
        line.store = CurveStore()
        line.store.update(steps, rates)
        self._draw(line)

    @Slot(int, float, float)
    def _let_go(self, index: int, *_: float) -> None:
        assert self._pending is not None
        self.chosen = index
        self._edit(self._pending)

    @Slot(int)
    def _remove(self, index: int) -> None:
        if self._drawn is not None:
            self.chosen = None
            self._edit(self._drawn.removed(index))

    @Slot()
    def _delete(self) -> None:
        if self.chosen is not None:
            self._remove(self.chosen)
        else:
            self.handles.remove_hovered()

    @Slot(float, float)
    def _clicked(self, x: float, y: float) -> None:
        if self._drawn is not None and self._is_on_line(self._drawn, x, y):
            self._add(x, y)

    def _is_on_line(self, drawn: DrawnSchedule, x: float, y: float) -> bool:
        across, up = pixel_of(self.handles)
        places = self._on_plot(drawn)
        near = np.arange(-_NEAR, _NEAR + 1)
        line = np.interp(x + near * across, places[:, 0], places[:, 1])
        return bool((np.hypot(near, (line - y) / up) <= _NEAR).any())

    def _add(self, x: float, y: float) -> bool:
        """Add a point, and tell whether that is what a double click does."""
        if self._drawn is None:
            return False
        drawn, index = self._drawn.added(*self._off_plot(x, y))
        if index is not None:
            self.chosen = index
            self._edit(drawn)
        return True

    def _edit(self, drawn: DrawnSchedule) -> None:
        self._drawn = drawn
        self._show_handles()
        self._foresee(drawn)
        self.points_edited.emit(drawn.points)

    def _key_pressed(self, event: QKeyEvent) -> bool:
        drawn, chosen = self._drawn, self.chosen
        if drawn is None:
            return False
        count, key = len(drawn.points), Qt.Key(event.key())
        match key:
            case Qt.Key.Key_PageDown:
                self.choose(0 if chosen is None else min(chosen + 1, count - 1))
            case Qt.Key.Key_PageUp:
                self.choose(count - 1 if chosen is None else max(chosen - 1, 0))
            case Qt.Key.Key_Escape if chosen is not None:
                self.chosen = None
                self._show_handles()
            case Qt.Key.Key_Insert if chosen is not None:
                self._insert_after(drawn, chosen)
            case _ if key in _PUSHES and chosen is not None:
                self._push(drawn, chosen, *_PUSHES[key])
            case _:
                return False
        return True

    def _insert_after(self, drawn: DrawnSchedule, index: int) -> None:
        """Add a point halfway to the next one; behind the last, to the end."""
        at = self._on_plot(drawn)
        end = (drawn.first + drawn.moves * drawn.per_move) / self._plan.steps.unit
        after = at[index + 1] if index + 1 < len(at) else np.array((end, at[index, 1]))
        x, y = ((at[index] + after) / 2).tolist()
        self._add(x, y)

    def _push(self, drawn: DrawnSchedule, index: int, right: int, up: int) -> None:
        (x, y), pixel = self._on_plot(drawn)[index].tolist(), pixel_of(self.handles)
        if not np.isfinite(y):  # a rate of 0, below all of a log scale
            y = self.shown()[1][0]
        move = drawn.per_move / self._plan.steps.unit
        x += right * max(_PUSH * pixel[0], move)
        self._edit(drawn.moved(index, *self._off_plot(x, y + up * _PUSH * pixel[1])))

    # --- words -------------------------------------------------------------------------------

    def _tell_legend(self) -> None:
        runs = super()._shown_runs()
        words = step_words.names(runs)
        if len(self._plan.steps.store.step):
            dashes = f"<span style='color:{self._plan.colour}'>–\u2060&nbsp;–</span>"
            words.append(f"{dashes}\u2060&nbsp;planned")
            if any(len(run.steps.store.step) for run in runs):
                words.append("—&nbsp;used")
        self.legend.setVisible(bool(words))
        self.legend.setText("&nbsp;&nbsp; ".join(words))
