"""An experiment: the whole description of one run, frozen and validated. JSON in and out."""

from __future__ import annotations

import json
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from gd_studio.experiment.choice import OptimizerChoice, Spec
from gd_studio.experiment.errors import (
    ExperimentError,
    FieldProblem,
    Place,
    field_problems,
    misfit,
)
from gd_studio.experiment.layout import Layout, layout_of
from gd_studio.experiment.paths import change_fields
from gd_studio.experiment.problem import Problem
from gd_studio.experiment.training import Training

FORMAT = 1
"""The number of the file format; a newer one is refused."""

MOST_VARIATIONS = 64


_NEEDS_DATA = {
    "epochs": "a function has no data to pass over: set training.steps instead",
    "batch_size": "a function has no data to take batches of",
    "l1": "a function has no model whose parameters could be held back",
    "l2": "a function has no model whose parameters could be held back",
    "patience": "a function has no epochs: use stop_gradient_norm or stop_loss_change",
}
"""Why a field of the training cannot be set for a function."""


class Variation(Spec):
    """One of several runs to compare: what it has other than the experiment around it.

    Attributes
    ----------
    name
        What its run is called.
    changes
        New values of fields, by their paths: ``{"optimizer.lr": 0.1}``.
    """

    name: str = Field(min_length=1, max_length=100)
    changes: dict[str, Any]

    @field_validator("name")
    @classmethod
    def _name_is_one_line(cls, name: str) -> str:
        return one_line(name)


class Experiment(Spec):
    """The whole description of one run, or of several to compare.

    Attributes
    ----------
    title, notes
        For people; they change nothing about the run.
    device
        As torch names it: ``"cpu"``, ``"cuda:0"``, ``"mps"``.
    seed
        Data, then starting parameters are drawn after ``torch.manual_seed(seed)``.
    initial_parameters
        Where to start instead of at what the seed draws: nested lists by parameter name.
    variations
        The runs to compare, where there are several; see `runs`.
    """

    format: int = Field(default=FORMAT, strict=True, ge=1)
    title: str = Field(default="", max_length=200)
    notes: str = Field(default="", max_length=4000)
    problem: Problem
    optimizer: OptimizerChoice
    training: Training
    device: str = Field(default="cpu", pattern=r"^(cpu|mps|cuda(:\d+)?)$")
    seed: int = Field(default=42, strict=True, ge=0, le=2**63 - 1)
    initial_parameters: dict[str, Any] | None = None
    variations: tuple[Variation, ...] = Field(default=(), max_length=MOST_VARIATIONS)

    @field_validator("title")
    @classmethod
    def _title_is_one_line(cls, title: str) -> str:
        return one_line(title)

    @field_validator("format")
    @classmethod
    def _format_is_known(cls, number: int) -> int:
        if number > FORMAT:
            raise ValueError(
                f"this file is of format {number}; this version of GD Studio reads up to format "
                f"{FORMAT}: update it to open the file"
            )
        return number

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        if self.problem.kind == "function":
            wrong = [
                (("training", name), _NEEDS_DATA.get(name, "is for models on data"), value)
                for name, value in self.training.only_for_models.items()
            ]
            if wrong:
                raise misfit(*wrong)
        if self.initial_parameters is not None:
            misfits = self.layout.misfits(self.initial_parameters)
            if misfits:
                raise misfit(*((("initial_parameters",), sentence, None) for sentence in misfits))
        return self

    @model_validator(mode="after")
    def _variations_hold(self) -> Self:
        names = [variation.name for variation in self.variations]
        wrong: list[tuple[Place, str, Any]] = [
            (("variations", i, "name"), f"there are two called '{name}'", name)
            for i, name in enumerate(names)
            if names.index(name) != i
        ]
        for i, variation in enumerate(self.variations):
            try:
                self._varied(variation)
            except ExperimentError as error:
                wrong += [(("variations", i, p.field), p.message, None) for p in error.problems]
        if wrong:
            raise misfit(*wrong)
        return self

    def runs(self) -> tuple[tuple[str, Experiment], ...]:
        """Return each run with its name, which is empty for one that stands alone."""
        if not self.variations:
            return (("", self),)
        return tuple((variation.name, self._varied(variation)) for variation in self.variations)

    def _varied(self, variation: Variation) -> Experiment:
        data = self.model_dump(mode="json", exclude={"variations"})
        return Experiment.parse(change_fields(data, tuple(variation.changes.items())))

    @property
    def layout(self) -> Layout:
        """How its parameters are named and shaped."""
        return layout_of(self.problem)

    @classmethod
    def parse(cls, data: Any) -> Self:
        """Validate `data`, as it comes from JSON; raises `ExperimentError` with all problems."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ExperimentError(tuple(field_problems(error))) from None

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read JSON; raises `ExperimentError` where it is none, or holds no experiment."""
        try:
            data = json.loads(text, parse_constant=_no_constant)
        except (ValueError, RecursionError) as error:
            raise ExperimentError((FieldProblem("", f"this is not JSON: {error}"),)) from None
        return cls.parse(data)

    def to_json(self) -> str:
        """Write JSON that `from_json` reads back to an equal experiment."""
        return self.model_dump_json(indent=2) + "\n"

    def replace(self, **changes: Any) -> Self:
        """Return the experiment with some of its fields changed; raises `ExperimentError`."""
        return self.parse({**self.model_dump(), **changes})


def one_line(text: str) -> str:
    """Return `text`; raises ``ValueError`` where it is not a line of printable characters."""
    if not text.isprintable():
        raise ValueError("holds characters that cannot be printed, such as a line break")
    return text


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number that JSON has")
