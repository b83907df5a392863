"""The fields of a form: one for each kind of parameter, all with the same few methods.

``value_changed`` is emitted when the user changes the value, never by ``set_value``; ``problem()``
says what is wrong with what is typed; ``says_problem`` tells whether the field shows that itself.
"""

from __future__ import annotations

from html import escape
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QLineEdit, QWidget

from gd_studio.catalog import Parameter
from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.panels.formula_field import FormulaField
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds, format_number
from gd_studio.desktop.panels.optional_number import OptionalNumber
from gd_studio.desktop.panels.rows import FIELD_HEIGHT
from gd_studio.desktop.panels.segments import Segments
from gd_studio.desktop.panels.switch_field import SwitchField


class TextField(QLineEdit):
    """Any text."""

    longest = 2000
    value_changed = Signal()
    problem_changed = Signal()
    says_problem = False

    def __init__(self, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMaxLength(self.longest)
        self.set_value(value)
        self.setFixedHeight(FIELD_HEIGHT)
        self.textEdited.connect(self._edited)

    def value(self) -> str:
        return self.text()

    def set_value(self, value: str) -> None:
        self.setText(value)
        self.setCursorPosition(0)  # the beginning of a long one is what one wants to see

    def problem(self) -> str:
        return ""

    @Slot(str)
    def _edited(self, _: str) -> None:
        self.value_changed.emit()


class LongTextField(TextField):
    """A text that takes all the width of a form."""


class OptionField(QuietComboBox):
    """One of a few texts."""

    value_changed = Signal()
    problem_changed = Signal()
    says_problem = False

    def __init__(self, value: str, options: tuple[str, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.addItems(options)
        self.setCurrentText(value)
        self._last = value
        self.activated.connect(self._activated)

    def value(self) -> str:
        return self.currentText()

    def set_value(self, value: str) -> None:
        self.setCurrentText(value)
        self._last = value

    def problem(self) -> str:
        return ""

    @Slot(int)
    def _activated(self, _: int) -> None:
        if self.currentText() != self._last:  # choosing what is chosen changes nothing
            self._last = self.currentText()
            self.value_changed.emit()


AnyField = (
    NumberField | OptionalNumber | SwitchField | TextField | OptionField | Segments | FormulaField
)


def field_for(parameter: Parameter) -> AnyField:
    """Return a new field of the parameter's kind, with its default in it."""
    field: AnyField
    match parameter.kind:
        case "switch":
            field = SwitchField(bool(parameter.default))
        case "integer" | "number" as kind:
            default = float(parameter.default)
            field = NumberField(default, Bounds.of(parameter), integer=kind == "integer")
        case "text" if parameter.choices:
            field = OptionField(str(parameter.default), parameter.choices)
        case "text" if parameter.name == "formula":
            field = FormulaField(str(parameter.default))
        case "text" if parameter.name == "points":
            field = LongTextField(str(parameter.default))
        case "text":
            field = TextField(str(parameter.default))
    field.setToolTip(tooltip(parameter))
    field.setAccessibleName(parameter.label)
    field.setAccessibleDescription(parameter.help)
    return field


def put(field: AnyField, value: Any) -> None:
    """Show `value` in `field`, whatever its kind."""
    match field:
        case SwitchField():
            field.set_value(bool(value))
        case NumberField() | OptionalNumber():
            field.set_value(value)
        case _:
            field.set_value(str(value))


def tooltip(parameter: Parameter) -> str:
    """Return the parameter's help, then its bounds and its default, as rich text that wraps."""
    match parameter.default:
        case bool():
            default = "on" if parameter.default else "off"
        case int() | float():
            default = format_number(parameter.default)
        case _:
            default = str(parameter.default)
    about = [Bounds.of(parameter).phrase(), f"default {default}"]
    return (
        f"<p>{escape(parameter.help)}</p><p>{escape('; '.join(part for part in about if part))}</p>"
    )
