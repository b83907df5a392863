"""Every optimizer of the catalogue, beside the plain loop that one writes with torch alone.

The learning rates are such that no run is chaotic: what is rounded differently stays small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
import torch
from scipy.optimize import minimize_scalar  # type: ignore[import-untyped]
from torch import Tensor
from torch.optim import Optimizer

from gd_studio.catalog import OPTIMIZERS
from gd_studio.recording import Recording
from tests.helpers.sessions import run
from tests.helpers.three_problems import (
    PRECISIONS,
    PROBLEMS,
    Plain,
    Step,
    experiment_on,
    follow,
    plain_problem,
    plain_step,
)

pytestmark = pytest.mark.long

STEPS = 60
TOLERANCE = 1e-6
"""As a share of the plain loop's vector, or loss."""

L2 = 0.1
"""A penalty that keeps the perceptron's Hessian, which dead units make singular, from being so:
where it is, Newton's step multiplies what is rounded."""

Make = Callable[[list[Tensor]], Optimizer | Sequence[Optimizer]]


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in an engine: for so small models a second thread costs more than it does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


# --- the plain loops ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Case:
    """An optimizer with its settings, and what begins the plain loop with the same."""

    key: str
    settings: dict[str, Any]
    begin: Callable[[Plain], Step]

    def __str__(self) -> str:
        return "-".join([self.key, *self.settings])


def case(key: str, make: Make, **settings: Any) -> Case:
    """A case of which torch has the class."""

    def begin(problem: Plain) -> Step:
        made = make(problem.parameters)
        return plain_step(problem, [made] if isinstance(made, Optimizer) else made)

    return Case(key, settings, begin)


def lbfgs(make: Callable[[list[Tensor]], torch.optim.LBFGS], **settings: Any) -> Case:
    def begin(problem: Plain) -> Step:
        optimizer = make(problem.parameters)

        def closure() -> float:
            optimizer.zero_grad()
            loss = problem.loss()
            loss.backward()
            return loss.item()

        return lambda: float(optimizer.step(closure))

    return Case("lbfgs", settings, begin)


def muon(parameters: list[Tensor], of_others: dict[str, Any], **arguments: Any) -> list[Optimizer]:
    matrices = [p for p in parameters if p.ndim == 2]
    others = [p for p in parameters if p.ndim != 2]
    made: list[Optimizer] = [torch.optim.Muon(matrices, **arguments)]
    if others:
        made.append(torch.optim.AdamW(others, **of_others))
    return made


def armijo(*, lr: float, c1: float, shrink: float, most_trials: int) -> Callable[[Plain], Step]:
    def begin(problem: Plain) -> Step:
        def step() -> float:
            loss = problem.loss()
            gradients = torch.autograd.grad(loss, problem.parameters)
            descent = torch.cat([-g.reshape(-1) for g in gradients])
            backtrack(problem, loss.detach(), descent, -descent, lr, c1, shrink, most_trials)
            return loss.item()

        return step

    return begin


def newton(*, lr: float) -> Callable[[Plain], Step]:
    def begin(problem: Plain) -> Step:
        def step() -> float:
            loss, gradient, hessian = derivatives(problem)
            try:
                direction = torch.linalg.solve(hessian, gradient)
            except RuntimeError:  # it has no inverse
                direction = torch.linalg.pinv(hessian, hermitian=True) @ gradient
            move(problem, problem.flat() - lr * direction)
            return loss

        return step

    return begin


def damped_newton(
    *, lr: float, c1: float, shrink: float, most_trials: int, least_curvature: float
) -> Callable[[Plain], Step]:
    def begin(problem: Plain) -> Step:
        def step() -> float:
            loss, gradient, hessian = derivatives(problem)
            eigenvalues = torch.linalg.eigvalsh(hessian)
            least = least_curvature * max(1.0, eigenvalues.abs().max().item())
            shift = max(0.0, least - eigenvalues[0].item())
            eigenvalues, vectors = torch.linalg.eigh(hessian)
            lowered = (eigenvalues + shift).clamp(min=least)
            direction = -(vectors @ ((vectors.T @ gradient) / lowered))
            start_loss = problem.loss().detach()
            backtrack(problem, start_loss, direction, gradient, lr, c1, shrink, most_trials)
            return loss

        return step

    return begin


def derivatives(problem: Plain) -> tuple[float, Tensor, Tensor]:
    """Return loss, gradient ``(size,)`` and Hessian ``(size, size)``."""
    loss = problem.loss()
    gradients = torch.autograd.grad(loss, problem.parameters)
    blocks = torch.autograd.functional.hessian(problem.function, tuple(problem.parameters))
    sizes = [p.numel() for p in problem.parameters]
    rows = [
        torch.cat([blocks[i][j].reshape(size, other) for j, other in enumerate(sizes)], dim=1)
        for i, size in enumerate(sizes)
    ]
    return loss.item(), torch.cat([g.reshape(-1) for g in gradients]), torch.cat(rows)


