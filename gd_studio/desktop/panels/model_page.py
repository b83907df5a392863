"""The page of the problem panel for a model on data."""

from __future__ import annotations

from typing import Any, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog import DATASETS, LOSSES, MODELS, summarise
from gd_studio.desktop.panels.choice_form import ChoiceForm
from gd_studio.desktop.panels.fitting import Fitting
from gd_studio.desktop.panels.layer_table import LayerTable
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.specs import Problems, build, under, within
from gd_studio.desktop.panels.split_form import SplitForm
from gd_studio.desktop.panels.table_card import TableCard
from gd_studio.experiment import DatasetChoice, ModelProblem, TableData


class ModelPage(Panel):
    """Edits a `ModelProblem`; see `Panel` for what is emitted when.

    Only a model that fits the data can be chosen, and a loss that fits both; see `Fitting`.

    Signals
    -------
    table_wanted
        The user wants to read data of their own, or to read them in another way: whoever asks for
        the file then calls `set_table`.
    """

    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._table: TableData | None = None
        self.card: TableCard | None = None
        self.dataset = ChoiceForm(DATASETS, "Data set", parent=self)
        self.table_button = LinkButton("Own data (CSV)…", "Read a table from a file", self)
        self.split = SplitForm(self)
        self.model = ChoiceForm(MODELS, "Model", parent=self)
        self.layers = LayerTable(self)
        self.loss = ChoiceForm(LOSSES, "Loss", parent=self)
        self._choices = {"dataset": self.dataset, "model": self.model, "loss": self.loss}
        self._lay_out()
        self._models = Fitting(self.model, self._model_misfit)
        self._losses = Fitting(self.loss, self._loss_misfit)
        self._fit()
        self._value = self._assemble()[0]
        self._show_layers()
        forms: tuple[ChoiceForm | SplitForm, ...] = (*self._choices.values(), self.split)
        for form in forms:
            form.problems_changed.connect(self.read)
        self.dataset.value_changed.connect(self._data_changed)
        self.split.value_changed.connect(self.read)
        self.model.value_changed.connect(self._model_changed)
        self.loss.value_changed.connect(self._loss_changed)
        self.table_button.clicked.connect(self.table_wanted)

    def _lay_out(self) -> None:
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for widget, space in (
            (self.dataset, 4),
            (self.table_button, 8),
            (self.split, 16),
            (self.model, 8),
            (self.layers, 16),
            (self.loss, 0),
        ):
            self._layout.addWidget(widget)
            self._layout.addSpacing(space)
        self._layout.setAlignment(self.table_button, Qt.AlignmentFlag.AlignRight)

    def value(self) -> ModelProblem:
        """Return the data, the model and the loss."""
        return cast(ModelProblem, self._value)

    def set_value(self, spec: ModelProblem) -> None:
        """Show `spec`."""
        self._value, self._problems = spec, ()
        if isinstance(spec.dataset, DatasetChoice):
            self.dataset.set_value(spec.dataset)
            self._show_data(None)
        else:
            self._show_data(spec.dataset)
        self.model.set_value(spec.model)
        self.loss.set_value(spec.loss)
        self._models.wish()
        self._losses.wish()
        self._fit()
        self.split.set_value({"split": spec.split, "standardise": spec.standardise})
        self._show_layers()

    @Slot(object)
    def set_table(self, data: TableData) -> None:
        """Take a table in place of a data set; emits `value_changed`, as the user has read it."""
        self._show_data(data)
        self._data_changed()

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields."""
        for name, form in self._choices.items():
            form.set_problems(within(name, problems))
        self.split.set_problems(within("", problems))
        if self.card is not None and self._table is not None:
            self.card.sentence.say(". ".join(within("dataset", problems).values()))

    @Slot()
    def read(self) -> None:
        """Look at the fields again, and tell what has changed."""
        super().read()
        self._show_layers()

    # ------------------------------------------------------------------------------------------

    @Slot()
    def _data_changed(self) -> None:
        self._fit()
        self.read()

    @Slot()
    def _model_changed(self) -> None:
        self._models.wish()
        self._data_changed()

    @Slot()
    def _loss_changed(self) -> None:
        self._losses.wish()
        self.read()

    @Slot()
    def _use_built_in(self) -> None:
        self._show_data(None)
        self.dataset.combo.setFocus()
        self._data_changed()

    def _show_data(self, table: TableData | None) -> None:
        """Show the card of `table`, or the form of the data set."""
        self._table = table
        if table is not None and self.card is None:
            self.card = TableCard(table, self)
            self.card.change_wanted.connect(self.table_wanted)
            self.card.built_in_wanted.connect(self._use_built_in)
            self._layout.insertWidget(0, self.card)
            # Made late, it would come last in the window for who goes on with the tab key.
            QWidget.setTabOrder(self.table_button, self.card.change_button)
            QWidget.setTabOrder(self.card.change_button, self.card.built_in_button)
        elif table is not None and self.card is not None:
            self.card.set_data(table)
        if self.card is not None:
            self.card.setVisible(table is not None)
        self.dataset.setVisible(table is None)
        self.table_button.setVisible(table is None)

    def _fit(self) -> None:
        """Offer what fits the data, and of the losses what fits the model as well."""
        spec, _ = build(DatasetChoice, self.dataset.value())
        data = self._table or spec
        if data is not None:
            self._models.offer()
            self._losses.offer()
            self.split.set_has_classes(bool(data.data_schema.classes))

    def _model_misfit(self, key: str) -> str:
        """Return why the model called `key` does not fit; asked of the problem itself."""
        _, problems = build(ModelProblem, {**self._data(), "model": {"key": key}})
        return within("model", problems).get("key", "")

    def _loss_misfit(self, key: str) -> str:
        _, problems = build(ModelProblem, {**self._data(), "loss": {"key": key}})
        return within("loss", problems).get("key", "")

    def _show_layers(self) -> None:
        spec = self.value()
        self.layers.set_layers(summarise(spec.layers, len(spec.data_schema.features)))

    def _data(self) -> dict[str, Any]:
        choices = {name: form.value() for name, form in self._choices.items()}
        table = {} if self._table is None else {"dataset": self._table}
        return {**choices, **table, **self.split.value()}

    def _assemble(self) -> tuple[ModelProblem | None, Problems, Problems]:
        spec, misfits = build(ModelProblem, self._data())
        typed = under("", self.split.problems())
        for name, form in self._choices.items():
            if name != "dataset" or self._table is None:
                typed += under(name, form.problems())
        return spec, typed, misfits
