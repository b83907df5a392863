"""What can be drawn over a landscape, and the menu to choose it from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QMenu, QWidget

from gd_studio.desktop.settings import Settings


class Overlay(StrEnum):
    """Something that shows what the optimizer goes by at the step shown."""

    GRADIENT = "gradient"
    MOMENTUM = "momentum"
    UPDATE = "update"
    SCALED = "scaled"
    MOMENT = "moment"
    MODEL = "model"


@dataclass(frozen=True)
class OverlayWords:
    """Its name, and what it is."""

    name: str
    help: str


OVERLAYS: dict[Overlay, OverlayWords] = {
    Overlay.GRADIENT: OverlayWords(
        "Gradient",
        "An arrow along −∇f, as long as plain descent would step: −lr · g, of the step’s batch.",
    ),
    Overlay.MOMENTUM: OverlayWords(
        "Momentum",
        "An arrow −lr · b, where b is the momentum buffer, or Adam’s first moment m, as the step"
        " leaves it. With plain momentum it is the update itself.",
    ),
    Overlay.UPDATE: OverlayWords(
        "Update", "An arrow to where the next step lands, in its true length."
    ),
    Overlay.SCALED: OverlayWords(
        "Scaled step",
        "What Adam and its relatives make of the momentum by scaling each parameter:"
        " −lr · m̂ / (√v̂ + ε), or of the gradient where they have no momentum.",
    ),
    Overlay.MOMENT: OverlayWords(
        "Second moment",
        "An ellipse whose half-axes are √v̂ of the two parameters: how large their gradients have"
        " been. Steps are shortened along the longer one. Drawn at a scale that can be seen.",
    ),
    Overlay.MODEL: OverlayWords(
        "Quadratic model",
        "Dashed contour lines of f + g·d + ½ d·H·d around the point, at the levels of the map’s"
        " lines, and its minimum, where it has one: there Newton’s method would step. Of the whole"
        " training part.",
    ),
}

_WHERE = "Of functions of one variable nothing is drawn; of several starts, the first."


class OverlaysMenu(QMenu):
    """What to draw over the landscape; remembered.

    Signals
    -------
    changed()
        Something else is chosen.
    """

    changed = Signal()

    def __init__(self, settings: Settings, parent: QWidget) -> None:
        super().__init__("&Overlays", parent)
        self._settings = settings
        self.setToolTipsVisible(True)
        self.menuAction().setToolTip(_WHERE)
        chosen = settings.overlays
        for overlay, words in OVERLAYS.items():
            action = self.addAction(words.name)
            action.setCheckable(True)
            action.setChecked(overlay.value in chosen)
            action.setToolTip(f"<p>{words.help}</p><p>{_WHERE}</p>")
            action.setData(overlay.value)
        self.triggered.connect(self._choose)

    @property
    def chosen(self) -> tuple[Overlay, ...]:
        """What is to be drawn."""
        return tuple(Overlay(a.data()) for a in self.actions() if a.isChecked())

    @Slot()
    def _choose(self) -> None:
        self._settings.overlays = tuple(overlay.value for overlay in self.chosen)
        self.changed.emit()
