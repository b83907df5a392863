"""Line searches and Newton's methods, beside closed forms and plain loops."""

from __future__ import annotations

import ast
import math
import sys
from copy import deepcopy
from pathlib import Path

import pytest
import torch

from gd_studio.engine import reference
from gd_studio.engine.reference import Armijo, DampedNewton, ExactLineSearch, Newton

ALL = [ExactLineSearch, Armijo, Newton, DampedNewton]
DESCENDING = [ExactLineSearch, Armijo, DampedNewton]
each = pytest.mark.parametrize("optimizer_class", ALL)
each_descending = pytest.mark.parametrize("optimizer_class", DESCENDING)
each_precision = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def descend(optimizer, evaluate, steps=1):
    """Take steps as a training loop does; return the losses before each."""
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = evaluate()
        loss.backward()
        losses.append(loss.item())
        with torch.no_grad():
            assert optimizer.step(evaluate) is None
    return losses


def rosenbrock(x, y):
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def point(*values, dtype=torch.float64):
    return torch.tensor(values, dtype=dtype, requires_grad=True)


def curvature(size, rotated, dtype):
    """A symmetric matrix with eigenvalues from 1 to 10."""
    generator = torch.Generator().manual_seed(size)
    matrix = torch.diag(torch.linspace(1, 10, size, dtype=torch.float64))
    if rotated:
        random = torch.randn(size, size, generator=generator, dtype=torch.float64)
        turn = torch.linalg.qr(random).Q
        matrix = turn @ matrix @ turn.T
    return matrix.to(dtype)


@each_precision
@pytest.mark.parametrize("rotated", [False, True])
@pytest.mark.parametrize("size", [2, 10])
@pytest.mark.parametrize("lr", [1.0, 1e-3])
def test_the_exact_step_on_a_quadratic_is_the_closed_one(size, rotated, dtype, lr):
    matrix = curvature(size, rotated, dtype)
    p = torch.linspace(3, 1, size, dtype=dtype).requires_grad_()
    optimizer = ExactLineSearch([p], lr=lr)
    tight = 2e-5 if dtype == torch.float32 else 1e-9
    # By hand, in double precision, from where each step begins.
    exact = matrix.double()
    for _ in range(5):
        before = p.detach().double().clone()
        gradient = exact @ before
        descend(optimizer, lambda: 0.5 * p @ matrix @ p)
        after = p.detach().double()
        t = (gradient @ gradient) / (gradient @ exact @ gradient)
        taken = (before - after) @ gradient / (gradient @ gradient)
        assert taken == pytest.approx(t.item(), rel=tight)
        new = exact @ after
        assert abs(gradient @ new) <= tight * gradient.norm() * new.norm()


def test_the_exact_step_ends_at_the_lowest_point_of_a_ray_that_is_no_parabola():
    # log cosh is even: from wherever it starts, the ray's lowest point is 0.
    for start in (0.1, 2.0, 6.0):
        p = point(start)
        descend(ExactLineSearch([p], lr=0.3), lambda p=p: p.cosh().log().sum())
        assert abs(p.item()) < 1e-6 * start


@each_precision
def test_the_exact_search_goes_on_where_losses_no_longer_differ(dtype):
    # A fall of 1e-8 is lost beside 1000, in which float32 sees no less than 6e-5.
    matrix = curvature(2, True, dtype)
    p = torch.tensor([1e-4, 2e-5], dtype=dtype, requires_grad=True)
    before = (matrix @ p.detach()).norm()
    descend(ExactLineSearch([p]), lambda: 1000 + 0.5 * p @ matrix @ p, 5)
    assert (matrix @ p.detach()).norm() < 0.1 * before


@pytest.mark.parametrize(
    ("kink", "lowest"),
    [(lambda p: (p - 1).abs(), 1.0), (lambda p: torch.maximum(-p, 10 * (p - 1)), 10 / 11)],
)
def test_the_exact_search_finds_a_kink(kink, lowest):
    p = point(0.0)
    descend(ExactLineSearch([p], lr=0.1), lambda: kink(p).sum())
    assert p.item() == pytest.approx(lowest, abs=1e-5)


@each_precision
def test_only_where_the_ray_falls_without_end_has_the_exact_step_the_length_lr(dtype):
    # One way off the saddle climbs again: (1 − 2t)² − (0.5 + t)² is least where 6t = 5.
    p = point(1.0, 0.5, dtype=dtype)
    descend(ExactLineSearch([p], lr=0.25), lambda: p[0] ** 2 - p[1] ** 2)
    assert p.tolist() == pytest.approx([1 - 2 * 5 / 6, 0.5 + 5 / 6], rel=1e-5)
    # Another does not: (0.1 − 0.2t)² − (0.5 + t)².
    q = point(0.1, 0.5, dtype=dtype)
    descend(ExactLineSearch([q], lr=0.25), lambda: q[0] ** 2 - q[1] ** 2)
    assert q.tolist() == pytest.approx([0.05, 0.75])


