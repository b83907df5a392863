"""Experiments as hypothesis draws them: whatever a run may be made of, a run of some steps."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from gd_studio.experiment import Experiment
from tests.helpers.experiments import function, model_on

STEPS = 120

_OPTIMIZERS: tuple[dict[str, Any], ...] = (
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

_FOR_ONE_START = ("adafactor", "lbfgs", "armijo", "damped-newton")

_SCHEDULES: tuple[dict[str, Any], ...] = (
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

_DIVERGING: tuple[dict[str, Any], ...] = (
    {"key": "sgd", "lr": 3.0},
    {"key": "sgd", "lr": 0.3, "momentum": 0.95},
)
_THRESHOLDS: tuple[dict[str, Any], ...] = (
    {"stop_gradient_norm": 0.5},
    {"stop_loss_change": 1e-3},
)


@st.composite
def experiments(draw: st.DrawFn) -> Experiment:
    """Problem, batches, optimizer, schedule, changes on the way, precision; of `STEPS` steps."""
    return draw(_experiments(draw(st.booleans()), {"steps": STEPS}, _OPTIMIZERS))


@st.composite
def experiments_with_an_end(draw: st.DrawFn) -> Experiment:
    """The same, of which many end before their last step, in all the ways in which runs end."""
    is_function = draw(st.booleans())
    training: dict[str, Any] = {"steps": STEPS}
    if not is_function and draw(st.booleans()):
        training = {"epochs": draw(st.integers(1, 8))}
    if draw(st.booleans()):
        training |= draw(st.sampled_from(_THRESHOLDS))
    if not is_function and draw(st.booleans()):
        training["patience"] = draw(st.integers(1, 3))
    return draw(_experiments(is_function, training, (*_OPTIMIZERS, *_DIVERGING)))


def changes_on_the_way(*, is_function: bool) -> st.SearchStrategy[dict[str, Any]]:
    """What can be other from a step on."""
    values: list[dict[str, Any]] = [
        {"optimizer.lr": 0.02},
        {"optimizer.key": "adam"},
        {"optimizer.key": "sgd", "optimizer.lr": 2.0},
        {"training.clip_norm": None},
        {"schedule.key": "constant"},
    ]
    if not is_function:
        values += [{"training.batch_size": 20}, {"training.batch_size": 40}]
    return st.sampled_from(values)


@st.composite
def _experiments(
    draw: st.DrawFn,
    is_function: bool,
    training: dict[str, Any],
    optimizers: tuple[dict[str, Any], ...],
) -> Experiment:
    training = dict(training)
    if draw(st.booleans()):
        training[draw(st.sampled_from(["clip_norm", "clip_value"]))] = 0.5
    if is_function:
        training["gradient_noise"] = draw(st.sampled_from([0.0, 0.1]))
    else:
        training["batch_size"] = draw(st.sampled_from([None, 7, 32]))
        training["schedule_per"] = draw(st.sampled_from(["step", "epoch"]))
        training["shuffle"] = draw(st.booleans())
        if draw(st.booleans()):
            training.setdefault("patience", 1000)
    parts = {
        "optimizer": draw(st.sampled_from(optimizers)),
        "schedule": draw(st.sampled_from(_SCHEDULES)),
        "training": training,
        "seed": draw(st.integers(0, 99)),
        "precision": draw(st.sampled_from(["float32", "float64"])),
    }
    if is_function:
        has_many = parts["optimizer"]["key"] not in _FOR_ONE_START and draw(st.booleans())
        starts = [[1.0, 2.0], [0.5, -1.0], [-30.0, 9.0]] if has_many else [[1.0, 2.0]]
        key = draw(st.sampled_from(["quadratic-bowl", "rosenbrock"]))
        experiment = function(key, starts=starts, **parts)
    else:
        dataset, loss = draw(st.sampled_from([("noisy-line", "mse"), ("circle", "bce")]))
        model = "linear" if dataset == "noisy-line" else "perceptron"
        experiment = model_on(dataset, model, loss, split=0.2, changes=parts)
    after = 0
    for _ in range(draw(st.integers(0, 2))):
        after += draw(st.integers(0, 50))
        experiment = experiment.branch(after, draw(changes_on_the_way(is_function=is_function)))
    return experiment
