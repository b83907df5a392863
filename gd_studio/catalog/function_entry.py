"""What a function to descend on is: as the catalogue has it, and with its settings filled in."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.catalog.entry import Entry, Settings
from gd_studio.formula import Formula, parse

Point = tuple[float, ...]
Domain = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Function:
    """A function whose settings are filled in.

    Attributes
    ----------
    formula
        The function; ``formula.variables`` are the coordinates of a point.
    domain
        ``(low, high)`` for each variable.
    minima
        The known global minima within the domain.
    minimum
        The value there, or ``None`` where it is unbounded below or not known.
    gradient
        The partial derivatives, one for each variable; empty where none is given.
    """

    formula: Formula
    domain: Domain
    minima: tuple[Point, ...] = ()
    minimum: float | None = None
    gradient: tuple[Formula, ...] = ()


@dataclass(frozen=True, kw_only=True)
class FunctionEntry(Entry):
    """A function of one or two variables.

    Attributes
    ----------
    formula
        What a user could type as well (see :mod:`gd_studio.formula`); the names of the entry's
        number parameters may occur in it as constants.
    variables
        The names of the variables, in the order of a point's coordinates.
    domain
        ``(low, high)`` for each variable: where it is drawn and where starts are.
    minima
        The known global minima within the domain, whatever the settings.
    minimum
        The function's value there, or ``None`` where it is unbounded below or not known.
    gradient
        The partial derivatives, a formula for each variable; empty where none is given.
    """

    formula: str
    variables: tuple[str, ...]
    domain: Domain
    minima: tuple[Point, ...] = ()
    minimum: float | None = None
    gradient: tuple[str, ...] = ()

    def function(self, settings: Settings) -> Function:
        """Fill `settings` in: a value for each of the entry's parameters.

        Raises
        ------
        FormulaError
            Where a formula is wrong.
        KeyError
            Where a setting is missing.
        """
        constants = {
            parameter.name: float(settings[parameter.name])
            for parameter in self.parameters
            if parameter.kind in ("number", "integer")
        }

        def read(text: str) -> Formula:
            return parse(text, variables=self.variables, constants=constants)

        return Function(
            formula=read(self.formula),
            domain=self.domain,
            minima=self.minima,
            minimum=self.minimum,
            gradient=tuple(read(text) for text in self.gradient),
        )
