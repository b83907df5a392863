"""An experiment: the whole description of one run, frozen and validated. JSON in and out."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Self

from pydantic import Field, ValidationError, field_validator, model_validator

from gd_studio import __version__
from gd_studio.experiment.changes import MOST_CHANGES, Change, change_misfits, with_change
from gd_studio.experiment.choice import OptimizerChoice, Spec
from gd_studio.experiment.errors import (
    ExperimentError,
    FieldProblem,
    Misfit,
    Place,
    field_problems,
    misfit,
)
from gd_studio.experiment.fitness import optimizer_misfits
from gd_studio.experiment.layout import Layout, Precision, layout_of
from gd_studio.experiment.paths import change_fields
from gd_studio.experiment.problem import Problem
from gd_studio.experiment.schedule import ScheduleChoice, momentum_misfits
from gd_studio.experiment.training import Training
from gd_studio.foreign_text import broken_place

FORMAT = 1
"""The number of the file format; a newer one is refused."""

MOST_VARIATIONS = 64

NOT_ONE_LINE = "holds characters that cannot be printed, such as a line break"
"""What is wrong with a title or a name that is not a line of printable characters."""
_MOST_CHECKED = 10_000
"""Kilobytes that are validated for changes and variations, some four of them in a millisecond."""

_FEW_CHECKS = 10
"""Of these many nobody is kept from, however large the experiment is."""

_SPREAD = 5
"""How many times as long a value may be that is written with its defaults."""

_LOOKS = 4
"""How often the runs of an experiment are made until it is opened."""


_NEEDS_DATA = {
    "epochs": "a function has no data to pass over: set training.steps instead",
    "batch_size": "a function has no data to take batches of",
    "l1": "a function has no model whose parameters could be held back",
    "l2": "a function has no model whose parameters could be held back",
    "patience": "a function has no epochs: use stop_gradient_norm or stop_loss_change",
    "schedule_per": "a function has no epochs: its schedule moves on after each step",
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
    schedule
        How the optimizer's learning rate changes in the course of the run.
    device
        As torch names it: ``"cpu"``, ``"cuda:0"``, ``"mps"``.
    precision
        What parameters and data are. What is drawn is drawn in float32 and converted then, so
        that a seed means the same start in both; what is given is read as it is.
    seed
        Data, then starting parameters are drawn after ``torch.manual_seed(seed)``.
    initial_parameters
        Where to start instead of at what the seed draws: nested lists by parameter name.
    changes
        What is changed in the course of the run, in order; see `Change`.
    variations
        The runs to compare, where there are several; see `runs`.
    """

    format: int = Field(default=FORMAT, strict=True, ge=1)
    title: str = Field(default="", max_length=200)
    notes: str = Field(default="", max_length=4000)
    problem: Problem
    optimizer: OptimizerChoice
    schedule: ScheduleChoice = Field(default={"key": "constant"}, validate_default=True)
    training: Training
    device: str = Field(default="cpu", pattern=r"^(cpu|mps|cuda(:\d+)?)$")
    precision: Precision = "float32"
    seed: int = Field(default=42, strict=True, ge=0, le=2**63 - 1)
    initial_parameters: dict[str, Any] | None = None
    changes: tuple[Change, ...] = Field(default=(), max_length=MOST_CHANGES)
    variations: tuple[Variation, ...] = Field(default=(), max_length=MOST_VARIATIONS)

    @field_validator("title")
    @classmethod
    def _title_is_one_line(cls, title: str) -> str:
        return one_line(title)

    @field_validator("format")
    @classmethod
    def _format_is_known(cls, number: int) -> int:
        if number > FORMAT:
            raise ValueError(_of_a_newer(number))
        return number

    @model_validator(mode="after")
    def _parts_fit_together(self) -> Self:
        if self.problem.kind == "function":
            wrong: list[Misfit] = [
                (("training", name), _NEEDS_DATA.get(name, "is for models on data"), value)
                for name, value in self.training.only_for_models.items()
            ]
            if wrong:
                raise misfit(*wrong)
        elif self.training.gradient_noise:
            sentence = "is for functions: the gradients of a model are noisy where it has batches"
            raise misfit((("training", "gradient_noise"), sentence, self.training.gradient_noise))
        if wrong := list(optimizer_misfits(self.optimizer, self.problem)):
            raise misfit(*wrong)
        if wrong := list(momentum_misfits(self.schedule, self.optimizer.entry)):
            raise misfit(*wrong)
        if self.device == "mps" and self.precision == "float64":
            sentence = "the device 'mps' has no float64: choose float32, or another device"
            raise misfit((("precision",), sentence, self.precision))
        if self.initial_parameters is not None:
            misfits = self.layout.misfits(self.initial_parameters, self.precision)
            if misfits:
                raise misfit(*((("initial_parameters",), sentence, None) for sentence in misfits))
        return self

    @model_validator(mode="after")
    def _changes_can_be_checked(self) -> Self:
        # The whole of it is validated anew after each change, and those of each variation; what a
        # variation brings along comes on top.
        times = checks = len(self.changes)
        brought = 0.0
        for variation in self.variations:
            own = variation.changes.get("changes", self.changes)
            of_this = 1 + (len(own) if isinstance(own, list | tuple) else 0)
            times += of_this
            checks += of_this * _LOOKS
            brought += of_this * _LOOKS * _SPREAD * _kilobytes(variation.changes)
        total = brought
        if times > _FEW_CHECKS:
            whole = len(self.model_dump_json(exclude={"changes", "variations"})) / 1000
            total += checks * (1 + whole)
        if total > _MOST_CHECKED:
            which = "variations" if self.variations else "changes"
            sentence = (
                f"there are {times:,} changes and variations together, too many to check:"
                f" {total:,.0f} kB in all"
            )
            raise misfit(((which,), sentence, None))
        return self

    @model_validator(mode="after")
    def _changes_hold(self) -> Self:
        if wrong := list(change_misfits(self.changes)):
            raise misfit(*wrong)
        present = self.without_changes()
        for i, change in enumerate(self.changes):
            try:
                present = present.with_values(change.values)
            except ExperimentError as error:
                at: Place = ("changes", i, "values")
                raise misfit(*(((*at, p.field), p.message, None) for p in error.problems)) from None
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

    def without_changes(self) -> Experiment:
        """Return what holds before the first change."""
        return self.model_copy(update={"changes": (), "variations": ()})

    def with_values(self, values: Mapping[str, Any]) -> Experiment:
        """Return the experiment with fields set by their paths; raises `ExperimentError`."""
        data = self.model_dump(mode="json")
        keys = {path: value for path, value in values.items() if path.endswith(".key")}
        if keys:
            # The settings of a new choice must be there for the other paths to be found.
            try:
                chosen = Experiment.parse(change_fields(data, tuple(keys.items())))
            except ExperimentError:
                # Its defaults may not fit where what is set with them does.
                return Experiment.parse(change_fields(data, tuple(values.items())))
            data = chosen.model_dump(mode="json")
        rest = [(path, value) for path, value in values.items() if path not in keys]
        return Experiment.parse(change_fields(data, rest))

    def changed(self) -> Iterator[Experiment]:
        """Yield what holds after each of the changes."""
        present = self.without_changes()
        for change in self.changes:
            present = present.with_values(change.values)
            yield present

    def branch(self, after: int, values: Mapping[str, Any]) -> Experiment:
        """Return the experiment whose run is the same up to step `after`, and then another.

        What is changed after that step here is left out there.

        Raises
        ------
        ExperimentError
            Where a field cannot be changed on the way, or does not take the value.
        """
        changes = with_change(self.changes, after, values)
        return self.replace(changes=[change.model_dump() for change in changes])

    def at(self, step: int) -> Experiment:
        """Return what holds in the step that follows `step`."""
        present = self.without_changes()
        for change, changed in zip(self.changes, self.changed(), strict=True):
            if change.after <= step:
                present = changed
        return present

    def runs(self) -> tuple[tuple[str, Experiment], ...]:
        """Return each run with its name, which is empty for one that stands alone."""
        if not self.variations:
            return (("", self),)
        return tuple((variation.name, self._varied(variation)) for variation in self.variations)

    def _varied(self, variation: Variation) -> Experiment:
        return self.model_copy(update={"variations": ()}).with_values(variation.changes)

    @property
    def layout(self) -> Layout:
        """How its parameters are named and shaped."""
        return layout_of(self.problem)

    @classmethod
    def parse(cls, data: Any) -> Self:
        """Validate `data`, as it comes from JSON; raises `ExperimentError` with all problems."""
        # First of all: a sentence that quotes such a text would fail itself.
        if broken := broken_place(data):
            place, sentence = broken
            raise ExperimentError((FieldProblem(".".join(map(str, place)), sentence),))
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
            raise ExperimentError((FieldProblem("", f"is not JSON: {error}"),)) from None
        number = data.get("format") if isinstance(data, dict) else None
        if isinstance(number, int) and number > FORMAT:
            # All else that could be said of it is only that this version does not know it.
            raise ExperimentError((FieldProblem("", _of_a_newer(number)),))
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
        raise ValueError(NOT_ONE_LINE)
    return text


def _of_a_newer(number: int) -> str:
    return (
        f"was made by a newer GD Studio (it has format {number}, and version {__version__} reads "
        f"up to format {FORMAT}): update GD Studio to open it"
    )


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} is not a number that JSON has")


def _kilobytes(value: Any) -> float:
    return len(json.dumps(value, default=str)) / 1000
