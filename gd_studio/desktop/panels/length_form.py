"""The first parts of the training's form: how long, then on which batches and from which seed.

Their values are called by their paths in an experiment.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.panels.dice_button import DiceButton
from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.panels.segments import Segments
from gd_studio.desktop.panels.switch_field import SwitchField
from gd_studio.desktop.panels.unit_box import UnitBox
from gd_studio.experiment.training import MOST_STEPS

_UNITS = ("epochs", "steps")
_LENGTH = "An epoch is one pass over the training data, a step one update of the parameters"
_FULL, _MINI, _SINGLE = "full", "mini", "single"
_BATCHES = (
    "How many samples a step looks at.\nFull batch: all of them, so that an epoch is one step.\n"
    "Mini-batch: so many; the path is noisier and each step cheaper.\n"
    "One by one: a single sample, which is stochastic gradient descent in the strict sense."
)
_SEED = (
    "The number that data, starting parameters and batches are drawn with: the same seed gives "
    "the same run."
)


class LengthForm(FieldForm):
    """A number of epochs or steps; the number stays where the unit changes."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_data = True
        self.length = NumberField(1000, Bounds(1, MOST_STEPS), integer=True)
        self.add("length", "Steps", self.length, _LENGTH)
        # In place of the label, whose width it takes.
        self.unit = UnitBox(("Epochs", "Steps"), self)
        self.unit.setAccessibleName("Epochs or steps")
        self.unit.setToolTip(self.length.toolTip())
        self._rows.addWidget(self.unit, 1, 0)
        self._told = self._unit()
        self.unit.activated.connect(self._unit_chosen)
        self._name()

    def set_has_data(self, has_data: bool) -> None:
        """Let epochs be counted, or only steps."""
        self._has_data = has_data
        self._name()

    def set_tab_order_after(self, widget: QWidget) -> QWidget:
        """Let the tab key go to the unit first."""
        QWidget.setTabOrder(widget, self.unit)
        return super().set_tab_order_after(self.unit)

    def value(self) -> dict[str, Any]:
        """Return epochs and steps, of which one is ``None``."""
        number = self.length.value()
        return {f"training.{unit}": number if unit == self._unit() else None for unit in _UNITS}

    def set_value(self, values: Mapping[str, Any]) -> None:
        """Show the one of them that is given. A function leaves the unit as it is for data."""
        for row, unit in enumerate(_UNITS):
            if number := values.get(f"training.{unit}"):
                super().set_value({"length": number})
                if self._has_data:
                    self.unit.setCurrentIndex(row)
        self._name()

    def problems(self) -> dict[str, str]:
        """Return what is wrong with the number."""
        problem = self.length.problem()
        return {f"training.{self._unit()}": problem} if problem else {}

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show a problem at the number."""
        said = [problems[path] for path in self.value() if path in problems]
        super().set_problems({"length": said[0]} if said else {})

    def _unit(self) -> str:
        return _UNITS[self.unit.currentIndex()] if self._has_data else "steps"

    def _name(self) -> None:
        self._told = self._unit()
        self.unit.setVisible(self._has_data)
        self.set_label("length", "" if self._has_data else "Steps")
        self.length.setAccessibleName(self._told.capitalize())

    @Slot()
    def _unit_chosen(self) -> None:
        if self._unit() != self._told:  # choosing what is chosen changes nothing
            self._name()
            self.value_changed.emit()


class BatchForm(FieldForm):
    """How many samples a step looks at, and the seed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_data = True
        self.kind = Segments({_FULL: "Full batch", _MINI: "Mini-batch", _SINGLE: "One by one"})
        self.batch_size = NumberField(32, Bounds(1, MOST_STEPS), integer=True)
        self.shuffle = SwitchField(True)
        self.seed = NumberField(42, Bounds(0, 2**63 - 1), integer=True)
        self.dice = DiceButton("New seed")
        self.add("kind", "Batches", self.kind, _BATCHES)
        self.add(
            "training.batch_size", "Batch size", self.batch_size, "How many samples a step looks at"
        )
        self.add(
            "training.shuffle",
            "Shuffle",
            self.shuffle,
            "Draw the batches anew in each epoch; else samples come in the order of the data",
        )
        self.add("seed", "Seed", self.seed, _SEED, beside=self.dice)
        self.fit_rows()

    def set_has_data(self, has_data: bool) -> None:
        """Ask for batches where there are some."""
        self._has_data = has_data
        self.fit_rows()

    def fit_rows(self) -> None:
        """Leave out what has no meaning for a function, or without batches."""
        kind = self.kind.value() if self._has_data else _FULL
        self.show_row("kind", self._has_data)
        self.show_row("training.batch_size", kind == _MINI)
        self.show_row("training.shuffle", kind != _FULL)

    def value(self) -> dict[str, Any]:
        """Return the values; the size is ``None`` for a full batch."""
        values = super().value()
        kind, size = values.pop("kind"), values["training.batch_size"]
        return {**values, "training.batch_size": {_FULL: None, _MINI: size, _SINGLE: 1}[kind]}

    def set_value(self, values: Mapping[str, Any]) -> None:
        """Show values; what is left out stays."""
        shown = dict(values)
        if "training.batch_size" in values:
            size = shown.pop("training.batch_size")
            shown["kind"] = {None: _FULL, 1: _SINGLE}.get(size, _MINI)
            if shown["kind"] == _MINI:
                shown["training.batch_size"] = size
        super().set_value(shown)
