"""A step taken apart, as vectors in a plane: against the steps that torch takes."""

from __future__ import annotations

import numpy as np
import pytest

from gd_studio.engine.session import Session
from gd_studio.link.step_vectors import StepVectors
from tests.helpers.experiments import circle_perceptron, function

START = (1.5, 2.0)


def vectors_after(optimizer, steps, **changes):
    session = Session(function("rosenbrock", starts=(START,), optimizer=optimizer, **changes))
    session.started()
    for _ in range(steps):
        session.advance(1)
    return StepVectors.of(session.inspect(), (0, 1))


@pytest.mark.parametrize("steps", [0, 1, 7])
@pytest.mark.parametrize(
    "optimizer",
    [
        {"key": "adam", "lr": 0.1, "beta1": 0.7},
        {"key": "adam", "lr": 0.1, "amsgrad": True, "weight_decay": 0.3},
        {"key": "adamw", "lr": 0.1, "weight_decay": 0.0},
        {"key": "adamax", "lr": 0.1},
        {"key": "radam", "lr": 0.01},
        {"key": "rmsprop", "lr": 0.01, "weight_decay": 0.2},
        {"key": "rmsprop", "lr": 0.01, "centered": True},
        {"key": "adagrad", "lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.2},
    ],
    ids=lambda o: "-".join(str(v) for v in o.values()),
)
def test_the_scaled_step_is_the_one_that_torch_takes_where_nothing_is_beside_it(optimizer, steps):
    vectors = vectors_after(optimizer, steps)
    assert vectors.scaled is not None
    np.testing.assert_allclose(vectors.scaled, vectors.update, rtol=2e-4, atol=1e-6)


@pytest.mark.parametrize(
    "optimizer",
    [
        {"key": "sgd", "lr": 1e-4, "momentum": 0.9},
        {"key": "rmsprop", "lr": 1e-3, "momentum": 0.5},
    ],
    ids=["sgd", "rmsprop"],
)
def test_a_momentum_without_anything_beside_it_is_the_step(optimizer):
    vectors = vectors_after(optimizer, 4)
    assert vectors.momentum is not None
    step = -optimizer["lr"] * vectors.momentum
    np.testing.assert_allclose(step, vectors.update, rtol=1e-3, atol=1e-7)


def test_plain_descent_has_neither_momentum_nor_scale():
    vectors = vectors_after({"key": "sgd", "lr": 1e-4}, 3)
    assert vectors.momentum is vectors.scaled is vectors.second_moment is None
    np.testing.assert_allclose(-1e-4 * vectors.gradient, vectors.update, rtol=1e-3, atol=1e-7)


def test_the_second_moment_of_adagrad_is_the_root_of_the_sum_of_squares():
    optimizer = {"key": "adagrad", "lr": 0.1}
    gradients = [vectors_after(optimizer, steps).gradient for steps in range(4)]
    expected = np.sqrt(np.sum(np.square(gradients), axis=0))
    np.testing.assert_allclose(vectors_after(optimizer, 3).second_moment, expected, rtol=1e-5)


def test_an_optimizer_that_was_changed_on_the_way_counts_its_own_steps():
    change = {"after": 5, "values": {"optimizer.key": "adam", "optimizer.lr": 0.1}}
    vectors = vectors_after({"key": "sgd", "lr": 1e-4}, 5, changes=[change])
    # Adam's first step: all of m and v is the gradient, and the bias is corrected.
    np.testing.assert_allclose(vectors.second_moment, np.abs(vectors.gradient), rtol=1e-5)
    np.testing.assert_allclose(vectors.scaled, -0.1 * np.sign(vectors.gradient), rtol=1e-5)


def test_steps_of_large_models_are_not_listed_one_by_one():
    experiment = circle_perceptron()
    problem = experiment.problem.model_dump()
    problem["model"]["hidden"] = 40
    session = Session(circle_perceptron(problem=problem))
    session.started()
    assert StepVectors.of(session.inspect(), (0, 1)) is None
