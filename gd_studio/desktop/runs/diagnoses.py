"""What is wrong with the runs that the user has just made, said above the plots with a remedy."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Slot

from gd_studio.desktop.editing.edits import Editing
from gd_studio.desktop.notice import Notice, Offer
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.desktop.runs.steering import Steering
from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.experiment import fixed_differences
from gd_studio.link.diagnosis import Remedy
from gd_studio.recording import Run


class Diagnoses(QObject):
    """Shows the diagnosis of each run that was begun last, and tries a remedy at a click.

    A remedy is a branch off the run; what it changes is put into the panels as well, where they
    still hold the run's experiment, so that the next run has it too. The diagnosis of an earlier
    run, which comes late, is only in the list of runs.
    """

    def __init__(
        self,
        trainer: Trainer,
        steering: Steering,
        panels: PanelColumn,
        editing: Editing,
        notice: Notice,
    ) -> None:
        super().__init__(trainer)
        self._steering = steering
        self._panels = panels
        self._editing = editing
        self._notice = notice
        self._newest: list[Run] = []
        trainer.begun.connect(self._begun)
        trainer.run_added.connect(self._newest_added)
        trainer.diagnosed.connect(self._diagnosed)

    @Slot()
    def _begun(self) -> None:
        self._newest.clear()

    @Slot(object)
    def _newest_added(self, run: Run) -> None:
        self._newest.append(run)

    @Slot(object)
    def _diagnosed(self, run: Run) -> None:
        diagnosis = run.diagnosis
        if diagnosis is None or diagnosis.kind is None or run not in self._newest:
            return
        remedy = diagnosis.remedy
        offer = Offer(remedy.label, partial(self._try, run, remedy)) if remedy else None
        self._notice.add(f"{run.name}: {diagnosis.sentence}", run, offer)

    def _try(self, run: Run, remedy: Remedy) -> None:
        """Begin the branch; first the panels, since what they hold then is what runs."""
        held = self._panels.experiment()
        is_same = held.optimizer.key == run.experiment.at(remedy.after).optimizer.key
        if is_same and not (self._panels.problems() or fixed_differences(run.experiment, held)):
            self._editing.change(held.with_values(remedy.values))
        self._steering.branch_off(run, remedy.after, remedy.values)
