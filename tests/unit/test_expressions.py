"""Formulas as functions of tensors: the same bits as code written by hand."""

import math

import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st

from gd_studio.engine.expressions import compile_formula
from gd_studio.formula import FUNCTIONS, FormulaError, parse


def run(function, *points):
    """Value and gradients, as float32 or whatever the points are."""
    leaves = [point.clone().requires_grad_() for point in points]
    value = function(*leaves)
    return value, *torch.autograd.grad(value.sum(), leaves)


def assert_same_bits(left, right):
    for one, other in zip(left, right, strict=True):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert torch.equal(one.isnan(), other.isnan())
        assert torch.equal(one.nan_to_num(), other.nan_to_num())


def by_hand_custom(p):
    return (torch.sin(2 * p) + p**2 - 0.5) ** 2


def by_hand_sine_product(x1, x2):
    return torch.sin(x1) * torch.cos(x2) + torch.sin(x1 / 2) * torch.cos(x2 / 2)


def by_hand_rastrigin(x, y):
    return 20 + x**2 - 10 * torch.cos(2 * math.pi * x) + y**2 - 10 * torch.cos(2 * math.pi * y)


def by_hand_everything(x, y):
    return 2**x / y - 1 / (x - -y) * math.sqrt(2) + (+x) ** 0.5 - torch.clamp(y, max=0.5)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize(
    ("text", "by_hand"),
    [
        ("(sin(2*p) + p**2 - 0.5)**2", by_hand_custom),
        ("sin(x1)*cos(x2) + sin(x1/2)*cos(x2/2)", by_hand_sine_product),
        ("20 + x**2 - 10*cos(2*pi*x) + y**2 - 10*cos(2*pi*y)", by_hand_rastrigin),
        ("2**x/y - 1/(x - -y)*sqrt(2) + (+x)**0.5 - minimum(0.5, y)", by_hand_everything),
    ],
)
def test_values_and_gradients_are_the_bits_of_code_written_by_hand(text, by_hand, dtype):
    formula = parse(text)
    torch.manual_seed(0)
    points = [torch.rand(1000, dtype=dtype) * 10 for _ in formula.variables]
    assert_same_bits(run(compile_formula(formula), *points), run(by_hand, *points))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_torchs(name):
    known = FUNCTIONS[name]
    x, y = torch.rand(2, 100) * 0.98 + 0.01
    points = (x, y)[: known.arity]
    formula = parse(f"{name}({', '.join(('x', 'y')[: known.arity])})")
    torch_function = getattr(torch, name, torch.nn.functional.softplus)
    value = compile_formula(formula)(*points)
    assert torch.equal(value, torch_function(*points))
    numbers = [point.tolist() for point in points]
    expected = [float(known.of_numbers(*row)) for row in zip(*numbers, strict=True)]
    torch.testing.assert_close(value, torch.tensor(expected))


@pytest.mark.parametrize("name", ["minimum", "maximum"])
@pytest.mark.parametrize("order", ["{0}(x, 0.5)", "{0}(0.5, x)", "{0}(x, 1/2)"])
def test_an_extremum_takes_a_number_on_either_side(name, order):
    x = torch.linspace(-1, 1, 9)
    other = torch.full_like(x, 0.5)
    value = compile_formula(parse(order.format(name)))(x)
    assert torch.equal(value, getattr(torch, name)(x, other))


def test_the_shapes_broadcast():
    function = compile_formula(parse("x*y"))
    assert function(torch.ones(3, 1), torch.ones(1, 4)).shape == (3, 4)
    assert function(torch.tensor(2.0), torch.tensor(3.0)).item() == 6.0


def test_the_order_of_the_variables_is_that_of_the_formula():
    assert compile_formula(parse("y - x"))(torch.tensor(1.0), torch.tensor(5.0)).item() == 4.0
    given_order = parse("y - x", variables=("y", "x"))
    assert compile_formula(given_order)(torch.tensor(1.0), torch.tensor(5.0)).item() == -4.0


