"""A form that is derived from the parameters of a catalogue's entry."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtWidgets import QWidget

from gd_studio.catalog import Entry, Value
from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.fields import field_for


class SettingsForm(FieldForm):
    """A label and a field for each parameter of `entry`, in its order."""

    def __init__(self, entry: Entry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._defaults = entry.defaults
        for parameter in entry.parameters:
            self.add(parameter.name, parameter.label, field_for(parameter))

    def set_value(self, settings: Mapping[str, Value]) -> None:
        """Show `settings`; what is left out takes its default. Nothing is wrong afterwards."""
        super().set_value({**self._defaults, **settings})
