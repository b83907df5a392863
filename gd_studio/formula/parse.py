"""From the text of a formula to a checked tree."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from gd_studio.formula.display import to_html, to_python
from gd_studio.formula.error import FormulaError, at
from gd_studio.formula.fold import BINARY, fold
from gd_studio.formula.tokens import check_order
from gd_studio.formula.vocabulary import CONSTANTS, FUNCTIONS, PAIRS, SINGLES, nearest

MAX_LENGTH = 500
"""How many characters a formula may have."""
MAX_DEPTH = 40
"""How many operations may lie within one another."""
MAX_NODES = 200
"""How many numbers, names, operations and calls a formula may have."""
MAX_EXPONENT = 64
"""The largest magnitude of an exponent that is a number."""

_COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)
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
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError(
            f"longer than {MAX_LENGTH} characters", MAX_LENGTH, len(text), whole=True
        )
    check_order(text, MAX_DEPTH)
    tree = _tree(text)
    values = {name: float(value) for name, value in constants.items()}
    checker = _Checker(variables if variables is not None else SINGLES, values)
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


class _Checker:
    """Holds a tree against the list of what is allowed, and collects the variables in it."""

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
        return f"there {'is' if len(self._variables) == 1 else 'are'} {_and(self._variables)}"

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


def _variables(occurring: Mapping[str, ast.Name]) -> tuple[str, ...]:
    """Return the variables of a formula in which these occur, in their order."""
    for pair in PAIRS:
        if set(occurring) == set(pair):
            return pair
    if len(occurring) == 1:
        return tuple(occurring)
    raise at(
        list(occurring.values())[1],
        f"{_and(tuple(occurring))} do not go together",
        "use one variable, or x and y, or x1 and x2",
    )


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