def backtrack(
    problem: Plain,
    loss: Tensor,
    direction: Tensor,
    gradient: Tensor,
    t: float,
    c1: float,
    shrink: float,
    most_trials: int,
) -> None:
    """Go along `direction` as far as the loss falls enough; nowhere if it never does."""
    start, slope = problem.flat(), gradient.dot(direction)
    for _ in range(most_trials):
        move(problem, start.add(direction, alpha=t))
        with torch.no_grad():
            if problem.loss() <= loss + c1 * t * slope:
                return
        t *= shrink
    move(problem, start)


def held_back(problem: Plain) -> Plain:
    def loss(*parameters: Tensor) -> Tensor:
        return problem.function(*parameters) + L2 * sum(p.pow(2).sum() for p in parameters)

    return Plain(problem.parameters, loss)


def move(problem: Plain, flat: Tensor) -> None:
    parts = flat.split([p.numel() for p in problem.parameters])
    with torch.no_grad():
        for p, part in zip(problem.parameters, parts, strict=True):
            p.copy_(part.view(p.shape))


O = torch.optim  # noqa: E741 - a table is easier to read where a row is a line

CASES: tuple[Case, ...] = (
    case("sgd", lambda p: O.SGD(p, lr=0.001)),
    case("sgd", lambda p: O.SGD(p, lr=0.001, momentum=0.9, dampening=0.1, weight_decay=0.01),
         lr=0.001, momentum=0.9, dampening=0.1, weight_decay=0.01),
    case("sgd", lambda p: O.SGD(p, lr=0.0005, momentum=0.8, nesterov=True),
         lr=0.0005, momentum=0.8, nesterov=True),
    case("adam", lambda p: O.Adam(p)),
    case("adam", lambda p: O.Adam(p, lr=0.03, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.02,
                                  amsgrad=True),
         lr=0.03, beta1=0.8, beta2=0.95, eps=1e-6, weight_decay=0.02, amsgrad=True),
    case("adamw", lambda p: O.AdamW(p)),
    case("adamw", lambda p: O.AdamW(p, lr=0.02, betas=(0.85, 0.9), eps=1e-5, weight_decay=0.3,
                                    amsgrad=True),
         lr=0.02, beta1=0.85, beta2=0.9, eps=1e-5, weight_decay=0.3, amsgrad=True),
    case("adamax", lambda p: O.Adamax(p)),
    case("adamax", lambda p: O.Adamax(p, lr=0.02, betas=(0.7, 0.9), eps=1e-5, weight_decay=0.1),
         lr=0.02, beta1=0.7, beta2=0.9, eps=1e-5, weight_decay=0.1),
    case("nadam", lambda p: O.NAdam(p)),
    case("nadam", lambda p: O.NAdam(p, lr=0.01, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1,
                                    momentum_decay=0.05, decoupled_weight_decay=True),
         lr=0.01, beta1=0.8, beta2=0.9, eps=1e-6, weight_decay=0.1, momentum_decay=0.05,
         decoupled_weight_decay=True),
    case("radam", lambda p: O.RAdam(p)),
    case("radam", lambda p: O.RAdam(p, lr=0.005, betas=(0.8, 0.9), eps=1e-6, weight_decay=0.1,
                                    decoupled_weight_decay=True),
         lr=0.005, beta1=0.8, beta2=0.9, eps=1e-6, weight_decay=0.1, decoupled_weight_decay=True),
    case("adagrad", lambda p: O.Adagrad(p)),
    case("adagrad", lambda p: O.Adagrad(p, lr=0.1, lr_decay=0.03, weight_decay=0.1,
                                        initial_accumulator_value=0.5, eps=1e-6),
         lr=0.1, lr_decay=0.03, weight_decay=0.1, initial_accumulator_value=0.5, eps=1e-6),
    case("adadelta", lambda p: O.Adadelta(p)),
    case("adadelta", lambda p: O.Adadelta(p, lr=0.5, rho=0.7, eps=1e-4, weight_decay=0.1),
         lr=0.5, rho=0.7, eps=1e-4, weight_decay=0.1),
    case("rmsprop", lambda p: O.RMSprop(p)),
    case("rmsprop", lambda p: O.RMSprop(p, lr=0.002, alpha=0.9, eps=1e-4, weight_decay=0.1,
                                        momentum=0.5, centered=True),
         lr=0.002, alpha=0.9, eps=1e-4, weight_decay=0.1, momentum=0.5, centered=True),
    case("rprop", lambda p: O.Rprop(p)),
    case("rprop", lambda p: O.Rprop(p, lr=0.02, etas=(0.4, 1.3), step_sizes=(1e-5, 0.1)),
         lr=0.02, eta_minus=0.4, eta_plus=1.3, step_size_min=1e-5, step_size_max=0.1),
    case("asgd", lambda p: O.ASGD(p, lr=0.001), lr=0.001),
    case("asgd", lambda p: O.ASGD(p, lr=0.002, lambd=0.1, alpha=0.6, t0=20.0, weight_decay=0.05),
         lr=0.002, lambd=0.1, alpha=0.6, t0=20.0, weight_decay=0.05),
    case("adafactor", lambda p: O.Adafactor(p)),
    case("adafactor", lambda p: O.Adafactor(p, lr=0.03, beta2_decay=-0.6, eps=(None, 0.01), d=2.0,
                                            weight_decay=0.1),
         lr=0.03, beta2_decay=-0.6, eps2=0.01, d=2.0, weight_decay=0.1),
    lbfgs(lambda p: O.LBFGS(p)),
    lbfgs(lambda p: O.LBFGS(p, lr=0.5, max_iter=4, max_eval=7, tolerance_grad=1e-5,
                            tolerance_change=1e-7, history_size=3),
          lr=0.5, max_iter=4, max_eval=7, tolerance_grad=1e-5, tolerance_change=1e-7,
          history_size=3),
    lbfgs(lambda p: O.LBFGS(p, max_iter=3, line_search_fn="strong_wolfe"),
          max_iter=3, line_search_fn="strong_wolfe"),
    case("muon", lambda p: muon(p, {"lr": 3e-4, "weight_decay": 0.1})),
    case("muon", lambda p: muon(p, {"lr": 0.01, "weight_decay": 0.02}, lr=0.02, weight_decay=0.02,
                                momentum=0.8, nesterov=False, ns_coefficients=(3.0, -4.0, 1.9),
                                eps=1e-6, ns_steps=3, adjust_lr_fn="match_rms_adamw"),
         lr=0.02, weight_decay=0.02, momentum=0.8, nesterov=False, ns_a=3.0, ns_b=-4.0, ns_c=1.9,
         eps=1e-6, ns_steps=3, adjust_lr_fn="match_rms_adamw", adamw_lr=0.01),
    case("by-hand", lambda p: O.SGD(p, lr=0.001)),
    case("by-hand", lambda p: O.SGD(p, lr=0.0007), lr=0.0007),
    Case("armijo", {}, armijo(lr=1.0, c1=1e-4, shrink=0.5, most_trials=50)),
    Case("armijo", {"lr": 0.3, "c1": 0.2, "shrink": 0.7, "most_trials": 30},
         armijo(lr=0.3, c1=0.2, shrink=0.7, most_trials=30)),
    Case("newton", {}, newton(lr=1.0)),
    Case("newton", {"lr": 0.1}, newton(lr=0.1)),
    Case("damped-newton", {},
         damped_newton(lr=1.0, c1=1e-4, shrink=0.5, most_trials=50, least_curvature=1e-6)),
    Case("damped-newton",
         {"lr": 0.5, "c1": 0.1, "shrink": 0.6, "most_trials": 20, "least_curvature": 0.1},
         damped_newton(lr=0.5, c1=0.1, shrink=0.6, most_trials=20, least_curvature=0.1)),
)  # fmt: skip


