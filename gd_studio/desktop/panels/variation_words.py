"""What a variation changes: in words, and as a field where it is a single number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

from gd_studio.catalog import Parameter
from gd_studio.desktop.panels.lines import capitalised
from gd_studio.desktop.panels.number_text import Bounds, format_number
from gd_studio.experiment import Experiment, OptimizerChoice, Variation

_FACTORS = (0.1, 1.0, 10.0)


@dataclass(frozen=True)
class SingleNumber:
    """The one number that a variation changes, and what its field needs to know."""

    path: str
    value: float
    label: str
    bounds: Bounds
    integer: bool


def in_words(changes: Mapping[str, Any]) -> str:
    """Return what is changed: ``"lr 0.1, momentum 0.9"``."""
    return ", ".join(
        f"{short_name(path)} {value_in_words(value)}" for path, value in changes.items()
    )


def single_number(variation: Variation, experiment: Experiment) -> SingleNumber | None:
    """Return the number that is changed, where it is one and nothing else is."""
    if len(variation.changes) != 1:
        return None
    ((path, value),) = variation.changes.items()
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    parameter = parameter_at(path, experiment)
    if parameter is None:
        label = capitalised(short_name(path))
        return SingleNumber(path, value, label, Bounds(), isinstance(value, int))
    is_integer = parameter.kind == "integer"
    return SingleNumber(path, value, parameter.label, Bounds.of(parameter), is_integer)


def learning_rates(optimizer: OptimizerChoice) -> tuple[Variation, ...]:
    """Return a run with a tenth of the learning rate, one with it, and one with ten times it.

    There are none for an optimizer without a learning rate.
    """
    if "lr" not in optimizer.settings:
        return ()
    parameter = optimizer.entry.parameter("lr")
    middle = float(optimizer.settings["lr"] or parameter.default)
    # Ten digits: a tenth of 0.3 is 0.03 to people.
    rates = [float(f"{factor * middle:.10g}") for factor in _FACTORS]
    changes = [{"optimizer.lr": rate} for rate in rates if Bounds.of(parameter).hold(rate)]
    return tuple(Variation(name=in_words(change), changes=change) for change in changes)


def parameter_at(path: str, experiment: Experiment) -> Parameter | None:
    """Return the parameter of a catalogue that `path` leads to, if it does."""
    *owners, name = path.split(".")
    try:
        choice = reduce(getattr, owners, cast(Any, experiment))
        return cast(Parameter, choice.entry.parameter(name))
    except (AttributeError, KeyError):
        return None


def short_name(path: str) -> str:
    """Return the last part of a path; of ``optimizer.key``, what it is the key of."""
    return path.removesuffix(".key").rpartition(".")[2].replace("_", " ")


def value_in_words(value: Any) -> str:
    """Return the value of a field as it stands in a line of text."""
    match value:
        case bool():
            return "on" if value else "off"
        case int() | float():
            return format_number(value)
        case None:
            return "none"
        case str():
            return value
        case _:
            return "…"
