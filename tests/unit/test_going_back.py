"""A run taken back to any of its steps goes on with the same bits as if it never had been."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from tests.helpers.experiments import function, model_on

STEPS = 120

OPTIMIZERS: tuple[dict[str, Any], ...] = (
    {"key": "sgd", "lr": 0.01},
    {"key": "sgd", "lr": 0.01, "momentum": 0.9, "nesterov": True},
    {"key": "adam", "lr": 0.01, "amsgrad": True},
    {"key": "rmsprop", "lr": 0.01, "momentum": 0.5, "centered": True},
    {"key": "adagrad", "lr": 0.1, "lr_decay": 0.01},
    {"key": "by-hand", "lr": 0.01},
    {"key": "adadelta", "lr": 0.5},
    {"key": "rprop", "lr": 0.01},
    {"key": "asgd", "lr": 0.01},
    {"key": "nadam", "lr": 0.01},
    {"key": "adafactor", "lr": 0.01},
    {"key": "lbfgs", "lr": 0.1, "max_iter": 3},
    {"key": "armijo"},
    {"key": "damped-newton"},
)

SCHEDULES: tuple[dict[str, Any], ...] = (
    {"key": "constant"},
    {"key": "cosine", "T_max": 50},
    {"key": "step", "step_size": 7, "gamma": 0.8},
    {"key": "plateau", "patience": 3},
    {"key": "one-cycle", "max_lr": 0.02},
    {
        "key": "sequential",
        "milestones": "20",
        "schedules": [{"key": "linear", "total_iters": 20}, {"key": "exponential", "gamma": 0.99}],
    },
)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Random experiments: problem, batches, optimizer, schedule, changes on the way, precision."""
    is_function = draw(st.booleans())
    training: dict[str, Any] = {"steps": STEPS}
    if draw(st.booleans()):
        training[draw(st.sampled_from(["clip_norm", "clip_value"]))] = 0.5
    if is_function:
        training["gradient_noise"] = draw(st.sampled_from([0.0, 0.1]))
    else:
        training["batch_size"] = draw(st.sampled_from([None, 7, 32]))
        training["schedule_per"] = draw(st.sampled_from(["step", "epoch"]))
        training["shuffle"] = draw(st.booleans())
        if draw(st.booleans()):
            training["patience"] = 1000
    parts = {
        "optimizer": draw(st.sampled_from(OPTIMIZERS)),
        "schedule": draw(st.sampled_from(SCHEDULES)),
        "training": training,
        "seed": draw(st.integers(0, 99)),
        "precision": draw(st.sampled_from(["float32", "float64"])),
    }
    if is_function:
        experiment = function(draw(st.sampled_from(["quadratic-bowl", "rosenbrock"])), **parts)
    else:
        dataset, loss = draw(st.sampled_from([("noisy-line", "mse"), ("circle", "bce")]))
        model = "linear" if dataset == "noisy-line" else "perceptron"
        experiment = model_on(dataset, model, loss, split=0.2, changes=parts)
    after = 0
    for _ in range(draw(st.integers(0, 2))):
        after += draw(st.integers(0, 50))
        values = [{"optimizer.lr": 0.02}, {"optimizer.key": "adam"}, {"training.clip_norm": None}]
        if not is_function:
            values.append({"training.batch_size": 20})
        experiment = experiment.branch(after, draw(st.sampled_from(values)))
    return experiment


@given(experiments(), st.integers(1, STEPS), st.data())
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
def test_going_back_to_any_step_and_on_changes_no_bit(
    experiment: Experiment, until: int, data: st.DataObject
) -> None:
    straight = _rows(Session(experiment))
    session = Session(experiment)
    _advance(session, until)
    for _ in range(3):
        step = data.draw(st.integers(0, session.head))
        session.go_to(step)
        assert session.taken == step
        np.testing.assert_array_equal(session.visited(0).parameters, straight["start+"][step])
    rest = _rows(session)
    for name in ("loss", "lr", "grad_norm"):
        np.testing.assert_array_equal(rest[name], straight[name][step:], err_msg=name)
    np.testing.assert_array_equal(rest["start+"], straight["start+"][step:])


def _advance(session: Session, steps: int) -> None:
    while session.finish is None and session.taken < steps:
        session.advance(min(7, steps - session.taken))


def _rows(session: Session) -> dict[str, Any]:
    """Everything that a session tells from where it is to its end."""
    here = session.visited(0).parameters
    parts = []
    while session.finish is None:
        steps = session.advance(11)
        if steps is not None:
            parts.append(steps)
    names = ("loss", "lr", "grad_norm")
    rows = {n: np.concatenate([np.empty(0), *(getattr(p, n) for p in parts)]) for n in names}
    return {**rows, "start+": np.concatenate([here[np.newaxis], *(p.parameters for p in parts)])}
