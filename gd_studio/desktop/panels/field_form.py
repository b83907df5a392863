"""Named fields in rows, each with its label and the sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.panels.fields import AnyField, LongTextField, put
from gd_studio.desktop.panels.formula_field import FormulaField
from gd_studio.desktop.panels.lines import Sentence
from gd_studio.desktop.panels.rows import LeavingWatch, Rows
from gd_studio.desktop.panels.segments import Segments
from gd_studio.desktop.plain_text import tooltip


class FieldForm(QWidget):
    """A label and a field for each name, in the order in which they are added.

    ``value()`` is valid field by field: where a field's text is wrong it has the last right value.
    A row that is not shown has no problems.

    Signals
    -------
    value_changed
        The user has changed a value, once for each change. Not emitted by `set_value`: who sets
        a value knows that it has changed.
    problems_changed
        What `problems` says has changed by the user's hand.
    """

    value_changed = Signal()
    problems_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fields: dict[str, AnyField] = {}
        self._sentences: dict[str, Sentence] = {}
        self._given: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._rows = Rows(self)

    def add(
        self, name: str, label: str, field: AnyField, about: str = "", beside: QWidget | None = None
    ) -> None:
        """Add a row, with what its field is about as a tooltip."""
        if about:
            field.setToolTip(tooltip(*about.split("\n")))
            field.setAccessibleDescription(about)
        if isinstance(field, Segments):
            sentence = self._rows.add_alone(label, field)
        elif isinstance(field, FormulaField | LongTextField):
            sentence = self._rows.add_wide(label, field)
        else:
            sentence = self._rows.add(label, field, beside=beside)
        LeavingWatch(field, sentence)
        field.value_changed.connect(self._value_changed)
        field.problem_changed.connect(self._problem_changed)
        self._fields[name] = field
        self._sentences[name] = sentence

    def field(self, name: str) -> AnyField:
        """Return the field called `name`."""
        return self._fields[name]

    def sentence(self, name: str) -> Sentence:
        """Return the label under that field which says what is wrong."""
        return self._sentences[name]

    def set_label(self, name: str, text: str) -> None:
        """Call a field something else."""
        field = self._fields[name]
        if label := self._rows.label_of(field):
            label.setText(text)
        field.setAccessibleName(text)

    def show_row(self, name: str, shown: bool) -> None:
        """Show a row, or leave it out."""
        if shown == (name not in self._left_out):
            return
        self._left_out ^= {name}
        field = self._fields[name]
        for part in filter(None, (field, self._rows.label_of(field))):
            part.setVisible(shown)
        self._show_problem(name)

    def fit_rows(self) -> None:
        """Show the rows that mean something now; called whenever a value has changed."""

    def set_tab_order_after(self, widget: QWidget) -> QWidget:
        """Let the tab key go from `widget` to the fields, first to last; returns the last."""
        for field in self._fields.values():
            for stop in getattr(field, "stops", (field,)):
                QWidget.setTabOrder(widget, stop)
                widget = stop
        return widget

    def value(self) -> dict[str, Any]:
        """Return what is in the fields, by name."""
        return {name: field.value() for name, field in self._fields.items()}

    def set_value(self, values: Mapping[str, Any]) -> None:
        """Show `values`; what is left out stays. Nothing is wrong afterwards."""
        for name, field in self._fields.items():
            put(field, values.get(name, field.value()))
        self._given = {}
        self.fit_rows()
        self._show_problems()

    def problems(self) -> dict[str, str]:
        """Return what is wrong with what is typed, by name: a sentence each."""
        found = {name: self._own_problem(name) for name in self._fields}
        return {name: problem for name, problem in found.items() if problem}

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show what somebody else finds wrong with `value`, until it is set again.

        Where a field has a problem of its own, that one is shown.
        """
        self._given = dict(problems)
        self._show_problems(patiently=True)

    @Slot()
    def _value_changed(self) -> None:
        self.fit_rows()
        self.value_changed.emit()

    @Slot()
    def _problem_changed(self) -> None:
        self._show_problems(patiently=True)
        self.problems_changed.emit()

    def _own_problem(self, name: str) -> str:
        return "" if name in self._left_out else self._fields[name].problem()

    def _show_problems(self, *, patiently: bool = False) -> None:
        for name in self._fields:
            self._show_problem(name, patiently=patiently)

    def _show_problem(self, name: str, *, patiently: bool = False) -> None:
        own, given = self._own_problem(name), self._given.get(name, "")
        if name in self._left_out or (own and self._fields[name].says_problem):
            own, given = "", ""
        # What is being typed may only be on its way to something right.
        self._sentences[name].say(own or given, patiently=patiently)
