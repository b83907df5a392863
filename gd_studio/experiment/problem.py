"""What is descended on: a function, or the loss of a model on data."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from gd_studio.catalog.entry import LARGEST
from gd_studio.catalog.functions import Function
from gd_studio.experiment.choice import (
    DatasetChoice,
    FunctionChoice,
    LossChoice,
    ModelChoice,
    Spec,
)
from gd_studio.experiment.errors import misfit

MOST_STARTS = 10_000

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
    """Fit a model to data."""

    kind: Literal["model"] = "model"
    dataset: DatasetChoice
    model: ModelChoice
    loss: LossChoice

    @model_validator(mode="after")
    def _loss_fits(self) -> Self:
        loss, task = self.loss.entry, self.dataset.entry.task
        if task not in loss.tasks:
            raise misfit(
                (
                    ("loss", "key"),
                    f"{loss.label} is for a {' or '.join(loss.tasks)} task; "
                    f"the data set '{self.dataset.key}' asks for {task}",
                    self.loss.key,
                )
            )
        if loss.probabilities and not self.model.entry.probabilities:
            raise misfit(
                (
                    ("loss", "key"),
                    f"{loss.label} needs predictions between 0 and 1; "
                    f"the model '{self.model.key}' predicts any number",
                    self.loss.key,
                )
            )
        return self


Problem = Annotated[FunctionProblem | ModelProblem, Field(discriminator="kind")]
