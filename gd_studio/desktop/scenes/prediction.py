"""What a model has learned, on its data: the fitted line, or the decision boundary."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots import BoundaryPlot, FitPlot
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import ModelProblem
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Predict


class PredictionScene(QStackedWidget):
    """Shows the model of the studio's subject at its newest parameters.

    The scout predicts; a new picture is asked for when the last one has come, so that a run is
    followed as fast as the machine can and no faster.
    """

    def __init__(self, scout: Scout) -> None:
        super().__init__()
        self._scout = scout
        self._subject: Subject | None = None
        self._asked: Floats | None = None
        self._answered = True
        self.fit = FitPlot()
        self.boundary = BoundaryPlot()
        self.addWidget(self.fit)
        self.addWidget(self.boundary)

    @property
    def has_picture(self) -> bool:
        """Whether there is a way to draw the subject's predictions."""
        return self._subject is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.fit.set_theme(theme)
        self.boundary.set_theme(theme)

    @property
    def title(self) -> str:
        """What the picture is called."""
        return "Fit" if self.currentWidget() is self.fit else "Decision boundary"

    def set_subject(self, subject: Subject) -> None:
        """Show the model and the data of `subject`."""
        problem = subject.experiment.problem
        can_be_drawn = (
            isinstance(problem, ModelProblem) and len(problem.dataset.entry.features) <= 2
        )
        self._subject = subject if can_be_drawn else None
        self._asked = None
        self._answered = True
        if isinstance(problem, ModelProblem) and can_be_drawn:
            plot = self.fit if subject.preview.features.shape[1] == 1 else self.boundary
            features = problem.dataset.entry.features
            plot.set_axes(*((features[0], "y") if len(features) == 1 else features))
            plot.set_data(subject.preview.features, subject.preview.targets)
            if plot is self.fit and subject.focus is not None:
                self.fit.set_colour(subject.focus.colour)
            self.setCurrentWidget(plot)

    def refresh(self) -> None:
        """Ask for predictions where the parameters have changed since the last ones."""
        subject = self._subject
        if subject is None or not self._answered or not self.isVisible():
            return
        parameters = subject.parameters
        if self._asked is not None and (self._asked == parameters).all():
            return
        self._asked, self._answered = parameters.copy(), False
        plot = self.currentWidget()
        assert isinstance(plot, FitPlot | BoundaryPlot)
        self._scout.ask(
            "prediction",
            Predict(subject.experiment, self._asked, plot.inputs),
            lambda predictions: self._show(subject, predictions),
            lambda _: self._show(subject, None),
        )

    def _show(self, subject: Subject, predictions: Floats | None) -> None:
        if subject is not self._subject:
            return
        self._answered = True
        plot = self.currentWidget()
        assert isinstance(plot, FitPlot | BoundaryPlot)
        if predictions is not None:
            plot.set_predictions(predictions)
        if subject.focus is None or subject.focus.run.is_over:
            self.refresh()  # no tick will come to ask for the very last parameters
