"""Runs with all that can happen in their course: schedules, closures, noise, changes."""

from __future__ import annotations

from typing import Any

from gd_studio.catalog import OPTIMIZERS
from gd_studio.experiment import Experiment
from tests.helpers.experiments import circle_perceptron, function, model_on

SPLIT = {"test": 0.25, "seed": 3}
WOLFE = {"key": "lbfgs", "max_iter": 5, "line_search_fn": "strong_wolfe"}
STARTS = [[-1.5, 2.0], [1.0, 1.0], [0.9, 0.8], [30.0, -40.0]]


def perceptron(**changes: Any) -> Experiment:
    return circle_perceptron(**{"training": {"epochs": 15}, **changes})


def in_batches(**changes: Any) -> Experiment:
    return perceptron(**{"training": {"epochs": 4, "batch_size": 40}, **changes})


def fit(dataset: Any, model: Any, loss: Any, **changes: Any) -> Experiment:
    return model_on(dataset, model, loss, split=SPLIT, changes=changes)


def overflowing(**changes: Any) -> Experiment:
    """Return the fit of a model whose predictions soon are not numbers, which its loss refuses."""
    model = {"key": "mlp", "hidden": "8", "initialisation": "normal"}
    return model_on("circle", model, "bce", training={"epochs": 15}, changes=changes)


def doubled(experiments: dict[str, Experiment]) -> dict[str, Experiment]:
    """Return the experiments, and the same in double precision."""
    doubles = {
        f"{name} in float64": e.replace(precision="float64") for name, e in experiments.items()
    }
    return {**experiments, **doubles}


SCHEDULE_CASES: dict[str, dict[str, Any]] = {
    "step": {"step_size": 7, "gamma": 0.7},
    "multi-step": {"milestones": "10, 25", "gamma": 0.3},
    "polynomial": {"total_iters": 30, "power": 1.7},
    "cosine": {"T_max": 31, "eta_min": 0.01},
    "cosine-restarts": {"T_0": 9, "T_mult": 2},
    "cyclic": {"step_size_up": 5, "step_size_down": 8},
    "lambda": {"formula": "0.9**t + minimum(pi, t) / 9"},
    "multiplicative": {"formula": "0.5 + cos(t) / 9"},
    "drawn": {"points": "0: 1, 9: 0.2, 30: 0.7"},
    "plateau": {"patience": 1},
    "chained": {"schedules": [{"key": "cosine"}, {"key": "linear", "total_iters": 9}]},
    "sequential": {
        "milestones": "5, 20",
        "schedules": [
            {"key": "linear", "total_iters": 5},
            {"key": "lambda", "formula": "0.9**t"},
            {"key": "one-cycle", "max_lr": 0.05},
        ],
    },
}


COSINE = {"schedule.key": "cosine", "schedule.T_max": 20}
CYCLED = {"key": "one-cycle", "max_lr": 0.1, "cycle_momentum": True}
TO_ADAM = {"optimizer.key": "adam", "optimizer.lr": 0.03}


def changed(experiment: Experiment, *changes: tuple[int, dict[str, Any]]) -> Experiment:
    data = [{"after": after, "values": values} for after, values in changes]
    return experiment.replace(changes=data)