@each_precision
@pytest.mark.parametrize("size", [2, 10])
@pytest.mark.parametrize("optimizer_class", [Newton, DampedNewton])
def test_newton_is_at_the_minimum_of_a_quadratic_in_one_step(optimizer_class, size, dtype):
    matrix = curvature(size, True, dtype)
    minimum = torch.linspace(-1, 2, size, dtype=dtype)
    p = torch.full((size,), 5.0, dtype=dtype, requires_grad=True)
    descend(optimizer_class([p]), lambda: 0.5 * (p - minimum) @ matrix @ (p - minimum))
    # Rounding, times a condition number of 10, times a step of some 15.
    assert (p - minimum).abs().max() < 150 * torch.finfo(dtype).eps


def test_half_a_learning_rate_is_half_of_newtons_step():
    p = point(4.0, -2.0)
    descend(Newton([p], lr=0.5), lambda: p[0] ** 2 + 3 * p[1] ** 2)
    assert p.tolist() == [2.0, -1.0]


def test_newton_goes_to_a_saddle_and_damped_newton_away_from_it():
    p = point(1.0, 0.5)
    descend(Newton([p]), lambda: p[0] ** 2 - p[1] ** 2)
    assert p.tolist() == [0.0, 0.0]
    q = point(1.0, 0.5)
    descend(DampedNewton([q], least_curvature=0.5), lambda: q[0] ** 2 - q[1] ** 2)
    # Eigenvalues 2 and −2, the largest |λ| is 2: shifted to 5 and 1, which is 0.5 · 2.
    assert q.tolist() == pytest.approx([1 - 2 / 5, 0.5 + 1 / 1])


def test_newton_takes_the_shortest_step_where_the_hessian_is_singular():
    p = point(0.0, 0.0)
    descend(Newton([p]), lambda: (p[0] + p[1] - 1) ** 2)
    assert p.tolist() == pytest.approx([0.5, 0.5])
    q = point(1.0, 2.0)
    descend(Newton([q]), lambda: 3 * q[0] - q[1])
    assert q.tolist() == [1.0, 2.0]


@pytest.mark.parametrize("optimizer_class", [Newton, DampedNewton])
def test_a_hessian_whose_eigenvalues_lapack_misses_in_float32_is_taken_in_float64(
    optimizer_class, monkeypatch
):
    # It does so with the Hessians of some networks with ReLU, and of which depends on the machine.
    def failing_in_float32(function):
        def found(matrix, **settings):
            if matrix.dtype == torch.float32:
                raise torch.linalg.LinAlgError("the algorithm failed to converge")
            return function(matrix, **settings)

        return found

    for name in ("eigh", "pinv"):
        monkeypatch.setattr(torch.linalg, name, failing_in_float32(getattr(torch.linalg, name)))
    p = torch.tensor([3.0, -2.0, 1.0], requires_grad=True)

    def evaluate():
        return 4.0 * (p[0] + p[1] + 1.0).square()

    evaluate().backward()
    optimizer_class([p]).step(evaluate)
    # The nearest point of the valley x + y = -1.
    assert p.tolist() == pytest.approx([2.0, -3.0, 1.0], abs=1e-4)
    assert p.dtype == torch.float32


def test_damped_newton_follows_the_gradient_of_a_loss_without_curvature():
    p = point(1.0, 2.0)
    descend(DampedNewton([p], least_curvature=0.5), lambda: 3 * p[0] - p[1])
    assert p.tolist() == [1 - 3 / 0.5, 2 + 1 / 0.5]


@each_precision
def test_damped_newton_reaches_the_minimum_of_rosenbrock_and_never_goes_up(dtype):
    p = point(-1.2, 1.0, dtype=dtype)
    losses = descend(DampedNewton([p]), lambda: rosenbrock(*p), 40)
    assert p.tolist() == pytest.approx([1.0, 1.0], abs=1e-5)
    assert losses == sorted(losses, reverse=True)
    assert losses[0] == pytest.approx(24.2)


@each_precision
def test_armijo_is_a_plain_backtracking_loop_to_the_last_bit(dtype):
    lr, c1, shrink = 0.7, 0.2, 0.6
    p = point(-1.2, 1.0, dtype=dtype)
    optimizer = Armijo([p], lr=lr, c1=c1, shrink=shrink)
    plain = p.detach().clone().requires_grad_()
    trials = 0
    for _ in range(100):
        descend(optimizer, lambda: rosenbrock(*p))
        loss = rosenbrock(*plain)
        (gradient,) = torch.autograd.grad(loss, plain)
        t = lr
        while True:
            trial = plain.detach().sub(gradient, alpha=t)
            trials += 1
            if rosenbrock(*trial) <= loss - c1 * t * gradient.square().sum():
                break
            t *= shrink
        plain = trial.requires_grad_()
        assert torch.equal(p, plain)
    assert trials > 200
    assert optimizer.state["evaluations"]["function"] == 100 + trials


