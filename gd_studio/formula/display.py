"""A formula's tree as rich text and as Python source."""

from __future__ import annotations

import ast
import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from gd_studio.formula.fold import fold
from gd_studio.formula.vocabulary import FUNCTIONS

Constants = Mapping[str, float]


def to_python(tree: ast.expr, constants: Constants, prefix: str) -> str:
    """Return `tree` as Python source; see :meth:`gd_studio.formula.parse.Formula.python`."""
    source = ast.unparse(_to_torch(tree, constants, prefix))
    # A formula holds no text in quotes, so every pair of stars is the operator.
    return source.replace(" ** ", "**")


def _to_torch(node: ast.expr, constants: Constants, prefix: str) -> ast.expr:
    """Return `node` with torch's names for functions, and numbers for named constants."""

    def inner(part: ast.expr) -> ast.expr:
        return _to_torch(part, constants, prefix)

    match node:
        case ast.Name(id=name):
            if name in constants:
                return literal(constants[name])
            return ast.Name(prefix + name) if fold(node, constants) is not None else node
        case ast.UnaryOp(op=op, operand=operand):
            return ast.UnaryOp(op, inner(operand))
        case ast.BinOp(left=left, op=operation, right=right):
            return ast.BinOp(inner(left), operation, inner(right))
        case ast.Compare(left=left, ops=ops, comparators=[right]):
            return ast.Compare(inner(left), ops, [inner(right)])
        case ast.Call(func=ast.Name(id=name), args=args):
            value = fold(node, constants)
            if value is not None:
                return literal(value)
            known = FUNCTIONS[name]
            numbers = [part for part in args if fold(part, constants) is not None]
            if known.clamp and numbers:
                (tensor,) = (part for part in args if part not in numbers)
                bound = ast.keyword(known.clamp, inner(numbers[0]))
                return ast.Call(ast.Name(f"{prefix}clamp"), [inner(tensor)], [bound])
            torch_name = prefix + (known.torch_name or name)
            return ast.Call(ast.Name(torch_name), [inner(part) for part in args], [])
        case _:
            return node


def literal(value: float) -> ast.expr:
    """Return a number as a part of a tree."""
    # A sign of its own, so that a negative base of a power is put in brackets.
    if math.copysign(1.0, value) < 0:
        return ast.UnaryOp(ast.USub(), ast.Constant(-value))
    return ast.Constant(value)


class _Binding(IntEnum):
    """How strongly the outermost operation of a piece of rich text binds."""

    COMPARISON = 0
    SUM = 1
    QUOTIENT = 2
    PRODUCT = 3
    POWER = 4
    ATOM = 5


@dataclass(frozen=True)
class _Piece:
    """Rich text, how strongly it binds, and whether it begins with a minus."""

    html: str
    binding: _Binding
    signed: bool = False

    def first(self, binding: _Binding) -> str:
        """Return it as the left operand of what binds like `binding`."""
        return self.html if self.binding >= binding else f"({self.html})"

    def inner(self, binding: _Binding) -> str:
        """Return it where a minus at its beginning would touch another sign."""
        return f"({self.html})" if self.signed else self.first(binding)

    def keeps_sign(self, binding: _Binding) -> bool:
        """Whether what has it as its left operand begins with a minus."""
        return self.signed and self.binding >= binding


_SIGNS: Mapping[type[ast.cmpop], str] = {ast.Lt: "&lt;", ast.LtE: "≤", ast.Gt: "&gt;", ast.GtE: "≥"}
_AROUND = {"sqrt": ("√(", ")"), "abs": ("|", "|")}


def to_html(tree: ast.expr, constants: Constants) -> str:
    """Return `tree` as mathematics; see :meth:`gd_studio.formula.parse.Formula.html`."""
    return _piece(tree, constants).html


def _piece(node: ast.expr, constants: Constants) -> _Piece:
    match node:
        case ast.Constant(value=int() | float() as value):
            return _number(value)
        case ast.Name(id=name):
            if name in constants:
                return _number(constants[name])
            return _Piece("π" if name == "pi" else _symbol(name), _Binding.ATOM)
        case ast.UnaryOp(op=op, operand=operand):
            inside = _piece(operand, constants)
            if isinstance(op, ast.UAdd):
                return inside
            return _Piece("−" + inside.inner(_Binding.PRODUCT), _Binding.PRODUCT, signed=True)
        case ast.BinOp(left=left, op=operation, right=right):
            return _binary(operation, _piece(left, constants), _piece(right, constants))
        case ast.Compare(left=left, ops=[sign], comparators=[right]):
            sides = (_piece(left, constants).html, _piece(right, constants).html)
            return _Piece(f" {_SIGNS[type(sign)]} ".join(sides), _Binding.COMPARISON)
        case ast.Call(func=ast.Name(id=name), args=args):
            shown = FUNCTIONS[name].shown or name
            begin, end = _AROUND.get(name, (f"{shown}(", ")"))
            inside_html = ", ".join(_piece(part, constants).html for part in args)
            return _Piece(begin + inside_html + end, _Binding.ATOM)
        case _:
            raise TypeError(f"{type(node).__name__} is no part of a formula")


def _binary(operation: ast.operator, left: _Piece, right: _Piece) -> _Piece:
    match operation:
        case ast.Pow():
            base = left.inner(_Binding.ATOM)
            return _Piece(f"{base}<sup>{right.html}</sup>", _Binding.POWER)
        case ast.Mult():
            sign, binding, needs = "·", _Binding.PRODUCT, (_Binding.PRODUCT, _Binding.PRODUCT)
        case ast.Div():
            sign, binding, needs = " / ", _Binding.QUOTIENT, (_Binding.PRODUCT, _Binding.POWER)
        case ast.Add():
            sign, binding, needs = " + ", _Binding.SUM, (_Binding.SUM, _Binding.SUM)
        case _:
            sign, binding, needs = " − ", _Binding.SUM, (_Binding.SUM, _Binding.QUOTIENT)
    html = left.first(needs[0]) + sign + right.inner(needs[1])
    return _Piece(html, binding, left.keeps_sign(needs[0]))


def _number(value: float) -> _Piece:
    digits, _, exponent = repr(abs(value)).removesuffix(".0").partition("e")
    html, binding = digits, _Binding.ATOM
    if exponent:
        power = f"10<sup>{int(exponent)}</sup>".replace("-", "−")
        html = power if digits == "1" else f"{digits}·{power}"
        binding = _Binding.POWER if digits == "1" else _Binding.PRODUCT
    return _Piece("−" + html, _Binding.PRODUCT, True) if value < 0 else _Piece(html, binding)


def _symbol(name: str) -> str:
    """Return a variable or e in italics, digits at its end as an index: x₁."""
    letters = name.rstrip("0123456789")
    index = name[len(letters) :]
    return f"<i>{letters}</i>" + (f"<sub>{index}</sub>" if index else "")
