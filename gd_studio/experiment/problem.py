"""What is descended on: a function, or the loss of a model on data."""

from __future__ import annotations

import math
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gd_studio.catalog import Function, Layer, Schema
from gd_studio.catalog.entry import LARGEST
from gd_studio.catalog.layers import SIGMOID
from gd_studio.experiment.choice import FunctionChoice, LossChoice, ModelChoice, Spec
from gd_studio.experiment.data import Dataset, Split
from gd_studio.experiment.errors import misfit

MOST_STARTS = 10_000

MOST_PARAMETERS = 2_500_000
"""Of a model: each of them has a label, and each step keeps a row of them."""

Coordinate = Annotated[float, Field(strict=True, ge=-LARGEST, le=LARGEST)]


class FunctionProblem(Spec):
    """Descend on a function, from one start or many at once.

    Attributes
    ----------
    starts
        The starting points, each with a coordinate for every variable. Where it is empty,
        ``random_starts`` of them are drawn uniformly from the function's domain.
    """

    kind: Literal["function"] = "function"
    function: FunctionChoice
    starts: tuple[tuple[Coordinate, ...], ...] = Field(default=(), max_length=MOST_STARTS)
    random_starts: int = Field(default=1, strict=True, ge=1, le=MOST_STARTS)

    @property
    def resolved(self) -> Function:
        """The function with its settings filled in."""
        return self.function.entry.function(self.function.settings)

    @property
    def n_starts(self) -> int:
        """How many points descend."""
        return len(self.starts) or self.random_starts

    @model_validator(mode="after")
    def _starts_fit_the_variables(self) -> Self:
        variables = self.resolved.formula.variables
        wrong = [
            (
                ("starts", i),
                f"has {len(start)} coordinates; the function has {len(variables)} variables "
                f"({', '.join(variables)})",
                start,
            )
            for i, start in enumerate(self.starts)
            if len(start) != len(variables)
        ]
        if wrong:
            raise misfit(*wrong)
        return self


class ModelProblem(Spec):
    """Fit a model to data.

    Attributes
    ----------
    split
        Which samples are set aside for a test; ``None`` to train on all.
    standardise
        Whether each feature is shifted and scaled to mean 0 and standard deviation 1, as they
        are in the training part (scikit-learn's ``StandardScaler``).
    """

    kind: Literal["model"] = "model"
    dataset: Dataset
    split: Split | None = None
    standardise: bool = Field(default=False, strict=True)
    model: ModelChoice
    loss: LossChoice

    @property
    def data_schema(self) -> Schema:
        """What the samples are."""
        return self.dataset.data_schema

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the model for these data and this loss, first to last."""
        entry, schema = self.model.entry, self.data_schema
        layers = entry.layers(schema, self.model.settings)
        return (*layers, SIGMOID) if self.ends_in_probability else layers

    @property
    def ends_in_probability(self) -> bool:
        """Whether the model itself predicts the probability of class 1 of two."""
        is_binary = self.data_schema.task == "binary"
        return is_binary and self.model.entry.probabilities and self.loss.entry.takes != "logits"

    @model_validator(mode="after")
    def _parts_fit(self) -> Self:
        wrong = [
            ((name, "key"), sentence, getattr(self, name).key)
            for name, sentence in (("model", self._model_misfit()), ("loss", self._loss_misfit()))
            if sentence
        ]
        if self.split is not None and self.split.stratified and not self.data_schema.classes:
            wrong.append((("split", "stratified"), "a regression has no classes to balance", True))
        if not wrong and (size := self._size()) > MOST_PARAMETERS:
            sentence = f"it has {size:,} parameters, and {MOST_PARAMETERS:,} are the most"
            wrong.append((("model", "key"), sentence, self.model.key))
        if wrong:
            raise misfit(*wrong)
        return self

    def _size(self) -> int:
        """How many parameters the model has."""
        return sum(math.prod(s) for layer in self.layers for s in layer.parameters.values())

    def _model_misfit(self) -> str:
        entry, task = self.model.entry, self.data_schema.task
        if task not in entry.tasks:
            return f"{entry.label} is for a {_listed(entry.tasks)} task; {self._asks()} {task}"
        return entry.misfit(self.data_schema)

    def _loss_misfit(self) -> str:
        entry, task = self.loss.entry, self.data_schema.task
        if task not in entry.tasks:
            return f"{entry.label} is for a {_listed(entry.tasks)} task; {self._asks()} {task}"
        if entry.takes == "probabilities" and not self.model.entry.probabilities:
            return (
                f"{entry.label} needs predictions between 0 and 1; "
                f"the model '{self.model.key}' predicts any number"
            )
        return ""

    def _asks(self) -> str:
        return f"the data set '{self.dataset.key}' asks for"


def _listed(tasks: tuple[str, ...]) -> str:
    return " or ".join(tasks)


Problem = Annotated[FunctionProblem | ModelProblem, Field(discriminator="kind")]