def test_an_armijo_step_that_is_accepted_at_once_is_one_of_sgd():
    p, q = (torch.linspace(-1, 2, 37).requires_grad_() for _ in range(2))
    descend(Armijo([p], lr=0.1), lambda: p.square().sum() / 3)
    (q.square().sum() / 3).backward()
    torch.optim.SGD([q], lr=0.1).step()
    assert torch.equal(p, q)


@pytest.mark.parametrize("optimizer_class", [Armijo, DampedNewton])
def test_a_loss_that_stays_the_same_to_its_last_digit_is_low_enough(optimizer_class):
    p = point(0.001, dtype=torch.float32)
    descend(optimizer_class([p], lr=0.5), lambda: 1000 + p.square().sum())
    assert p.item() in (0.0, pytest.approx(0.0005))


@each
def test_the_counts_are_the_evaluations_that_were_made(optimizer_class):
    p = point(-1.2, 1.0)
    optimizer = optimizer_class([p])
    calls, with_graph = 0, 0

    def evaluate():
        nonlocal calls, with_graph
        calls += 1
        with_graph += torch.is_grad_enabled()
        return rosenbrock(*p)

    steps = 7
    descend(optimizer, evaluate, steps)
    # The loop has its own loss and gradient.
    calls, with_graph = calls - steps, with_graph - steps
    counts = optimizer.state["evaluations"]
    assert counts["function"] == calls > 0
    assert counts["gradient"] == with_graph
    assert counts["hessian"] == (steps if optimizer_class in (Newton, DampedNewton) else 0)


@each
def test_several_tensors_are_one_vector(optimizer_class):
    def loss(a, b, c):
        # All parts of the parameters have to do with each other.
        everything = torch.cat([a.reshape(-1), b.reshape(-1), c.reshape(-1)])
        weights = torch.arange(1.0, 8.0, dtype=torch.float64)
        return (weights * everything**2).sum() + (everything.sum() - 1) ** 4

    flat = torch.linspace(-1, 1, 7, dtype=torch.float64).requires_grad_()
    values = flat.detach().clone()
    parts = [values[:4].view(2, 2), values[4:6].clone(), values[6].clone()]
    parts = [part.clone().requires_grad_() for part in parts]
    descend(optimizer_class(parts), lambda: loss(*parts), 3)
    descend(optimizer_class([flat]), lambda: loss(flat[:4].view(2, 2), flat[4:6], flat[6]), 3)
    assert torch.equal(torch.cat([part.reshape(-1) for part in parts]), flat)
    assert not torch.equal(flat, values)


@each
def test_a_view_of_one_flat_tensor_stays_one(optimizer_class):
    flat = torch.tensor([3.0, 4.0, 5.0])
    parts = [torch.empty(0).requires_grad_() for _ in range(2)]
    parts[0].data, parts[1].data = flat[:2], flat[2]
    descend(optimizer_class(parts, lr=0.1), lambda: (parts[0] ** 2).sum() + parts[1] ** 2)
    assert torch.equal(flat, torch.cat([part.detach().reshape(-1) for part in parts]))
    assert flat[0] < 3


@each
def test_what_the_loss_does_not_depend_on_stays(optimizer_class):
    p, idle = point(3.0, 1.0), point(7.0)
    idle.grad = torch.zeros_like(idle)
    optimizer = optimizer_class([p, idle], lr=0.1)
    p.grad = torch.tensor([6.0, 0.0], dtype=torch.float64)
    optimizer.step(lambda: p[0] ** 2)
    assert p[0] < 3
    assert p[1] == 1
    assert idle == 7


