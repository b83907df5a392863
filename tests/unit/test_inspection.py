"""The next step, taken apart, is the step that is then taken."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from gd_studio.catalog import OPTIMIZERS
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression, model_on

OPTIMIZER_SETTINGS: list[dict[str, Any]] = [
    *({"key": key} for key in OPTIMIZERS if key != "lbfgs"),
    {"key": "lbfgs", "lr": 0.1, "max_iter": 4},
    {"key": "sgd", "lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.1},
    {"key": "sgd", "lr": 0.1, "momentum": 0.5, "dampening": 0.2},
    {"key": "rmsprop", "momentum": 0.5, "centered": True},
    {"key": "adam", "amsgrad": True, "weight_decay": 0.01},
    {"key": "adamw", "lr": 0.01, "weight_decay": 0.1},
    {"key": "adamax", "lr": 0.01, "weight_decay": 0.1},
    {"key": "nadam", "lr": 0.01, "momentum_decay": 0.1},
    {"key": "nadam", "lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True},
    {"key": "radam", "lr": 0.01, "beta2": 0.9, "weight_decay": 0.1},
    {"key": "radam", "lr": 0.01, "weight_decay": 0.1, "decoupled_weight_decay": True},
    {"key": "adagrad", "lr_decay": 0.1, "initial_accumulator_value": 0.01},
    {"key": "adadelta", "eps": 0.01, "weight_decay": 0.1},
    {"key": "rprop", "eta_minus": 0.3, "eta_plus": 3.0, "step_size_max": 0.05},
    {"key": "asgd", "lr": 0.1, "lambd": 0.1, "t0": 2.0, "weight_decay": 0.1},
]
WRITTEN_OUT = [
    optimizer for optimizer in OPTIMIZER_SETTINGS if OPTIMIZERS[optimizer["key"]].elementwise
]


def ids(value: dict[str, Any]) -> str:
    return " ".join(map(str, value.values()))


@pytest.mark.parametrize("optimizer", OPTIMIZER_SETTINGS, ids=ids)
@pytest.mark.parametrize("training", [{}, {"clip_norm": 0.05}, {"clip_value": 0.01, "l1": 0.01}])
def test_what_the_inspection_foretells_is_what_happens(
    optimizer: dict[str, Any], training: dict[str, Any]
) -> None:
    experiment = circle_perceptron(optimizer=optimizer, training={"epochs": 20, **training})
    session = Session(experiment)
    take(session, 3)
    for step in (4, 5):
        inspection = session.inspect()
        taken = session.advance(1)
        assert taken is not None
        assert (inspection.step, inspection.epoch) == (step, step)
        after = [parameter.after for parameter in inspection.parameters]
        np.testing.assert_array_equal(np.array(after, dtype=np.float32), taken.parameters[-1])
        assert inspection.gradient_norm == pytest.approx(taken.grad_norm[-1], rel=1e-6)
        assert inspection.loss + inspection.penalty == pytest.approx(taken.loss[-1], rel=1e-6)
        for parameter in inspection.parameters:
            assert parameter.worked.endswith(f"= {_written(parameter.after)}")


def take(session: Session, steps: int) -> None:
    """Take so many steps, however many frames that needs."""
    while session.taken < steps:
        session.advance(steps - session.taken)


def _written(value: float) -> str:
    text = f"{value:.4g}".replace("-", "−")
    return f"({text})" if value < 0 else text


@pytest.mark.parametrize("optimizer", WRITTEN_OUT, ids=ids)
@pytest.mark.parametrize("schedule", [{}, {"schedule": {"key": "exponential", "gamma": 0.8}}])
def test_what_is_written_out_is_the_arithmetic_of_the_step(
    optimizer: dict[str, Any], schedule: dict[str, Any]
) -> None:
    experiment = circle_perceptron(
        optimizer={"lr": 0.01, **optimizer}, training={"epochs": 20}, **schedule
    )
    session = Session(experiment)
    for step in (1, 2, 3, 9):
        take(session, step - 1)
        inspection = session.inspect()
        assert inspection is not None
        for parameter in inspection.parameters:
            *before, last = parameter.worked.split(";  ")
            start, shrunk = parameter.before, re.compile(r"p ← (\(1 − .*?\)) · ")
            for line in before:
                if match := shrunk.match(line):
                    start *= calculated(match[1])
                elif " ← " in line and " = " in line and ", held at" not in line:
                    made, result = line.split(" ← ")[1].split(" = ")
                    assert abs(calculated(made) - calculated(result)) <= 2e-3 * size_of(made)
            match = re.fullmatch(r"p ← \S+ − (.*) = \S+", last)
            assert match is not None
            rounding = 2.0**-21 * max(1.0, abs(start))
            error = calculated(match[1]) - (start - parameter.after)
            assert abs(error) <= 2e-3 * size_of(match[1]) + rounding


def size_of(text: str) -> float:
    """Return what a formula would make if none of its terms took from another."""
    return abs(calculated(text.replace("(−", "(").replace(" − ", " + ")))


def calculated(text: str) -> float:
    """Return what a formula with numbers makes."""
    python = text.replace("−", "-").replace("·", "*").replace("²", "**2")
    python = re.sub(r"√(\([^()]*\)|[\d.]+(?:e[+-]\d+)?)", r"sqrt(\1)", python)
    python = re.sub(r"\|(.*?)\|", r"abs(\1)", python)
    return float(eval(python, {"sqrt": math.sqrt, "abs": abs, "max": max}))


@pytest.mark.parametrize(
    ("optimizer", "sentence"),
    [
        ({"key": "adafactor"}, "The step is found for each tensor as a whole"),
        ({"key": "muon"}, "The step of a matrix is found as a whole, that of all else by AdamW"),
        ({"key": "lbfgs", "lr": 0.1}, "The step is found for all parameters together"),
        ({"key": "armijo"}, "The step is found for all parameters together"),
    ],
    ids=["adafactor", "muon", "lbfgs", "armijo"],
)
def test_a_step_that_is_not_an_elements_own_is_told_as_such(
    optimizer: dict[str, Any], sentence: str
) -> None:
    inspection = Session(circle_perceptron(optimizer=optimizer)).inspect()
    assert inspection is not None
    for parameter in inspection.parameters:
        told, step = parameter.worked.split(";  ")
        assert told == sentence
        assert step.startswith(f"p ← {_written(parameter.before)} − ")
        assert step.endswith(f"= {_written(parameter.after)}")


def test_a_gradient_that_turns_stops_rprop_for_a_step() -> None:
    # Down x²/2 + y²/2 from (0.015, 1) with steps of 0.01 and 0.012: x passes 0, y does not.
    experiment = function(
        "custom",
        settings={"formula": "(x**2 + y**2)/2"},
        starts=((0.015, 1.0),),
        optimizer={"key": "rprop"},
        training={"steps": 10},
    )
    session = Session(experiment)
    take(session, 2)
    inspection = session.inspect()
    assert inspection is not None
    x, y = inspection.parameters
    assert x.worked == "s ← 0.5 · 0.012 = 0.006;  g ← 0;  p ← (−0.007) − 0.006 · 0 = (−0.007)"
    assert y.worked == "s ← 1.2 · 0.012 = 0.0144;  p ← 0.978 − 0.0144 · 1 = 0.9636"


@pytest.mark.parametrize("optimizer", OPTIMIZER_SETTINGS, ids=ids)
def test_looking_changes_nothing(optimizer: dict[str, Any]) -> None:
    experiment = model_on(
        "moons",
        {"key": "mlp", "hidden": "4"},
        "bce",
        optimizer=optimizer,
        training={"epochs": 5, "batch_size": 16},
        split=0.3,
    )
    assert torch.equal(end_of(experiment, looks=True), end_of(experiment, looks=False))


def end_of(experiment: Experiment, *, looks: bool) -> torch.Tensor:
    session = Session(experiment)
    while session.finish is None:
        if looks:
            session.inspect()
        session.advance(1)
    return torch.from_numpy(session.finished().parameters)


def test_the_numbers_are_those_of_a_plain_step() -> None:
    x, y = plain.noisy_line(42)
    model = nn.Linear(1, 1)
    prediction = model(x)
    loss = nn.functional.mse_loss(prediction, y)
    loss.backward()

    inspection = Session(linear_regression()).inspect()
    assert inspection.batch_size == 100
    assert inspection.feature_names == ("x",)
    np.testing.assert_array_equal(inspection.features, x[:20].double())
    np.testing.assert_array_equal(inspection.targets, y[:20, 0].double())
    np.testing.assert_allclose(inspection.predictions, prediction[:20].detach(), rtol=1e-6)
    residuals = (prediction.detach() - y)[:20, 0]
    np.testing.assert_allclose(inspection.residuals, residuals, rtol=1e-5, atol=1e-5)
    assert inspection.loss == pytest.approx(loss.item())
    weight, bias = inspection.parameters
    assert (weight.label, bias.label) == ("weight", "bias")
    assert weight.gradient == pytest.approx(model.weight.grad.item())
    assert bias.gradient == pytest.approx(model.bias.grad.item())
    assert weight.after == pytest.approx(model.weight.item() - 0.01 * model.weight.grad.item())


def test_the_momentum_that_is_shown_is_torchs_own() -> None:
    experiment = linear_regression(
        optimizer={"key": "sgd", "lr": 0.001, "momentum": 0.9}, training={"epochs": 10}
    )
    session = Session(experiment)
    take(session, 2)
    inspection = session.inspect()

    x, y = plain.noisy_line(42)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.001, momentum=0.9)
    for _ in range(3):
        optimizer.zero_grad()
        nn.functional.mse_loss(model(x), y).backward()
        optimizer.step()
    expected = optimizer.state[model.weight]["momentum_buffer"].item()
    assert inspection.parameters[0].state == {"momentum_buffer": pytest.approx(expected)}


def test_a_large_model_is_told_by_its_layers() -> None:
    experiment = model_on(
        "digits", "cnn", "cross-entropy", training={"epochs": 1, "batch_size": 64}
    )
    inspection = Session(experiment).inspect()
    assert inspection.parameters == ()
    assert inspection.predictions.shape == (20, 10)
    assert inspection.residuals.size == 0
    assert [layer.name for layer in inspection.layers] == list(experiment.layout.names)
    for layer, shape in zip(inspection.layers, experiment.layout.shapes, strict=True):
        assert layer.shape == shape
        assert layer.values[0].sum() == np.prod(shape)
        assert layer.gradients[0].sum() == np.prod(shape)
        assert layer.gradient_norm > 0
    total = np.linalg.norm([layer.gradient_norm for layer in inspection.layers])
    assert total == pytest.approx(inspection.gradient_norm)


def test_the_graph_leads_from_the_loss_to_every_parameter() -> None:
    graph = Session(circle_perceptron()).inspect().graph
    assert graph.nodes[0].name == "binary_cross_entropy"
    assert graph.nodes[0].shape == ()
    leaves = {node.name: node.shape for node in graph.nodes if node.is_parameter}
    assert leaves == {
        "0.weight": (10, 2),
        "0.bias": (10,),
        "2.weight": (1, 10),
        "2.bias": (1,),
    }
    reached = {0}
    for above, below in sorted(graph.edges):
        assert above in reached
        reached.add(below)
    assert reached == set(range(len(graph.nodes)))
    names = [node.name for node in graph.nodes]
    assert {"sigmoid", "relu", "addmm"} <= set(names)


def test_a_histogram_of_numbers_that_hardly_differ_has_bins_all_the_same() -> None:
    experiment = function("quadratic-bowl", starts=((1.0, float(np.nextafter(1, 2))),))
    layer = Session(experiment).inspect().layers[0]
    counts, edges = layer.values
    assert counts.sum() == 2
    assert (np.diff(edges) > 0).all()


def test_after_a_divergence_there_is_no_next_step() -> None:
    session = Session(linear_regression(optimizer={"key": "sgd", "lr": 1e10}))
    while session.finish is None:
        session.advance(100)
    session.finished()
    inspection = session.inspect()
    assert inspection is None or np.isfinite(inspection.loss)


def test_a_point_on_a_function_has_a_step_as_well() -> None:
    inspection = Session(function("quadratic-bowl", starts=((1.0, 2.0),))).inspect()
    assert inspection.batch_size == 0
    assert [parameter.before for parameter in inspection.parameters] == [1.0, 2.0]
    assert inspection.loss_formula
