"""What the panels have in common."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.panels.specs import Problems


class Panel(QWidget):
    """Shows and edits one part of an experiment: its spec.

    A subclass connects its forms' signals to `read`, and says in `_assemble` what they hold. Its
    ``value()`` is always a valid spec: while something is wrong it is made of each field's last
    right value, and where these do not go together it is the last spec that did.

    Signals
    -------
    value_changed
        The user has changed the spec, once for each change. Not emitted by ``set_value``: who
        sets a spec knows that it has changed, and a panel answering would go round in circles.
    problems_changed
        What `problems` says has changed by the user's hand.
    """

    value_changed = Signal()
    problems_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Any = None
        self._problems: Problems = ()

    def problems(self) -> Problems:
        """Return everything that is wrong in the panel now; paths begin at its spec."""
        return self._problems

    def set_problems(self, problems: Problems) -> None:
        """Show at their fields what somebody else has found wrong with the spec."""
        raise NotImplementedError

    @Slot()
    def read(self) -> None:
        """Look at the fields again, and tell what has changed."""
        spec, typed, misfits = self._assemble()
        problems = typed + misfits
        value_changed = spec is not None and spec != self._value
        problems_changed = problems != self._problems
        if value_changed:
            self._value = spec
        self._problems = problems
        if value_changed or problems_changed:  # else what is shown still holds
            self.set_problems(misfits)
        if problems_changed:
            self.problems_changed.emit()
        if value_changed:
            self.value_changed.emit()

    def _assemble(self) -> tuple[Any | None, Problems, Problems]:
        """Return the spec if there is one, what is wrong with texts, and what does not fit."""
        raise NotImplementedError
