"""The next step of the run, taken apart, and its parameters and gradients by layer."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.inspector import InspectorView, LayerHistograms
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.scenes.next_step import NextStep
from gd_studio.desktop.studio import Subject
from gd_studio.link.inspection import Inspection


class InspectionScene(QObject):
    """Shows the next step in two views, while somebody looks at them.

    Signals
    -------
    step_wanted()
        The user has gone through all stages of the step: it is to be taken.
    """

    step_wanted = Signal()

    def __init__(self, next_step: NextStep, parent: QObject) -> None:
        super().__init__(parent)
        self._has_run = False
        self.step = InspectorView()
        self.layers = LayerHistograms()
        self.step.step_wanted.connect(self.step_wanted)
        next_step.add_reader(self.step.isVisible)
        next_step.add_reader(self.layers.isVisible)
        next_step.inspected.connect(self._show)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.step.set_theme(theme)
        self.layers.set_theme(theme)

    def set_subject(self, subject: Subject) -> None:
        """Forget the step that is shown where no run is: nothing has come to that step yet."""
        self._has_run = subject.focus is not None
        if not self._has_run:
            self.step.set_inspection(None)
            self.layers.set_layers(())

    @Slot(object)
    def _show(self, inspection: Inspection) -> None:
        if self._has_run and self.step.isVisible():
            self.step.set_inspection(inspection)
        if self._has_run and self.layers.isVisible():
            self.layers.set_layers(inspection.layers)
