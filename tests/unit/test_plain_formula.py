"""Formulas in Python's own numbers: the function and its source calculate the same bits."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gd_studio.formula import FUNCTIONS, parse
from gd_studio.formula.plain import plain_definitions, plain_function, plain_python


def run_source(text: str, *values: float) -> float:
    """Execute the source as a script would, definitions first."""
    formula = parse(text)
    names: dict[str, Any] = {"math": math, **dict(zip(formula.variables, values, strict=True))}
    for lines in plain_definitions(formula):
        exec("\n".join(lines), names)
    return float(eval(plain_python(formula), names))


@pytest.mark.parametrize("name", FUNCTIONS)
@given(x=st.floats(0.001, 0.999), y=st.floats(-5, 5))
def test_every_function_has_a_source_of_the_same_bits(name: str, x: float, y: float) -> None:
    text = f"{name}(x)" if FUNCTIONS[name].arity == 1 else f"{name}(x, y)"
    values = (x,) if FUNCTIONS[name].arity == 1 else (x, y)
    expected = FUNCTIONS[name].of_numbers(*values)
    assert plain_function(parse(text))(*values) == expected
    assert run_source(text, *values) == expected


@given(st.floats(-3, 3), st.floats(0.1, 3))
def test_operations_are_those_that_were_typed(x: float, y: float) -> None:
    text = "-x**2 + +x*y - 2/y + 2**-x*(x - (y - 1)) + e**y*pi"
    expected = -(x**2) + x * y - 2 / y + 2**-x * (x - (y - 1)) + math.e**y * math.pi
    assert plain_function(parse(text))(x, y) == expected
    assert run_source(text, x, y) == expected


def test_a_named_constant_is_filled_in_with_its_sign() -> None:
    formula = parse("c**2 + x", variables=("x",), constants={"c": -3.0})
    assert plain_python(formula) == "(-3.0)**2 + x"
    assert plain_function(formula)(1.0) == 10.0


@pytest.mark.parametrize(
    ("text", "value"), [("log(x)", 0.0), ("1/x", 0.0), ("exp(x)", 1e4), ("(x - 1)**0.5", 0.0)]
)
def test_what_is_no_real_number_raises(text: str, value: float) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        plain_function(parse(text))(value)


def test_only_what_is_called_is_defined() -> None:
    assert plain_definitions(parse("sin(x) + abs(x)")) == []
    (lines,) = plain_definitions(parse("1 - sigmoid(x)"))
    assert lines[0] == "def sigmoid(x):"
