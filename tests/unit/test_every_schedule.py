"""Runs along every learning-rate schedule, beside plain loops with torch's own schedulers."""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy
from torch.optim import Optimizer
from torch.optim import lr_scheduler as lrs

from gd_studio.catalog import SCHEDULES
from gd_studio.experiment import Experiment
from tests.helpers import plain_loops
from tests.helpers.sessions import run
from tests.helpers.three_problems import (
    PRECISIONS,
    PROBLEMS,
    Path,
    experiment_on,
    plain_problem,
    plain_step,
)

STEPS = 60
LR = 0.001
BATCH = 20
PER_EPOCH = 5
EPOCHS = STEPS // PER_EPOCH

SGD = ({"key": "sgd", "lr": LR}, lambda p: torch.optim.SGD(p, lr=LR))
HEAVY = (
    {"key": "sgd", "lr": LR, "momentum": 0.5},
    lambda p: torch.optim.SGD(p, lr=LR, momentum=0.5),
)
ADAM = ({"key": "adam", "lr": LR}, lambda p: torch.optim.Adam(p, lr=LR))

Make = Callable[[Optimizer, int], Any]
"""Makes torch's scheduler for so many moves."""

CASES: tuple[tuple[dict[str, Any], Make, Any], ...] = (
    ({"key": "constant"}, lambda o, n: lrs.LambdaLR(o, lambda t: 1.0), SGD),
    ({"key": "step", "step_size": 4, "gamma": 0.8}, lambda o, n: lrs.StepLR(o, 4, 0.8), SGD),
    (
        {"key": "multi-step", "milestones": "3, 9, 31", "gamma": 0.3},
        lambda o, n: lrs.MultiStepLR(o, [3, 9, 31], 0.3),
        SGD,
    ),
    (
        {"key": "constant-factor", "factor": 0.2, "total_iters": 7},
        lambda o, n: lrs.ConstantLR(o, 0.2, 7),
        SGD,
    ),
    (
        {"key": "linear", "start_factor": 0.1, "end_factor": 0.9, "total_iters": 10},
        lambda o, n: lrs.LinearLR(o, 0.1, 0.9, 10),
        SGD,
    ),
    ({"key": "exponential", "gamma": 0.96}, lambda o, n: lrs.ExponentialLR(o, 0.96), SGD),
    (
        {"key": "polynomial", "total_iters": 40, "power": 1.5},
        lambda o, n: lrs.PolynomialLR(o, 40, 1.5),
        SGD,
    ),
    (
        {"key": "cosine", "T_max": 11, "eta_min": 1e-5},
        lambda o, n: lrs.CosineAnnealingLR(o, 11, 1e-5),
        SGD,
    ),
    (
        {"key": "cosine-restarts", "T_0": 4, "T_mult": 2, "eta_min": 1e-5},
        lambda o, n: lrs.CosineAnnealingWarmRestarts(o, 4, 2, 1e-5),
        SGD,
    ),
    (
        {"key": "cyclic", "base_lr": 1e-4, "max_lr": 1e-3, "step_size_up": 3, "step_size_down": 6},
        lambda o, n: lrs.CyclicLR(o, 1e-4, 1e-3, 3, 6, cycle_momentum=False),
        SGD,
    ),
    (
        {
            "key": "cyclic",
            "base_lr": 1e-4,
            "max_lr": 1e-3,
            "step_size_up": 4,
            "mode": "triangular2",
            "cycle_momentum": True,
            "base_momentum": 0.3,
            "max_momentum": 0.8,
        },
        lambda o, n: lrs.CyclicLR(
            o, 1e-4, 1e-3, 4, mode="triangular2", base_momentum=0.3, max_momentum=0.8
        ),
        HEAVY,
    ),
    (
        {
            "key": "cyclic",
            "base_lr": 1e-3,
            "max_lr": 1e-2,
            "step_size_up": 5,
            "mode": "exp_range",
            "gamma": 0.97,
            "cycle_momentum": True,
        },
        lambda o, n: lrs.CyclicLR(o, 1e-3, 1e-2, 5, mode="exp_range", gamma=0.97),
        ADAM,
    ),
    (
        {"key": "one-cycle", "max_lr": 1e-3, "total_steps": 80, "anneal_strategy": "linear"},
        lambda o, n: lrs.OneCycleLR(o, 1e-3, 80, anneal_strategy="linear", cycle_momentum=False),
        SGD,
    ),
    (
        {"key": "one-cycle", "max_lr": 0.02, "three_phase": True, "cycle_momentum": True},
        lambda o, n: lrs.OneCycleLR(o, 0.02, n, three_phase=True),
        ADAM,
    ),
    (
        {"key": "plateau", "factor": 0.5, "patience": 1, "threshold": 0.2, "cooldown": 2},
        lambda o, n: lrs.ReduceLROnPlateau(o, "min", 0.5, 1, 0.2, cooldown=2),
        SGD,
    ),
    (
        {"key": "lambda", "formula": "exp(-t/30)*(1 + sin(t))/2"},
        lambda o, n: lrs.LambdaLR(o, lambda t: math.exp(-t / 30) * (1 + math.sin(t)) / 2),
        SGD,
    ),
    (
        {"key": "multiplicative", "formula": "1 - 1/(t + 5)"},
        lambda o, n: lrs.MultiplicativeLR(o, lambda t: 1 - 1 / (t + 5)),
        SGD,
    ),
    (
        {"key": "drawn", "points": "2: 1, 8: 0.3, 40: 0.05"},
        lambda o, n: lrs.LambdaLR(o, lambda t: float(np.interp(t, [2, 8, 40], [1, 0.3, 0.05]))),
        SGD,
    ),
    (
        {
            "key": "chained",
            "schedules": [
                {"key": "linear", "start_factor": 0.1, "total_iters": 6},
                {"key": "exponential", "gamma": 0.95},
            ],
        },
        lambda o, n: lrs.ChainedScheduler(
            [lrs.LinearLR(o, 0.1, 1.0, 6), lrs.ExponentialLR(o, 0.95)]
        ),
        SGD,
    ),
    (
        {
            "key": "sequential",
            "milestones": "3, 7",
            "schedules": [
                {"key": "linear", "start_factor": 0.1, "total_iters": 3},
                {"key": "constant"},
                {"key": "one-cycle", "max_lr": 0.02, "cycle_momentum": True},
            ],
        },
        lambda o, n: lrs.SequentialLR(
            o,
            [
                lrs.LinearLR(o, 0.1, 1.0, 3),
                lrs.LambdaLR(o, lambda t: 1.0),
                lrs.OneCycleLR(o, 0.02, n - 7),
            ],
            [3, 7],
        ),
        ADAM,
    ),
)
each_case = pytest.mark.parametrize(
    ("schedule", "make", "optimizer"),
    CASES,
    ids=[f"{i}-{schedule['key']}" for i, (schedule, *_) in enumerate(CASES)],
)
each_precision = pytest.mark.parametrize("precision", PRECISIONS)


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in an engine: for so small models a second thread costs more than it does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def test_no_schedule_is_left_out() -> None:
    assert {schedule["key"] for schedule, *_ in CASES} == SCHEDULES.keys()


