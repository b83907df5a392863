"""The panel of the learning-rate schedule."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog.schedules import points_text
from gd_studio.desktop.panels.fold import Fold
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.schedule_form import ScheduleForm
from gd_studio.desktop.panels.schedule_words import in_words
from gd_studio.desktop.panels.specs import Problems, under, within
from gd_studio.experiment import ScheduleChoice

Per = Literal["step", "epoch"]


class SchedulePanel(Panel):
    """Edits a `ScheduleChoice`, and after what it moves on; see `Panel` for what is emitted when.

    It is folded away while the learning rate stays what it is. What counts epochs means nothing
    for a function, and comes back with the data: see `set_has_data`.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = ScheduleChoice(key="constant")
        self._has_data = True
        self._per: Per = "step"
        self._moves = 1000
        self.fold = Fold(
            "Learning-rate schedule",
            lambda: ScheduleForm(self._moves, self._has_data),
            {"schedule": self._value, "per": self._per},
            in_words,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.fold)
        self.fold.value_changed.connect(self._read_all)
        self.fold.problems_changed.connect(self.read)

    @property
    def form(self) -> ScheduleForm:
        """The form; made when it is first asked for."""
        return self.fold.form

    def value(self) -> ScheduleChoice:
        """Return the schedule."""
        return cast(ScheduleChoice, self._value)

    @property
    def per(self) -> Per:
        """After what it moves on."""
        return self._per if self._has_data else "step"

    def set_value(self, spec: ScheduleChoice, per: Per | None = None) -> None:
        """Show `spec`, and after what it moves on where that is given."""
        self._value, self._problems = spec, ()
        if per is not None and self._has_data:
            self._per = per
        self.fold.set_value({"schedule": spec, "per": self._per})

    def set_points(self, points: Iterable[tuple[int, float]]) -> None:
        """Put other points into a drawn schedule, as the plot does; emits `value_changed`."""
        self.fold.form.set_points(points_text(points))

    def set_has_data(self, has_data: bool) -> None:
        """Let epochs be counted, or only steps. Nothing is emitted."""
        self._has_data = has_data
        if self.fold.is_made:
            self.fold.form.set_has_data(has_data)

    def set_moves(self, moves: int) -> None:
        """Take how many moves a run has: what is new begins over its length."""
        self._moves = moves
        if self.fold.is_made:
            self.fold.form.set_moves(moves)

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields."""
        self.fold.set_problems(within("", under("schedule", problems)))

    def _assemble(self) -> tuple[ScheduleChoice | None, Problems, Problems]:
        return self.fold.form.assembled()

    @Slot()
    def _read_all(self) -> None:
        per, self._per = self._per, cast(Per, self.fold.form.per.value())
        before = self._value
        self.read()
        if self._per != per and self._value == before:
            self.value_changed.emit()
