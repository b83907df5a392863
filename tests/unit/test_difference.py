from __future__ import annotations

import pytest

from gd_studio.experiment import Experiment, changed_values, fixed_differences
from tests.helpers.experiments import circle_perceptron, function

BEFORE = circle_perceptron()


def optimizer(**settings) -> dict:
    return {"key": "sgd", **settings}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, {}),
        ({"optimizer": {"key": "adam", "lr": 0.05}}, {"optimizer.lr": 0.05}),
        ({"optimizer": optimizer()}, {"optimizer.key": "sgd"}),
        (
            {"optimizer": optimizer(lr=0.5, momentum=0.9)},
            {"optimizer.key": "sgd", "optimizer.lr": 0.5, "optimizer.momentum": 0.9},
        ),
        ({"schedule": {"key": "cosine"}}, {"schedule.key": "cosine"}),
        (
            {"training": {"epochs": 1000, "batch_size": 20, "clip_norm": 1.0}},
            {"training.batch_size": 20, "training.clip_norm": 1.0},
        ),
    ],
)
def test_only_what_differs_is_named_with_its_new_value(changes, expected) -> None:
    after = circle_perceptron(**changes)
    assert changed_values(BEFORE, after) == expected


def test_a_difference_taken_back_to_nothing_is_a_value_as_well() -> None:
    clipped = circle_perceptron(training={"epochs": 1000, "clip_norm": 1.0})
    assert changed_values(clipped, BEFORE) == {"training.clip_norm": None}


def test_the_values_make_the_one_experiment_the_other() -> None:
    composed = {
        "key": "sequential",
        "milestones": "20",
        "schedules": [{"key": "constant"}, {"key": "exponential", "gamma": 0.9}],
    }
    after = circle_perceptron(
        optimizer=optimizer(lr=0.3, momentum=0.5),
        schedule=composed,
        training={"epochs": 1000, "batch_size": 16},
    )
    values = changed_values(BEFORE, after)
    assert BEFORE.with_values(values) == after
    assert BEFORE.branch(7, values).at(7) == after
    assert BEFORE.branch(7, values).at(6) == BEFORE


def test_gradient_noise_of_a_function_can_be_changed() -> None:
    noisy = function(training={"steps": 100, "gradient_noise": 0.5})
    assert changed_values(function(), noisy) == {"training.gradient_noise": 0.5}
    assert fixed_differences(function(), noisy) == ()


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"optimizer": optimizer(), "title": "Another", "notes": "Look."}, ()),
        ({"variations": [{"name": "a", "changes": {"optimizer.lr": 0.1}}]}, ()),
        ({"seed": 7}, ("seed",)),
        ({"precision": "float64"}, ("precision",)),
        ({"device": "cuda"}, ("device",)),
        ({"training": {"epochs": 500}}, ("training.epochs",)),
        (
            {"training": {"epochs": 1000, "l2": 0.1, "shuffle": False}},
            ("training.l2", "training.shuffle"),
        ),
    ],
)
def test_what_no_run_can_change_on_its_way_is_told_apart(changes, paths) -> None:
    assert fixed_differences(BEFORE, circle_perceptron(**changes)) == paths


def test_another_problem_is_one_difference() -> None:
    other: Experiment = function(training={"steps": 100})
    assert "problem" in fixed_differences(BEFORE, other)
