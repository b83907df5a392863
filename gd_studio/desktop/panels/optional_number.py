"""A number that can be left out: a switch, and the number beside it while it is on."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from gd_studio.desktop.panels.lines import QUIET
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.panels.rows import FIELD_HEIGHT
from gd_studio.desktop.panels.switch_field import SwitchField
from gd_studio.desktop.plain_text import PlainLabel

_LEAST = 48
"""The width of a number of a few digits."""


class OptionalNumber(QWidget):
    """A number or ``None``; turned off and on again, the number is still there.

    Parameters
    ----------
    suggestion
        The number that is there when the switch is first turned on.
    unit
        What stands behind the number.

    Signals
    -------
    value_changed, problem_changed
        By the user's hand.
    """

    value_changed = Signal()
    problem_changed = Signal()
    says_problem = False

    def __init__(
        self,
        suggestion: float,
        bounds: Bounds,
        *,
        integer: bool = False,
        unit: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.switch = SwitchField(False)
        self.number = NumberField(suggestion, bounds, integer=integer)
        self.number.setMinimumWidth(_LEAST)
        self._unit = PlainLabel(unit)
        self._unit.setForegroundRole(QUIET)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.switch)
        layout.addWidget(self.number, 1)
        layout.addWidget(self._unit)
        layout.addStretch(0)
        self.setFixedHeight(FIELD_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusProxy(self.number)  # it is the number that can be wrong
        self.switch.value_changed.connect(self._switched)
        self.number.value_changed.connect(self.value_changed)
        self.number.problem_changed.connect(self.problem_changed)
        self._show()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """Where the tab key stops, first to last."""
        return self.switch, self.number

    def value(self) -> float | None:
        """Return the number, or ``None`` where it is left out."""
        return self.number.value() if self.switch.value() else None

    def set_value(self, value: float | None) -> None:
        """Show a number, or that there is none."""
        self.switch.set_value(value is not None)
        self.number.set_value(self.number.value() if value is None else value)
        self._show()

    def set_unit(self, unit: str) -> None:
        """Let something else stand behind the number."""
        self._unit.setText(unit)
        self._show()

    def problem(self) -> str:
        """Return what is wrong with the text; a number that is left out cannot be wrong."""
        return self.number.problem() if self.switch.value() else ""

    def setAccessibleName(self, name: str) -> None:
        """Name both parts, which have the focus."""
        super().setAccessibleName(name)
        self.switch.setAccessibleName(name)
        self.number.setAccessibleName(name)

    def minimumSizeHint(self) -> QSize:
        """Be as wide with the number as without, so that nothing moves when it appears."""
        unit = self._unit.sizeHint().width() + 6 if self._unit.text() else 0
        return QSize(self.switch.sizeHint().width() + 6 + _LEAST + unit, FIELD_HEIGHT)

    @Slot()
    def _switched(self) -> None:
        had_problem = bool(self.number.problem())
        self._show()
        if had_problem:
            self.problem_changed.emit()
        self.value_changed.emit()

    def _show(self) -> None:
        self.number.setVisible(self.switch.value())
        self._unit.setVisible(self.switch.value() and bool(self._unit.text()))
