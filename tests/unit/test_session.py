from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from gd_studio.engine.session import Session
from gd_studio.link.messages import FinishReason
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression
from tests.helpers.sessions import run

OPTIMIZERS = [
    ({"key": "sgd", "lr": 0.01}, partial(torch.optim.SGD, lr=0.01)),
    (
        {"key": "sgd", "lr": 0.003, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01},
        partial(torch.optim.SGD, lr=0.003, momentum=0.9, nesterov=True, weight_decay=0.01),
    ),
    (
        {"key": "sgd", "lr": 0.003, "momentum": 0.8, "dampening": 0.3},
        partial(torch.optim.SGD, lr=0.003, momentum=0.8, dampening=0.3),
    ),
    ({"key": "adam", "lr": 0.01}, partial(torch.optim.Adam, lr=0.01)),
    (
        {"key": "adam", "beta1": 0.8, "beta2": 0.99, "amsgrad": True, "weight_decay": 0.1},
        partial(torch.optim.Adam, betas=(0.8, 0.99), amsgrad=True, weight_decay=0.1),
    ),
    ({"key": "adagrad", "lr": 0.1}, partial(torch.optim.Adagrad, lr=0.1)),
    (
        {"key": "adagrad", "lr_decay": 0.01, "initial_accumulator_value": 0.2, "eps": 1e-6},
        partial(torch.optim.Adagrad, lr_decay=0.01, initial_accumulator_value=0.2, eps=1e-6),
    ),
    ({"key": "rmsprop", "lr": 0.001}, partial(torch.optim.RMSprop, lr=0.001)),
    (
        {"key": "rmsprop", "alpha": 0.9, "momentum": 0.5, "centered": True},
        partial(torch.optim.RMSprop, alpha=0.9, momentum=0.5, centered=True),
    ),
]


@pytest.mark.parametrize(("choice", "make_optimizer"), OPTIMIZERS)
def test_linear_regression_ends_with_the_bits_of_the_plain_loop(choice, make_optimizer) -> None:
    recording, finished = run(linear_regression(optimizer=choice, training={"epochs": 300}))
    x, y = plain.noisy_line(42)
    expected = plain.train(nn.Linear(1, 1), nn.MSELoss(), x, y, make_optimizer, 300)

    assert np.array_equal(recording.parameters[1:], expected.parameters.numpy())
    assert recording.loss.tolist() == expected.losses
    np.testing.assert_allclose(recording.grad_norm, expected.grad_norms, rtol=1e-12)
    assert np.array_equal(finished.parameters, expected.parameters[-1].numpy())


@pytest.mark.parametrize(("choice", "make_optimizer"), OPTIMIZERS)
def test_the_perceptron_ends_with_the_bits_of_the_plain_loop(choice, make_optimizer) -> None:
    recording, finished = run(circle_perceptron(optimizer=choice, training={"epochs": 200}))
    x, y = plain.circle(42)
    expected = plain.train(plain.perceptron(), nn.BCELoss(), x, y, make_optimizer, 200)

    assert np.array_equal(recording.parameters[1:], expected.parameters.numpy())
    assert recording.loss.tolist() == expected.losses
    predicted = expected.model(x) > 0.5
    assert finished.final["train_accuracy"] == (predicted == (y > 0.5)).double().mean().item()


@settings(max_examples=15)
@given(
    seed=st.integers(0, 2**31),
    lr=st.floats(1e-4, 0.02),
    samples=st.integers(2, 300),
    noise=st.floats(0, 5),
    steps=st.integers(1, 60),
)
def test_other_seeds_and_settings_agree_with_the_plain_loop(
    seed, lr, samples, noise, steps
) -> None:
    experiment = linear_regression(
        seed=seed, optimizer={"key": "sgd", "lr": lr}, training={"epochs": steps}
    )
    dataset = {"key": "noisy-line", "samples": samples, "noise": noise}
    problem = {**experiment.problem.model_dump(), "dataset": dataset}
    _, finished = run(experiment.replace(problem=problem))
    x, y = plain.noisy_line(seed, samples, noise)
    make_optimizer = partial(torch.optim.SGD, lr=lr)
    expected = plain.train(nn.Linear(1, 1), nn.MSELoss(), x, y, make_optimizer, steps)

    assert np.array_equal(finished.parameters, expected.parameters[-1].numpy())


