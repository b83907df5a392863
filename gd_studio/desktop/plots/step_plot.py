"""Curves over the steps or epochs of runs: the gradient norm, the learning rate."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Self

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.plots import step_words
from gd_studio.desktop.plots.change_marks import ChangeMark, ChangeMarks
from gd_studio.desktop.plots.curve_store import Doubles, Floats, Integers
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.epochs_switch import EpochsSwitch
from gd_studio.desktop.plots.growing_frame import GrowingFrame
from gd_studio.desktop.plots.line import Line
from gd_studio.desktop.plots.shown_run import ShownRun
from gd_studio.desktop.plots.step_mark import StepMark
from gd_studio.desktop.plots.step_words import Reading
from gd_studio.desktop.plots.stroke import Stroke

_WIDTH = 1.6


class StepPlot(GrowingFrame):
    """A curve for each run, over its steps or its epochs."""

    def __init__(
        self, title: str, log_default: bool = False, parent: QWidget | None = None
    ) -> None:
        self._runs: dict[str, ShownRun] = {}
        self._moment: tuple[str, int, str] | None = None
        self.moment = StepMark(line=1, dotted=False)
        self._changes: dict[str, tuple[tuple[int, str], ...]] = {}
        self.change_marks = ChangeMarks(self._lines_taken)
        self.legend = PlainLabel()
        super().__init__(title, log_default, parent)
        self.moment.setZValue(31)
        self.box.addItem(self.moment, ignoreBounds=True)
        self.change_marks.setZValue(29)
        self.box.addItem(self.change_marks, ignoreBounds=True)
        self.epochs_switch = EpochsSwitch(self)
        self.epochs_switch.toggled.connect(self._lay_over)
        self.insertAction(self.copy_action, self.epochs_switch)
        self.legend.setObjectName("plotLegend")
        self.legend.setTextFormat(Qt.TextFormat.RichText)
        self.legend.setContentsMargins(10, 0, 10, 2)
        self.legend.setWordWrap(True)
        self.legend.hide()
        self.column.insertWidget(2, self.legend)
        self.hint = PlainLabel("Press Run to begin")
        self.hint.setObjectName("plotHint")
        self.hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        # Over the axes, whose numbers mean nothing yet; nothing is laid out anew when it goes.
        cover = QVBoxLayout(self.view.viewport())
        cover.setContentsMargins(0, 0, 0, 0)
        cover.addWidget(self.hint)

    # --- runs --------------------------------------------------------------------------------

    def set_run(self, run: str, colour: str, name: str) -> None:
        """Begin a curve, or change the colour and name of one."""
        shown = self._runs.get(run)
        if shown is None:
            stroke = Stroke(colour, _WIDTH)
            stroke.setZValue(len(self._runs))
            shown = self._runs[run] = ShownRun(name, colour, Line(stroke))
            self._clock.invalidate()  # the time since the last run says nothing of this one's pace
            self.box.addItem(stroke, ignoreBounds=True)
        shown.name = name
        shown.set_colour(colour)
        self._tell_legend()

    def set_steps_per_epoch(self, run: str, steps: int) -> None:
        """Say how many steps of a run make an epoch."""
        shown = self._runs[run]
        shown.set_steps_per_epoch(steps)
        shown.lay_over(epochs=self.over_epochs)
        self._after_change()

    def update_run(self, run: str, step: Integers, value: Doubles) -> None:
        """Draw the whole curve so far: `step` and `value`, ``(n,)`` each, append-only."""
        shown = self._runs[run]
        shown.steps.store.update(step, value)
        if len(step):
            self.hint.hide()
        if shown.visible:
            self._grow([shown.steps], shown.lines)
            self._tell_left_out()

    def set_visible(self, run: str, visible: bool) -> None:
        """Show or hide a curve."""
        self._runs[run].set_visible(visible)
        self._after_change()

    def rename(self, run: str, name: str) -> None:
        """Change a run's name in the legend and the readout."""
        self._runs[run].name = name
        self._tell_legend()

    def remove_run(self, run: str) -> None:
        """Take a curve away; one that is not there is no mistake."""
        gone = self._runs.pop(run, None)
        if gone is None:
            return
        self._changes.pop(run, None)
        for line in gone.lines:
            self.box.removeItem(line.stroke)
        if not self._runs:
            self._start_over()
        self.hint.setVisible(not any(len(r.steps.store.step) for r in self._runs.values()))
        self._after_change()

    def look_at(self, run: str, step: int, text: str) -> None:
        """Mark the step of `run` that is looked at, and say what there is."""
        self._moment = run, step, text
        self._place_moment()

    def look_at_newest(self) -> None:
        """Mark no step."""
        self._moment = None
        self._place_moment()

    def set_changes(self, run: str, changes: Sequence[tuple[int, str]]) -> None:
        """Mark what was changed on the way of a run: after which step, and a short word on it."""
        self._changes[run] = tuple(changes)
        self._place_changes()

    def _place_changes(self) -> None:
        marks = [
            ChangeMark(after / shown.steps.unit, text, shown.colour)
            for run, changes in self._changes.items()
            if (shown := self._runs[run]).visible
            for after, text in changes
        ]
        self.change_marks.set_marks(marks)

    def _lines_taken(self) -> int:
        """How many lines at the top other marks take with their words."""
        return 2 if self.moment.isVisible() else 0

    def _place_moment(self) -> None:
        run = self._runs.get(self._moment[0]) if self._moment is not None else None
        if self._moment is None or run is None or not run.visible:
            self.moment.hide()
        else:
            self.moment.show_at(self._moment[1] / run.steps.unit, self._moment[2])

    def clear(self) -> None:
        """Take all curves away."""
        for run in list(self._runs):
            self.remove_run(run)

    def curve(self, run: str) -> Stroke:
        """What is drawn of a run's steps: its ``x`` and ``y`` (log10 on a log scale)."""
        return self._runs[run].steps.stroke

    def lines(self) -> list[Line]:
        """All lines that are shown."""
        return [line for run in self._shown_runs() for line in run.lines]

    def _shown_runs(self) -> list[ShownRun]:
        return [run for run in self._runs.values() if run.visible]

    # --- steps or epochs ---------------------------------------------------------------------

    @property
    def over_epochs(self) -> bool:
        """Whether the curves lie over epochs, and not over steps."""
        return self.epochs_switch.isChecked()

    def link_x(self, other: Self) -> None:
        """Share the steps in view, and whether they are epochs, with another plot, which leads."""
        super().link_x(other)
        self.link_epochs(other)

    def link_epochs(self, other: StepPlot) -> None:
        """Share with another plot whether the curves lie over epochs."""
        for plot, partner in ((self, other), (other, self)):
            plot.epochs_switch.triggered.connect(partner.epochs_switch.choose)

    @Slot(bool)
    def _lay_over(self, epochs: bool) -> None:
        for run in self._runs.values():
            run.lay_over(epochs=epochs)
        self.view.x_axis.set_name("Epoch" if epochs else "Step")
        self._place_moment()
        # Where the user looked is elsewhere now.
        self.follows = True
        super()._after_change()

    def _after_change(self) -> None:
        lengths = {run.steps_per_epoch for run in self._shown_runs()}
        self.epochs_switch.judge({length for length in lengths if length is not None})
        self._tell_legend()
        super()._after_change()
        self._place_changes()
        self._tell_left_out()
        self._place_moment()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        font = QFont(self.font())
        font.setPointSizeF(max(7.5, 0.9 * font.pointSizeF()))
        self.moment.set_theme(theme, font)
        self.change_marks.set_theme(theme, font)

    # --- words -------------------------------------------------------------------------------

    def data(self) -> Columns:
        """Each visible run's steps and values, two columns a run."""
        columns = [column for run in self._shown_runs() for column in self._columns(run)]
        return Columns.of([name for name, _ in columns], *(values for _, values in columns))

    def _columns(self, run: ShownRun) -> list[tuple[str, Floats]]:
        """A run's columns in the table of numbers."""
        return [*self._places(run.steps, run, ""), (run.name, run.steps.store.value)]

    def _places(self, line: Line, run: ShownRun, what: str) -> list[tuple[str, Floats]]:
        """The columns that tell where on the x axis a line's values are."""
        steps = line.store.step.astype(float)
        places = [(f"{run.name}: {what}step", steps)]
        return [*places, (f"{run.name}: {what}epoch", steps / line.unit)][: 1 + self.over_epochs]

    def cross(self, x: float, y: float) -> tuple[float | None, float | None]:
        """A line through the nearest step."""
        found = ((run.steps.at(x), run.steps.unit) for run in self._shown_runs())
        places = [at[0] / unit for at, unit in found if at is not None]
        return min(places, key=lambda place: abs(place - x), default=None), None

    def describe(self, x: float, y: float) -> str:
        """The step, and each visible curve's value there."""
        place = self.cross(x, y)[0]
        if place is None:
            return ""
        found = ((run, run.steps.at(place)) for run in self._shown_runs())
        rows = [(run, at[0], self._reading(run, place, at[1])) for run, at in found if at]
        changes = "".join(f"{escape(text)}<br>" for text in self.change_marks.near(x))
        return changes + step_words.readout(place, rows, epochs=self.over_epochs)

    def _reading(self, run: ShownRun, x: float, value: float) -> Reading:
        """A run's values at a place of the x axis, by their names; `value` is that of its step."""
        return {"": value}

    def _tell_legend(self) -> None:
        words = step_words.names(self._shown_runs()) + self._key()
        self.legend.setVisible(bool(words))
        if words:
            # Lines break at the plain space; before it, so that all lines begin at one place.
            self.legend.setText("&nbsp;&nbsp; ".join(words))

    def _key(self) -> list[str]:
        """What the kinds of lines mean, where there is more than one."""
        return []

    def _tell_left_out(self) -> None:
        stores = [line.store for line in self.lines()]
        self.set_note(step_words.left_out(stores, log=self.log))
