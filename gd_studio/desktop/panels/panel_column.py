"""The column at the left: all panels under one another, and the experiment they make up."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gd_studio.desktop.panels.changes_line import ChangesLine
from gd_studio.desktop.panels.collapsible import Section
from gd_studio.desktop.panels.comparison import Comparison
from gd_studio.desktop.panels.device_panel import DevicePanel
from gd_studio.desktop.panels.lines import Notes
from gd_studio.desktop.panels.optimizer_panel import OptimizerPanel
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.precision_panel import PrecisionPanel
from gd_studio.desktop.panels.problem_panel import ProblemPanel
from gd_studio.desktop.panels.schedule_panel import SchedulePanel
from gd_studio.desktop.panels.specs import Problems, below, under
from gd_studio.desktop.panels.training_panel import SeededTraining, TrainingPanel
from gd_studio.desktop.panels.variations_panel import VariationsPanel
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
        self._content = QWidget()
        self.setWidget(self._content)  # before it is filled, so that it is styled once
        self.problem = ProblemPanel()
        self.optimizer = OptimizerPanel()
        self.schedule = SchedulePanel()
        self.training = TrainingPanel()
        self.variations = VariationsPanel()
        self.device = DevicePanel()
        self.precision = PrecisionPanel()
        # By where the paths of each begin in an experiment; the training has the seed beside it.
        self._panels: dict[str, Panel | ProblemPanel] = {
            "problem": self.problem,
            "optimizer": self.optimizer,
            "schedule": self.schedule,
            "": self.training,
            "variations": self.variations,
            "device": self.device,
            "precision": self.precision,
        }
        # The tab key goes through them in the order in which they are made.
        self.sections = {
            "problem": Section("Problem", self.problem, self._content),
            "optimizer": Section("Optimizer", self.optimizer, self._content),
        }
        self.sections["optimizer"].add(self.schedule)
        self.sections["training"] = Section("Training", self.training, self._content)
        self.comparison = Comparison(self.variations, self._content)
        self.sections["variations"] = self.comparison.section
        self.sections["device"] = Section("Device", self.device, self._content)
        self.sections["device"].add(self.precision)
        self.notes = Notes(self._content)
        self.changes = ChangesLine(self._content)
        self._lay_out()
        # What no panel shows: kept from the experiment that was set.
        self._kept: dict[str, Any] = {
            "title": "",
            "notes": "",
            "initial_parameters": None,
            "changes": (),
        }
        self._problems: Problems = ()
        self._misfits: Problems = ()
        self._fit_training()
        self._experiment = Experiment.parse(self._data())
        self.comparison.fit(self._experiment)
        self.changes.removed.connect(self._remove_changes)
        for panel in self._panels.values():
            panel.value_changed.connect(self._value_changed)
            panel.problems_changed.connect(self._collect_problems)

    def _lay_out(self) -> None:
        layout = QVBoxLayout(self._content)
        layout.setContentsMargins(0, 4, 0, 8)
        layout.setSpacing(0)
        layout.addWidget(self.notes)
        layout.addWidget(self.changes)
        for name, section in self.sections.items():
            layout.addWidget(self.comparison if name == "variations" else section)
        layout.addStretch(1)
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
        self.notes.say(experiment.notes)
        self.changes.say(experiment)
        self.problem.set_value(experiment.problem)
        self._fit_training()
        self.optimizer.set_value(experiment.optimizer)
        self.schedule.set_value(experiment.schedule, experiment.training.schedule_per)
        self.training.set_value(SeededTraining(experiment.training, experiment.seed))
        self.comparison.fit(experiment)
        self.variations.set_value(experiment.variations)
        self.comparison.fit(experiment)
        self.device.set_value(experiment.device)
        self.precision.set_value(experiment.precision)
        self._collect_problems()

    @Slot(object, int)
    def set_samples(self, experiment: Experiment, samples: int) -> None:
        """Take how many samples `experiment` trains on, which says how long its run is."""
        training = experiment.training
        steps = training.total_steps(samples)
        self.schedule.set_moves(training.schedule_moves(steps, training.batches(samples)))

    def problems(self) -> Problems:
        """Return everything that is wrong with what is typed."""
        return self._problems

    def has_wrong_text(self) -> bool:
        """Whether something typed is in no experiment; a device that is not here is in one."""
        return any(problem.field != "device" for problem in self._problems)

    def set_problems(self, problems: Problems) -> None:
        """Show at their fields what somebody else, such as the engine, has found wrong.

        What the panels themselves find wrong stays shown.
        """
        for prefix, panel in self._panels.items():
            panel.set_problems(below(prefix, problems) + panel.problems())

    # ------------------------------------------------------------------------------------------

    @Slot()
    def _value_changed(self) -> None:
        self._fit_training()
        self._drop_initial_parameters()
        try:
            experiment = Experiment.parse(self._data())
            if self._misfits:
                self._misfits = ()
                self.set_problems(())
        except ExperimentError as error:
            experiment, self._misfits = self._experiment, error.problems
        self._collect_problems()
        self.comparison.fit(experiment)
        if experiment != self._experiment:
            self._experiment = experiment
            self.changes.say(experiment)
            self.experiment_changed.emit(experiment)

    @Slot()
    def _remove_changes(self) -> None:
        self._kept["changes"] = ()
        self._value_changed()

    @Slot()
    def _collect_problems(self) -> None:
        problems = self._misfits
        if problems:  # a panel that has looked at its fields again shows its own only
            self.set_problems(problems)
        for prefix, panel in reversed(self._panels.items()):
            problems = under(prefix, panel.problems()) + problems
        if problems != self._problems:
            self._problems = problems
            self.problems_changed.emit(problems)

    def _data(self) -> dict[str, Any]:
        training = self.training.value()
        return {
            **self._kept,
            "problem": self.problem.value(),
            "optimizer": self.optimizer.value(),
            "schedule": self.schedule.value(),
            "training": training.training.model_copy(update={"schedule_per": self.schedule.per}),
            "seed": training.seed,
            "variations": self.variations.value(),
            "device": self.device.value(),
            "precision": self.precision.value(),
        }

    def _fit_training(self) -> None:
        """Ask for what means something for the kind of problem."""
        has_data = isinstance(self.problem.value(), ModelProblem)
        self.training.set_has_data(has_data)
        self.schedule.set_has_data(has_data)

    def _drop_initial_parameters(self) -> None:
        """Forget where to start when the problem is another one.

        A model's are kept while they fit it. A function's are its starts, which were changed.
        """
        initial, problem = self._kept["initial_parameters"], self.problem.value()
        if initial is None or problem == self._experiment.problem:
            return
        layout, precision = layout_of(problem), self.precision.value()
        if isinstance(problem, FunctionProblem) or layout.misfits(initial, precision):
            self._kept["initial_parameters"] = None
