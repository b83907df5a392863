"""An experiment: the whole description of one run, frozen and validated. JSON in and out."""

from __future__ import annotations

import json
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from gd_studio.experiment.choice import OptimizerChoice, Spec
from gd_studio.experiment.errors import ExperimentError, FieldProblem, field_problems, misfit
from gd_studio.experiment.layout import Layout, layout_of
from gd_studio.experiment.problem import Problem

FORMAT = 1
"""The number of the file format; a newer one is refused."""

MOST_STEPS = 1_000_000_000


class Training(Spec):
    """How long to train: a number of epochs (passes over the data), or of steps."""

    epochs: int | None = Field(default=None, strict=True, ge=1, le=MOST_STEPS)
    steps: int | None = Field(default=None, strict=True, ge=1, le=MOST_STEPS)

    @model_validator(mode="after")
    def _either_epochs_or_steps(self) -> Self:
        if (self.epochs is None) == (self.steps is None):
            raise ValueError("give either epochs or steps")
        return self

    @property
    def total_steps(self) -> int:
        """How many steps that is; an epoch of full-batch descent is one step."""
        total = self.steps if self.epochs is None else self.epochs
        assert total is not None
        return total


class Experiment(Spec):
    """The whole description of one run.

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

    @field_validator("title")
    @classmethod
    def _title_is_one_line(cls, title: str) -> str:
        if not title.isprintable():
            raise ValueError("holds characters that cannot be printed, such as a line break")
        return title

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
        if self.problem.kind == "function" and self.training.epochs is not None:
            sentence = "a function has no data to pass over: set training.steps instead"
            raise misfit((("training", "epochs"), sentence, self.training.epochs))
        if self.initial_parameters is not None:
            misfits = self.layout.misfits(self.initial_parameters)
            if misfits:
                raise misfit(*((("initial_parameters",), sentence, None) for sentence in misfits))
        return self

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


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number that JSON has")
