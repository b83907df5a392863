"""The panel of the optimizer and its hyperparameters."""

from __future__ import annotations

from typing import cast

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog import OPTIMIZERS
from gd_studio.desktop.panels.choice_form import ChoiceForm
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.specs import Problems, build, under, within
from gd_studio.experiment import OptimizerChoice


class OptimizerPanel(Panel):
    """Edits an `OptimizerChoice`; see `Panel` for what is emitted when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.choice = ChoiceForm(OPTIMIZERS, "Optimizer", parent=self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.choice)
        self._value, _ = build(OptimizerChoice, self.choice.value())
        self.choice.value_changed.connect(self.read)
        self.choice.problems_changed.connect(self.read)

    def value(self) -> OptimizerChoice:
        """Return the optimizer with its settings."""
        return cast(OptimizerChoice, self._value)

    def set_value(self, spec: OptimizerChoice) -> None:
        """Show `spec`."""
        self._value, self._problems = spec, ()
        self.choice.set_value(spec)

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields."""
        self.choice.set_problems(within("", problems))

    def _assemble(self) -> tuple[OptimizerChoice | None, Problems, Problems]:
        spec, misfits = build(OptimizerChoice, self.choice.value())
        return spec, under("", self.choice.problems()), misfits
