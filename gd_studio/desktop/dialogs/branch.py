"""Branching off a run: from which step on, and what is other from there on."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.fields import field_for
from gd_studio.desktop.panels.lines import QUIET, Line, capitalised
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.plain_text import for_title
from gd_studio.experiment import ExperimentError, changed_values
from gd_studio.recording import Run

_STEP = "step"


class BranchDialog(QDialog):
    """Asks for a step, and for the numbers of the optimizer that hold from there on.

    Signals
    -------
    chosen(Run, int, dict)
        The run, the step after which the branch goes its own way, and the new values.
    """

    chosen = Signal(object, int, object)

    def __init__(self, run: Run, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(for_title(f"Branch off {run.name}"))
        self._run = run
        self._steps = run.steps  # of a run that goes on, those there were when it was asked
        optimizer = run.experiment.at(run.step_shown).optimizer
        self.form = FieldForm()
        last = max(0, min(self._steps, run.ends_at - 1))
        step = NumberField(min(run.step_shown, last), Bounds(minimum=0, maximum=last), integer=True)
        self.form.add(_STEP, "After step", step, "The last step that both runs have in common.")
        for name in optimizer.entry.changeable:
            parameter = optimizer.entry.parameter(name)
            self.form.add(name, parameter.label, field_for(parameter))
        self.form.set_value(dict(optimizer.settings))
        self.line = Line(QUIET)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self._branch = self.buttons.addButton("Branch", QDialogButtonBox.ButtonRole.AcceptRole)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.form.value_changed.connect(self._judge)
        self.form.problems_changed.connect(self._judge)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (self.form, self.line, self.buttons):
            layout.addWidget(widget)
        self.resize(380, self.sizeHint().height())
        self._judge()

    @property
    def after(self) -> int:
        """The step after which the branch goes its own way."""
        return int(self.form.value()[_STEP])

    def values(self) -> dict[str, Any]:
        """Return what is other there than in the run; raises `ExperimentError`."""
        present = self._run.experiment.at(self.after)
        known = present.optimizer.entry.changeable
        typed = {f"optimizer.{n}": v for n, v in self.form.value().items() if n in known}
        return changed_values(present, present.with_values(typed))

    def accept(self) -> None:
        """Branch."""
        self.chosen.emit(self._run, self.after, self.values())
        super().accept()

    @Slot()
    def _judge(self) -> None:
        """Allow what is right and makes a difference, and say what else is needed."""
        told, can = "", False
        try:
            can = not self.form.problems() and bool(self.values())
            if not can:
                told = "Change a number: a branch without a difference would be the same run."
        except ExperimentError as error:
            told = capitalised(str(error.problems[0]))
        self.line.setText(told)
        self._branch.setEnabled(can)
