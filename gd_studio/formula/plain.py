"""A formula in Python's own numbers: as a function, and as source that calculates the same bits."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from gd_studio.formula.display import literal
from gd_studio.formula.fold import BINARY
from gd_studio.formula.parse import Formula
from gd_studio.formula.vocabulary import CONSTANTS, FUNCTIONS

_Values = tuple[float, ...]
_Part = Callable[[_Values], float]

_OF_PYTHON = {"abs": "abs", "minimum": "min", "maximum": "max"}
"""The functions that Python has under a name of its own; most others are those of math."""

_OWN: Mapping[str, tuple[str, ...]] = {
    "relu": ("def relu(x):", "    return max(x, 0)"),
    "sign": ("def sign(x):", "    return (x > 0) - (x < 0)"),
    "sigmoid": (
        "def sigmoid(x):",
        "    small = math.exp(-abs(x))  # never of what is positive: it cannot overflow",
        "    return (1.0 if x >= 0 else small) / (1.0 + small)",
    ),
    "softplus": (
        "def softplus(x):",
        "    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))",
    ),
}
"""Functions that Python has not, written as in :mod:`gd_studio.formula.vocabulary`."""


def plain_function(formula: Formula) -> Callable[..., float]:
    """Return the function of plain numbers that `formula` describes.

    It takes a float for each of ``formula.variables``. Where the value is no real number or too
    large it raises what Python raises: ``ValueError``, ``ZeroDivisionError``, ``OverflowError``.
    """
    whole = _compile(formula.tree, formula.variables, dict(formula.constants))
    return lambda *values: whole(values)


def plain_python(formula: Formula) -> str:
    """Return Python source that calculates `formula` as :func:`plain_function` does.

    It names ``math``, the variables, and the functions of :func:`plain_definitions`.
    """
    source = ast.unparse(_renamed(formula.tree, dict(formula.constants)))
    # A formula holds no text in quotes, so every pair of stars is the operator.
    return source.replace(" ** ", "**")


def plain_definitions(formula: Formula) -> list[tuple[str, ...]]:
    """Return the lines of each function that the source needs and Python has not."""
    called = {
        node.func.id
        for node in ast.walk(formula.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    return [lines for name, lines in _OWN.items() if name in called]


def _compile(node: ast.expr, variables: tuple[str, ...], constants: Mapping[str, float]) -> _Part:
    def inner(part: ast.expr) -> _Part:
        return _compile(part, variables, constants)

    match node:
        case ast.Constant(value=int() | float() as number):
            return lambda _: number
        case ast.Name(id=name) if name in variables:
            return operator.itemgetter(variables.index(name))
        case ast.Name(id=name):
            constant = constants[name] if name in constants else CONSTANTS[name]
            return lambda _: constant
        case ast.UnaryOp(op=op, operand=operand):
            part = inner(operand)
            return (lambda values: -part(values)) if isinstance(op, ast.USub) else part
        case ast.BinOp(left=left, op=op, right=right):
            function = _power if isinstance(op, ast.Pow) else BINARY[type(op)]
            first, second = inner(left), inner(right)
            return lambda values: function(first(values), second(values))
        case ast.Call(func=ast.Name(id=name), args=args):
            called, parts = FUNCTIONS[name].of_numbers, [inner(argument) for argument in args]
            return lambda values: called(*(part(values) for part in parts))
        case _:
            raise TypeError(f"{type(node).__name__} is no part of a formula")


def _power(base: float, exponent: float) -> float:
    value = base**exponent
    if isinstance(value, complex):
        raise ValueError("not a real number")
    return float(value)


def _renamed(node: ast.expr, constants: Mapping[str, float]) -> ast.expr:
    """Return `node` with Python's names for functions, and numbers for named constants."""

    def inner(part: ast.expr) -> ast.expr:
        return _renamed(part, constants)

    match node:
        case ast.Name(id=name) if name in constants:
            return literal(constants[name])
        case ast.Name(id=name) if name in CONSTANTS:
            return ast.Name(f"math.{name}")
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, inner(operand))
        case ast.BinOp(left=left, op=operation, right=right):
            return ast.BinOp(inner(left), operation, inner(right))
        case ast.Call(func=ast.Name(id=name), args=args):
            own = name if name in _OWN else f"math.{name}"
            called = ast.Name(_OF_PYTHON.get(name, own))
            return ast.Call(called, [inner(part) for part in args], [])
        case _:
            return node
