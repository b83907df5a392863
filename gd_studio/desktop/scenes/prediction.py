"""What a model makes of its data: the fitted line, the decision boundary, or read digits."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QStackedWidget

from gd_studio.catalog import Schema
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots import BoundaryPlot, FitPlot, ImageGrid
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.scenes.newest import Newest
from gd_studio.desktop.scenes.other_fits import OtherFits
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import ModelProblem
from gd_studio.link.arrays import Floats
from gd_studio.link.questions import Predict, Preview

_MOST_IMAGES = 60


class PredictionScene(QStackedWidget):
    """Shows the model of the studio's subject at its newest parameters.

    The scout predicts; a new picture is asked for when the last one has come, so that a run is
    followed as fast as the machine can and no faster.
    """

    def __init__(self, table: RunTable, scout: Scout) -> None:
        super().__init__()
        self._scout = scout
        self._subject: Subject | None = None
        self.fit = FitPlot()
        self.boundary = BoundaryPlot()
        self.images = ImageGrid()
        self._plots = (self.fit, self.boundary, self.images)
        for plot in self._plots:
            self.addWidget(plot)
        self._others = OtherFits(self.fit, table, scout)
        self._newest = Newest(self, self._ask, lambda: self._subject)

    @property
    def has_picture(self) -> bool:
        """Whether there is a way to draw the subject's predictions."""
        return self._subject is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for plot in self._plots:
            plot.set_theme(theme)

    @property
    def title(self) -> str:
        """What the picture is called."""
        titles = {self.fit: "Fit", self.boundary: "Decision boundary", self.images: "Predictions"}
        return titles[self._plots[self.currentIndex()]]

    def set_subject(self, subject: Subject) -> None:
        """Show the model and the data of `subject`."""
        problem = subject.experiment.problem
        plot = self._plot_for(problem.data_schema) if isinstance(problem, ModelProblem) else None
        self._subject = subject if plot is not None else None
        self._newest.forget()
        self._others.set_subject(subject if plot is self.fit else None)
        if plot is None:
            return
        assert isinstance(problem, ModelProblem)
        self._show_data(problem.data_schema, subject.preview)
        if plot is self.fit and subject.focus is not None:
            self.fit.set_colour(subject.focus.colour)
        self.setCurrentWidget(plot)

    def refresh(self) -> None:
        """Ask for predictions where the parameters have changed since the last ones."""
        self._newest.refresh()
        self._others.refresh()

    def _plot_for(self, schema: Schema) -> FitPlot | BoundaryPlot | ImageGrid | None:
        if schema.image is not None and schema.classes:
            return self.images
        if len(schema.features) == 1 and schema.task != "multi-class":
            return self.fit
        if len(schema.features) == 2 and 2 <= len(schema.classes) <= 6:
            return self.boundary
        return None

    def _show_data(self, schema: Schema, preview: Preview) -> None:
        test = (preview.test_features, preview.test_targets) if len(preview.test_targets) else ()
        match self._plot_for(schema):
            case FitPlot():
                self.fit.set_axes(schema.features[0], schema.target)
                self.fit.set_data(preview.features, preview.targets, *test)
            case BoundaryPlot():
                self.boundary.set_axes(*schema.features)
                self.boundary.set_classes(schema.classes)
                self.boundary.set_data(preview.features, preview.targets, *test)

    def _ask(self, subject: Subject, parameters: Floats) -> None:
        plot = self._plots[self.currentIndex()]
        inputs = _samples(subject.preview)[0] if isinstance(plot, ImageGrid) else plot.inputs
        self._scout.ask(
            "prediction",
            Predict(subject.experiment, parameters, inputs),
            lambda predictions: self._show(subject, predictions),
            lambda _: self._show(subject, None),
        )

    def _show(self, subject: Subject, predictions: Floats | None) -> None:
        if subject is not self._subject:
            return
        if predictions is not None:
            match self._plots[self.currentIndex()]:
                case ImageGrid():
                    self._show_images(subject, predictions)
                case plot:
                    plot.set_predictions(predictions)
        self._newest.answered()

    def _show_images(self, subject: Subject, chances: Floats) -> None:
        problem = subject.experiment.problem
        assert isinstance(problem, ModelProblem)
        schema = problem.data_schema
        assert schema.image is not None
        features, targets = _samples(subject.preview)
        codes = chances.argmax(axis=1) if chances.ndim == 2 else (chances > 0.5).astype(np.int64)
        self.images.set_images(features.reshape(-1, *schema.image), targets, codes, schema.classes)


def _samples(preview: Preview) -> tuple[Floats, Floats]:
    """The samples whose predictions are shown: of the test part, where there is one."""
    has_test = len(preview.test_targets) > 0
    features = preview.test_features if has_test else preview.features
    targets = preview.test_targets if has_test else preview.targets
    return features[:_MOST_IMAGES], targets[:_MOST_IMAGES]
