"""How good a model is: metrics, and what is behind them."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.panels.tabs import Tabs
from gd_studio.desktop.plots import BarsPlot, ConfusionPlot, PredictedPlot, RocPlot
from gd_studio.desktop.scenes.newest import Newest
from gd_studio.desktop.scenes.numbers_table import NumbersTable, Row
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import ModelProblem
from gd_studio.link.arrays import Floats
from gd_studio.link.metric_names import METRIC_HELP, METRIC_LABELS
from gd_studio.link.questions import (
    Coefficients,
    Evaluate,
    Evaluation,
    Importances,
    PartEvaluation,
    RankFeatures,
)

_METRICS_WIDTH = 230

_PARTS = ("Test", "Train")
_OF_ONE_PART = ("Confusion", "ROC")
_VIEWS = ("Confusion", "ROC", "Predicted", "Coefficients", "Importance")


class EvaluationScene(QWidget):
    """Judges the model of the studio's subject at its newest parameters.

    The scout judges; it is asked again when its last answer has come. Importances take a hundred
    predictions: they are asked for when somebody looks at them.
    """

    def __init__(self, scout: Scout) -> None:
        super().__init__()
        self._scout = scout
        self._subject: Subject | None = None
        self._evaluation: Evaluation | None = None
        self.metrics = NumbersTable("Metrics")
        self.parts = Tabs(_PARTS)
        self.parts.setAccessibleName("Part of the data")
        self.views = Tabs(_VIEWS)
        self.views.setAccessibleName("What is shown of the model")
        self.confusion = ConfusionPlot()
        self.roc = RocPlot()
        self.predicted = PredictedPlot()
        self.coefficients = NumbersTable("Coefficients")
        self.importance = BarsPlot()
        self._plots = (self.confusion, self.roc, self.predicted, self.importance)
        for plot in self._plots:
            plot.set_title_visible(False)  # the tab says it
        self.stack = QStackedWidget()
        for view in (
            self.confusion,
            self.roc,
            self.predicted,
            self.coefficients,
            self.importance,
        ):
            self.stack.addWidget(view)
        self._lay_out()
        self._judged = Newest(self, self._ask, lambda: self._subject)
        self._ranked = Newest(self.importance, self._rank, lambda: self._subject)
        self.parts.chosen.connect(self._show_part)
        self.views.chosen.connect(self._show_view)

    @property
    def has_model(self) -> bool:
        """Whether the subject is a model, which can be judged."""
        return self._subject is not None

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        for plot in self._plots:
            plot.set_theme(theme)

    def set_subject(self, subject: Subject) -> None:
        """Judge the model of `subject`."""
        problem = subject.experiment.problem
        self._subject = subject if isinstance(problem, ModelProblem) else None
        self._evaluation = None
        self._judged.forget()
        self._ranked.forget()
        self._scout.withdraw("importance")
        if isinstance(problem, ModelProblem):
            has_classes = bool(problem.data_schema.classes)
            is_linear = problem.model.key in ("linear", "by-hand", "logistic", "softmax")
            for view, fits in (
                ("Confusion", has_classes),
                ("ROC", has_classes),
                ("Predicted", not has_classes),
                ("Coefficients", is_linear),
            ):
                self.views.setTabVisible(_VIEWS.index(view), fits)
            # Hiding a tab alone leaves its room empty.
            self.views.setTabText(0, _VIEWS[0])
            if not self.views.isTabVisible(self.views.currentIndex()):
                self.views.set_index(0 if has_classes else _VIEWS.index("Predicted"))
            self._turn_to(self.views.currentIndex())

    def refresh(self) -> None:
        """Ask about parameters that have changed since the last time."""
        self._judged.refresh()
        # While a run goes on it would cost more than the run.
        if self._subject is not None and not self._subject.is_changing:
            self._ranked.refresh()

    def _lay_out(self) -> None:
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 8, 0)
        bar.addWidget(self.views, 1)
        bar.addSpacing(16)
        bar.addWidget(self.parts)
        for tabs in (self.views, self.parts):
            tabs.setExpanding(False)
        self.metrics.setMinimumWidth(_METRICS_WIDTH)
        column.addLayout(bar)
        column.addWidget(self.stack, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.metrics)
        splitter.addWidget(right)
        splitter.setStretchFactor(1, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(splitter)

    def _ask(self, subject: Subject, parameters: Floats) -> None:
        self._scout.ask(
            "evaluation",
            Evaluate(subject.experiment, parameters),
            lambda evaluation: self._take(subject, evaluation),
            lambda _: self._judged.answered(),
        )

    def _rank(self, subject: Subject, parameters: Floats) -> None:
        self._say_progress(0.0)
        self._scout.ask(
            "importance",
            RankFeatures(subject.experiment, parameters),
            lambda importances: self._show_importances(subject, importances),
            lambda _: self._ranked.answered(),
            self._say_progress,
        )

    def _say_progress(self, share: float) -> None:
        self.importance.set_caption(f"Shuffling each feature: {100 * share:.0f} %")

    def _take(self, subject: Subject, evaluation: Evaluation) -> None:
        if subject is self._subject:
            self._evaluation = evaluation
            self._show_metrics(evaluation)
            self._show_part()
            if evaluation.coefficients is not None:
                self._show_coefficients(evaluation.coefficients)
            self._judged.answered()

    def _show_metrics(self, evaluation: Evaluation) -> None:
        train, test = evaluation.train.metrics, evaluation.test
        headings = ("Metric", "Train") if test is None else ("Metric", "Train", "Test")
        rows = [
            (METRIC_LABELS[name], value, *(() if test is None else (test.metrics[name],)))
            for name, value in train.items()
        ]
        self.metrics.set_rows(headings, rows, [METRIC_HELP[name] for name in train])

    @property
    def _part(self) -> PartEvaluation | None:
        if self._evaluation is None:
            return None
        is_test = self.parts.currentIndex() == 0
        test = self._evaluation.test
        return test if is_test and test is not None else self._evaluation.train

    @Slot()
    def _show_part(self) -> None:
        part, subject = self._part, self._subject
        if part is None or subject is None or self._evaluation is None:
            return
        problem = subject.experiment.problem
        assert isinstance(problem, ModelProblem)
        schema = problem.data_schema
        if schema.classes:
            self.confusion.set_confusion(part.confusion, schema.classes)
            self.roc.set_curves(part.roc)
        else:
            train, test = self._evaluation.train, self._evaluation.test
            self.predicted.set_points(
                (train.targets, train.predictions),
                (test.targets, test.predictions) if test is not None else None,
                schema.target,
            )

    @Slot(int)
    def _show_view(self, index: int) -> None:
        self._turn_to(index)
        self.refresh()

    def _turn_to(self, index: int) -> None:
        self.stack.setCurrentIndex(index)
        problem = self._subject.experiment.problem if self._subject is not None else None
        has_test = isinstance(problem, ModelProblem) and problem.split is not None
        self.parts.setVisible(has_test and _VIEWS[index] in _OF_ONE_PART)

    def _show_coefficients(self, found: Coefficients) -> None:
        several = len(found.outputs) > 1
        rows: list[Row] = []
        for k, output in enumerate(found.outputs):
            name = f"{output}: " if several else ""
            rows += [
                (f"{name}{feature}", float(standardised), float(own))
                for feature, standardised, own in zip(
                    found.features, found.standardised[k], found.own_units[k], strict=True
                )
            ]
            rows.append((f"{name}intercept", *map(float, found.intercepts[:, k])))
        self.coefficients.set_rows(("Feature", "As trained", "In own units"), rows)

    def _show_importances(self, subject: Subject, found: Importances) -> None:
        if subject is self._subject:
            label = f"fall of {found.score} on the {found.part} part when shuffled"
            self.importance.set_caption("")
            self.importance.set_bars(found.features, found.mean, found.spread, label)
            self._ranked.answered()
