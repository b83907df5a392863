"""Exported scripts with every optimizer, with noise, schedules and changes on the way."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import torch

from gd_studio.catalog import OPTIMIZERS, SCHEDULES
from gd_studio.cli import main
from gd_studio.link.messages import FinishReason
from tests.helpers.courses import (
    SCHEDULE_CASES,
    STARTS,
    WOLFE,
    changed,
    changes_of_functions,
    changes_of_models,
    doubled,
    fit,
    in_batches,
    overflowing,
    perceptron,
)
from tests.helpers.experiments import function, model_on
from tests.helpers.scripts import assert_same, people, run_engine

pytestmark = [pytest.mark.timeout(300), pytest.mark.long, pytest.mark.source]


def test_every_optimizer_ends_with_the_same_bits(tmp_path: Path) -> None:
    bowls, others = {}, {}
    for key, entry in OPTIMIZERS.items():
        optimizer = {"key": key, "lr": 0.01}
        bowls[f"{key} on a bowl"] = function(optimizer=optimizer, training={"steps": 30})
        others[f"{key} on a model"] = perceptron(optimizer=optimizer, training={"epochs": 6})
        if entry.closure:
            training = {"epochs": 2, "batch_size": 40}
            others[f"{key} on batches"] = perceptron(optimizer=optimizer, training=training)
        if not entry.elementwise:
            others[f"{key} on a valley"] = function(
                "rosenbrock", starts=[[-1.2, 1.0]], optimizer={"key": key}, training={"steps": 20}
            )
            bowls[f"{key} on a line"] = function(
                "custom", starts=[[0.3]], optimizer=optimizer, training={"steps": 9, "clip_norm": 1}
            )
    assert_same(tmp_path, {**doubled(bowls), **others})


def test_closures_are_evaluated_as_the_engine_does(tmp_path: Path) -> None:
    adamw = {"key": "muon", "lr": 0.02, "adamw_lr": 0.01, "weight_decay": 0.2, "nesterov": False}
    digits = ("digits", {"key": "mlp", "hidden": "12, 8"}, "cross-entropy")
    far = {"key": "lbfgs", "lr": 1e25, "max_iter": 5}
    experiments = {
        "wolfe": function("rosenbrock", starts=[[-1.2, 1.0]], optimizer=WOLFE),
        "wolfe in batches, clipped": in_batches(
            optimizer=WOLFE, training={"epochs": 3, "batch_size": 60, "clip_norm": 0.05, "l2": 0.01}
        ),
        "clipped values": perceptron(
            optimizer={"key": "lbfgs", "lr": 0.1}, training={"steps": 9, "clip_value": 0.01}
        ),
        "values of batches": in_batches(
            optimizer=WOLFE, training={"epochs": 3, "batch_size": 60, "clip_value": 0.01}
        ),
        "until the gradient is short": function(
            "rosenbrock",
            starts=[[-1.2, 1.0]],
            optimizer={**WOLFE, "max_iter": 2},
            training={"steps": 60, "stop_gradient_norm": 0.5},
        ),
        "short gradient of a batch": in_batches(
            optimizer=WOLFE,
            training={"epochs": 9, "batch_size": 60, "stop_gradient_norm": 0.25},
        ),
        "noisy wolfe": function(
            optimizer=WOLFE, training={"steps": 9, "gradient_noise": 0.3, "clip_norm": 1.0}
        ),
        "noisy newton": function(
            "rosenbrock",
            optimizer={"key": "damped-newton"},
            training={"steps": 9, "gradient_noise": 1},
        ),
        "by hand": fit(
            "line", "by-hand", "mse", optimizer={"key": "lbfgs"}, training={"epochs": 9}
        ),
        "refused in a step": overflowing(optimizer=far),
        "refused in a search": overflowing(optimizer={**WOLFE, **far}),
        "refused in batches": overflowing(
            optimizer={**WOLFE, **far}, training={"epochs": 4, "batch_size": 40}
        ),
        "refused by newton": overflowing(optimizer={"key": "newton", "lr": 1e30}),
        "overshot": function(
            "rosenbrock", starts=[[-50.0, 80.0]], optimizer={"key": "lbfgs", "lr": 1e20}
        ),
        "newton overshot": function(
            "rosenbrock", starts=[[-50.0, 80.0]], optimizer={"key": "newton", "lr": 1e30}
        ),
        "muon": fit(*digits, optimizer=adamw, training={"steps": 12, "batch_size": 100}),
        "muon, a scale for each": fit(
            *digits,
            optimizer={"key": "muon", "adjust_lr_fn": "match_rms_adamw"},
            schedule={"key": "one-cycle", "max_lr": 0.1, "cycle_momentum": True},
            training={"epochs": 3, "batch_size": 400, "clip_norm": 0.3},
        ),
        "muon on tensors": fit(
            "moons", "by-hand", "bce-with-logits", optimizer=adamw, training={"epochs": 9}
        ),
        "adafactor": fit(*digits, optimizer={"key": "adafactor"}, training={"epochs": 3}),
        "armijo by hand": fit(
            "line", "by-hand", "l1", optimizer={"key": "armijo"}, training={"epochs": 9}
        ),
        "newton of a polynomial": fit(
            "quadratic",
            "polynomial",
            "mse",
            optimizer={"key": "newton", "lr": 0.5},
            training={"steps": 9, "batch_size": 33},
        ),
    }
    reasons = assert_same(tmp_path, experiments)
    assert {n for n, r in reasons.items() if r is FinishReason.CONVERGED} == {
        "until the gradient is short",
        "short gradient of a batch",
    }
    diverged = {n for n, r in reasons.items() if r is FinishReason.DIVERGED}
    assert {name for name in experiments if "refused" in name} <= diverged


def test_noise_is_the_same_in_a_script(tmp_path: Path) -> None:
    noisy = {"steps": 40, "gradient_noise": 0.7}
    experiments = {
        "one start": function(training=noisy, seed=5),
        "one variable": function("custom", starts=[[0.3]], training=noisy),
        "a random start": function("custom", starts=(), training={**noisy, "clip_norm": 1.0}),
        "many starts": function("rosenbrock", starts=STARTS, training={**noisy, "clip_norm": 2.0}),
        "many values": function(
            "rosenbrock", starts=STARTS * 5, training={**noisy, "clip_value": 2}
        ),
        "until it is short": function(training={**noisy, "stop_gradient_norm": 0.5}),
        "rows": function(optimizer={"key": "muon"}, training=noisy),
    }
    assert_same(tmp_path, doubled(experiments))


def test_every_schedule_ends_with_the_same_bits(tmp_path: Path) -> None:
    experiments = {}
    for key in SCHEDULES:
        schedule = {"key": key, **SCHEDULE_CASES.get(key, {})}
        experiments[f"{key} on a bowl"] = function(schedule=schedule, training={"steps": 40})
        for per in ("step", "epoch"):
            training = {"epochs": 30, "batch_size": 50, "schedule_per": per}
            experiments[f"{key} per {per}"] = model_on(
                "noisy-line", "linear", "mse", training=training, changes={"schedule": schedule}
            )
    plateau = {"key": "plateau", "patience": 0, "factor": 0.5}
    momentum = {"key": "adam", "lr": 0.05}
    per_epoch = {"epochs": 20, "batch_size": 40, "schedule_per": "epoch"}
    experiments |= {
        "a plateau of a test part": fit(
            "noisy-line",
            "linear",
            "mse",
            schedule=plateau,
            optimizer=momentum,
            training={**per_epoch, "patience": 5},
        ),
        "a plateau of steps": in_batches(schedule=plateau, optimizer=momentum),
        "a plateau of epochs without batches": perceptron(
            schedule=plateau, training={"epochs": 30, "schedule_per": "epoch"}
        ),
        "a plateau of many starts": function("rosenbrock", starts=STARTS, schedule=plateau),
        "plain rule": perceptron(schedule={"key": "exponential"}, optimizer={"key": "by-hand"}),
        "plain rule on a bowl": function(
            schedule={"key": "exponential", "gamma": 0.9}, optimizer={"key": "by-hand", "lr": 0.2}
        ),
        "one cycle in a count of steps": in_batches(
            schedule={"key": "one-cycle", "max_lr": 0.1, "cycle_momentum": True},
            training={"steps": 33, "batch_size": 40, "schedule_per": "epoch"},
        ),
        "closure": function(schedule={"key": "cosine", "T_max": 9}, optimizer=WOLFE),
        "reference": function(schedule={"key": "cosine", "T_max": 9}, optimizer={"key": "armijo"}),
        "muon": in_batches(schedule=plateau, optimizer={"key": "muon"}),
    }
    assert_same(tmp_path, experiments)


def test_changes_on_the_way_end_with_the_same_bits(tmp_path: Path) -> None:
    functions, models = changes_of_functions(), changes_of_models()
    experiments = {f"function: {name}": e for name, e in functions.items()}
    experiments |= {f"model: {name}": e for name, e in models.items()}
    table = people(tmp_path / "people.csv", ",", holes=True)
    experiments["table"] = changed(
        fit(table, "logistic", "bce", training={"epochs": 9, "batch_size": 20}),
        (5, {"training.batch_size": 9, "optimizer.lr": 0.1}),
    )
    for name in ("function: all kinds", "model: batches"):
        experiments[f"{name} in float64"] = experiments[name].replace(precision="float64")
    assert_same(tmp_path, experiments)


def test_the_command_writes_a_script_of_a_run_with_changes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    experiment = changes_of_models()["clip and schedule"]
    file, script = tmp_path / "course.json", tmp_path / "course.py"
    file.write_text(experiment.to_json(), encoding="utf-8")
    assert main(["export", str(file), "--script", str(script)]) == 0
    assert capsys.readouterr().out == f"Written: {script}.\n"
    command = [sys.executable, str(script), str(tmp_path / "end.pt")]
    subprocess.run(command, cwd="/", capture_output=True, check=True)
    parameters, _ = run_engine(experiment)
    saved = torch.load(tmp_path / "end.pt")
    assert torch.equal(torch.cat([part.flatten() for part in saved.values()]), parameters)
