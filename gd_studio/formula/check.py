"""What a formula's tree may consist of."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from gd_studio.formula.error import at
from gd_studio.formula.fold import BINARY, fold
from gd_studio.formula.vocabulary import CONSTANTS, FUNCTIONS, nearest

MAX_DEPTH = 40
"""How many operations may lie within one another."""
MAX_NODES = 200
"""How many numbers, names, operations and calls a formula may have."""
MAX_EXPONENT = 64
"""The largest magnitude of an exponent that is a number."""

_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


class Checker:
    """Holds a tree against the list of what is allowed, and collects the variables in it.

    Parameters
    ----------
    variables
        The names that may occur as variables.
    constants
        The values of the names that may occur besides pi and e.

    Attributes
    ----------
    occurring
        The variables that occur in what has been checked, each with its first place.
    """

    def __init__(self, variables: tuple[str, ...], constants: Mapping[str, float]) -> None:
        self.occurring: dict[str, ast.Name] = {}
        self._variables = variables
        self._constants = constants
        self._nodes = 0

    def check(self, node: ast.expr, depth: int = 1) -> None:
        """Raise ``FormulaError`` unless `node` is allowed; parts come before what they make up."""
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise at(node, f"more than {MAX_NODES} numbers, names and operations")
        if depth > MAX_DEPTH:
            raise at(node, f"more than {MAX_DEPTH} operations within one another")
        match node:
            case ast.Constant(value=value):
                if type(value) not in (int, float):
                    raise at(node, f"{value!r} is not allowed")
            case ast.Name():
                self._check_name(node)
            case ast.UnaryOp(op=ast.UAdd() | ast.USub(), operand=operand):
                self.check(operand, depth + 1)
            case ast.BinOp(left=left, op=op, right=right) if type(op) in BINARY:
                self.check(left, depth + 1)
                self.check(right, depth + 1)
                self._check_right(op, right)
            case ast.Call(func=ast.Name(), args=args, keywords=[]):
                self._check_call(node)
                for argument in args:
                    self.check(argument, depth + 1)
            case ast.Tuple():
                raise at(node, "a comma is only allowed between the arguments of a function")
            case ast.Compare():
                raise at(node, "a comparison is not allowed here")
            case ast.Call():
                raise at(node, "only a function can be called")
            case _:
                raise at(node, f"{type(node).__name__} is not allowed")
        fold(node, self._constants)

    def check_comparison(self, node: ast.Compare) -> None:
        """Raise ``FormulaError`` unless `node` is one comparison of two allowed values."""
        if len(node.ops) > 1 or not isinstance(node.ops[0], _COMPARISONS):
            raise at(node, "only one comparison with <, <=, > or >= is allowed")
        for side in (node.left, *node.comparators):
            self.check(side, 2)

    def choice(self) -> str:
        """Return a sentence about which variables there are."""
        return f"there {'is' if len(self._variables) == 1 else 'are'} {listed(self._variables)}"

    def _check_name(self, node: ast.Name) -> None:
        if node.id in self._variables:
            self.occurring.setdefault(node.id, node)
        elif node.id in FUNCTIONS:
            raise at(node, f"'{node.id}' is a function", f"write {node.id}(…)")
        elif node.id not in self._constants and node.id not in CONSTANTS:
            hint = nearest(node.id, [*self._variables, *self._constants, *CONSTANTS, *FUNCTIONS])
            raise at(node, f"unknown name '{node.id}'", hint or self.choice())

    def _check_right(self, op: ast.operator, right: ast.expr) -> None:
        value = fold(right, self._constants)
        if isinstance(op, ast.Div) and value == 0:
            raise at(right, "division by zero")
        if isinstance(op, ast.Pow) and value is not None and abs(value) > MAX_EXPONENT:
            raise at(right, f"an exponent may not be larger than {MAX_EXPONENT}")

    def _check_call(self, node: ast.Call) -> None:
        name = node.func
        assert isinstance(name, ast.Name)
        if name.id not in FUNCTIONS:
            if name.id in self._variables or name.id in self._constants or name.id in CONSTANTS:
                raise at(name, f"'{name.id}' is not a function", f"write {name.id}*(…)")
            hint = nearest(name.id, FUNCTIONS)
            raise at(name, f"unknown function '{name.id}'", hint)
        arity = FUNCTIONS[name.id].arity
        if len(node.args) != arity:
            count = f"{arity} argument{'s' if arity > 1 else ''}, not {len(node.args)}"
            raise at(node, f"'{name.id}' takes {count}")


def listed(names: tuple[str, ...]) -> str:
    """Return ``"x, y and z"`` for three names, and so on."""
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