@pytest.mark.parametrize("precision", PRECISIONS)
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_an_optimizer_goes_where_the_plain_loop_goes(
    case: Case, problem: str, precision: str
) -> None:
    choice = {"key": case.key, **case.settings}
    is_bent = problem == "circle-perceptron" and case.key in ("newton", "damped-newton")
    steps = 25 if is_bent else STEPS  # each takes a backward pass for every parameter
    training = {"l2": L2} if is_bent else {}
    experiment = experiment_on(problem, precision, steps, optimizer=choice, training=training)
    recording, _ = run(experiment)
    plain = plain_problem(problem, precision, as_row=case.key == "muon")
    if is_bent:
        plain = held_back(plain)
    path = follow(plain, case.begin(plain), steps)
    expected = path.parameters.double().numpy()
    found = recording.parameters[1:].astype(np.float64)

    assert recording.parameters.dtype == np.dtype(precision)
    assert np.array_equal(recording.parameters[0], path.start.numpy())
    distance = np.linalg.norm(found - expected, axis=1)
    assert (distance <= TOLERANCE * np.linalg.norm(expected, axis=1)).all()
    np.testing.assert_allclose(recording.loss, path.losses, rtol=TOLERANCE, atol=0)


def test_no_optimizer_and_no_setting_is_left_out() -> None:
    settings: dict[str, list[dict[str, Any]]] = {"exact-line-search": list(SEARCHES)}
    for case in CASES:
        settings.setdefault(case.key, []).append(case.settings)
    assert settings.keys() == OPTIMIZERS.keys()
    for key, several in settings.items():
        assert any(one.keys() <= {"lr"} for one in several), f"{key} with its defaults"
        assert {name for one in several for name in one} == OPTIMIZERS[key].defaults.keys()


