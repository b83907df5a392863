"""One entry of a catalogue with its settings: the part that most of an experiment is made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, create_model, model_validator

from gd_studio.catalog import (
    DATASETS,
    FUNCTIONS,
    LOSSES,
    MODELS,
    OPTIMIZERS,
    Catalog,
    DatasetEntry,
    Entry,
    FunctionEntry,
    LossEntry,
    ModelEntry,
    OptimizerEntry,
    Parameter,
    Schema,
    UnknownKeyError,
    Value,
)
from gd_studio.experiment.errors import misfit


class Spec(BaseModel):
    """A frozen part of an experiment that knows every one of its fields."""

    # Deferred: most are only ever validated as parts of an experiment, and what would validate
    # them alone takes a tenth of the time until the window is painted.
    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)


class Choice(BaseModel):
    """One entry of a catalogue with its settings, flat: ``{"key": "sgd", "lr": 0.01, …}``.

    What is left out takes the entry's default.
    """

    model_config = ConfigDict(frozen=True, extra="allow", defer_build=True)

    catalog: ClassVar[Catalog[Any]]

    key: str

    @model_validator(mode="before")
    @classmethod
    def _settings_fit_the_entry(cls, data: Any) -> Any:
        if isinstance(data, cls):
            return data
        if not isinstance(data, Mapping) or not isinstance(data.get("key"), str):
            raise ValueError('an object with a "key" is needed, as {"key": "…"}')
        return cls._filled(data)

    @classmethod
    def _filled(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return the key and a value for every setting, all of them validated."""
        settings = {name: value for name, value in data.items() if name != "key"}
        try:
            entry = cls.catalog[data["key"]]
        except UnknownKeyError as error:
            raise misfit((("key",), str(error), data["key"])) from None
        filled = settings_model(entry).model_validate(settings).model_dump()
        wrong = [((name,), sentence, filled[name]) for name, sentence in entry.check(filled)]
        if wrong:
            raise misfit(*wrong)
        return {"key": entry.key, **filled}

    @property
    def settings(self) -> Mapping[str, Value]:
        """The value of each of the entry's parameters, by name."""
        return self.model_extra or {}


class FunctionChoice(Choice):
    """A function of the catalogue."""

    catalog: ClassVar[Catalog[FunctionEntry]] = FUNCTIONS

    @property
    def entry(self) -> FunctionEntry:
        """What was chosen."""
        return self.catalog[self.key]


class DatasetChoice(Choice):
    """A data set of the catalogue."""

    catalog: ClassVar[Catalog[DatasetEntry]] = DATASETS

    @property
    def entry(self) -> DatasetEntry:
        """What was chosen."""
        return self.catalog[self.key]

    @property
    def data_schema(self) -> Schema:
        """What the samples are."""
        return self.entry.describe(self.settings)


class ModelChoice(Choice):
    """A model of the catalogue."""

    catalog: ClassVar[Catalog[ModelEntry]] = MODELS

    @property
    def entry(self) -> ModelEntry:
        """What was chosen."""
        return self.catalog[self.key]


class LossChoice(Choice):
    """A loss of the catalogue."""

    catalog: ClassVar[Catalog[LossEntry]] = LOSSES

    @property
    def entry(self) -> LossEntry:
        """What was chosen."""
        return self.catalog[self.key]


class OptimizerChoice(Choice):
    """An optimizer of the catalogue."""

    catalog: ClassVar[Catalog[OptimizerEntry]] = OPTIMIZERS

    @property
    def entry(self) -> OptimizerEntry:
        """What was chosen."""
        return self.catalog[self.key]

    def goes_on_from(self, other: OptimizerChoice) -> bool:
        """Whether it is the optimizer `other`, with settings that can be changed on the way.

        It then keeps what it remembers; another begins without a memory.
        """
        return self.entry is other.entry and all(
            value == other.settings[name] or name in self.entry.changeable
            for name, value in self.settings.items()
        )


@lru_cache(maxsize=512)
def settings_model(entry: Entry) -> type[BaseModel]:
    """Return the pydantic model of an entry's settings, made from its parameters."""
    fields: dict[str, Any] = {
        parameter.name: (_annotation(parameter), parameter.default)
        for parameter in entry.parameters
    }
    return create_model(entry.key, __base__=Spec, **fields)


def _annotation(parameter: Parameter) -> Any:
    """From a catalogue parameter to the type that validates its value."""
    # Strict: true is no learning rate, and neither is "0.1".
    bounds = Field(
        strict=True,
        ge=parameter.minimum,
        le=parameter.maximum,
        gt=parameter.above,
        lt=parameter.below,
    )
    match parameter.kind:
        case "switch":
            return Annotated[bool, Field(strict=True)]
        case "integer":
            return Annotated[int, bounds]
        case "number":
            return Annotated[float, bounds]
        case "text":
            if parameter.choices:
                return Literal[parameter.choices]
            return Annotated[str, BeforeValidator(_written), Field(max_length=2000)]


def _written(value: Any) -> Any:
    """A number where text is meant, as the width of a single layer: 16 for "16"."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value
