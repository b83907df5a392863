"""The page of the problem panel for a model on data."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog import DATASETS, LOSSES, MODELS
from gd_studio.desktop.panels.choice_form import ChoiceForm
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.specs import Problems, build, under, within
from gd_studio.experiment import ModelProblem


class ModelPage(Panel):
    """Edits a `ModelProblem`; see `Panel` for what is emitted when.

    Only a loss that fits the data and the model can be chosen. Where the chosen one stops fitting,
    the first that fits takes its place, and it comes back when it fits again.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._forms = {
            "dataset": ChoiceForm(DATASETS, "Data set"),
            "model": ChoiceForm(MODELS, "Model"),
            "loss": ChoiceForm(LOSSES, "Loss"),
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(14)
        for form in self._forms.values():
            layout.addWidget(form)
            form.problems_changed.connect(self.read)
        self._wished_loss = self.loss.value()
        self._offer_losses()
        self._value = self._assemble()[0]
        self.dataset.value_changed.connect(self._data_or_model_changed)
        self.model.value_changed.connect(self._data_or_model_changed)
        self.loss.value_changed.connect(self._loss_changed)

    @property
    def dataset(self) -> ChoiceForm:
        """The form of the data set."""
        return self._forms["dataset"]

    @property
    def model(self) -> ChoiceForm:
        """The form of the model."""
        return self._forms["model"]

    @property
    def loss(self) -> ChoiceForm:
        """The form of the loss."""
        return self._forms["loss"]

    def value(self) -> ModelProblem:
        """Return the data set, the model and the loss."""
        return cast(ModelProblem, self._value)

    def set_value(self, spec: ModelProblem) -> None:
        """Show `spec`."""
        self._value, self._problems = spec, ()
        self.dataset.set_value(spec.dataset)
        self.model.set_value(spec.model)
        self.loss.set_value(spec.loss)
        self._wished_loss = self.loss.value()
        self._offer_losses()

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields."""
        for name, form in self._forms.items():
            form.set_problems(within(name, problems))

    @Slot()
    def _data_or_model_changed(self) -> None:
        self._offer_losses()
        self.read()

    @Slot()
    def _loss_changed(self) -> None:
        self._wished_loss = self.loss.value()
        self.read()

    def _offer_losses(self) -> None:
        reasons = {key: reason for key in LOSSES if (reason := self._misfit(key))}
        self.loss.set_offer(reasons)
        wished = self._wished_loss
        fitting = [key for key in LOSSES if key not in reasons]
        if wished["key"] in reasons and fitting:
            if self.loss.value()["key"] in reasons:
                self.loss.set_value({"key": fitting[0]})
        elif self.loss.value() != wished:
            self.loss.set_value(wished)

    def _misfit(self, key: str) -> str:
        """Return why the loss called `key` does not fit; asked of the problem itself."""
        _, problems = build(ModelProblem, {**self._data(), "loss": {"key": key}})
        return within("loss", problems).get("key", "")

    def _data(self) -> dict[str, Any]:
        return {name: form.value() for name, form in self._forms.items()}

    def _assemble(self) -> tuple[ModelProblem | None, Problems, Problems]:
        spec, misfits = build(ModelProblem, self._data())
        typed: Problems = ()
        for name, form in self._forms.items():
            typed += under(name, form.problems())
        return spec, typed, misfits
