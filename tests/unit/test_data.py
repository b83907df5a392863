"""Samples: drawn, loaded, split and standardised as the documentation says."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from sklearn import datasets
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from gd_studio.catalog import DATASETS
from gd_studio.engine.data import Data, DataProblem, prepare_data
from gd_studio.engine.tables import TableProblem
from gd_studio.experiment import Experiment, ExperimentError, ModelProblem
from tests.helpers.experiments import model_on

MODELS = {
    "regression": ("linear", "mse"),
    "binary": ("logistic", "bce"),
    "multi-class": ("softmax", "cross-entropy"),
}


def data_of(key: str, *, seed: int = 42, **settings: Any) -> Data:
    split, standardise = settings.pop("split", None), settings.pop("standardise", False)
    schema = DATASETS[key].describe({**DATASETS[key].defaults, **settings})
    experiment = model_on(
        {"key": key, **settings}, *MODELS[schema.task], split=split, standardise=standardise
    )
    assert isinstance(experiment.problem, ModelProblem)
    torch.manual_seed(seed)
    return prepare_data(experiment.problem, seed)


@pytest.mark.parametrize("key", list(DATASETS))
def test_every_data_set_is_what_its_schema_says(key: str) -> None:
    data = data_of(key, split=0.25)
    schema = DATASETS[key].describe(DATASETS[key].defaults)
    n = len(data.train) + len(data.test)
    assert len(data.test) == math.ceil(n / 4)
    for part in (data.train, data.test):
        assert part.features.shape == (len(part), len(schema.features))
        assert part.features.dtype == torch.float32
        if schema.task == "multi-class":
            assert part.targets.shape == (len(part),)
            assert part.targets.dtype == torch.int64
        else:
            assert part.targets.shape == (len(part), 1)
    if schema.classes:
        assert set(data.train.targets.flatten().tolist()) == set(range(len(schema.classes)))


@pytest.mark.parametrize("key", list(DATASETS))
def test_the_same_seed_gives_the_same_samples(key: str) -> None:
    one, other = data_of(key, seed=3), data_of(key, seed=3)
    assert torch.equal(one.train.features, other.train.features)
    assert torch.equal(one.train.targets, other.train.targets)


def test_a_line_lies_at_even_steps() -> None:
    data = data_of("line")
    x = torch.arange(0, 1, 0.02)
    assert torch.equal(data.train.features[:, 0], x)
    assert torch.equal(data.train.targets[:, 0], 0.7 * x + 0.3)


@pytest.mark.parametrize("samples", range(2, 200))
def test_a_line_has_as_many_samples_as_asked_for(samples: int) -> None:
    data = data_of("line", samples=samples)
    assert len(data.train) == samples
    assert data.train.features.max() < 1


def test_the_quadratic_is_a_parabola_with_normal_noise() -> None:
    data = data_of("quadratic", seed=7)
    t = torch.arange(20.0)
    torch.manual_seed(7)
    expected = 0.75 * (t - 9.5) ** 2 + 1 + 3 * torch.randn(20)
    assert torch.equal(data.train.features[:, 0], t)
    torch.testing.assert_close(data.train.targets[:, 0], expected, rtol=1e-6, atol=1e-5)


def test_the_weighted_sum_has_weights_of_turning_sign() -> None:
    data = data_of("weighted-sum", noise=0.0)
    weights = torch.tensor([(-1.0) ** i * (i + 1) for i in range(10)])
    torch.testing.assert_close(data.train.targets[:, 0], data.train.features @ weights)


def test_points_of_a_checkerboard_have_the_class_of_their_square() -> None:
    data = data_of("checkerboard", squares=5)
    column, row = torch.floor((data.train.features + 1) * 2.5).unbind(1)
    assert torch.equal(data.train.targets[:, 0], ((column + row) % 2 == 0).float())


def test_xor_is_where_the_signs_differ() -> None:
    data = data_of("xor")
    x0, x1 = data.train.features.unbind(1)
    assert torch.equal(data.train.targets[:, 0], ((x0 > 0) != (x1 > 0)).float())


def test_noise_scatters_points_that_keep_their_class() -> None:
    still, scattered = data_of("xor"), data_of("xor", noise=0.3)
    assert torch.equal(still.train.targets, scattered.train.targets)
    moved = scattered.train.features - still.train.features
    assert 0.25 < moved.std() < 0.35


def test_the_arms_of_the_spirals_are_half_a_turn_apart() -> None:
    data = data_of("spirals", noise=0.0, turns=2.0)
    x, y = data.train.features.double().unbind(1)
    radius = torch.hypot(x, y)
    turned = torch.atan2(y, x) - 4 * math.pi * radius - math.pi * data.train.targets[:, 0]
    assert radius.max() <= 1
    torch.testing.assert_close(torch.cos(turned), torch.ones(300).double(), atol=1e-3, rtol=0)


@pytest.mark.parametrize(
    ("key", "function", "arguments"),
    [
        ("moons", "make_moons", {"n_samples": 200, "noise": 0.15}),
        ("circles", "make_circles", {"n_samples": 200, "noise": 0.08, "factor": 0.5}),
        ("blobs", "make_blobs", {"n_samples": 300, "centers": 3, "cluster_std": 1.0}),
    ],
)
def test_what_scikit_learn_makes_is_taken_as_it_is(
    key: str, function: str, arguments: dict[str, Any]
) -> None:
    x, y = getattr(datasets, function)(**arguments, random_state=11)
    data = data_of(key, seed=11)
    assert np.array_equal(data.train.features.numpy(), x.astype(np.float32))
    assert np.array_equal(data.train.targets.numpy().reshape(-1), y)


@pytest.mark.parametrize("key", ["iris", "wine", "breast-cancer", "diabetes", "digits"])
def test_what_comes_with_scikit_learn_is_taken_as_it_is(key: str) -> None:
    x, y = getattr(datasets, f"load_{key.replace('-', '_')}")(return_X_y=True)
    data = data_of(key)
    divisor = 16 if key == "digits" else 1
    assert np.array_equal(data.train.features.numpy(), (x / divisor).astype(np.float32))
    assert np.array_equal(data.train.targets.numpy().reshape(-1), y.astype(np.float32))


@pytest.mark.parametrize("stratified", [False, True])
@pytest.mark.parametrize("seed", [0, 42])
def test_a_split_is_that_of_scikit_learn(seed: int, *, stratified: bool) -> None:
    data = data_of("iris", split={"test": 0.3, "seed": seed, "stratified": stratified})
    x, y = datasets.load_iris(return_X_y=True)
    parts = train_test_split(
        x, y, test_size=0.3, random_state=seed, stratify=y if stratified else None
    )
    found = (data.train.raw, data.test.raw, data.train.targets, data.test.targets)
    for expected, part in zip(parts, found, strict=True):
        assert np.array_equal(np.asarray(part), expected)


def test_features_are_standardised_by_the_training_part_alone() -> None:
    data = data_of("wine", split=0.3, standardise=True)
    x, y = datasets.load_wine(return_X_y=True)
    train, test, *_ = train_test_split(x, y, test_size=0.3, random_state=42)
    scaler = StandardScaler().fit(train)
    assert np.array_equal(data.train.features.numpy(), scaler.transform(train).astype(np.float32))
    assert np.array_equal(data.test.features.numpy(), scaler.transform(test).astype(np.float32))
    assert np.array_equal(data.standardise(test).numpy(), data.test.features.numpy())


def test_a_feature_that_never_changes_is_only_shifted() -> None:
    data = data_of("digits", standardise=True)
    assert data.train.features.isfinite().all()
    assert (data.train.features[:, 0] == 0).all()  # a corner that is always white


def table(path: Path, **changes: Any) -> Experiment:
    columns = [{"name": "a"}, {"name": "b"}, {"name": "y"}]
    content = {"columns": columns, "target": "y", "task": "regression", **changes}
    return model_on({"key": "table", "path": str(path), "table": content}, "linear", "mse")


def test_a_table_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("a,b,y\n1,2,3.5\n4,5,6.5\n7,8,9.5\n")
    experiment = table(path)
    assert isinstance(experiment.problem, ModelProblem)
    data = prepare_data(experiment.problem, 0)
    assert data.train.features.tolist() == [[1, 2], [4, 5], [7, 8]]
    assert data.train.targets.flatten().tolist() == [3.5, 6.5, 9.5]

    path.write_text("a,b,y\n1,2,30.5\n4,5,6.5\n9,8,9.5\n")
    changed = prepare_data(experiment.problem, 0)
    assert changed.train.targets.flatten().tolist() == [30.5, 6.5, 9.5]

    path.unlink()
    with pytest.raises(TableProblem, match="there is no file"):
        prepare_data(experiment.problem, 0)


def test_missing_cells_are_filled_from_the_training_part(tmp_path: Path) -> None:
    path = tmp_path / "gaps.csv"
    rows = [f"{i},{'' if i % 3 == 0 else i * i},{i}" for i in range(30)]
    path.write_text("a,b,y\n" + "\n".join(rows) + "\n")
    experiment = table(path, missing="mean").replace(training={"epochs": 1})
    problem = experiment.model_dump(mode="json")["problem"]
    problem["split"] = {"test": 0.5, "seed": 1}
    parsed = experiment.replace(problem=problem).problem
    assert isinstance(parsed, ModelProblem)
    data = prepare_data(parsed, 0)
    a, b = data.train.features.unbind(1)
    present = b[a % 3 != 0]
    assert torch.equal(present, a[a % 3 != 0] ** 2)
    mean = present.double().mean().float()
    assert (b[a % 3 == 0] == mean).all()
    a, b = data.test.features.unbind(1)
    assert (b[a % 3 == 0] == mean).all()


def test_a_table_that_does_not_hold_is_refused_with_its_place(tmp_path: Path) -> None:
    with pytest.raises(ExperimentError) as error:
        table(tmp_path / "x.csv", target="z")
    assert [(p.field, p.message) for p in error.value.problems] == [
        ("problem.dataset.table", "there is no column 'z' to predict")
    ]


@pytest.mark.parametrize(
    ("key", "split"),
    [
        ("iris", {"test": 0.99, "stratified": True}),
        ("iris", {"test": 0.001, "stratified": True}),
        ("noisy-line", {"test": 0.999}),
    ],
)
def test_a_part_that_cannot_be_set_aside_is_named_with_its_reason(
    key: str, split: dict[str, Any]
) -> None:
    with pytest.raises(DataProblem, match=r"^problem\.split: a test part of .* % cannot be set"):
        data_of(key, split=split)


@pytest.mark.parametrize("column", ["a", "y"])
def test_numbers_beyond_single_precision_are_refused(tmp_path: Path, column: str) -> None:
    path = tmp_path / "huge.csv"
    path.write_text("a,b,y\n1,2,3\n4,5,6\n" + ("1e300,8,9\n" if column == "a" else "7,8,1e300\n"))
    problem = table(path).problem
    assert isinstance(problem, ModelProblem)
    with pytest.raises(DataProblem, match=f"'{column}' holds numbers beyond"):
        prepare_data(problem, 0)
