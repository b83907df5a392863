"""The status bar: where the run is that is shown, how far it is, and what going back takes."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QStatusBar, QWidget

from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.runs.memory import MemoryLabel
from gd_studio.desktop.runs.trainer import Trainer, ending
from gd_studio.desktop.transport import Progress
from gd_studio.experiment import FieldProblem
from gd_studio.recording import Run


class StatusBar(QStatusBar):
    """One line of text, the memory of earlier steps, and a bar that fills.

    Parameters
    ----------
    trainer
        Has the run that is going.
    most_memory
        How many bytes going back may take.
    """

    def __init__(self, trainer: Trainer, most_memory: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._is_ready = False
        self._looking_back = ""
        self.memory = MemoryLabel(most_memory)
        self.progress = Progress()
        self._label = PlainLabel("Starting the engine…")
        # Whatever it says, the window stays as narrow as it may be.
        self._label.setMinimumWidth(1)
        self._label.setContentsMargins(12, 0, 0, 0)
        self.addWidget(self._label, 1)
        self.addPermanentWidget(self.memory)
        self.addPermanentWidget(self.progress)
        self.setSizeGripEnabled(False)

    def text(self) -> str:
        """Return what it says."""
        return self._label.text()

    @Slot(str)
    def say(self, text: str) -> None:
        """Say `text`."""
        self._label.setText(text)

    def set_ready(self) -> None:
        """Hear that the engine waits for a run."""
        self._is_ready = True
        if self._trainer.active is None:
            self.say("Ready")

    @Slot()
    def rest(self) -> None:
        """Say nothing of a run that nobody looks at any more."""
        if self._trainer.active is None:
            self.say("Ready" if self._is_ready else "Starting the engine…")
            self.progress.clear()

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Say what is wrong in the panels, if anything is."""
        if problems:
            self.say(f"Cannot run: {problems[0]}")
        else:
            self.rest()

    def show_state(self, run: Run) -> None:
        """Say where `run` is in its life, or in time where somebody looks back."""
        self.say(self._looking_back or ending(run) or f"{run.name} is {run.state}")

    def show_run(self, run: Run) -> None:
        """Show where `run` is, and how far."""
        self.show_state(run)
        self.progress.show_run(run)

    @Slot()
    def refresh(self) -> None:
        """Show how far the run is that is going."""
        run = self._trainer.active
        if run is not None:
            self.progress.show_run(run)
        if self._trainer.newest is not None:
            self.memory.set_used(self._trainer.newest.snapshot_bytes)

    def look_back(self, told: str, run: Run | None) -> None:
        """Say at which step `run` is looked at; the empty text where that is its newest."""
        was, self._looking_back = self._looking_back, told
        shown = run or (self._trainer.active if was else None)
        if told:
            self.say(told)
        elif shown is not None:
            self.show_state(shown)
        elif was:
            self.rest()
