"""The catalogue of functions: their minima, their gradients, and the one that is typed."""

import pytest
import torch

from gd_studio.catalog import CUSTOM, FUNCTIONS, UnknownKeyError
from gd_studio.engine.expressions import compile_formula
from gd_studio.formula import FormulaError

BUILT_IN = [entry for entry in FUNCTIONS.values() if entry is not CUSTOM]
WITH_MINIMUM = [entry for entry in BUILT_IN if entry.minimum is not None]

# Its minimum is the tip of a cone.
NOT_SMOOTH = {"ackley"}

KEYS = [
    "sine-product",
    "quadratic-bowl",
    "rosenbrock",
    "himmelblau",
    "beale",
    "booth",
    "matyas",
    "three-hump-camel",
    "styblinski-tang",
    "rastrigin",
    "ackley",
    "easom",
    "goldstein-price",
    "saddle",
    "monkey-saddle",
    "custom",
]


def key(entry):
    return entry.key


def function_of(entry):
    return entry.function(entry.defaults)


def gradient_at(function, points):
    """Autograd's gradient at points (n, d), in float64: (n, d)."""
    leaves = [column.clone().requires_grad_() for column in points.T]
    value = compile_formula(function.formula)(*leaves)
    return torch.stack(torch.autograd.grad(value.sum(), leaves), dim=1)


def random_points(function, count):
    low, high = torch.tensor(function.domain, dtype=torch.float64).T
    generator = torch.Generator().manual_seed(1)
    uniform = torch.rand(count, len(low), generator=generator, dtype=torch.float64)
    return low + (high - low) * uniform


def test_the_functions_are_these_in_this_order():
    assert list(FUNCTIONS) == KEYS
    with pytest.raises(UnknownKeyError, match="did you mean 'rosenbrock'"):
        FUNCTIONS["rosenbrok"]


@pytest.mark.parametrize("entry", FUNCTIONS.values(), ids=key)
def test_a_function_is_complete(entry):
    assert entry.label
    assert entry.summary.endswith(".")
    function = function_of(entry)
    assert len(function.domain) == len(function.formula.variables)
    assert all(low < high for low, high in function.domain)
    assert (function.minimum is None) == (not function.minima)
    assert list(entry.check(entry.defaults)) == []


@pytest.mark.parametrize("entry", BUILT_IN, ids=key)
def test_a_built_in_function_has_both_partial_derivatives(entry):
    function = function_of(entry)
    points = random_points(function, 2000)
    expected = gradient_at(function, points)
    assert len(function.gradient) == 2
    columns = [compile_formula(partial)(*points.T) for partial in function.gradient]
    analytic = torch.stack([column.expand(len(points)) for column in columns], dim=1)
    # Relative to the gradient's length: where two large terms cancel, their last digits remain.
    scale = expected.norm(dim=1, keepdim=True)
    assert ((analytic - expected).abs() <= 1e-9 * scale + 1e-12).all()


@pytest.mark.parametrize("entry", WITH_MINIMUM, ids=key)
def test_the_minima_are_where_they_are_said_to_be(entry):
    function = function_of(entry)
    minima = torch.tensor(function.minima, dtype=torch.float64)
    for point in minima:
        for coordinate, (low, high) in zip(point, function.domain, strict=True):
            assert low < coordinate < high
    values = compile_formula(function.formula)(*minima.T)
    assert (values - function.minimum).abs().max() < 1e-9
    if entry.key not in NOT_SMOOTH:
        assert gradient_at(function, minima).abs().max() < 1e-9


@pytest.mark.parametrize("entry", WITH_MINIMUM, ids=key)
def test_nothing_in_the_domain_lies_below_the_minimum(entry):
    function = function_of(entry)
    evaluate = compile_formula(function.formula)
    axes = [torch.linspace(*bounds, 201, dtype=torch.float64) for bounds in function.domain]
    grid = evaluate(*torch.meshgrid(*axes, indexing="ij"))
    scattered = evaluate(*random_points(function, 20_000).T)
    assert min(grid.min().item(), scattered.min().item()) >= function.minimum - 1e-9