# --- the exact line search: what it finds is known without another search -------------------------

SEARCH_STEPS = 25
"""After more on the bowl, squares of the gradient are less than single precision has."""

SEARCHES: tuple[dict[str, Any], ...] = ({}, {"lr": 0.02, "tolerance": 1e-7, "most_trials": 80})
each_search = pytest.mark.parametrize("settings", SEARCHES, ids=["defaults", "others"])


def steps_of(problem: str, precision: str, settings: dict[str, Any]) -> Recording:
    choice = {"key": "exact-line-search", **settings}
    return run(experiment_on(problem, precision, SEARCH_STEPS, optimizer=choice))[0]


@each_search
@pytest.mark.parametrize("precision", PRECISIONS)
def test_the_exact_step_on_a_bowl_is_the_closed_one(
    precision: str, settings: dict[str, Any]
) -> None:
    # Slopes are exact to a few machine precisions, and the step length is where one is zero.
    tolerance = {"float32": 2e-5, "float64": 1e-9}[precision]
    points = steps_of("quadratic-bowl", precision, settings).parameters.astype(np.float64)
    hessian = np.diag([1.0, 10.0])
    for before, after in pairwise(points):
        gradient = hessian @ before
        t = (gradient @ gradient) / (gradient @ hessian @ gradient)
        assert (before - after) @ gradient / (gradient @ gradient) == pytest.approx(
            t, rel=tolerance
        )


@each_search
def test_exact_steps_on_a_bowl_lead_where_the_closed_ones_do(settings: dict[str, Any]) -> None:
    recording = steps_of("quadratic-bowl", "float64", settings)
    hessian, point = np.diag([1.0, 10.0]), recording.parameters[0]
    for loss, found in zip(recording.loss, recording.parameters[1:], strict=True):
        assert loss == pytest.approx(0.5 * point @ hessian @ point, rel=TOLERANCE)
        gradient = hessian @ point
        point = point - (gradient @ gradient) / (gradient @ hessian @ gradient) * gradient
        assert np.linalg.norm(found - point) <= TOLERANCE * np.linalg.norm(point)


@each_search
@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("precision", PRECISIONS)
def test_an_exact_step_ends_where_the_ray_stops_falling(
    problem: str, precision: str, settings: dict[str, Any]
) -> None:
    """Looked at in double precision: just before its end the ray falls, just behind it rises.

    That holds at a kink as well, of which the perceptron has many. A share of 1e-5 of the step is
    far above the rounding of points and slopes in double precision. In single precision a point is
    rounded by 6e-8 of itself, and a step in the valley of Rosenbrock's function is a thousandth
    of that: it has its length to 1e-4, and what the slope is rounded by comes on top.
    """
    share = {"float32": 0.01, "float64": 1e-5}[precision]
    points = steps_of(problem, precision, settings).parameters.astype(np.float64)
    plain = plain_problem(problem, "float64")
    for before, after in pairwise(points):
        assert slope_along(plain, before, after, 1 - share) < 0
        assert slope_along(plain, before, after, 1 + share) > 0


@each_search
def test_the_exact_step_on_rosenbrock_is_the_one_that_scipy_finds(settings: dict[str, Any]) -> None:
    """Between half the step and one and a half times it, where the ray has a single minimum.

    scipy compares values, which tell two points apart down to the root of the machine precision
    over the share of the loss that the step takes away: about 1e-8 / 0.01.
    """
    points = steps_of("rosenbrock", "float64", settings).parameters
    for before, after in pairwise(points):

        def phi(s: float, before: Any = before, after: Any = after) -> float:
            x, y = before + s * (after - before)
            return float((1 - x) ** 2 + 100 * (y - x**2) ** 2)

        found = minimize_scalar(phi, bounds=(0.5, 1.5), method="bounded", options={"xatol": 1e-9})
        assert found.x == pytest.approx(1, abs=1e-5)
        assert phi(1.0) < phi(0.0)


def slope_along(plain: Plain, before: Any, after: Any, share: float) -> float:
    """Return the derivative of the loss towards `after`, at a share of the way."""
    move(plain, torch.from_numpy(before + share * (after - before)))
    gradients = torch.autograd.grad(plain.loss(), plain.parameters)
    flat = torch.cat([g.reshape(-1) for g in gradients]).numpy()
    return float(flat @ (after - before))
