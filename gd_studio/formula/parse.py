"""From the text of a formula to a checked tree."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gd_studio.formula.check import MAX_DEPTH, Checker, listed
from gd_studio.formula.display import to_html, to_python
from gd_studio.formula.error import FormulaError, at
from gd_studio.formula.tokens import check_order
from gd_studio.formula.vocabulary import CONSTANTS, FUNCTIONS, PAIRS, SINGLES

MAX_LENGTH = 500
"""How many characters a formula may have."""

_NO_CONSTANTS: Mapping[str, float] = MappingProxyType({})


@dataclass(frozen=True)
class Formula:
    """A formula that has been read and found good; see :func:`parse`.

    Two formulas are equal where text, variables and constants are.

    Attributes
    ----------
    text
        What was typed, without the spaces around it.
    variables
        The names of the variables, in the order of a point's coordinates.
    constants
        Pairs (name, value) of the constants besides pi and e.
    tree
        The checked tree: numbers, names, signs, ``+ - * / **``, calls of ``FUNCTIONS``, and at the
        top perhaps one comparison.
    """

    text: str
    variables: tuple[str, ...]
    constants: tuple[tuple[str, float], ...]
    tree: ast.expr = field(compare=False, repr=False)

    def html(self) -> str:
        """Return the formula as mathematics, in the rich text that a Qt label shows."""
        return to_html(self.tree, dict(self.constants))

    def python(self, prefix: str = "torch.") -> str:
        """Return the formula as Python source, with the values of its constants filled in.

        Executed with tensors it gives the same bits as
        :func:`gd_studio.engine.expressions.compile_formula`.

        Parameters
        ----------
        prefix
            What stands before the names of torch's functions.
        """
        return to_python(self.tree, dict(self.constants), prefix)


def parse(
    text: str,
    *,
    variables: tuple[str, ...] | None = None,
    constants: Mapping[str, float] = _NO_CONSTANTS,
    comparison: bool = False,
) -> Formula:
    """Read a formula.

    Parameters
    ----------
    text
        The formula: numbers, variables, constants, ``+ - * / **``, brackets and the functions of
        ``FUNCTIONS``.
    variables
        The names of the variables; not all of them need occur. ``None`` takes them from the
        formula: x and y, or x1 and x2, or any one of ``SINGLES``.
    constants
        The values of further names that may occur.
    comparison
        Whether the formula may be a comparison with ``<``, ``<=``, ``>`` or ``>=``.

    Raises
    ------
    FormulaError
        Where the text is no such formula, with the place and the reason.
    ValueError
        Where a variable has the name of a constant or a function.
    """
    allowed = variables if variables is not None else SINGLES
    if taken := set(allowed) & {*constants, *CONSTANTS, *FUNCTIONS}:
        raise ValueError(f"a variable cannot be called {listed(tuple(sorted(taken)))}")
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"longer than {MAX_LENGTH} characters", MAX_LENGTH, len(text), whole=True
        )
    check_order(text, MAX_DEPTH)
    tree = _tree(text)
    values = {name: float(value) for name, value in constants.items()}
    checker = Checker(allowed, values)
    if comparison and isinstance(tree, ast.Compare):
        checker.check_comparison(tree)
    else:
        checker.check(tree)
    if not checker.occurring:
        raise FormulaError(
            f"depends on no variable: {text.strip()}", 0, len(text), checker.choice(), whole=True
        )
    if variables is None:
        variables = _variables(checker.occurring)
    return Formula(text.strip(), variables, tuple(values.items()), tree)


def _tree(text: str) -> ast.expr:
    """Parse `text`, within brackets, so that spaces before it are no indentation."""
    try:
        return ast.parse(f"({text})", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        # Almost everything has been said by check_order; a number like 007 is left.
        start = max((getattr(error, "offset", None) or 2) - 2, 0)
        end = max((getattr(error, "end_offset", None) or len(text) + 2) - 2, start + 1)
        raise FormulaError("this cannot be read as a formula", start, end) from None


def _variables(occurring: Mapping[str, ast.Name]) -> tuple[str, ...]:
    """Return the variables of a formula in which these occur, in their order."""
    for pair in PAIRS:
        if set(occurring) == set(pair):
            return pair
    if len(occurring) == 1:
        return tuple(occurring)
    raise at(
        list(occurring.values())[1],
        f"the variables {listed(tuple(occurring))} do not go together",
        "use one variable, or x and y, or x1 and x2",
    )