def test_how_many_steps_travel_together_changes_no_bit() -> None:
    experiment = circle_perceptron(training={"epochs": 50})
    together, _ = run(experiment)
    one_by_one, _ = run(experiment, most=1)

    assert np.array_equal(together.parameters, one_by_one.parameters)
    assert np.array_equal(together.loss, one_by_one.loss)
    assert together.step.tolist() == list(range(1, 51))


def test_the_custom_function_descends_as_the_plain_loop_does() -> None:
    experiment = function(
        "custom",
        settings={"formula": "(sin(2*p) + p**2 - 0.5)**2"},
        starts=[[1.0]],
        optimizer={"key": "sgd", "lr": 0.1},
        training={"steps": 200},
    )
    recording, _ = run(experiment)
    expected = plain.descend(
        lambda p: (torch.sin(2 * p) + p**2 - 0.5) ** 2,
        torch.tensor(1.0),
        partial(torch.optim.SGD, lr=0.1),
        200,
    )

    assert recording.loss.tolist() == expected.losses
    assert np.array_equal(recording.parameters[1:, 0], expected.parameters.numpy())


@pytest.mark.parametrize(("choice", "make_optimizer"), OPTIMIZERS)
def test_each_of_many_starts_descends_as_it_would_alone(choice, make_optimizer) -> None:
    torch.manual_seed(7)
    starts = torch.rand(10, 2) * 10
    experiment = function(
        "sine-product",
        starts=[],
        seed=7,
        optimizer=choice,
        training={"steps": 40},
    )
    problem = {**experiment.problem.model_dump(), "random_starts": 10}
    recording, finished = run(experiment.replace(problem=problem))

    for i, start in enumerate(starts):
        alone = plain.descend(
            lambda p: torch.sin(p[0]) * torch.cos(p[1]) + torch.sin(p[0] / 2) * torch.cos(p[1] / 2),
            start,
            make_optimizer,
            40,
        )
        path = recording.parameters.reshape(41, 10, 2)[1:, i]
        np.testing.assert_allclose(path, alone.parameters.numpy(), rtol=0, atol=2e-6)
    assert finished.parameters.shape == (20,)


def test_the_loss_of_many_starts_is_their_mean() -> None:
    experiment = function(starts=[[1.0, 0.0], [3.0, 0.0]], training={"steps": 1})
    recording, _ = run(experiment)

    assert recording.loss.tolist() == [(0.5 * 1 + 0.5 * 9) / 2]
    assert recording.grad_norm.tolist() == [(1 + 3) / 2]


def test_a_run_that_diverges_keeps_its_last_finite_step_and_says_so() -> None:
    recording, finished = run(linear_regression(optimizer={"key": "sgd", "lr": 1.0}))
    x, y = plain.noisy_line(42)
    plain_run = plain.train(
        nn.Linear(1, 1), nn.MSELoss(), x, y, partial(torch.optim.SGD, lr=1.0), 100
    )
    finite = torch.isfinite(plain_run.parameters).all(dim=1) & torch.isfinite(
        torch.tensor(plain_run.losses)
    )
    last = int((~finite).nonzero()[0])

    assert finished.reason is FinishReason.DIVERGED
    assert finished.steps == len(recording) == last
    assert np.array_equal(finished.parameters, plain_run.parameters[last - 1].numpy())
    assert np.isfinite(recording.loss).all()
    assert f"step {last + 1}" in finished.detail
    assert "a smaller learning rate than 1." in finished.detail


def test_a_loss_that_is_not_finite_at_the_start_is_told_without_a_step() -> None:
    experiment = function("custom", settings={"formula": "log(p)"}, starts=[[-1.0]])
    recording, finished = run(experiment)

    assert finished.reason is FinishReason.DIVERGED
    assert len(recording) == finished.steps == 0
    assert finished.parameters.tolist() == [-1.0]
    assert "start" in finished.detail


