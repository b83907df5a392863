"""What the window is about: the experiment in the panels, the runs, and which of them is shown."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.runs.table import ListedRun, RunTable
from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.desktop.scout import Scout
from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Preview, ShowPreview
from gd_studio.recording import Run, RunState


@dataclass(frozen=True)
class Subject:
    """What the plots show.

    Attributes
    ----------
    experiment
        The experiment in the panels, or that of the run in focus.
    preview
        Its layout, start and data.
    focus
        The run whose parameters are shown, at the step that it is looked at; ``None`` for the
        start.
    """

    experiment: Experiment
    preview: Preview
    focus: ListedRun | None = None

    @property
    def parameters(self) -> Floats:
        """Those of the run in focus at the step shown, or the start, ``(layout.size,)``."""
        parameters = self.focus.run.parameters if self.focus is not None else None
        return self.preview.start if parameters is None else parameters

    @property
    def is_changing(self) -> bool:
        """Whether the run in focus moves the parameters by itself."""
        if self.focus is None or self.is_looking_back:
            return False
        return self.focus.run.state in (RunState.PREPARING, RunState.RUNNING)

    @property
    def is_looking_back(self) -> bool:
        """Whether the run in focus is shown at an earlier step than its newest."""
        return self.focus is not None and self.focus.run.position is not None

    def shares_landscape_with(self, experiment: Experiment) -> bool:
        """Whether a path of `experiment` lies on the same landscape as this one's."""
        mine, other = self.experiment.problem, experiment.problem
        if isinstance(mine, FunctionProblem) or isinstance(other, FunctionProblem):
            return (
                isinstance(mine, FunctionProblem)
                and isinstance(other, FunctionProblem)
                and mine.function == other.function
            )
        return mine == other and self.experiment.seed == experiment.seed

    def compares_with(self, experiment: Experiment) -> bool:
        """Whether the losses of `experiment` say something beside this one's.

        Those on the same function do, and those of any model on the same data with the same loss.
        """
        mine, other = self.experiment.problem, experiment.problem
        if isinstance(mine, FunctionProblem) or isinstance(other, FunctionProblem):
            return self.shares_landscape_with(experiment)
        return mine.dataset == other.dataset and mine.loss == other.loss


class Studio(QObject):
    """Ties the panels' experiment, the runs and the plots' subject together. Holds no widget.

    Signals
    -------
    experiment_changed(Experiment)
        The panels hold another experiment.
    measured(Experiment, int)
        How many samples the panels' experiment trains on; 0 for a function.
    subject_changed(Subject)
        The plots are to show something else.
    news()
        Something that is shown has changed: a run has more steps, or was hidden or renamed.
    spoke(str)
        A sentence that the user should not miss.
    """

    experiment_changed = Signal(object)
    measured = Signal(object, int)
    subject_changed = Signal(object)
    news = Signal()
    spoke = Signal(str)

    def __init__(
        self, trainer: Trainer, scout: Scout, table: RunTable, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._trainer = trainer
        self._scout = scout
        self._table = table
        self._experiment: Experiment | None = None
        self._preview: Preview | None = None
        self._is_previewed = False
        self._subject: Subject | None = None
        self._colours: tuple[str, ...] = ()
        self._let_go: Run | None = None  # stopped by Reset: not to be shown when it is heard of
        trainer.run_added.connect(self._run_added)
        trainer.run_changed.connect(self._run_changed)
        trainer.run_stepped.connect(self._run_stepped)
        trainer.engine_lost.connect(self._engine_lost)
        table.removed.connect(self._run_removed)
        table.shown_changed.connect(self.news)
        table.renamed.connect(self.news)

    @property
    def subject(self) -> Subject | None:
        """What the plots show; ``None`` until the first preview has come."""
        return self._subject

    @property
    def experiment(self) -> Experiment | None:
        """The experiment in the panels: what Run would run."""
        return self._experiment

    def set_colours(self, colours: tuple[str, ...]) -> None:
        """Take the colours that runs are given from `colours`."""
        self._colours = colours

    @Slot(object)
    def set_experiment(self, experiment: Experiment) -> None:
        """Take the experiment of the panels, and show it where its problem is another one."""
        old, self._experiment = self._experiment, experiment
        self.experiment_changed.emit(experiment)
        if old is not None and _same_start(old, experiment):
            self._measure()
            return
        self._is_previewed = False
        self._scout.ask("preview", ShowPreview(experiment), self._show_preview, self.spoke.emit)

    @Slot()
    def run(self) -> None:
        """Begin a run of the panels' experiment, or go on with the one that holds."""
        if self._experiment is not None:
            self._trainer.run(self._experiment)

    @Slot()
    def step(self) -> None:
        """Take a single step."""
        if self._experiment is not None:
            self._trainer.step(self._experiment)

    @Slot()
    def reset(self) -> None:
        """Stop, and show the start of the panels' experiment again."""
        self._let_go = self._trainer.active
        if self._let_go is not None:
            self._trainer.stop()
        if self._experiment is not None and self._preview is not None:
            self._show(Subject(self._experiment, self._preview))

    @Slot(object)
    def focus_on(self, row: ListedRun) -> None:
        """Show `row` in the plots."""
        is_shown = self._subject is not None and self._subject.focus is row
        if row.run.preview is not None and not is_shown:
            self._show(Subject(row.run.experiment, row.run.preview, row))

    def _show(self, subject: Subject) -> None:
        self._subject = subject
        self.subject_changed.emit(subject)

    def _measure(self) -> None:
        if self._preview is not None and self._is_previewed:
            self.measured.emit(self._experiment, self._preview.samples)

    def _show_preview(self, preview: Preview) -> None:
        self._preview, self._is_previewed = preview, True
        assert self._experiment is not None
        self._measure()
        shown = self._subject
        is_run = shown is not None and shown.focus is not None
        if is_run and shown is not None and _same_start(shown.experiment, self._experiment):
            return  # a run that was begun meanwhile has it all, and more
        if self._experiment.layout == preview.layout:
            self._show(Subject(self._experiment, preview))

    @Slot(object)
    def _run_added(self, run: Run) -> None:
        self._table.add(run, self._colours)

    @Slot(object)
    def _run_changed(self, run: Run) -> None:
        self._table.refresh(run)
        row = self._table.listed(run)
        in_focus = self._subject.focus if self._subject is not None else None
        is_wanted = run is self._trainer.active and run is not self._let_go
        if row is not None and row is not in_focus and is_wanted:
            self.focus_on(row)
        self.news.emit()

    @Slot(object)
    def _run_stepped(self, run: Run) -> None:
        self.news.emit()

    @Slot(object)
    def _run_removed(self, row: ListedRun) -> None:
        if self._subject is not None and self._subject.focus is row:
            self.reset()
        self.news.emit()

    @Slot(str)
    def _engine_lost(self, reason: str) -> None:
        self.spoke.emit(f"The training engine was lost: {reason}")


def _same_start(one: Experiment, other: Experiment) -> bool:
    """Whether two experiments begin at the same point of the same problem."""
    return (
        one.problem == other.problem
        and one.precision == other.precision
        and one.seed == other.seed
        and one.initial_parameters == other.initial_parameters
    )
