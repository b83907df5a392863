"""Exported scripts end with the engine's very parameters."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch

from gd_studio.catalog import FUNCTIONS, OPTIMIZERS
from gd_studio.cli import main
from gd_studio.experiment import Experiment, assign
from gd_studio.files import example_keys, load_example
from gd_studio.link.messages import FinishReason
from tests.helpers.experiments import function, model_on
from tests.helpers.scripts import assert_same, people, run_engine, run_scripts

pytestmark = [pytest.mark.timeout(300), pytest.mark.long, pytest.mark.source]

MOST_EPOCHS, MOST_STEPS = 20, 200
"""What is run of a long example: where it ends says no more than where it is by then."""


def shortened(experiment: Experiment) -> Experiment:
    training = experiment.training
    epochs = training.epochs and min(training.epochs, MOST_EPOCHS)
    steps = training.steps and min(training.steps, MOST_STEPS)
    changed = {**training.model_dump(), "epochs": epochs, "steps": steps}
    return experiment.replace(training=changed)


def fit(
    dataset: str | dict[str, Any],
    model: str | dict[str, Any],
    loss: str | dict[str, Any],
    optimizer: dict[str, Any] | None = None,
    training: dict[str, Any] | None = None,
    split: dict[str, Any] | None = None,
    standardise: bool = False,
    **changes: Any,
) -> Experiment:
    return model_on(
        dataset,
        model,
        loss,
        optimizer=optimizer,
        training=training or {"epochs": 20},
        split=split,
        standardise=standardise,
        changes=changes,
    )


def test_every_example_ends_with_the_same_bits(tmp_path: Path) -> None:
    runs = {
        f"{key} {name}": shortened(experiment)
        for key in example_keys()
        for name, experiment in load_example(key).runs()
    }
    assert len(runs) >= len(example_keys())
    assert_same(tmp_path, runs)


SPLIT = {"test": 0.25, "seed": 3}
ADAM = {"key": "adam", "lr": 0.02, "beta1": 0.8, "amsgrad": True}
MOMENTUM = {"key": "sgd", "lr": 0.02, "momentum": 0.9, "nesterov": True, "weight_decay": 0.01}

MODELS = {
    "line, by hand": fit("line", "by-hand", "l1", {"key": "by-hand", "lr": 0.05}),
    "sine, standardised, Huber": fit(
        {"key": "sine", "noise": 0.0},
        {"key": "mlp", "hidden": "7, 5", "activation": "tanh", "initialisation": "xavier"},
        {"key": "huber", "delta": 0.5},
        ADAM,
        {"epochs": 30, "batch_size": 13, "l1": 0.001, "l2": 0.01},
        standardise=True,
        split=SPLIT,
    ),
    "quadratic, polynomial of degree 4 with clipping": fit(
        "quadratic",
        {"key": "polynomial", "degree": 4, "initialisation": "uniform"},
        "mse",
        {"key": "adagrad", "lr": 0.1, "lr_decay": 0.01},
        {"epochs": 60, "clip_norm": 1.0},
        standardise=True,
    ),
    "scattered circle, penalties and clipped values": fit(
        {"key": "circle", "noise": 0.1},
        {"key": "perceptron", "hidden": 6},
        "bce-with-logits",
        MOMENTUM,
        {"epochs": 20, "batch_size": 16, "shuffle": False, "clip_value": 0.01, "l2": 0.001},
    ),
    "blobs of two classes, early stopping in steps of batches": fit(
        {"key": "blobs", "classes": 2, "samples": 60},
        "logistic",
        "bce",
        {"key": "rmsprop", "lr": 0.3, "momentum": 0.5, "centered": True},
        {"steps": 333, "batch_size": 7, "patience": 3},
        split={**SPLIT, "stratified": True},
        standardise=True,
    ),
    "spirals, early stopping without going back": fit(
        "spirals",
        {"key": "mlp", "hidden": "16", "activation": "silu", "initialisation": "kaiming"},
        "bce",
        {"key": "adam", "lr": 0.1},
        {"epochs": 200, "patience": 4, "restore_best": False},
        split=SPLIT,
    ),
    "xor, until the loss stays as it is": fit(
        "xor",
        {"key": "mlp", "hidden": "4", "activation": "gelu"},
        "mse",
        ADAM,
        {"steps": 4000, "stop_loss_change": 1e-6},
    ),
    "iris, until the gradient is short, in batches": fit(
        "iris",
        "softmax",
        "cross-entropy",
        {"key": "sgd", "lr": 0.1},
        {"epochs": 100, "batch_size": 32, "stop_gradient_norm": 0.1, "patience": 50},
        standardise=True,
        split={**SPLIT, "stratified": True},
    ),
    "breast cancer, loss of epochs": fit(
        "breast-cancer",
        "linear",
        "mse",
        {"key": "sgd", "lr": 0.01},
        {"epochs": 200, "batch_size": 100, "stop_loss_change": 1e-4},
        standardise=True,
        split=SPLIT,
    ),
    "diabetes, from given parameters": fit(
        "diabetes",
        "linear",
        "mse",
        {"key": "by-hand", "lr": 0.1},
        {"steps": 50},
        initial_parameters={"weight": [[k / 7 for k in range(10)]], "bias": [0.1]},
        split=SPLIT,
    ),
    "by hand, from given parameters": fit(
        "noisy-line", "by-hand", "mse", initial_parameters={"w": [[0.3]], "b": [1e-3]}
    ),
    "digits, normal weights": fit(
        "digits",
        {"key": "cnn", "channels": 3, "activation": "elu", "initialisation": "normal"},
        "cross-entropy",
        {"key": "adam", "lr": 0.01},
        {"epochs": 2, "batch_size": 100},
    ),
    "checkerboard, zeros": fit(
        "checkerboard",
        {"key": "mlp", "hidden": "5", "activation": "leaky-relu", "initialisation": "zeros"},
        "bce-with-logits",
    ),
    "circles, a batch larger than the samples": fit(
        "circles",
        {"key": "mlp", "hidden": "9", "activation": "sigmoid"},
        "bce",
        training={"epochs": 12, "batch_size": 5000, "clip_norm": 0.1},
    ),
    "wine, unstandardised": fit(
        "wine",
        {"key": "mlp", "hidden": "33, 17"},
        "cross-entropy",
        {"key": "rmsprop", "lr": 0.001},
        seed=2**40 + 7,
        split=SPLIT,
    ),
    "purchase": fit(
        "purchase", "logistic", "bce", training={"epochs": 9}, standardise=True, split=SPLIT
    ),
    "moons, xavier by hand": fit(
        "moons", {"key": "by-hand", "initialisation": "xavier"}, "bce-with-logits"
    ),
    "weighted sum, uniform": fit(
        "weighted-sum",
        {"key": "linear", "initialisation": "uniform"},
        "mse",
        training={"steps": 77, "batch_size": 31},
    ),
}


def test_models_end_with_the_same_bits(tmp_path: Path) -> None:
    reasons = assert_same(tmp_path, MODELS)
    ends = set(reasons.values())
    assert {FinishReason.COMPLETED, FinishReason.CONVERGED, FinishReason.EARLY_STOPPED} <= ends


DOUBLES = {
    "line": fit("noisy-line", "linear", "mse", {"key": "sgd", "lr": 0.01}),
    "line, by hand": fit("line", "by-hand", "l1", {"key": "by-hand", "lr": 0.05}),
    "quadratic, by hand and standardised": fit(
        "quadratic", {"key": "polynomial", "initialisation": "normal"}, "mse", standardise=True
    ),
    "moons, xavier by hand": fit(
        "moons", {"key": "by-hand", "initialisation": "xavier"}, "bce-with-logits"
    ),
    "perceptron in batches": fit(
        "circle",
        {"key": "perceptron", "hidden": 6},
        "bce",
        ADAM,
        {"epochs": 20, "batch_size": 16, "l1": 0.001, "clip_norm": 0.5},
        split=SPLIT,
    ),
    "spirals, kaiming, standardised, early stopping": fit(
        "spirals",
        {"key": "mlp", "hidden": "9, 5", "initialisation": "kaiming"},
        "bce-with-logits",
        {"key": "rmsprop", "lr": 0.02, "momentum": 0.5, "centered": True},
        {"epochs": 60, "patience": 3},
        standardise=True,
        split=SPLIT,
    ),
    "digits, convolution": fit(
        "digits",
        {"key": "cnn", "channels": 2},
        "cross-entropy",
        ADAM,
        {"steps": 5, "batch_size": 100},
        split=SPLIT,
    ),
    "iris, standardised": fit(
        "iris", "softmax", "cross-entropy", ADAM, standardise=True, split=SPLIT
    ),
    "diabetes, from given parameters": fit(
        "diabetes",
        "linear",
        "mse",
        {"key": "adagrad", "lr": 0.1},
        initial_parameters={"weight": [[k / 7 for k in range(10)]], "bias": [0.1]},
    ),
    "by hand, from given parameters": fit(
        "noisy-line", "by-hand", "mse", initial_parameters={"w": [[0.3]], "b": [1e-3]}
    ),
    "purchase": fit("purchase", "logistic", "bce", MOMENTUM, standardise=True, split=SPLIT),
    "function": function("rosenbrock", starts=[[-0.3, 0.1]], optimizer={"key": "adam"}),
    "function of one variable": function("custom", starts=[[0.1]], optimizer=MOMENTUM),
    "random start": function("sine-product", starts=()),
    "many starts": function(
        "rosenbrock", starts=[[-0.3, 0.1], [30.0, -40.0], [0.9, 0.7]], optimizer={"key": "by-hand"}
    ),
    "given point": function(initial_parameters={"position": [[0.1, 0.7]]}),
}


def test_runs_in_double_precision_end_with_the_same_bits(tmp_path: Path) -> None:
    experiments = {name: each.replace(precision="float64") for name, each in DOUBLES.items()}
    many = experiments["random start"]
    problem = {**many.problem.model_dump(), "random_starts": 7}
    experiments["many random starts"] = many.replace(problem=problem)
    for missing in ("drop", "mean", "median"):
        for parts in ({"split": SPLIT}, {"split": SPLIT, "standardise": True}):
            dataset = people(tmp_path / f"people {missing}.csv", ",", holes=True)
            dataset["table"]["missing"] = missing
            name = f"table {missing} {len(parts)}"
            experiments[name] = fit(dataset, "logistic", "bce", precision="float64", **parts)
    assert_same(tmp_path, experiments)
    _, finished = run_engine(experiments["line"])
    assert finished.parameters.dtype == "float64"


def test_runs_that_diverge_keep_the_last_finite_parameters(tmp_path: Path) -> None:
    far = {"key": "sgd", "lr": 1e6}
    reasons = assert_same(
        tmp_path,
        {
            "line": fit("noisy-line", "linear", "mse", {"key": "sgd", "lr": 0.04}, {"epochs": 900}),
            "polynomial": fit("quadratic", "polynomial", "mse", {"key": "by-hand", "lr": 0.001}),
            "by hand": fit("noisy-line", "by-hand", "mse", {"key": "by-hand", "lr": 1e20}),
            "probabilities": fit(
                "circle",
                {"key": "mlp", "initialisation": "normal"},
                "bce",
                {"key": "sgd", "lr": 1e30},
                split=SPLIT,
            ),
            "from the very start": fit(
                "circle",
                {"key": "perceptron", "hidden": 2},
                "bce",
                # Infinity times nothing is no number on any processor; of two infinities the sum
                # is, on some, what the order of the terms makes of it.
                initial_parameters={
                    "0.weight": [[3e38, 3e38], [3e38, 3e38]],
                    "0.bias": [3e38, 3e38],
                    "2.weight": [[0.0, 0.0]],
                    "2.bias": [0.0],
                },
            ),
            "in batches": fit(
                "noisy-line", "linear", "mse", far, {"epochs": 50, "batch_size": 9, "patience": 40}
            ),
            "in steps of batches": fit(
                "diabetes", "linear", "mse", far, {"steps": 99, "batch_size": 9, "clip_value": 1e30}
            ),
            "classes": fit("wine", {"key": "mlp"}, "cross-entropy", {"key": "sgd", "lr": 1e25}),
            "function": function("rosenbrock", starts=[[-1.5, 2.0]]),
            "infinite gradient": Experiment.parse(
                {
                    "problem": {
                        "kind": "function",
                        "function": {"key": "custom", "formula": "sqrt(x)", "low": -1.0, "high": 2},
                        "starts": [[0.0]],
                    },
                    "optimizer": {"key": "sgd", "lr": 0.1},
                    "training": {"steps": 10, "clip_value": 1.0},
                }
            ),
        },
    )
    assert {k: r for k, r in reasons.items() if r is not FinishReason.DIVERGED} == {}


def test_functions_end_with_the_same_bits(tmp_path: Path) -> None:
    experiments = {}
    ways: tuple[dict, ...] = (
        {"starts": ()},
        {"starts": [[0.7, -0.3]]},
        {"starts": [[0.7, -0.3], [1.2, 0.4], [-0.2, 0.9]]},
    )
    for place, key in enumerate(FUNCTIONS):
        optimizer = list(OPTIMIZERS)[place % len(OPTIMIZERS)]
        for way in ways:
            if len(way["starts"]) > 1 and not OPTIMIZERS[optimizer].elementwise:
                continue
            if key == "custom":
                way = {"starts": [start[:1] for start in way["starts"]]}
            name = f"{key} {optimizer} {len(way['starts'])}"
            experiments[name] = function(
                key, **way, optimizer={"key": optimizer, "lr": 0.01}, training={"steps": 40}
            )
    for optimizer in OPTIMIZERS:
        for many in (1, 37) if OPTIMIZERS[optimizer].elementwise else (1,):
            experiment = function("sine-product", starts=(), optimizer={"key": optimizer})
            problem = {**experiment.problem.model_dump(), "random_starts": many}
            experiments[f"{many} {optimizer}"] = experiment.replace(problem=problem)
    assert_same(tmp_path, experiments)


def test_of_many_starts_those_that_diverge_stay_behind(tmp_path: Path) -> None:
    starts = [[-1.5, 2.0], [1.0, 1.0], [0.9, 0.8], [30.0, -40.0]]
    optimizers = ({"key": "sgd", "lr": 0.002}, {"key": "adam"}, {"key": "by-hand", "lr": 0.002})
    clips: tuple[dict, ...] = ({}, {"clip_norm": 0.5}, {"clip_value": 0.5})
    stops: tuple[dict, ...] = ({}, {"stop_gradient_norm": 1.0, "stop_loss_change": 0.01})
    reasons = assert_same(
        tmp_path,
        {
            f"{optimizer['key']} {clip} {stop}": function(
                "rosenbrock",
                starts=starts,
                optimizer=optimizer,
                training={"steps": 60, **clip, **stop},
            )
            for optimizer in optimizers
            for clip in clips
            for stop in stops
        },
    )
    assert FinishReason.CONVERGED in reasons.values()


def test_scripts_for_another_device_do_what_those_for_the_cpu_do(tmp_path: Path) -> None:
    experiments = {
        "module": MODELS["iris, until the gradient is short, in batches"],
        "tensors": MODELS["line, by hand"],
        "xavier": MODELS["moons, xavier by hand"],
        "given": MODELS["by hand, from given parameters"],
        "point": function(),
        "random points": function(starts=()),
        "points": function(starts=[[1.0, 2.0], [3.0, 4.0]]),
    }
    experiments |= {
        f"{name} in float64": e.replace(precision="float64") for name, e in experiments.items()
    }
    there = {name: e.replace(device="cuda:7") for name, e in experiments.items()}
    ends = run_scripts(tmp_path, there)
    for name, experiment in experiments.items():
        assert torch.equal(ends[name], run_engine(experiment)[0])


def test_tables_end_with_the_same_bits(tmp_path: Path) -> None:
    experiments = {}
    for place, missing in enumerate(("drop", "mean", "median")):
        for parts in ({}, {"split": SPLIT}, {"split": SPLIT, "standardise": True}):
            path = tmp_path / f"people {missing} {len(parts)}.csv"
            dataset = people(path, ",;\t"[place], holes=len(parts) > 0)
            dataset["table"]["missing"] = missing
            experiments[f"{missing} {parts}"] = fit(dataset, "logistic", "bce", **parts)
    regression = people(tmp_path / "sizes.csv", ",", holes=True)
    regression["table"] |= {"target": 'the "size", in m', "task": "regression", "missing": "median"}
    experiments["regression"] = fit(regression, "linear", "mse", split=SPLIT, standardise=True)
    assert_same(tmp_path, experiments)


def test_the_command_writes_a_script_and_what_it_reads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "new.py"
    changes = ["training.epochs=3", "seed=5"]
    which = ["--run", "Hidden layer of 8"]
    export = ["export", "purchase-likelihood", "--script", str(script), *which, "--set", *changes]
    assert main(export) == 0
    written = f"{script}, {tmp_path / 'new-data.csv'}"
    assert capsys.readouterr().out == f"Written (run 'Hidden layer of 8'): {written}.\n"
    command = [sys.executable, str(script), str(tmp_path / "end.pt")]
    subprocess.run(command, cwd="/", capture_output=True, check=True)
    runs = dict(assign(load_example("purchase-likelihood"), changes).runs())
    parameters, _ = run_engine(runs["Hidden layer of 8"])
    saved = torch.load(tmp_path / "end.pt")
    assert torch.equal(torch.cat([part.flatten() for part in saved.values()]), parameters)
