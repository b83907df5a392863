"""Runs in float64, beside plain loops in float64: what is drawn, what is given, what comes back."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes, load_iris, make_moons
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

from gd_studio.engine.answers import Answerer
from gd_studio.engine.data import DataProblem
from gd_studio.engine.problems import ModelTask, build_task
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment, ExperimentError, assign
from gd_studio.link.messages import FinishReason
from gd_studio.link.questions import Evaluate, MapLandscape, Predict, ShowPreview
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression, model_on
from tests.helpers.sessions import run

DOUBLE = {"precision": "float64"}


def model_task(experiment: Experiment) -> ModelTask:
    task = build_task(experiment)
    assert isinstance(task, ModelTask)
    return task


# --- beside the plain loop ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "make_optimizer"),
    [
        ({"key": "sgd", "lr": 0.01}, partial(torch.optim.SGD, lr=0.01)),
        ({"key": "by-hand", "lr": 0.01}, partial(torch.optim.SGD, lr=0.01)),
        ({"key": "adam", "lr": 0.1}, partial(torch.optim.Adam, lr=0.1)),
    ],
)
def test_linear_regression_ends_with_the_bits_of_the_plain_loop(choice, make_optimizer) -> None:
    experiment = linear_regression(optimizer=choice, training={"epochs": 300}, **DOUBLE)
    recording, finished = run(experiment)
    x, y = (part.double() for part in plain.noisy_line(42))
    model = nn.Linear(1, 1).double()
    expected = plain.train(model, nn.MSELoss(), x, y, make_optimizer, 300)

    assert recording.parameters.dtype == finished.parameters.dtype == np.float64
    assert np.array_equal(recording.parameters[1:], expected.parameters.numpy())
    assert recording.loss.tolist() == expected.losses
    np.testing.assert_allclose(recording.grad_norm, expected.grad_norms, rtol=1e-12)


def test_the_perceptron_with_adam_ends_with_the_bits_of_the_plain_loop() -> None:
    recording, finished = run(circle_perceptron(training={"epochs": 200}, **DOUBLE))
    x, y = (part.double() for part in plain.circle(42))
    model = plain.perceptron().double()
    make_optimizer = partial(torch.optim.Adam, lr=0.01)
    expected = plain.train(model, nn.BCELoss(), x, y, make_optimizer, 200)

    assert np.array_equal(recording.parameters[1:], expected.parameters.numpy())
    assert recording.loss.tolist() == expected.losses
    assert np.array_equal(finished.parameters, expected.parameters[-1].numpy())


def test_the_quadratic_bowl_descends_as_the_plain_loop_does() -> None:
    recording, _ = run(function(starts=[[0.1, 0.7]], training={"steps": 400}, **DOUBLE))
    expected = plain.descend(
        lambda p: 0.5 * (p[0] ** 2 + 10.0 * p[1] ** 2),
        torch.tensor([0.1, 0.7], dtype=torch.float64),
        partial(torch.optim.SGD, lr=0.01),
        400,
    )
    assert np.array_equal(recording.parameters[1:], expected.parameters.numpy())
    assert recording.loss.tolist() == expected.losses


def test_each_of_many_starts_descends_as_it_would_alone() -> None:
    starts = [[0.1, 0.7], [-1.3, 2.9], [3.1, -0.2]]
    together, _ = run(function("sine-product", starts=starts, **DOUBLE))
    paths = together.parameters.reshape(-1, 3, 2)
    for place, start in enumerate(starts):
        alone, _ = run(function("sine-product", starts=[start], **DOUBLE))
        assert np.array_equal(paths[:, place], alone.parameters)


def test_early_stopping_goes_back_to_parameters_of_the_same_precision() -> None:
    experiment = model_on(
        "spirals",
        {"key": "mlp", "hidden": "8"},
        "bce",
        optimizer={"key": "adam", "lr": 0.1},
        training={"epochs": 300, "batch_size": 16, "patience": 3},
        split=0.3,
        changes=DOUBLE,
    )
    recording, finished = run(experiment)
    assert finished.reason is FinishReason.EARLY_STOPPED
    task = model_task(experiment)
    task.load(torch.from_numpy(finished.parameters))
    assert task.evaluate(task.data.test) == recording.test_loss.min()


# --- what is drawn --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "experiment",
    [
        linear_regression(),
        circle_perceptron(),
        model_on("noisy-line", "by-hand", "mse"),
        model_on("circle", {"key": "mlp", "initialisation": "kaiming"}, "bce"),
        function("sine-product", starts=()),
    ],
    ids=["line", "perceptron", "by hand", "kaiming", "random start"],
)
def test_a_seed_means_the_same_start_and_samples_in_both_precisions(experiment) -> None:
    single, double = (
        Session(experiment.replace(precision=name)).started().preview
        for name in ("float32", "float64")
    )
    assert single.start.dtype == single.features.dtype == single.targets.dtype == np.float32
    assert double.start.dtype == double.features.dtype == double.targets.dtype == np.float64
    for name in ("start", "features", "targets"):
        assert np.array_equal(getattr(single, name), getattr(double, name))


# --- what is given --------------------------------------------------------------------------------


def test_a_placed_start_is_not_rounded() -> None:
    preview = Session(function(starts=[[0.1, 1 / 3]], **DOUBLE)).started().preview
    assert preview.start.tolist() == [0.1, 1 / 3]


def test_initial_parameters_are_not_rounded() -> None:
    given = {"weight": [[0.1]], "bias": [1 / 3]}
    session = Session(linear_regression(initial_parameters=given, **DOUBLE))
    assert session.started().preview.start.tolist() == [0.1, 1 / 3]


def test_the_numbers_of_a_data_set_are_not_rounded() -> None:
    x, y = load_diabetes(return_X_y=True)
    part = model_task(model_on("diabetes", "linear", "mse", changes=DOUBLE)).data.train
    assert part.features.numpy().tobytes() == x.tobytes()
    assert part.targets.flatten().tolist() == y.tolist()

    moons = {"key": "moons", "samples": 50, "noise": 0.1}
    part = model_task(model_on(moons, "logistic", "bce", changes=DOUBLE)).data.train
    x, y = make_moons(n_samples=50, noise=0.1, random_state=42)
    assert np.array_equal(part.features.numpy(), x)
    assert part.targets.dtype == torch.float64
    assert part.targets.flatten().tolist() == y.tolist()


def test_standardised_features_are_not_rounded() -> None:
    split = {"test": 0.25, "seed": 3}
    experiment = model_on(
        "iris", "softmax", "cross-entropy", standardise=True, split=split, changes=DOUBLE
    )
    data = model_task(experiment).data
    train, test, *_ = train_test_split(*load_iris(return_X_y=True), test_size=0.25, random_state=3)
    scaler = StandardScaler().fit(train)
    assert np.array_equal(data.train.features.numpy(), scaler.transform(train))
    assert np.array_equal(data.test.features.numpy(), scaler.transform(test))
    assert data.train.targets.dtype == torch.int64


def table(path: Path, **changes: Any) -> Experiment:
    columns = [{"name": "a"}, {"name": "y"}]
    content = {"columns": columns, "target": "y", "task": "regression"}
    dataset = {"key": "table", "path": str(path), "table": content}
    return model_on(dataset, "linear", "mse", training={"steps": 1}, changes=changes)


def test_the_numbers_of_a_table_are_not_rounded(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("a,y\n0.1,16777217\n0.2,0.3\n")
    part = model_task(table(path, **DOUBLE)).data.train
    assert part.features.flatten().tolist() == [0.1, 0.2]
    assert part.targets.flatten().tolist() == [16777217.0, 0.3]


def test_numbers_that_are_too_large_for_float32_are_refused_there_and_read_in_float64(
    tmp_path: Path,
) -> None:
    path = tmp_path / "large.csv"
    path.write_text("a,y\n1e100,1\n2e100,2\n")
    with pytest.raises(DataProblem, match=r"'a' holds numbers beyond 3\.4e38.*float64"):
        build_task(table(path))
    part = model_task(table(path, **DOUBLE)).data.train
    assert part.features.flatten().tolist() == [1e100, 2e100]


# --- what comes back ------------------------------------------------------------------------------


def test_a_step_taken_apart_has_the_numbers_of_the_step() -> None:
    session = Session(linear_regression(**DOUBLE))
    inspection = session.inspect()
    assert inspection is not None
    steps = session.advance(1)
    assert steps is not None
    assert [p.after for p in inspection.parameters] == steps.parameters[0].tolist()
    assert inspection.loss == steps.loss[0]


def test_answers_are_calculated_in_the_precision_of_the_run() -> None:
    experiment = linear_regression(**DOUBLE)
    parameters, answerer = np.array([0.1, 1 / 3]), Answerer()
    x, y = (part.double() for part in plain.noisy_line(42))
    inputs = np.array([[0.7], [1e6]])
    predicted = answerer.answer(Predict(experiment, parameters, inputs))
    assert predicted.tolist() == pytest.approx([0.1 * 0.7 + 1 / 3, 1e5 + 1 / 3], rel=1e-15)

    loss = ((0.1 * x + 1 / 3 - y) ** 2).mean().item()
    judged = answerer.answer(Evaluate(experiment, parameters))
    assert judged.train.metrics["loss"] == pytest.approx(loss, rel=1e-14)

    ranges = ((0.1, 0.2), (1 / 3, 1.0))
    values = answerer.answer(MapLandscape(experiment, parameters, (0, 1), ranges, (2, 2)))
    assert values.dtype == np.float64
    assert values[0, 0] == pytest.approx(loss, rel=1e-14)
    assert answerer.answer(ShowPreview(experiment)).start.dtype == np.float64


def test_parameters_of_the_other_precision_are_taken() -> None:
    experiment = linear_regression(**DOUBLE)
    parameters = np.array([0.1, 0.2], dtype=np.float32)
    inputs = np.ones((1, 1), dtype=np.float32)
    (predicted,) = Answerer().answer(Predict(experiment, parameters, inputs))
    assert predicted == float(parameters[0]) + float(parameters[1])


# --- the setting ----------------------------------------------------------------------------------


def test_what_says_nothing_of_it_is_in_float32() -> None:
    data = linear_regression().model_dump(mode="json")
    assert data.pop("precision") == "float32"
    assert Experiment.parse(data) == linear_regression()


def test_the_command_line_sets_it() -> None:
    changed = assign(linear_regression(), ["precision=float64"])
    assert changed == linear_regression(**DOUBLE)
    assert Experiment.from_json(changed.to_json()) == changed


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"precision": "half"}, 'has to be float32 or float64, not "half"'),
        ({"precision": 64}, "has to be float32 or float64, not 64"),
        ({"precision": "float64", "device": "mps"}, "the device 'mps' has no float64: "),
    ],
)
def test_a_precision_that_there_is_not_is_refused_at_its_field(changes, said) -> None:
    with pytest.raises(ExperimentError) as error:
        linear_regression(**changes)
    assert [problem.field for problem in error.value.problems] == ["precision"]
    assert said in error.value.problems[0].message


def test_a_start_that_float32_cannot_hold_needs_float64() -> None:
    given = {"weight": [[1e300]], "bias": [0.0]}
    with pytest.raises(ExperimentError, match="weight: holds values that are too large for"):
        linear_regression(initial_parameters=given)
    assert linear_regression(initial_parameters=given, **DOUBLE).initial_parameters == given


def test_runs_that_are_compared_may_differ_in_it() -> None:
    variations = [
        {"name": "single", "changes": {"precision": "float32"}},
        {"name": "double", "changes": {"precision": "float64"}},
    ]
    experiment = linear_regression(variations=variations, training={"epochs": 5})
    single, double = (run(each)[1].parameters for _, each in experiment.runs())
    assert (single.dtype.name, double.dtype.name) == ("float32", "float64")
    np.testing.assert_allclose(single, double, rtol=1e-5)
    assert not np.array_equal(single, double)
