"""The choice of the precision that a run calculates in."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtWidgets import QWidget

from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.rows import Rows
from gd_studio.desktop.panels.segments import Segments
from gd_studio.desktop.panels.specs import Problems
from gd_studio.desktop.plain_text import tooltip
from gd_studio.experiment.layout import Precision

_LABELS = {"float32": "Single (float32)", "float64": "Double (float64)"}

_ABOUT = (
    "What parameters and data are. Single precision has about 7 digits and is what torch takes by "
    "itself; double precision has about 16, takes twice the memory and is slower on most graphics "
    "cards. A seed draws the same start in both."
)


class PrecisionPanel(Panel):
    """Edits the precision, as torch names it; see `Panel` for what is emitted when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = "float32"
        self._choice = Segments(_LABELS)
        self._choice.setToolTip(tooltip(_ABOUT))
        self._choice.setAccessibleDescription(_ABOUT)
        self._choice.value_changed.connect(self.read)
        self._sentence = Rows(self).add_wide("Precision", self._choice)

    def value(self) -> Precision:
        """Return the precision."""
        return cast(Precision, self._value)

    def set_value(self, spec: Precision) -> None:
        """Show a precision."""
        self._value = spec
        self._choice.set_value(spec)

    def set_problems(self, problems: Problems) -> None:
        """Show a problem under the choice."""
        self._sentence.say(" ".join(problem.message for problem in problems))

    def _assemble(self) -> tuple[Any | None, Problems, Problems]:
        return self._choice.value(), (), ()
