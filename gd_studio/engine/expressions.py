"""Formulas as functions of tensors."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

import torch

from gd_studio.formula import FUNCTIONS, Formula, fold
from gd_studio.formula.fold import BINARY

Tensors = tuple[torch.Tensor, ...]
_Part = Callable[[Tensors], torch.Tensor]

_COMPARISONS: Mapping[type[ast.cmpop], Callable[..., torch.Tensor]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def compile_formula(formula: Formula) -> Callable[..., torch.Tensor]:
    """Return the function that `formula` describes.

    It does the operations that the formula's text would do as Python code, one for one and in the
    same order, so that values and derivatives are the same bits as those of a function written by
    hand. Numbers and constants stay Python numbers; parts without a variable are calculated once,
    here.

    Parameters
    ----------
    formula
        A formula as :func:`gd_studio.formula.parse` returns it.

    Returns
    -------
    callable
        Takes one tensor for each variable, in the order of ``formula.variables``, of shapes that
        broadcast; returns a tensor of the shape that the variables which occur broadcast to, of
        their dtype and on their device. A comparison gives ``torch.bool``. Where the formula is a
        bare variable the result is that very tensor.
    """
    whole = _compile(formula.tree, formula.variables, dict(formula.constants))

    def function(*tensors: torch.Tensor) -> torch.Tensor:
        return whole(tensors)

    return function


def _compile(node: ast.expr, variables: tuple[str, ...], constants: Mapping[str, float]) -> _Part:
    """Return the part of the function that `node` is; it depends on a variable."""

    def inner(part: ast.expr) -> _Part | float:
        number = fold(part, constants)
        return _compile(part, variables, constants) if number is None else number

    match node:
        case ast.Name(id=name):
            return operator.itemgetter(variables.index(name))
        case ast.UnaryOp(op=op, operand=operand):
            part = _compile(operand, variables, constants)
            return _of_one(operator.neg, part) if isinstance(op, ast.USub) else part
        case ast.BinOp(left=left, op=operation, right=right):
            return _of_two(BINARY[type(operation)], inner(left), inner(right))
        case ast.Compare(left=left, ops=[comparison], comparators=[right]):
            return _of_two(_COMPARISONS[type(comparison)], inner(left), inner(right))
        case ast.Call(func=ast.Name(id=name), args=[argument]):
            function = operator.attrgetter(FUNCTIONS[name].torch_name or name)(torch)
            return _of_one(function, _compile(argument, variables, constants))
        case ast.Call(func=ast.Name(id=name), args=[left, right]):
            return _extremum(name, inner(left), inner(right))
        case _:
            raise TypeError(f"{type(node).__name__} is no part of a formula")


def _of_one(function: Callable[..., torch.Tensor], part: _Part) -> _Part:
    return lambda tensors: function(part(tensors))


def _of_two(
    function: Callable[..., torch.Tensor], left: _Part | float, right: _Part | float
) -> _Part:
    # Three closures instead of one with a test in it: they run thousands of times a second.
    if not callable(left):
        assert callable(right)
        return lambda tensors: function(left, right(tensors))
    if not callable(right):
        return lambda tensors: function(left(tensors), right)
    return lambda tensors: function(left(tensors), right(tensors))


def _extremum(name: str, left: _Part | float, right: _Part | float) -> _Part:
    """Return the smaller or larger of two; torch wants ``clamp`` where one is a number."""
    part, other = (left, right) if callable(left) else (right, left)
    assert callable(part)
    if callable(other):
        return _of_two(getattr(torch, name), part, other)
    if FUNCTIONS[name].clamp == "max":
        return lambda tensors: torch.clamp(part(tensors), max=other)
    return lambda tensors: torch.clamp(part(tensors), min=other)
