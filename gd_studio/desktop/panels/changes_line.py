"""What an experiment changes on the way of its run, in a quiet line above the panels."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.desktop.panels.lines import QUIET, Line
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.desktop.runs.change_words import all_changes
from gd_studio.experiment import Experiment

_MOST = 400
"""Characters; a run that was played with has a hundred changes."""


class ChangesLine(QWidget):
    """Says what is changed on the way, and takes it back; hidden where nothing is.

    Signals
    -------
    removed()
        The user wants nothing to be changed on the way any more.
    """

    removed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = Line(QUIET)
        self.line.setAccessibleName("Changes on the way")
        about = "Let the next run keep what the panels say from its first step to its last"
        self.button = LinkButton("Remove them", about)
        self.button.clicked.connect(self.removed)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 4, 16, 4)
        column.setSpacing(2)
        column.addWidget(self.line)
        column.addWidget(self.button)
        self.hide()

    def say(self, experiment: Experiment) -> None:
        """Show what `experiment` changes."""
        count = len(experiment.changes)
        if count:
            told = f"{count} change{'s' if count > 1 else ''} on the way: {all_changes(experiment)}"
            self.line.setText(told if len(told) <= _MOST else f"{told[:_MOST]}…")
            self.button.setText("Remove them" if count > 1 else "Remove it")
        self.setVisible(bool(count))
