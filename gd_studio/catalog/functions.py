"""The functions to descend on: the landscapes, and the one that the user types."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from gd_studio.catalog.entry import Catalog, Parameter, Settings
from gd_studio.catalog.function_entry import Function, FunctionEntry
from gd_studio.catalog.landscapes import LANDSCAPES
from gd_studio.formula import FormulaError, parse

__all__ = ["CUSTOM", "FUNCTIONS", "Function", "FunctionEntry"]


@dataclass(frozen=True, kw_only=True)
class _CustomEntry(FunctionEntry):
    """The function that the user types: formula and domain come from the settings."""

    def function(self, settings: Settings) -> Function:
        """Fill `settings` in; its variables are those that occur in its formula."""
        formula = parse(str(settings["formula"]))
        bounds = (float(settings["low"]), float(settings["high"]))
        return Function(formula=formula, domain=(bounds,) * len(formula.variables))


def _check_custom(settings: Settings) -> Iterable[tuple[str, str]]:
    try:
        parse(str(settings["formula"]))
    except FormulaError as error:
        yield "formula", str(error)
    low, high = float(settings["low"]), float(settings["high"])
    if low >= high:
        yield "high", "must be above the lower end of the domain"
    elif high - low < _NARROWEST * max(abs(low), abs(high)):
        yield "high", "is too near the lower end for the two to be told apart on a plot"


_FORMULA = "(sin(2*p) + p**2 - 0.5)**2"
_LOW, _HIGH = -3.0, 3.0
_FARTHEST = 1e12
_NARROWEST = 1e-6
"""Width of the narrowest domain, as a share of its distance from zero."""


def _end(name: str, label: str, default: float, which: str) -> Parameter:
    return Parameter(
        name,
        label,
        default,
        f"{which} end of the domain, the same for each variable",
        minimum=-_FARTHEST,
        maximum=_FARTHEST,
    )


CUSTOM = _CustomEntry(
    key="custom",
    label="Custom function",
    summary="A formula of your own, in one variable or in two.",
    formula=_FORMULA,
    variables=("p",),
    domain=((_LOW, _HIGH),),
    parameters=(
        Parameter(
            "formula",
            "Formula",
            _FORMULA,
            "In one variable, such as p, or in x and y: (1 - x)**2 + 100*(y - x**2)**2",
        ),
        _end("low", "From", _LOW, "Lower"),
        _end("high", "To", _HIGH, "Upper"),
    ),
    check=_check_custom,
)

FUNCTIONS: Catalog[FunctionEntry] = Catalog("function", *LANDSCAPES, CUSTOM)