@each_precision
@pytest.mark.parametrize("problem", PROBLEMS)
@each_case
def test_a_schedule_moves_on_after_each_step_as_in_the_plain_loop(
    schedule: dict[str, Any], make: Make, optimizer: Any, problem: str, precision: str
) -> None:
    choice, make_optimizer = optimizer
    plain = plain_problem(problem, precision)
    made = make_optimizer(plain.parameters)
    scheduler = begun(make, made, STEPS)
    step, path = plain_step(plain, [made]), Path(plain.flat())
    for _ in range(STEPS):
        path.rates.append(made.param_groups[0]["lr"])
        path.losses.append(step())
        path.rows.append(plain.flat())
        move_on(scheduler, path.losses[-1])
    experiment = experiment_on(problem, precision, STEPS, optimizer=choice, schedule=schedule)
    assert_same(experiment, path)


@each_precision
@each_case
def test_a_schedule_moves_on_after_each_epoch_as_in_the_plain_loop(
    schedule: dict[str, Any], make: Make, optimizer: Any, precision: str
) -> None:
    choice, make_optimizer = optimizer
    plain = plain_problem("circle-perceptron", precision)
    made = make_optimizer(plain.parameters)
    scheduler = begun(make, made, EPOCHS)
    path = Path(plain.flat())
    x, y = (part.to(getattr(torch, precision)) for part in plain_loops.circle(42))
    generator = torch.Generator().manual_seed(42)
    for _ in range(EPOCHS):
        order = torch.randperm(len(x), generator=generator)
        for batch in order.split(BATCH):
            made.zero_grad()
            loss = binary_cross_entropy(perceptron(plain.parameters, x[batch]), y[batch])
            loss.backward()
            path.rates.append(made.param_groups[0]["lr"])
            made.step()
            path.losses.append(loss.item())
            path.rows.append(plain.flat())
        # With batches, what is watched is the loss over the whole training part.
        move_on(scheduler, plain.loss().item())
    training = {"batch_size": BATCH, "schedule_per": "epoch"}
    parts = {"training": training, "optimizer": choice, "schedule": schedule}
    assert_same(experiment_on("circle-perceptron", precision, STEPS, **parts), path)


def test_the_plateaus_are_found() -> None:
    """Without a fall of the rate, the comparison above would say little of the plateau."""
    schedule = next(schedule for schedule, *_ in CASES if schedule["key"] == "plateau")
    for problem in PROBLEMS:
        parts = {"optimizer": SGD[0], "schedule": schedule}
        recording, _ = run(experiment_on(problem, "float32", STEPS, **parts))
        assert len(set(recording.lr.tolist())) > 3, problem


def perceptron(parameters: list[Tensor], x: Tensor) -> Tensor:
    weight, bias, out_weight, out_bias = parameters
    hidden = torch.relu(torch.nn.functional.linear(x, weight, bias))
    return torch.sigmoid(torch.nn.functional.linear(hidden, out_weight, out_bias))


def begun(make: Make, optimizer: Optimizer, moves: int) -> Any:
    with warnings.catch_warnings():
        # torch calls the first part's step itself as it puts parts in a row.
        warnings.simplefilter("ignore", UserWarning)
        return make(optimizer, moves)


def move_on(scheduler: Any, loss: float) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        if isinstance(scheduler, lrs.ReduceLROnPlateau):
            scheduler.step(loss)
        else:
            scheduler.step()


def assert_same(experiment: Experiment, path: Path) -> None:
    recording, _ = run(experiment)
    assert recording.lr.tolist() == path.rates
    expected = path.parameters.double().numpy()
    distance = np.linalg.norm(recording.parameters[1:].astype(np.float64) - expected, axis=1)
    assert (distance <= 1e-6 * np.linalg.norm(expected, axis=1)).all()
    np.testing.assert_allclose(recording.loss, path.losses, rtol=1e-6, atol=0)
