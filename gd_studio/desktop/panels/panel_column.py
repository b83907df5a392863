"""The column at the left: all panels under one another, and the experiment they make up."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gd_studio.desktop.panels.collapsible import Section
from gd_studio.desktop.panels.device_panel import DevicePanel
from gd_studio.desktop.panels.lines import LOUD, Line
from gd_studio.desktop.panels.optimizer_panel import OptimizerPanel
from gd_studio.desktop.panels.problem_panel import ProblemPanel
from gd_studio.desktop.panels.specs import Problems, under
from gd_studio.desktop.panels.training_panel import SeededTraining, TrainingPanel
from gd_studio.experiment import Experiment, ExperimentError, FunctionProblem, ModelProblem
from gd_studio.experiment.layout import layout_of

MINIMUM_WIDTH = 300


class PanelColumn(QScrollArea):
    """The panels, as one editor of an `Experiment`.

    Signals
    -------
    experiment_changed
        The user has changed the experiment: the new one. Not emitted by `set_experiment`.
    problems_changed
        What is wrong with what is typed: a tuple of `FieldProblem`, their paths those of the
        experiment. Empty once everything is right; then, and only then, what the panels show is
        what `experiment` returns.
    """

    experiment_changed = Signal(object)
    problems_changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problem = ProblemPanel()
        self.optimizer = OptimizerPanel()
        self.training = TrainingPanel()
        self.device = DevicePanel()
        self.sections = {
            "problem": Section("Problem", self.problem),
            "optimizer": Section("Optimizer", self.optimizer),
            "training": Section("Training", self.training),
            "device": Section("Device", self.device),
        }
        self.notes = Line(LOUD)
        self.notes.setTextFormat(Qt.TextFormat.PlainText)
        self.notes.setContentsMargins(16, 8, 16, 8)
        self.notes.setAccessibleName("What to look for")
        self.notes.hide()
        self._lay_out()
        self._had_epochs: bool | None = None
        self._has_epochs()
        # What no panel shows: kept from the experiment that was set.
        self._kept: dict[str, Any] = {"title": "", "notes": "", "initial_parameters": None}
        self._problems: Problems = ()
        self._misfits: Problems = ()
        self._experiment = Experiment.parse(self._data())
        for panel in (self.problem, self.optimizer, self.training, self.device):
            panel.value_changed.connect(self._value_changed)
            panel.problems_changed.connect(self._collect_problems)

    def _lay_out(self) -> None:
        self._content = QWidget()
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(0, 4, 0, 8)
        layout.setSpacing(0)
        layout.addWidget(self.notes)
        for section in self.sections.values():
            layout.addWidget(section)
        layout.addStretch(1)
        self.setWidget(self._content)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        # The tab key goes to the fields, which the area scrolls into sight.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Experiment")

    def sizeHint(self) -> QSize:
        """Ask for the width the forms are drawn for."""
        return QSize(340, 640)

    def minimumSizeHint(self) -> QSize:
        """Be wide enough for every field, whatever the font."""
        bar = self.verticalScrollBar().sizeHint().width()
        content = self._content.minimumSizeHint().width()
        return QSize(max(MINIMUM_WIDTH, content + bar), 200)

    # --- the experiment -----------------------------------------------------------------------

    def experiment(self) -> Experiment:
        """Return the experiment; while something typed is wrong, with its last right values."""
        return self._experiment

    def set_experiment(self, experiment: Experiment) -> None:
        """Show `experiment`, and keep of it what no panel shows.

        Emits `problems_changed` where problems have gone or come: a device may not be here.
        """
        self._experiment = experiment
        self._kept = {name: getattr(experiment, name) for name in self._kept}
        self._misfits = ()
        self.notes.setText(experiment.notes)
        self.notes.setVisible(bool(experiment.notes))
        self._had_epochs = experiment.problem.kind == "model"
        self.problem.set_value(experiment.problem)
        self.optimizer.set_value(experiment.optimizer)
        self.training.set_value(SeededTraining(experiment.training, experiment.seed))
        self.device.set_value(experiment.device)
        self._collect_problems()

    def problems(self) -> Problems:
        """Return everything that is wrong with what is typed."""
        return self._problems

    def set_problems(self, problems: Problems) -> None:
        """Show at their fields what somebody else, such as the engine, has found wrong.

        What the panels themselves find wrong stays shown.
        """
        self.problem.set_problems(_below("problem", problems) + self.problem.problems())
        self.optimizer.set_problems(_below("optimizer", problems) + self.optimizer.problems())
        self.training.set_problems(problems + self.training.problems())
        self.device.set_problems(_below("device", problems) + self.device.problems())

    # ------------------------------------------------------------------------------------------

    @Slot()
    def _value_changed(self) -> None:
        self._has_epochs()
        self._drop_initial_parameters()
        try:
            experiment = Experiment.parse(self._data())
            if self._misfits:
                self._misfits = ()
                self.set_problems(())
        except ExperimentError as error:
            experiment, self._misfits = self._experiment, error.problems
            self.set_problems(error.problems)
        self._collect_problems()
        if experiment != self._experiment:
            self._experiment = experiment
            self.experiment_changed.emit(experiment)

    @Slot()
    def _collect_problems(self) -> None:
        problems = (
            under("problem", self.problem.problems())
            + under("optimizer", self.optimizer.problems())
            + self.training.problems()
            + under("device", self.device.problems())
            + self._misfits
        )
        if problems != self._problems:
            self._problems = problems
            self.problems_changed.emit(problems)

    def _data(self) -> dict[str, Any]:
        training = self.training.value()
        return {
            **self._kept,
            "problem": self.problem.value(),
            "optimizer": self.optimizer.value(),
            "training": training.training,
            "seed": training.seed,
            "device": self.device.value(),
        }

    def _has_epochs(self) -> None:
        """Count epochs for a model and steps for a function, when the kind has changed."""
        has_epochs = isinstance(self.problem.value(), ModelProblem)
        if has_epochs != self._had_epochs:
            self.training.set_has_epochs(has_epochs)
            self._had_epochs = has_epochs

    def _drop_initial_parameters(self) -> None:
        """Forget where to start when the problem is another one.

        A model's are kept while they fit it. A function's are its starts: whoever changes the
        function or the starts means to start there.
        """
        initial, problem = self._kept["initial_parameters"], self.problem.value()
        if initial is None or problem == self._experiment.problem:
            return
        if isinstance(problem, FunctionProblem) or layout_of(problem).misfits(initial):
            self._kept["initial_parameters"] = None


def _below(prefix: str, problems: Problems) -> Problems:
    return tuple(
        type(p)(p.field.removeprefix(prefix).removeprefix("."), p.message)
        for p in problems
        if p.field == prefix or p.field.startswith(f"{prefix}.")
    )
