"""A form that is derived from the parameters of a catalogue's entry."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gd_studio.catalog import Entry, Value
from gd_studio.desktop.panels.fields import AnyField, field_for, put
from gd_studio.desktop.panels.formula_field import FormulaField
from gd_studio.desktop.panels.lines import Sentence
from gd_studio.desktop.panels.rows import LeavingWatch, Rows


class SettingsForm(QWidget):
    """A label and a field for each parameter of `entry`, in its order.

    ``value()`` is valid field by field: where a field's text is wrong it has the last right value.

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

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._defaults = entry.defaults
        self._fields: dict[str, AnyField] = {}
        self._sentences: dict[str, Sentence] = {}
        self._given: dict[str, str] = {}
        rows = Rows(self)
        for parameter in entry.parameters:
            field = field_for(parameter)
            add = rows.add_wide if isinstance(field, FormulaField) else rows.add
            sentence = add(parameter.label, field)
            LeavingWatch(field, sentence)
            field.value_changed.connect(self._value_changed)
            field.problem_changed.connect(self._problem_changed)
            self._fields[parameter.name] = field
            self._sentences[parameter.name] = sentence

    def field(self, name: str) -> AnyField:
        """Return the field of the parameter called `name`."""
        return self._fields[name]

    def sentence(self, name: str) -> Sentence:
        """Return the label under that field which says what is wrong."""
        return self._sentences[name]

    def set_tab_order_after(self, widget: QWidget) -> None:
        """Let the tab key go from `widget` to the fields, first to last."""
        for field in self._fields.values():
            QWidget.setTabOrder(widget, field)
            widget = field

    def value(self) -> dict[str, Value]:
        """Return the settings, by name."""
        return {name: field.value() for name, field in self._fields.items()}

    def set_value(self, settings: Mapping[str, Value]) -> None:
        """Show `settings`; what is left out takes its default. Nothing is wrong afterwards."""
        for name, value in {**self._defaults, **settings}.items():
            if name in self._fields:
                put(self._fields[name], value)
        self._given = {}
        self._show_problems()

    def problems(self) -> dict[str, str]:
        """Return what is wrong with what is typed, by parameter: a sentence each."""
        found = {name: field.problem() for name, field in self._fields.items()}
        return {name: problem for name, problem in found.items() if problem}

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show what somebody else finds wrong with `value`, until it is set again.

        Where a field has a problem of its own, that one is shown.
        """
        self._given = dict(problems)
        self._show_problems(patiently=True)

    @Slot()
    def _value_changed(self) -> None:
        self.value_changed.emit()

    @Slot()
    def _problem_changed(self) -> None:
        self._show_problems(patiently=True)
        self.problems_changed.emit()

    def _show_problems(self, *, patiently: bool = False) -> None:
        for name, field in self._fields.items():
            own = field.problem()
            if field.says_problem and own:
                self._sentences[name].say("")
            else:
                # What is being typed may only be on its way to something right.
                self._sentences[name].say(own or self._given.get(name, ""), patiently=patiently)