@each_descending
@pytest.mark.parametrize("beyond", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_not_finite_beyond_some_point_is_kept_out_of(optimizer_class, beyond):
    p = point(1.0)

    def evaluate():
        (x,) = p
        return torch.where(x > 0.25, x, beyond)

    losses = descend(optimizer_class([p], lr=1.0), evaluate, 20)
    assert all(map(math.isfinite, losses))
    assert losses == sorted(losses, reverse=True)
    assert 0.25 < p.item() < 1


@each_descending
def test_where_nothing_is_lower_the_parameters_stay_to_the_last_bit(optimizer_class):
    p = torch.tensor([0.1, -0.7, 1e-9], requires_grad=True)
    before = p.detach().clone()
    # A gradient that points the wrong way.
    p.grad = -2 * before
    optimizer = optimizer_class([p], lr=0.1, most_trials=5)
    optimizer.step(lambda: p.square().sum())
    assert torch.equal(p, before)
    assert optimizer.state["evaluations"]["function"] <= 6


@each_descending
def test_no_more_trials_are_made_than_allowed(optimizer_class):
    p = point(1.0, 2.0)
    optimizer = optimizer_class([p], lr=1e6, most_trials=3)
    descend(optimizer, lambda: rosenbrock(*p) + (p**4).sum())
    # Beside the trials: f(p), and for the exact search the secant's two.
    assert optimizer.state["evaluations"]["function"] <= 3 + 3
    assert p.isfinite().all()


@each
def test_a_hessian_or_gradient_of_zero_moves_nothing(optimizer_class):
    p = point(0.0, 0.0)
    descend(optimizer_class([p]), lambda: (p**3).sum(), 2)
    assert p.tolist() == [0.0, 0.0]


def test_damped_newton_stays_where_the_hessian_is_not_finite():
    p = point(0.0)
    p.grad = torch.ones_like(p)
    DampedNewton([p]).step(lambda: (p.abs() ** 1.5).sum() + p.sum())
    assert p.item() == 0


@each
def test_steps_go_on_from_a_copy_of_the_state_as_they_did(optimizer_class):
    p = point(-1.2, 1.0)
    optimizer = optimizer_class([p], lr=0.5)
    descend(optimizer, lambda: rosenbrock(*p), 3)
    kept = p.detach().clone(), deepcopy(optimizer.state), optimizer.param_groups[0]["lr"]
    first = descend(optimizer, lambda: rosenbrock(*p), 4)
    there, counts = p.detach().clone(), deepcopy(optimizer.state["evaluations"])
    with torch.no_grad():
        p.copy_(kept[0])
    optimizer.state = kept[1]
    assert descend(optimizer, lambda: rosenbrock(*p), 4) == first
    assert torch.equal(p, there)
    assert optimizer.state["evaluations"] == counts


@each
def test_the_learning_rate_is_read_at_each_step(optimizer_class):
    p = point(1.0, 1.0)
    optimizer = optimizer_class([p])
    optimizer.param_groups[0]["lr"] = 0.0
    descend(optimizer, lambda: p.square().sum())
    assert p.tolist() == [1.0, 1.0]
    optimizer.param_groups[0]["lr"] = 0.25
    descend(optimizer, lambda: p.square().sum())
    assert (p < 1).all()


@each_descending
def test_the_gradient_that_is_followed_is_the_one_that_was_left(optimizer_class):
    # As after clipping: only the first component is left.
    p = point(2.0, 3.0)
    p.grad = torch.tensor([0.5, 0.0], dtype=torch.float64)
    optimizer_class([p]).step(lambda: p.square().sum())
    assert p[0] < 2
    assert p[1] == 3


@pytest.mark.parametrize(
    ("optimizer_class", "settings", "message"),
    [
        *[(each_class, {"lr": -1.0}, "lr.* negative: -1.0") for each_class in ALL],
        *[(each_class, {"lr": math.nan}, "lr.*: nan") for each_class in ALL],
        *[
            (each_class, settings, message)
            for each_class in (Armijo, DampedNewton)
            for settings, message in [
                ({"c1": 0.0}, "c1 must lie between 0 and 1: 0.0"),
                ({"shrink": 1.0}, "shrink must lie between 0 and 1: 1.0"),
            ]
        ],
        *[(each_class, {"most_trials": 0}, "most_trials.*: 0") for each_class in DESCENDING],
        (ExactLineSearch, {"tolerance": 0.0}, "tolerance must lie between 0 and 1: 0.0"),
        (DampedNewton, {"least_curvature": 0.0}, "least_curvature must be above 0: 0.0"),
    ],
)
def test_a_setting_outside_its_range_is_refused(optimizer_class, settings, message):
    with pytest.raises(ValueError, match=message):
        optimizer_class([point(1.0)], **settings)


def test_each_file_stands_on_its_own_and_two_fit_into_one_script():
    folder = Path(reference.__file__).parent
    names = []
    for file in sorted(folder.glob("[a-z]*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        for node in tree.body:
            match node:
                case ast.ClassDef(name=name) | ast.FunctionDef(name=name):
                    names.append(name)
                case ast.Import(names=modules):
                    roots = {module.name.split(".")[0] for module in modules}
                    assert roots <= {*sys.stdlib_module_names, "torch"}
                case ast.ImportFrom(module=module):
                    assert module.split(".")[0] in {*sys.stdlib_module_names, "torch"}
                case _:
                    assert isinstance(node.value, ast.Constant), "only a docstring is left"
    assert sorted(names) == sorted(reference.__all__)