@pytest.mark.parametrize("entry", WITH_MINIMUM, ids=key)
def test_every_deepest_hollow_is_listed(entry):
    function = function_of(entry)
    evaluate = compile_formula(function.formula)
    axes = [torch.linspace(*bounds, 401, dtype=torch.float64) for bounds in function.domain]
    x, y = torch.meshgrid(*axes, indexing="ij")
    grid = evaluate(x, y)
    around = torch.nn.functional.max_pool2d(-grid[None, None], 3, 1, 1)[0, 0]
    span = grid.max() - grid.min()
    hollows = (-grid == around) & (grid < function.minimum + 1e-5 * span)
    candidates = torch.stack([x[hollows], y[hollows]], dim=1)
    minima = torch.tensor(function.minima, dtype=torch.float64)
    # Hollows of the grid this near to a listed minimum are the same one, off the grid.
    for start in candidates[torch.cdist(candidates, minima).min(dim=1).values > 0.5]:
        point = start.clone().requires_grad_()
        optimizer = torch.optim.LBFGS([point], max_iter=500, line_search_fn="strong_wolfe")

        def closure(point=point, optimizer=optimizer):
            optimizer.zero_grad()
            value = evaluate(*point)
            value.backward()
            return value

        optimizer.step(closure)
        inside = all(
            low <= coordinate <= high
            for coordinate, (low, high) in zip(point.tolist(), function.domain, strict=True)
        )
        known = (point.detach() - minima).norm(dim=1).min() < 1e-2
        assert known or not inside or evaluate(*point) > function.minimum + 1e-9


@pytest.mark.parametrize("entry", [e for e in BUILT_IN if e not in WITH_MINIMUM], ids=key)
def test_a_function_without_a_minimum_goes_below_its_saddle_point(entry):
    function = function_of(entry)
    origin = torch.zeros(1, 2, dtype=torch.float64)
    assert gradient_at(function, origin).abs().max() == 0
    assert compile_formula(function.formula)(*random_points(function, 100).T).min() < 0


def test_a_parameter_enters_its_formula():
    bowl = FUNCTIONS["quadratic-bowl"].function({"condition": 100.0})
    value = compile_formula(bowl.formula)(torch.tensor(0.0), torch.tensor(1.0))
    assert value.item() == 50.0
    assert compile_formula(bowl.gradient[1])(torch.tensor(0.0), torch.tensor(1.0)).item() == 100.0


def test_a_missing_setting_is_an_error():
    with pytest.raises(KeyError):
        FUNCTIONS["quadratic-bowl"].function({})


@pytest.mark.parametrize(
    ("formula", "variables"), [("x*y", ("x", "y")), ("x2 + x1", ("x1", "x2")), ("t**2", ("t",))]
)
def test_a_typed_function_has_the_variables_of_its_formula(formula, variables):
    function = CUSTOM.function({"formula": formula, "low": -1.0, "high": 2.0})
    assert function.formula.variables == variables
    assert function.domain == ((-1.0, 2.0),) * len(variables)
    assert function.minimum is None


def test_the_custom_entry_is_its_own_default():
    function = function_of(CUSTOM)
    assert function.formula.text == CUSTOM.formula
    assert function.formula.variables == CUSTOM.variables
    assert function.domain == CUSTOM.domain


def test_a_wrong_formula_is_reported_on_its_field():
    settings = CUSTOM.defaults | {"formula": "2x"}
    ((name, sentence),) = CUSTOM.check(settings)
    assert name == "formula"
    assert "write 2*x" in sentence
    with pytest.raises(FormulaError):
        CUSTOM.function(settings)


@pytest.mark.parametrize("high", [-3.0, -4.0])
def test_an_empty_domain_is_reported_on_its_upper_end(high):
    ((name, _),) = CUSTOM.check(CUSTOM.defaults | {"high": high})
    assert name == "high"
