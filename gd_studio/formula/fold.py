"""The constant parts of a formula, calculated once with Python's own numbers."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

from gd_studio.formula.error import FormulaError, at
from gd_studio.formula.vocabulary import CONSTANTS, FUNCTIONS, MAX_NUMBER

Number = float
"""A Python number: an ``int`` stays one, so that ``p ** 2`` is torch's ``p ** 2``."""

BINARY: Mapping[type[ast.operator], Callable[..., Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}
"""The operators between two values, of numbers and of tensors."""


def fold(node: ast.expr, constants: Mapping[str, Number]) -> Number | None:
    """Calculate `node` if it depends on no variable.

    Parameters
    ----------
    node
        A part of a formula whose own parts have been checked.
    constants
        The values of the formula's named constants, besides pi and e.

    Returns
    -------
    float or int or None
        The value, as Python calculates it; ``None`` where the part depends on a variable.

    Raises
    ------
    FormulaError
        Where the value is no finite real number, or larger than ``MAX_NUMBER``.
    """
    try:
        value = _value(node, constants)
    except FormulaError:
        raise  # it is a ValueError too, and has the place already
    except (ZeroDivisionError, OverflowError, ValueError) as error:
        if isinstance(error, ZeroDivisionError):
            raise at(node, "division by zero") from None
        if isinstance(error, OverflowError):
            raise at(node, f"larger than {MAX_NUMBER:g}") from None
        raise at(node, "not a real number") from None
    if value is None:
        return None
    # Not math.isnan, which cannot take an int beyond the largest float.
    if not isinstance(value, int | float) or value != value:
        raise at(node, "not a real number")
    if abs(value) > MAX_NUMBER:
        raise at(node, f"larger than {MAX_NUMBER:g}")
    return value


def _value(node: ast.expr, constants: Mapping[str, Number]) -> object:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return constants.get(name, CONSTANTS.get(name))
        case ast.UnaryOp(op=op, operand=operand):
            inner = fold(operand, constants)
            if inner is None:
                return None
            return -inner if isinstance(op, ast.USub) else inner
        case ast.BinOp(left=left, op=op, right=right):
            first, second = fold(left, constants), fold(right, constants)
            if first is None or second is None:
                return None
            return BINARY[type(op)](first, second)
        case ast.Call(func=ast.Name(id=name), args=args):
            values = [fold(argument, constants) for argument in args]
            return None if None in values else FUNCTIONS[name].of_numbers(*values)
        case _:
            return None