def test_a_comparison_gives_booleans():
    formula = parse("x0**2 + x1**2 > 0.5", variables=("x0", "x1"), comparison=True)
    x = torch.tensor([0.0, 1.0])
    assert compile_formula(formula)(x, x).tolist() == [False, True]


def test_constants_enter_as_python_numbers():
    formula = parse("0.5*(x**2 + condition*y**2)", constants={"condition": 10})
    x, y = torch.rand(2, 50)
    assert torch.equal(compile_formula(formula)(x, y), 0.5 * (x**2 + 10.0 * y**2))


def test_a_division_by_a_variable_that_is_zero_is_infinite():
    assert compile_formula(parse("1/x"))(torch.tensor(0.0)).item() == math.inf


def test_a_power_without_a_real_value_is_no_number():
    assert compile_formula(parse("x**y"))(torch.tensor(-1.0), torch.tensor(0.5)).isnan()


# Random trees, as nested tuples: (function, parts…), the variable "p", or a number.

UNARY = ("sin", "cos", "tanh", "atan", "abs", "relu", "sigmoid", "softplus", "exp", "-")
BINARY = ("+", "-", "*", "/", "minimum", "maximum")

TREES = st.recursive(
    st.just("p") | st.integers(0, 9) | st.floats(0.0, 9.0).map(lambda v: round(v, 3)),
    lambda parts: (
        st.tuples(st.sampled_from(UNARY), parts)
        | st.tuples(st.sampled_from(BINARY), parts, parts)
        | st.tuples(st.just("**"), parts, st.integers(0, 3))
    ),
    max_leaves=10,
)
POINTS = st.floats(-3.0, 3.0).map(lambda v: round(v, 4))


def written(tree) -> str:
    match tree:
        case ("-", part):
            return f"(-{written(part)})"
        case (("minimum" | "maximum") as name, left, right):
            return f"{name}({written(left)}, {written(right)})"
        case (sign, left, right):
            return f"({written(left)} {sign} {written(right)})"
        case (name, part):
            return f"{name}({written(part)})"
        case _:
            return str(tree)


def value_of(tree, p: float) -> float:
    match tree:
        case "p":
            value = p
        case ("-", part):
            value = -value_of(part, p)
        case ("+", left, right):
            value = value_of(left, p) + value_of(right, p)
        case ("-", left, right):
            value = value_of(left, p) - value_of(right, p)
        case ("*", left, right):
            value = value_of(left, p) * value_of(right, p)
        case ("/", left, right):
            divisor = value_of(right, p)
            assume(abs(divisor) > 1e-3)
            value = value_of(left, p) / divisor
        case ("**", left, right):
            value = value_of(left, p) ** right
        case (name, *parts):
            numbers = [value_of(part, p) for part in parts]
            assume(name != "exp" or numbers[0] < 8)
            value = {
                **vars(math),
                "abs": abs,
                "minimum": min,
                "maximum": max,
                "relu": lambda v: max(v, 0.0),
                "sigmoid": lambda v: 1 / (1 + math.exp(-v)),
                "softplus": lambda v: math.log1p(math.exp(-abs(v))) + max(v, 0.0),
            }[name](*numbers)
        case _:
            value = tree
    # Beyond this the last digits of one library's sine are no longer those of another's.
    assume(abs(value) < 500)
    return value


def parsed(text):
    try:
        return parse(text)
    except FormulaError:
        # A constant part that divides by zero, or a tree that is too deep.
        assume(False)


@given(TREES, POINTS)
def test_a_random_formula_has_the_value_that_math_gives(tree, p):
    expected = value_of(tree, p)
    formula = parsed(f"p - p + {written(tree)}")
    value = compile_formula(formula)(torch.tensor(p, dtype=torch.float64))
    assert value.item() == pytest.approx(expected, rel=1e-6, abs=1e-6)


@given(TREES, POINTS)
def test_the_printed_python_gives_the_same_bits(tree, p):
    formula = parsed(f"p - 0.1 + {written(tree)}")
    printed = eval("lambda p: " + formula.python(), {"torch": torch})
    point = torch.full((3,), p)
    assert_same_bits(run(compile_formula(formula), point), run(printed, point))