def test_a_start_that_diverges_stays_behind_and_the_others_go_on() -> None:
    starts = [[0.5, 0.5], [1e15, 1e15]]
    optimizer = {"key": "sgd", "lr": 0.001}
    both, finished = run(function("rosenbrock", starts=starts, optimizer=optimizer))
    alone, _ = run(function("rosenbrock", starts=starts[:1], optimizer=optimizer))

    assert np.array_equal(both.parameters[:, :2], alone.parameters)
    assert finished.reason is FinishReason.COMPLETED
    assert "1 of 2 starts diverged: start 2 at step" in finished.detail
    assert both.loss[-1] == alone.loss[-1]


def test_when_every_start_has_diverged_the_run_has() -> None:
    experiment = function("rosenbrock", starts=[[1e15, 1e15], [-1e15, 1e15]])
    _, finished = run(experiment)

    assert finished.reason is FinishReason.DIVERGED
    assert np.isfinite(finished.parameters).all()


def test_a_run_begins_where_its_initial_parameters_say() -> None:
    experiment = linear_regression(
        initial_parameters={"weight": [[0.25]], "bias": [-3.0]}, training={"epochs": 1}
    )
    recording, _ = run(experiment)

    assert recording.parameters[0].tolist() == [0.25, -3.0]
    x, y = plain.noisy_line(42)
    assert recording.loss[0] == nn.functional.mse_loss(0.25 * x - 3.0, y).item()


def test_a_wide_model_is_recorded_now_and_then_and_at_its_end() -> None:
    experiment = circle_perceptron(training={"epochs": 30})
    model = {"key": "perceptron", "hidden": 100}
    problem = {**experiment.problem.model_dump(), "model": model}
    recording, finished = run(experiment.replace(problem=problem))

    assert len(recording) == 30
    assert len(recording.parameters) < 31
    assert not recording.every_step_has_parameters
    assert np.array_equal(recording.latest, finished.parameters)


def test_more_starts_than_memory_has_room_for_are_recorded_now_and_then() -> None:
    experiment = function("sine-product", starts=[], training={"steps": 100_000_000})
    problem = {**experiment.problem.model_dump(), "random_starts": 1000}
    session = Session(experiment.replace(problem=problem))
    events: list[Any] = []
    while session.taken < 9:
        events.append(session.advance(9 - session.taken))

    assert sum(len(event.step) for event in events) == 9
    assert sum(len(event.parameters) for event in events) < 9


def test_a_thousand_starts_are_recorded_at_every_step_of_a_short_run() -> None:
    experiment = function("sine-product", starts=[], training={"steps": 5})
    problem = {**experiment.problem.model_dump(), "random_starts": 1000}
    recording, _ = run(experiment.replace(problem=problem))

    assert recording.parameters.shape == (6, 2000)


@pytest.mark.parametrize(
    "optimizer",
    [
        {"key": "sgd", "lr": 1.0, "momentum": 3.0},
        {"key": "sgd", "lr": 0.1, "weight_decay": 1000.0},
        {"key": "adam", "eps": 0.0},
        {"key": "rmsprop", "eps": 0.0},
        {"key": "adagrad", "eps": 0.0},
    ],
)
def test_a_perceptron_whose_predictions_stop_being_numbers_has_diverged(optimizer) -> None:
    recording, finished = run(circle_perceptron(optimizer=optimizer))

    assert finished.reason is FinishReason.DIVERGED
    assert np.isfinite(finished.parameters).all()
    assert np.isfinite(recording.loss).all()


def test_a_path_that_leaves_where_the_function_is_defined_is_told_so() -> None:
    experiment = function(
        "custom",
        settings={"formula": "sqrt(x)"},
        starts=[[0.01]],
        optimizer={"key": "sgd", "lr": 0.1},
    )
    _, finished = run(experiment)

    assert finished.reason is FinishReason.DIVERGED
    assert "left where the function has a value" in finished.detail
    assert "learning rate" not in finished.detail


def test_the_loss_of_each_start_at_its_end_is_told() -> None:
    experiment = function(starts=[[1.0, 0.0], [3.0, 1.0]], training={"steps": 5})
    _, finished = run(experiment)
    x, y = finished.parameters.reshape(2, 2).T

    expected = (0.5 * (x**2 + 10 * y**2)).tolist()
    told = [finished.final["loss[0]"], finished.final["loss[1]"]]
    np.testing.assert_allclose(told, expected, rtol=1e-6)
