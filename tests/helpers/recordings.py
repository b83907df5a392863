"""Runs and recordings made by hand, as an engine would have told them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from gd_studio.experiment import Experiment
from gd_studio.link.messages import Finished, FinishReason, Started, Steps
from gd_studio.link.questions import Preview
from gd_studio.recording import Run

LINE: dict[str, Any] = {
    "problem": {
        "kind": "model",
        "dataset": {"key": "noisy-line"},
        "model": {"key": "linear"},
        "loss": {"key": "mse"},
    },
    "optimizer": {"key": "sgd", "lr": 0.01},
    "training": {"epochs": 10},
}
VALLEY: dict[str, Any] = {
    "problem": {"kind": "function", "function": {"key": "rosenbrock"}, "starts": [[-1.0, 1.0]]},
    "optimizer": {"key": "sgd", "lr": 0.01},
    "training": {"steps": 10},
}
CURVE: dict[str, Any] = {
    "problem": {
        "kind": "function",
        "function": {"key": "custom", "formula": "p**2", "low": -2.0, "high": 2.0},
        "starts": [[1.0]],
    },
    "optimizer": {"key": "sgd", "lr": 0.01},
    "training": {"steps": 10},
}


def finished_run(
    data: object,
    points: Sequence[Sequence[float]],
    loss: Sequence[float] | None = None,
    *,
    every: int = 1,
    final: dict[str, float] | None = None,
) -> Run:
    """Return a run that went through `points`: the start, then one for each step.

    Parameters
    ----------
    every
        Parameters are recorded after each so many steps.
    """
    experiment = Experiment.parse(data)
    flat = np.array(points, dtype=np.float32)
    n = len(flat) - 1
    step = np.arange(1, n + 1)
    run = Run(experiment, "A run")
    nothing = np.empty(0, dtype=np.float32)
    preview = Preview(experiment.layout, flat[0], nothing.reshape(0, 0), nothing)
    run.receive(Started(experiment, preview, n))
    run.receive(
        Steps(
            step=step,
            loss=np.array(loss if loss is not None else np.linspace(5.0, 1.0, n)),
            grad_norm=np.linspace(0.5, 0.1, n),
            lr=np.full(n, 0.01),
            parameter_steps=step[every - 1 :: every],
            parameters=flat[1:][every - 1 :: every],
        )
    )
    run.receive(Finished(FinishReason.COMPLETED, "Done.", n, 0.1, flat[-1], final or {}))
    return run