def changes_of_functions() -> dict[str, Experiment]:
    bowl = function(training={"steps": 50})
    noisy = {"training.gradient_noise": 0.5}
    clipped = {"training.clip_norm": 0.5}
    by_hand = function(optimizer={"key": "by-hand", "lr": 0.1}, training={"steps": 50})
    momentum = {"key": "sgd", "lr": 0.01, "momentum": 0.9}
    cosine = {"key": "cosine", "T_max": 40}
    sequence = {"key": "sequential", **SCHEDULE_CASES["sequential"]}
    cyclic = {
        "key": "sequential",
        "milestones": "5, 20",
        "schedules": [{"key": "linear"}, {"key": "cyclic"}, {"key": "exponential", "gamma": 0.9}],
    }
    every = {f"to {key}": changed(bowl, (20, {"optimizer.key": key})) for key in OPTIMIZERS}
    back = {
        f"from {key}": changed(
            function("rosenbrock", optimizer={"key": key}, training={"steps": 20}),
            (9, {"optimizer.key": "sgd", "optimizer.lr": 1e-3}),
        )
        for key, entry in OPTIMIZERS.items()
        if not entry.elementwise
    }
    return {
        **every,
        **back,
        "rate": changed(bowl, (20, {"optimizer.lr": 0.1}), (30, {"optimizer.lr": 0.001})),
        "before the first step": changed(bowl, (0, {"optimizer.lr": 0.1, **noisy}), (9, clipped)),
        "two at a step": changed(bowl, (20, {"optimizer.momentum": 0.5, "optimizer.lr": 0.1})),
        "what is not begun": changed(bowl, (50, {"optimizer.lr": 0.1}), (60, noisy)),
        "switch": changed(bowl, (20, {"optimizer.momentum": 0.5, "optimizer.nesterov": True})),
        "memory": changed(
            function(optimizer={"key": "adam"}),
            (20, {"optimizer.beta2": 0.9, "optimizer.eps": 1e-3}),
        ),
        "noise": changed(bowl, (10, noisy), (20, {"training.gradient_noise": 0.0}), (30, noisy)),
        "clip": changed(
            bowl,
            (10, clipped),
            (20, {"training.clip_norm": None, "training.clip_value": 0.1}),
            (30, {"training.clip_value": None}),
        ),
        "rate under a cosine": changed(bowl.replace(schedule=cosine), (20, {"optimizer.lr": 0.1})),
        "rate of 0 under a cosine": changed(
            bowl.replace(schedule=cosine),
            (20, {"optimizer.lr": 0.0}),
            (25, {"optimizer.lr": 0.1}),
            (30, noisy),
        ),
        "rate under a chain": changed(
            bowl.replace(schedule={"key": "chained", **SCHEDULE_CASES["chained"]}),
            (20, {"optimizer.lr": 0.1}),
        ),
        "rate in a cycle in a sequence": changed(
            bowl.replace(schedule=cyclic), (9, {"optimizer.lr": 0.1}), (30, {"optimizer.lr": 0.3})
        ),
        "rate under one cycle": changed(
            bowl.replace(schedule=sequence), (9, {"optimizer.lr": 0.1})
        ),
        "rate under a plateau": changed(
            bowl.replace(schedule={"key": "plateau", "patience": 0}), (20, {"optimizer.lr": 0.1})
        ),
        "rate under a cyclic one": changed(
            bowl.replace(schedule={"key": "cyclic"}), (20, {"optimizer.lr": 0.1})
        ),
        "schedule": changed(
            bowl,
            (20, COSINE),
            (30, {"schedule.key": "exponential"}),
            (40, {"schedule.key": "constant"}),
            (45, COSINE),
        ),
        "optimizer under a schedule": changed(bowl.replace(schedule=cosine), (20, TO_ADAM)),
        "formulas": changed(
            bowl.replace(schedule={"key": "lambda", "formula": "0.9**t"}),
            (20, {"schedule.key": "lambda", "schedule.formula": "1 + sin(t) / 9"}),
        ),
        "momentum that was cycled": changed(
            bowl.replace(schedule=CYCLED, optimizer=momentum),
            (20, clipped),
            (30, {"optimizer.momentum": 0.3}),
            (40, {"schedule.key": "constant"}),
        ),
        "betas that were cycled": changed(
            bowl.replace(schedule=CYCLED, optimizer={"key": "adam"}),
            (20, clipped),
            (40, {"schedule.key": "constant"}),
        ),
        "plain rule": changed(
            by_hand,
            (10, {"optimizer.lr": 0.2}),
            (20, COSINE),
            (25, {"optimizer.lr": 0.1}),
            (30, {"schedule.key": "constant"}),
        ),
        "plain rule in between": changed(
            bowl,
            (10, {"optimizer.key": "by-hand"}),
            (20, TO_ADAM),
            (30, {"optimizer.key": "by-hand", "optimizer.lr": 0.1}),
            (40, {"optimizer.lr": 0.2}),
        ),
        "all kinds": changed(
            bowl.replace(schedule=cosine),
            (5, {"optimizer.key": "lbfgs", **noisy}),
            (10, {"optimizer.key": "newton", "optimizer.lr": 0.3, **clipped}),
            (15, {"optimizer.key": "by-hand", "optimizer.lr": 0.1}),
            (20, {"optimizer.key": "muon"}),
            (25, TO_ADAM),
        ),
        "many starts": changed(
            function("rosenbrock", starts=STARTS, schedule=cosine, training={"steps": 60}),
            (10, {**noisy, **clipped}),
            (20, TO_ADAM),
            (30, {"schedule.key": "plateau"}),
            (40, {"training.clip_norm": None, "training.clip_value": 0.3}),
        ),
    }


