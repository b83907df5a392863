"""The lines that the other runs ended with, behind that of the run in focus."""

from __future__ import annotations

from gd_studio.desktop.plots import FitPlot
from gd_studio.desktop.runs.table import ListedRun, RunTable
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import Experiment, ModelProblem
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Predict

_TOPIC = "other fits"


class OtherFits:
    """Asks once for the line of each finished run on the same data, and shows those not hidden."""

    def __init__(self, plot: FitPlot, table: RunTable, scout: Scout) -> None:
        self._plot = plot
        self._table = table
        self._scout = scout
        self._subject: Subject | None = None
        self._lines: dict[int, Floats] = {}
        self._is_waiting = False

    def set_subject(self, subject: Subject | None) -> None:
        """Show the lines that belong beside that of `subject`; ``None`` for none."""
        old, self._subject = self._subject, subject
        if old is None or subject is None or not _same_data(old.experiment, subject.experiment):
            self._scout.forget(_TOPIC)
            self._is_waiting = False
            self._lines.clear()

    def refresh(self) -> None:
        """Show what has come, and ask for the next line that is missing."""
        wanted = {row.number: row for row in self._table.rows if self._belongs(row)}
        shown = {number: row for number, row in wanted.items() if number in self._lines}
        names = [row.run.name for row in shown.values()]
        self._plot.set_others(
            {
                _told_apart(row, names): (row.colour, self._lines[number])
                for number, row in shown.items()
            }
        )
        missing = [row for number, row in wanted.items() if number not in self._lines]
        if missing and not self._is_waiting and self._plot.isVisible():
            self._ask(missing[0])

    def _belongs(self, row: ListedRun) -> bool:
        subject = self._subject
        return (
            subject is not None
            and row is not subject.focus
            and row.is_shown
            and row.run.finished is not None
            and _same_data(subject.experiment, row.run.experiment)
        )

    def _ask(self, row: ListedRun) -> None:
        assert row.run.finished is not None
        self._is_waiting = True
        self._scout.ask(
            _TOPIC,
            Predict(row.run.experiment, row.run.finished.parameters, self._plot.inputs),
            lambda predictions: self._take(row, predictions),
            lambda _: self._take(row, self._plot.inputs[:0, 0]),
        )

    def _take(self, row: ListedRun, predictions: Floats) -> None:
        self._is_waiting = False
        self._lines[row.number] = predictions
        self.refresh()


def _told_apart(row: ListedRun, names: list[str]) -> str:
    """The name of a run, with its number where others have the same name."""
    name = row.run.name
    return name if names.count(name) == 1 else f"{name} ({row.number + 1})"


def _same_data(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments have the same samples, so that their lines go together."""
    mine, others = one.problem, other.problem
    return (
        isinstance(mine, ModelProblem)
        and isinstance(others, ModelProblem)
        and mine.dataset == others.dataset
        and mine.split == others.split
        and one.seed == other.seed
    )
