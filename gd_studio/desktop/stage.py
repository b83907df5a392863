"""All that is shown of a subject beside its panels, each part for its dock."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.code import CodeView
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.runs.trainer import Trainer
from gd_studio.desktop.scenes.curvature import CurvatureScene
from gd_studio.desktop.scenes.curves import CurvesScene
from gd_studio.desktop.scenes.evaluation import EvaluationScene
from gd_studio.desktop.scenes.inspection import InspectionScene
from gd_studio.desktop.scenes.landscape import LandscapeScene
from gd_studio.desktop.scenes.next_step import NextStep
from gd_studio.desktop.scenes.overlays import OverlayScene
from gd_studio.desktop.scenes.planning import Planning
from gd_studio.desktop.scenes.prediction import PredictionScene
from gd_studio.desktop.scenes.state import StateScene
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import FunctionProblem


class Stage(QObject):
    """The scenes, as one.

    Attributes
    ----------
    widgets
        What goes into each dock, by the dock's name.

    Signals
    -------
    titles_changed(dict)
        What the docks are called for the present subject, by name; ``None`` hides a dock.
    """

    titles_changed = Signal(object)

    def __init__(self, table: RunTable, trainer: Trainer, scout: Scout, parent: QObject) -> None:
        super().__init__(parent)
        self.landscape = LandscapeScene(table, scout)
        self.prediction = PredictionScene(table, scout)
        self.evaluation = EvaluationScene(scout)
        self.next_step = NextStep(trainer, self)
        self.overlays = OverlayScene(self.landscape, self.next_step, scout, self)
        self.landscape.add_tool(self.overlays.button)
        self.inspection = InspectionScene(self.next_step, self)
        self.code = CodeView()
        self.curves = CurvesScene(table)
        self.planning = Planning(self.curves.learning_rate, scout, self)
        self.state = StateScene()
        self.curvature = CurvatureScene(table, scout)
        self.widgets: dict[str, QWidget] = {
            "Landscape": self.landscape,
            "Step": self.inspection.step,
            "Code": self.code,
            "Prediction": self.prediction,
            "Evaluation": self.evaluation,
            "Layers": self.inspection.layers,
            "Loss": self.curves.loss,
            "Optimizer state": self.state,
            "Curvature": self.curvature,
            "Gradient norm": self.curves.grad_norm,
            "Learning rate": self.curves.learning_rate,
        }
        for plot in (
            self.landscape.map,
            self.landscape.curve,
            self.prediction.fit,
            self.prediction.boundary,
            self.prediction.images,
            self.curves.loss,
            self.curves.grad_norm,
            self.curves.learning_rate,
            self.state.plot,
            self.curvature.plot,
        ):
            plot.set_title_visible(False)  # the dock says it

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.landscape.set_theme(theme)
        self.overlays.set_theme(theme)
        self.prediction.set_theme(theme)
        self.evaluation.set_theme(theme)
        self.inspection.set_theme(theme)
        self.code.set_theme(theme)
        self.curves.set_theme(theme)
        self.state.set_theme(theme)
        self.curvature.set_theme(theme)

    @Slot(object)
    def set_subject(self, subject: Subject) -> None:
        """Show another subject."""
        problem = subject.experiment.problem
        landscape = "Loss landscape"
        if isinstance(problem, FunctionProblem):
            landscape = problem.function.entry.label
        self.landscape.set_subject(subject)
        self.next_step.set_subject(subject)
        self.overlays.set_subject(subject)
        self.prediction.set_subject(subject)
        self.evaluation.set_subject(subject)
        self.inspection.set_subject(subject)
        self.curves.set_subject(subject)
        self.state.set_subject(subject)
        self.curvature.set_subject(subject)
        self.titles_changed.emit(
            {
                "Landscape": landscape,
                "Prediction": self.prediction.title if self.prediction.has_picture else None,
                "Evaluation": "Evaluation" if self.evaluation.has_model else None,
                "Layers": "Layers" if self.evaluation.has_model else None,
            }
        )

    @Slot()
    def refresh(self) -> None:
        """Draw what is new."""
        self.landscape.refresh()
        self.overlays.refresh()
        self.prediction.refresh()
        self.evaluation.refresh()
        self.next_step.refresh()
        self.curves.refresh()
        self.state.refresh()
        self.curvature.refresh()
        self.planning.refresh()