def changes_of_models() -> dict[str, Experiment]:
    def resized(size: int | None) -> dict[str, Any]:
        return {"training.batch_size": size}

    line = model_on("noisy-line", "linear", "mse", training={"epochs": 20, "batch_size": 40})
    full = model_on("noisy-line", "linear", "mse", training={"epochs": 30})
    counted = model_on("noisy-line", "linear", "mse", training={"steps": 50, "batch_size": 40})
    patient = {"epochs": 20, "batch_size": 40, "patience": 3, "stop_loss_change": 1e-5}
    per_epoch = {"schedule_per": "epoch"}
    muon = fit(
        "digits",
        {"key": "mlp", "hidden": "12"},
        "cross-entropy",
        optimizer={"key": "muon"},
        training={"steps": 20, "batch_size": 200},
    )
    cycle = {"key": "one-cycle", "max_lr": 0.02}
    exponential = {"key": "exponential", "gamma": 0.9}
    return {
        "rate": changed(line, (10, {"optimizer.lr": 0.001})),
        "full batches": changed(full, (10, {"optimizer.lr": 0.001}), (20, TO_ADAM)),
        "batches": changed(line, (10, resized(30)), (20, resized(7))),
        "all samples at once": changed(
            line, (10, resized(None)), (15, resized(64)), (16, resized(9))
        ),
        "batches at last": changed(full, (10, resized(64)), (20, {"optimizer.lr": 0.001})),
        "batches at last, per epoch": changed(
            full.replace(
                training={"epochs": 30, **per_epoch}, schedule={"key": "plateau", "patience": 0}
            ),
            (10, resized(64)),
        ),
        "before the first step": changed(line, (0, resized(30)), (5, resized(20))),
        "no batches at first": changed(full, (0, resized(30)), (5, resized(None))),
        "in the last epoch": changed(line, (59, resized(10)), (65, resized(20))),
        "after the end": changed(line, (10, resized(100)), (40, resized(20)), (99, TO_ADAM)),
        "in order": changed(
            line.replace(training={"epochs": 9, "batch_size": 40, "shuffle": False}),
            (10, resized(30)),
        ),
        "so many steps": changed(counted, (9, resized(30)), (20, TO_ADAM)),
        "epochs of a test part": changed(
            fit("noisy-line", "linear", "mse", training=patient),
            (7, resized(20)),
            (20, resized(60)),
        ),
        "schedule per epoch": changed(
            line.replace(training={"epochs": 20, "batch_size": 40, **per_epoch}, schedule=cycle),
            (10, resized(30)),
            (20, TO_ADAM),
        ),
        "schedule per step": changed(line.replace(schedule=cycle), (10, resized(30)), (20, COSINE)),
        "one cycle of as many moves": changed(
            line.replace(schedule=cycle),
            (9, resized(45)),
            (21, {**resized(30), "optimizer.lr": 0.1}),
        ),
        "one cycle later on": changed(
            line, (10, resized(30)), (20, {f"schedule.{k}": v for k, v in cycle.items()})
        ),
        "schedule of steps, per epoch": changed(
            counted.replace(training={"steps": 50, "batch_size": 40, **per_epoch}, schedule=cycle),
            (10, resized(30)),
            (30, TO_ADAM),
        ),
        "rates of both": changed(
            muon.replace(schedule=exponential),
            (5, {"optimizer.adamw_lr": 0.01}),
            (10, {"optimizer.lr": 0.01, "optimizer.weight_decay": 0.3}),
        ),
        "muon": changed(
            muon,
            (5, {"optimizer.adamw_lr": 0.01}),
            (10, {"optimizer.key": "sgd", "optimizer.lr": 0.1}),
        ),
        "clip and schedule": changed(
            in_batches(
                schedule=exponential, training={"epochs": 6, "batch_size": 30, "clip_norm": 0.1}
            ),
            (9, {"training.clip_norm": 0.01, "optimizer.lr": 0.1, **resized(25)}),
        ),
        "all kinds": changed(
            in_batches(),
            (2, {"optimizer.key": "lbfgs", "optimizer.max_iter": 4}),
            (4, {"optimizer.key": "armijo", **resized(None)}),
            (6, {"optimizer.key": "by-hand", "optimizer.lr": 0.1}),
            (8, {"optimizer.key": "muon"}),
        ),
        "all but closures": changed(
            in_batches(),
            (2, {"optimizer.key": "armijo"}),
            (4, {"optimizer.key": "by-hand", "optimizer.lr": 0.1}),
            (8, TO_ADAM),
        ),
        "refused": changed(overflowing(), (4, {"optimizer.key": "lbfgs", "optimizer.lr": 1e25})),
        "refused, loss alone": changed(
            overflowing(optimizer={"key": "armijo"}),
            (2, {"optimizer.key": "newton", "optimizer.lr": 1e30}),
        ),
        "refused by hand": changed(
            overflowing(optimizer=WOLFE), (2, {"optimizer.key": "by-hand", "optimizer.lr": 1e30})
        ),
    }
