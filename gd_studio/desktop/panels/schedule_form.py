"""The form of the learning-rate schedule: which, made of what, after which warm-up, how fast."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gd_studio.catalog import SCHEDULES
from gd_studio.catalog.schedules import milestones_of
from gd_studio.catalog.schedules.texts import MOST_MOVES
from gd_studio.desktop.panels.choice_form import ChoiceForm
from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.panels.optional_number import OptionalNumber
from gd_studio.desktop.panels.parts_form import PartsForm
from gd_studio.desktop.panels.schedule_words import (
    OVER_THE_RUN,
    first_points,
    first_turns,
    inward,
    outward,
    taken_apart,
)
from gd_studio.desktop.panels.segments import Segments
from gd_studio.desktop.panels.specs import Problems, build, under, within
from gd_studio.experiment import FieldProblem, ScheduleChoice
from gd_studio.experiment.schedule import WARMUP_START

_WARMUP, _START, _PER = "warmup.total_iters", "warmup.start_factor", "per"
_ABOUT_WARMUP = (
    "Let the learning rate rise to its full size at first, in a straight line: the first steps of "
    "an optimizer, when it knows little of the gradients, are often its wildest."
)
_ABOUT_START = "The factor of the learning rate that the warm-up begins with"
_ABOUT_PER = "The schedule moves on after each step, or after each epoch, and counts these."


class ScheduleForm(FieldForm):
    """Edits a `ScheduleChoice`, and whether it moves on by steps or by epochs.

    A linear warm-up before anything else is a switch, and not a part. Its values are called
    ``schedule`` and ``per``; the schedule is the last one that was right.

    Parameters
    ----------
    moves
        How many moves a run has, as far as that is known: what is new begins over its length.
    has_data
        Whether there are epochs.
    """

    def __init__(self, moves: int, has_data: bool, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._moves = moves
        self._has_data = has_data
        self._spec = ScheduleChoice(key="constant")
        self._after = self._spec  # without its warm-up
        self._misfits: Problems = ()
        self.choice = ChoiceForm(SCHEDULES, "Schedule", parent=self)
        self.parts = PartsForm(self)
        self._rows.addWidget(self.choice, 1, 0, 1, 3)
        self._rows.addWidget(self.parts, 2, 0, 1, 3)
        self._suggested = max(1, moves // 10)
        self.warmup = OptionalNumber(
            self._suggested, Bounds(1, MOST_MOVES), integer=True, unit="steps"
        )
        self.add(_WARMUP, "Warm up first", self.warmup, _ABOUT_WARMUP)
        start = Bounds.of(SCHEDULES["linear"].parameter("start_factor"))
        self._start = NumberField(WARMUP_START, start)
        self.add(_START, "From factor", self._start, _ABOUT_START)
        self.per = Segments({"step": "Moves each step", "epoch": "Moves each epoch"})
        self.add(_PER, "The schedule moves on after", self.per, _ABOUT_PER)
        self.choice.value_changed.connect(self._choice_changed)
        self.choice.problems_changed.connect(self._problem_changed)
        self.parts.value_changed.connect(self._value_changed)
        self.parts.problems_changed.connect(self._problem_changed)
        self.parts.added.connect(self._part_added)
        self.parts.removed.connect(self._part_removed)
        self.fit_rows()

    # --- the value ----------------------------------------------------------------------------

    def value(self) -> dict[str, Any]:
        """Return the schedule, and after what it moves on."""
        return {"schedule": self._spec, "per": self.per.value()}

    def set_value(self, values: Mapping[str, Any]) -> None:
        """Show a schedule, and after what it moves on; what is left out stays."""
        shown = {name: value for name, value in values.items() if name == _PER}
        if "schedule" in values:
            self._spec, self._misfits = values["schedule"], ()
            after, warmup, start = taken_apart(values["schedule"])
            self._after = after
            self.choice.set_value(after)
            if after.entry.parts:
                self.parts.set_value(after.key, after.schedules)
            if warmup is None:
                self.warmup.number.set_value(self._suggested)
            shown |= {_WARMUP: warmup, _START: start}
        super().set_value(shown)

    def set_points(self, text: str) -> None:
        """Put other points in, as the plot does for the user; emits `value_changed`."""
        self.choice.set_value({"key": "drawn", "points": text})
        self._value_changed()

    def assembled(self) -> tuple[ScheduleChoice | None, Problems, Problems]:
        """Return the schedule if it is right, what is wrong with texts, and what does not fit."""
        fields = {n: p for n, p in super().problems().items() if n != _PER}
        typed = under("", {**self.choice.problems(), **fields})
        if self._has_parts:
            typed += under("schedules", self.parts.problems())
        is_right = not self._misfits
        return self._spec if is_right else None, self._out(typed), self._out(self._misfits)

    def problems(self) -> dict[str, str]:
        """Return what is wrong with what is typed, by path in the schedule."""
        return {problem.field: problem.message for problem in self.assembled()[1]}

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show problems at their fields, by path in the schedule."""
        found = {path.removeprefix("schedule."): text for path, text in problems.items()}
        shown = under("", {self._inward(path): text for path, text in found.items()})
        self.parts.set_problems(under("", within("schedules", shown)))
        rest = {p.field: p.message for p in shown}
        self.choice.set_problems({n: p for n, p in rest.items() if "." not in n})
        super().set_problems(rest)

    # --- what is around it --------------------------------------------------------------------

    def set_has_data(self, has_data: bool) -> None:
        """Count epochs where there are some."""
        self._has_data = has_data
        self.fit_rows()

    def set_moves(self, moves: int) -> None:
        """Take how many moves a run has."""
        self._moves = moves
        if self.warmup.value() is None and self.warmup.number.value() == self._suggested:
            self._suggested = max(1, moves // 10)
            self.warmup.number.set_value(self._suggested)

    def set_tab_order_after(self, widget: QWidget) -> QWidget:
        """Let the tab key go through everything, first to last."""
        QWidget.setTabOrder(widget, self.choice.combo)
        last = self.choice.form.set_tab_order_after(self.choice.combo)
        return super().set_tab_order_after(self.parts.set_tab_order_after(last))

    def fit_rows(self) -> None:
        """Show what the schedule has: parts, a warm-up, epochs."""
        self.parts.setVisible(self._has_parts)
        can_warm_up = self._after.can_warm_up and self._after.warmup is None
        changes = self._after.key != "constant" or self.warmup.value() is not None
        self.show_row(_WARMUP, can_warm_up)
        self.show_row(_START, self._warms_up)
        self.show_row(_PER, self._has_data and changes)
        counts_epochs = self._has_data and self.per.value() == "epoch"
        self.warmup.set_unit("epochs" if counts_epochs else "steps")

    # ------------------------------------------------------------------------------------------

    @property
    def _has_parts(self) -> bool:
        return SCHEDULES[self.choice.entry.key].parts

    @property
    def _warms_up(self) -> bool:
        can = self._after.can_warm_up and self._after.warmup is None
        return can and self.warmup.value() is not None

    def _out(self, problems: Problems) -> Problems:
        if not self._warms_up:
            return problems
        takes_turns = self._after.key == "sequential"
        return tuple(
            FieldProblem(outward(problem.field, takes_turns=takes_turns), problem.message)
            for problem in problems
        )

    def _inward(self, path: str) -> str:
        if not self._warms_up:
            return path
        return inward(path, takes_turns=self._after.key == "sequential")

    @Slot()
    def _choice_changed(self) -> None:
        key = self.choice.entry.key
        if key != self._after.key:
            self._begin(key)
        self._value_changed()

    def _begin(self, key: str) -> None:
        """Give what has just been chosen for the first time the length of the run."""
        entry = SCHEDULES[key]
        settings = self.choice.value()
        is_new = {name: settings[name] for name in entry.defaults} == entry.defaults
        left = self._moves - (int(self.warmup.value() or 0) if entry.scales else 0)
        if key == "drawn" and is_new:
            self.choice.set_value({"key": key, "points": first_points(left)})
        elif key in OVER_THE_RUN and is_new:
            self.choice.set_value({"key": key, OVER_THE_RUN[key]: max(1, left)})
        elif key == "sequential" and is_new:
            turns = first_turns(self._after, self._moves)
            self.choice.set_value({"key": key, "milestones": turns["milestones"]})
            self.parts.set_value(key, turns["schedules"])
        elif entry.parts:
            self.parts.set_value(key, entry.schedules)

    @Slot()
    def _value_changed(self) -> None:
        self._read()
        super()._value_changed()

    def _read(self) -> None:
        """Make a schedule of what is in the fields, or find out what is wrong with it."""
        data: dict[str, Any] = dict(self.choice.value())
        if self._has_parts:
            data["schedules"] = self.parts.value()
        after, self._misfits = build(ScheduleChoice, data)
        if after is None:
            return
        self._after = self._spec = after
        if self._warms_up:
            steps, start = int(self.warmup.number.value()), self._start.value()
            try:
                self._spec = after.with_warmup(steps, start)
            except ValidationError:
                sentence = "leads beyond the largest number of a move"
                self._misfits = (FieldProblem(_WARMUP, sentence),)

    def _milestones(self) -> list[int] | None:
        """The milestones that are typed; ``None`` where there are none, or wrong ones."""
        try:
            return list(milestones_of(str(self.choice.value()["milestones"])))
        except (KeyError, ValueError):
            return None

    def _set_milestones(self, milestones: list[int]) -> None:
        text = ", ".join(map(str, milestones))
        self.choice.set_value({**self.choice.value(), "milestones": text})

    @Slot()
    def _part_added(self) -> None:
        if milestones := self._milestones():
            # Between the last one and the end, where there is room.
            last = milestones[-1]
            self._set_milestones([*milestones, last + max(1, (self._moves - last) // 2)])

    @Slot(int)
    def _part_removed(self, place: int) -> None:
        milestones = self._milestones()
        if milestones is not None and len(milestones) > 1:
            del milestones[max(0, place - 1)]
            self._set_milestones(milestones)
