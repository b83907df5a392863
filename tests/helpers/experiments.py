"""Experiments that many tests start from."""

from __future__ import annotations

from typing import Any

from gd_studio.experiment import Experiment


def linear_regression(**changes: Any) -> Experiment:
    return model_on(
        "noisy-line", "linear", "mse", optimizer={"key": "sgd", "lr": 0.01}, changes=changes
    )


def circle_perceptron(**changes: Any) -> Experiment:
    return model_on(
        "circle", "perceptron", "bce", optimizer={"key": "adam", "lr": 0.01}, changes=changes
    )


def model_on(
    dataset: str | dict[str, Any],
    model: str | dict[str, Any],
    loss: str | dict[str, Any],
    *,
    optimizer: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    split: float | dict[str, Any] | None = None,
    standardise: bool = False,
    changes: dict[str, Any] | None = None,
) -> Experiment:
    """Return an experiment that fits a model; a choice by its key alone has its defaults."""
    return _experiment(
        problem={
            "kind": "model",
            "dataset": _choice(dataset),
            "split": {"test": split} if isinstance(split, float) else split,
            "standardise": standardise,
            "model": _choice(model),
            "loss": _choice(loss),
        },
        optimizer=optimizer or {"key": "sgd", "lr": 0.01},
        training=training or {"epochs": 1000},
        changes=changes or {},
    )


def _choice(chosen: str | dict[str, Any]) -> dict[str, Any]:
    return {"key": chosen} if isinstance(chosen, str) else chosen


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
