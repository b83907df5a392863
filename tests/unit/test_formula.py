"""Formulas: what is accepted, what is refused and where, and how they are shown."""

import ast
import math
import pickle
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import gd_studio.formula
from gd_studio.formula import FUNCTIONS, MAX_DEPTH, Formula, FormulaError, fold, parse


def error_of(text: str, **arguments) -> FormulaError:
    with pytest.raises(FormulaError) as caught:
        parse(text, **arguments)
    error = caught.value
    assert 0 <= error.start <= error.end <= len(text)
    assert error.message in str(error)
    return error


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("(sin(2*p) + p**2 - 0.5)**2", ("p",)),
        ("y*x", ("x", "y")),
        ("x2 - x1", ("x1", "x2")),
        ("y", ("y",)),
        ("x1", ("x1",)),
        ("  -t ", ("t",)),
        ("x**y", ("x", "y")),
        ("e**x + .5 + 2.", ("x",)),
        ("maximum(x, minimum(y, 2))", ("x", "y")),
    ],
)
def test_the_variables_are_those_that_occur(text, variables):
    formula = parse(text)
    assert formula.variables == variables
    assert formula.text == text.strip()


def test_given_variables_need_not_all_occur():
    assert parse("x", variables=("x", "y")).variables == ("x", "y")
    assert parse("a", variables=("a",)).variables == ("a",)


def test_the_names_of_parameters_are_constants():
    formula = parse("condition*x", constants={"condition": 3})
    assert formula.constants == (("condition", 3.0),)
    assert formula.python() == "3.0 * x"


def test_a_variable_cannot_have_the_name_of_a_constant():
    with pytest.raises(ValueError, match="a variable cannot be called e"):
        parse("x + e", variables=("x", "e"))
    with pytest.raises(ValueError, match="a variable cannot be called x"):
        parse("x + y", constants={"x": 1.0}, variables=("x", "y"))


def test_formulas_are_equal_by_text_variables_and_constants():
    formula = parse("a*x", constants={"a": 2.0})
    assert formula == parse(" a*x ", constants={"a": 2.0})
    assert hash(formula) == hash(parse("a*x", constants={"a": 2.0}))
    assert formula != parse("a*x", constants={"a": 3.0})
    assert formula != parse("a*x", constants={"a": 2.0}, variables=("x", "y"))
    assert pickle.loads(pickle.dumps(formula)) == formula


def test_an_error_survives_being_pickled():
    error = error_of("1 + sn(x)")
    assert str(pickle.loads(pickle.dumps(error))) == str(error)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 + sn*x", "unknown name 'sn' at column 5; did you mean 'sin'?"),
        ("X + 1", "unknown name 'X' at column 1; did you mean 'x'?"),
        ("ln(x)", "unknown function 'ln' at column 1; did you mean 'log'?"),
        ("pow(x, 2)", "unknown function 'pow' at column 1; use ** for powers"),
        ("x + sin", "'sin' is a function at column 5; write sin(…)"),
        ("x(1)", "'x' is not a function at column 1; write x*(…)"),
        ("sin(x, 2)", "'sin' takes 1 argument, not 2 at column 1"),
        ("minimum(x)", "'minimum' takes 2 arguments, not 1 at column 1"),
        ("x - 1/0", "division by zero at column 7"),
        ("x*sqrt(-1)", "not a real number at column 3"),
        ("x*(-8)**0.5", "not a real number at column 3"),
        ("x + exp(40)", "larger than 1e+12 at column 5"),
        ("x*1e13", "larger than 1e+12 at column 3"),
        ("x**65", "an exponent may not be larger than 64 at column 4"),
        ("x**-65", "an exponent may not be larger than 64 at column 4"),
        ("x*(y", "this '(' is never closed at column 3"),
        ("x)*(y", "this ')' closes nothing at column 2"),
        ("x, y", "a comma is only allowed between the arguments of a function at column 2"),
        ("(x, y)", "a comma is only allowed between the arguments of a function at column 1"),
        ("x +", "a number or a variable is missing after '+' at column 3"),
        ("* x", "a number or a variable is missing before '*' at column 1"),
        ("x // 2", "a number or a variable is missing between '/' and '/' at column 3"),
        ("sin()", "a number or a variable is missing between '(' and ')' at column 4"),
        ("007*x", "this cannot be read as a formula at column 1"),
        ("", "the formula is empty"),
        ("   ", "the formula is empty"),
    ],
)
def test_an_error_says_what_is_wrong_where_and_what_to_do(text, sentence):
    assert str(error_of(text)) == sentence


