"""Experiments that many tests start from."""

from __future__ import annotations

from typing import Any

from gd_studio.experiment import Experiment


def linear_regression(**changes: Any) -> Experiment:
    return _experiment(
        problem={
            "kind": "model",
            "dataset": {"key": "noisy-line"},
            "model": {"key": "linear"},
            "loss": {"key": "mse"},
        },
        optimizer={"key": "sgd", "lr": 0.01},
        training={"epochs": 1000},
        changes=changes,
    )


def circle_perceptron(**changes: Any) -> Experiment:
    return _experiment(
        problem={
            "kind": "model",
            "dataset": {"key": "circle"},
            "model": {"key": "perceptron"},
            "loss": {"key": "bce"},
        },
        optimizer={"key": "adam", "lr": 0.01},
        training={"epochs": 1000},
        changes=changes,
    )


def function(
    key: str = "quadratic-bowl", *, starts: Any = ((1.0, 2.0),), **changes: Any
) -> Experiment:
    settings = changes.pop("settings", {})
    return _experiment(
        problem={
            "kind": "function",
            "function": {"key": key, **settings},
            "starts": starts,
        },
        optimizer={"key": "sgd", "lr": 0.01},
        training={"steps": 100},
        changes=changes,
    )


def _experiment(changes: dict[str, Any], **parts: Any) -> Experiment:
    return Experiment.parse({**parts, **changes})
