"""The page of the problem panel for a function to descend on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog import FUNCTIONS, FunctionEntry, Value
from gd_studio.desktop.panels.choice_form import ChoiceForm
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.specs import Problems, build, under, within
from gd_studio.desktop.panels.starts_field import StartsField
from gd_studio.experiment import FunctionProblem
from gd_studio.formula import FormulaError


class FunctionPage(Panel):
    """Edits a `FunctionProblem`; see `Panel` for what is emitted when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = ChoiceForm(FUNCTIONS, "Function", _formula, self)
        self.starts = StartsField(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(self.choice)
        layout.addWidget(self.starts)
        self._fit_starts()
        self._value = self._assemble()[0]
        self.choice.value_changed.connect(self._function_changed)
        self.choice.problems_changed.connect(self._function_changed)
        self.starts.value_changed.connect(self.read)
        self.starts.problems_changed.connect(self.read)

    def value(self) -> FunctionProblem:
        """Return the function and its starts."""
        return cast(FunctionProblem, self._value)

    def set_value(self, spec: FunctionProblem) -> None:
        """Show `spec`."""
        self._value, self._problems = spec, ()
        self.choice.set_value(spec.function)
        self._fit_starts()
        self.starts.set_value(spec.starts, spec.random_starts)

    def set_starts(self, points: Iterable[Sequence[float]]) -> None:
        """Place the starts, as the plot does for the user; no points mean random ones.

        Emits `value_changed`: it is the user's change, by another hand.
        """
        self.starts.set_value(tuple(float(c) for c in point) for point in points)
        self.read()

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields."""
        self.choice.set_problems(within("function", problems))
        self.starts.set_problems(tuple(p for p in problems if p.field.startswith("starts")))

    @Slot()
    def _function_changed(self) -> None:
        self._fit_starts()
        self.read()

    def _fit_starts(self) -> None:
        settings = self.choice.form.value()
        try:
            function = cast(FunctionEntry, self.choice.entry).function(settings)
        except FormulaError:  # the settings do not go together, which is said elsewhere
            return
        self.starts.set_variables(function.formula.variables, function.domain)

    def _assemble(self) -> tuple[FunctionProblem | None, Problems, Problems]:
        data = {
            "function": self.choice.value(),
            "starts": self.starts.starts,
            "random_starts": self.starts.random_starts,
        }
        spec, misfits = build(FunctionProblem, data)
        typed = under("function", self.choice.problems()) + self.starts.problems()
        return spec, typed, misfits


def _formula(entry: Any, settings: Mapping[str, Value]) -> str:
    """Return a function with its settings filled in, as mathematics."""
    if "formula" in settings:
        return ""  # its field shows it
    try:
        return str(entry.function(settings).formula.html())
    except FormulaError:
        return ""
