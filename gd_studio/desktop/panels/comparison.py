"""The section of the runs to compare, or a way to make some."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gd_studio.desktop.panels.collapsible import MARGIN, Ruled, Section
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.desktop.panels.variation_words import learning_rates
from gd_studio.desktop.panels.variations_panel import VariationsPanel
from gd_studio.experiment import Experiment


class Comparison(QWidget):
    """Shows `panel` in a section while it has runs, and else a button that makes three of them."""

    def __init__(self, panel: VariationsPanel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        self._experiment: Experiment | None = None
        self.section = Section("Runs to compare", panel, self)
        self._place = Ruled(self)
        self.button = LinkButton(
            "Compare several runs…",
            "Run three times, with a tenth of the learning rate, with it, and with ten times it",
            self._place,
        )
        row = QHBoxLayout(self._place)
        row.setContentsMargins(MARGIN, 9, MARGIN, 10)
        row.addWidget(self.button)
        row.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.section)
        layout.addWidget(self._place)
        self.button.clicked.connect(self._make)

    def fit(self, experiment: Experiment) -> None:
        """Show what there is for `experiment`, which the panel's runs are variations of."""
        self._experiment = experiment
        self._panel.set_experiment(experiment)
        compares = bool(self._panel.value())
        self.section.setVisible(compares)
        self._place.setVisible(not compares and bool(learning_rates(experiment.optimizer)))

    @Slot()
    def _make(self) -> None:
        if self._experiment is not None:
            self._panel.propose(learning_rates(self._experiment.optimizer))