def test_a_caret_is_answered_with_the_power_operator():
    error = error_of("x^2")
    assert (error.start, error.end) == (1, 2)
    assert "use ** for powers" in str(error)


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2x", "write 2*x"),
        ("2 x", "write 2*x"),
        ("x y", "write x*y"),
        ("2(x + 1)", "write 2*(…)"),
        ("(x)(y)", "write )*(…)"),
        ("2e", "write 2*e"),
        ("sin x", "write sin(…)"),
        ("2sin(x)", "write 2*sin"),
    ],
)
def test_a_product_without_its_star_is_answered_with_the_star(text, advice):
    assert advice in str(error_of(text))


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("2·x", "use *"),
        ("2×x", "use *"),
        ("x−1", "use -"),
        ("x²", "**2"),
        ("√x", "sqrt"),
        ("π*x", "pi"),
    ],
)
def test_a_sign_of_written_mathematics_is_answered_with_the_one_to_type(text, advice):
    assert advice in str(error_of(text))


@pytest.mark.parametrize(
    ("text", "place"),
    [("x + y + z", (4, 5)), ("p*x", (2, 3)), ("x1 + x", (5, 6)), ("x + x2", (4, 6))],
)
def test_variables_that_do_not_go_together_are_refused(text, place):
    error = error_of(text)
    assert "do not go together" in error.message
    assert (error.start, error.end) == place


@pytest.mark.parametrize("text", ["3", "pi*2", "sin(1)"])
def test_a_formula_without_a_variable_is_refused(text):
    assert str(error_of(text)).startswith(f"depends on no variable: {text}")
    assert "there are x and y" in str(error_of(text, variables=("x", "y")))


MALICIOUS = [
    "__import__('os')",
    "__import__(x)",
    "x.__class__",
    "(1).__class__",
    "().__class__",
    "(lambda: 0)()",
    "lambda x: x",
    "9**9**9**9",
    "9**9**9**9 + x",
    "x**9**9**9",
    "(" * 10_000 + "x" + ")" * 10_000,
    "(" * 200 + "x" + ")" * 200,
    "-" * 400 + "x",
    "x" + "**x" * 150,
    "sin(" * 60 + "x" + ")" * 60,
    "x if x else y",
    "(x := 1)",
    "f'{x}'",
    "'x'",
    '"""x"""',
    "b''",
    "1j*x",
    "9" * 400 + "*x",
    "9" * 5000 + "*x",
    "1e999*x",
    "64**64**2*x",
    "((((9**64)**64)**64)**64)*x",
    "True + x",
    "None",
    "...",
    "x[0]",
    "[x]",
    "{x}",
    "{x: x}",
    "[x for x in y]",
    "(x for x in y)",
    "sin(*x)",
    "sin(x=1)",
    "sin(**x)",
    "sin(x)(x)",
    "(sin)(x)",
    "x and y",
    "not x",
    "x is y",
    "x in y",
    "x == y",
    "x != y",
    "x % 2",
    "x @ y",
    "x & y",
    "~x",
    "x; y",
    "x # comment",
    "x \\\n + 1",
    "x\n+ 1",
    "x\x00",
    "\x00",
    "x\ufeff",
    "ｓｉｎ(x)",
    "await x",
    "yield x",
    "import os",
    "x = 1",
    "eval(x)",
    "exec(x)",
    "0x10*x",
    "1_000*x",
]


@pytest.mark.parametrize("text", MALICIOUS, ids=lambda text: ascii(text[:20]))
def test_what_is_no_arithmetic_is_refused(text):
    assert str(error_of(text))


@pytest.mark.parametrize("text", ["x < 1", "0 < x < 1", "(x < 1)*2", "x == 1", "sin(x < 1)"])
def test_a_comparison_is_refused_where_a_number_is_wanted(text):
    assert error_of(text)


@pytest.mark.parametrize("text", ["0 < x < 1", "(x < 1)*2", "x == 1", "x < (y < 1)", "1 < 2"])
def test_a_label_is_one_comparison_of_two_values(text):
    assert error_of(text, comparison=True)


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">="])
def test_a_label_can_be_a_comparison(sign):
    formula = parse(f"x0**2 + x1**2 {sign} 0.5", variables=("x0", "x1"), comparison=True)
    assert formula.python() == f"x0**2 + x1**2 {sign} 0.5"


def test_the_bounds_are_met_exactly():
    parse("x" + " " * 499)
    assert "longer than 500" in str(error_of("x" + " " * 500))
    parse("-" * (MAX_DEPTH - 1) + "x")
    assert error_of("-" * MAX_DEPTH + "x")
    parse("(" * MAX_DEPTH + "x" + ")" * MAX_DEPTH)
    assert error_of("(" * (MAX_DEPTH + 1) + "x" + ")" * (MAX_DEPTH + 1))
    # Sums of eight, 15 nodes each, and the signs between them: wide, not deep.
    row = f"({'+'.join('x' * 8)})"
    parse("+".join([row] * 12))
    assert "more than 200" in str(error_of("+".join([row] * 13)))
    parse("x**64 + x**-64 + 1e12")


ALPHABET = "xyp12 0123456789.+-*/()^,<>=sincoe_'\"\n\t[]:é²"


@given(st.text(max_size=40) | st.text(alphabet=ALPHABET, max_size=60))
@example("(x" * 40)
@example("0" * 40 + "x")
@example("\ud800")
def test_any_text_is_a_formula_or_a_formula_error(text):
    for comparison in (False, True):
        try:
            formula = parse(text, comparison=comparison)
        except FormulaError:
            assert error_of(text, comparison=comparison)
        else:
            assert isinstance(formula, Formula)
            assert formula.html()
            ast.parse(formula.python(), mode="eval")


def test_no_code_is_ever_executed():
    package = Path(gd_studio.formula.__file__).parent
    for path in [*package.glob("*.py"), package.parent / "engine" / "expressions.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in ("eval", "exec", "compile", "__import__"), path


def test_constant_parts_are_calculated_with_python_numbers():
    def folded(text):
        return fold(parse(f"x + {text}").tree.right, {})

    assert folded("2*pi") == 2 * math.pi
    assert folded("sqrt(2)/2") == math.sqrt(2) / 2
    assert folded("3") == 3
    assert isinstance(folded("3"), int)
    assert folded("x") is None
    assert folded("minimum(2, x)") is None


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_listed_with_what_it_needs(name):
    known = FUNCTIONS[name]
    assert known.meaning
    assert known.arity in (1, 2)
    arguments = (0.3, 0.7)[: known.arity]
    assert math.isfinite(known.of_numbers(*arguments))
    assert parse(f"{name}({', '.join(['x'] * known.arity)})").html()


def test_the_softer_functions_of_numbers_do_not_overflow():
    assert parse("x + sigmoid(-1000) + softplus(1000) + sigmoid(1000) + relu(-2) + sign(-3)")
    assert FUNCTIONS["sigmoid"].of_numbers(0) == 0.5
    assert FUNCTIONS["softplus"].of_numbers(0) == math.log(2)
    assert FUNCTIONS["sign"].of_numbers(0) == 0


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("x**2", "<i>x</i><sup>2</sup>"),
        ("2*x1", "2·<i>x</i><sub>1</sub>"),
        ("x - -1", "<i>x</i> − (−1)"),
        ("-x**2", "−<i>x</i><sup>2</sup>"),
        ("(-x)**2", "(−<i>x</i>)<sup>2</sup>"),
        ("-2*x", "−2·<i>x</i>"),
        ("x*-2", "<i>x</i>·(−2)"),
        ("(x + 1)*2", "(<i>x</i> + 1)·2"),
        ("x/(2*y)", "<i>x</i> / (2·<i>y</i>)"),
        ("x/2*y", "(<i>x</i> / 2)·<i>y</i>"),
        ("x - (y + 1)", "<i>x</i> − (<i>y</i> + 1)"),
        ("(x**2)**3", "(<i>x</i><sup>2</sup>)<sup>3</sup>"),
        ("x**(y + 1)", "<i>x</i><sup><i>y</i> + 1</sup>"),
        ("sqrt(x)*pi", "√(<i>x</i>)·π"),
        ("abs(x - 1)", "|<i>x</i> − 1|"),
        ("log(x)", "ln(<i>x</i>)"),
        ("minimum(x, 1)", "min(<i>x</i>, 1)"),
        ("e**x", "<i>e</i><sup><i>x</i></sup>"),
        ("x*1e-5", "<i>x</i>·10<sup>−5</sup>"),
        ("x*2.5e-7", "<i>x</i>·2.5·10<sup>−7</sup>"),
        ("+x", "<i>x</i>"),
    ],
)
def test_a_formula_is_shown_as_mathematics(text, html):
    assert parse(text).html() == html


def test_a_comparison_is_escaped():
    assert parse("x < 1", comparison=True).html() == "<i>x</i> &lt; 1"
    assert parse("x >= 1", comparison=True).html() == "<i>x</i> ≥ 1"


def test_a_negative_constant_is_put_in_brackets():
    formula = parse("a**2*x", constants={"a": -2.0})
    assert formula.html() == "(−2)<sup>2</sup>·<i>x</i>"
    assert formula.python() == "(-2.0)**2 * x"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("(sin(2*p) + p**2 - 0.5)**2", "(torch.sin(2 * p) + p**2 - 0.5)**2"),
        ("2*pi*x", "2 * torch.pi * x"),
        ("sqrt(2)*x", "1.4142135623730951 * x"),
        ("cos(3)**2*x", "(-0.9899924966004454)**2 * x"),
        ("minimum(1, x)", "torch.clamp(x, max=1)"),
        ("maximum(x, 2*pi)", "torch.clamp(x, min=2 * torch.pi)"),
        ("maximum(x, y)", "torch.maximum(x, y)"),
        ("softplus(x)", "torch.nn.functional.softplus(x)"),
    ],
)
def test_a_formula_is_printed_as_python(text, source):
    assert parse(text).python() == source


def test_the_prefix_stands_before_every_name_of_torch():
    assert parse("sin(pi*x)").python("t.") == "t.sin(t.pi * x)"
