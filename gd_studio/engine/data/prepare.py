"""From a problem's data set to a training part and a test part, as the model sees them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from gd_studio.catalog import (
    Bundled,
    Evenly,
    Generated,
    Schema,
    Shipped,
    Spirals,
    Uniform,
)
from gd_studio.engine.data.draw import draw_evenly, draw_spirals, draw_uniform
from gd_studio.engine.data.load import (
    Loaded,
    as_floats,
    generate,
    load_bundled,
    load_shipped,
    load_table,
)
from gd_studio.engine.data.problem import DataProblem
from gd_studio.engine.tables import fill_missing
from gd_studio.experiment import ModelProblem, Split, TableData
from gd_studio.experiment.layout import Precision

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Part:
    """Samples to train on, or to test on.

    Attributes
    ----------
    features
        As the model sees them, ``(samples, n_features)`` in the run's precision.
    targets
        ``(samples, 1)`` in the same; for many classes their codes, ``(samples,)`` int64.
    raw
        The features in their own units, ``(samples, n_features)``.
    """

    features: Tensor
    targets: Tensor
    raw: Array

    def __len__(self) -> int:
        return len(self.features)

    def to(self, device: str) -> Part:
        """Return the part on a device."""
        return Part(self.features.to(device), self.targets.to(device), self.raw)


@dataclass(frozen=True)
class Data:
    """The samples of a problem.

    Attributes
    ----------
    schema
        What they are.
    train, test
        The two parts; ``test`` has no samples where none are set aside.
    precision
        What features are, and targets that are no codes of classes.
    mean, scale
        What standardising took off and divided by, ``(n_features,)`` float64; ``None`` where the
        features are as they came.
    """

    schema: Schema
    train: Part
    test: Part
    precision: Precision
    mean: Array | None = None
    scale: Array | None = None

    def standardise(self, features: Array) -> Tensor:
        """From features in their own units to what the model sees."""
        return _standardised(features, self.mean, self.scale, self.precision)

    def to(self, device: str) -> Data:
        """Return the data on a device."""
        return replace(self, train=self.train.to(device), test=self.test.to(device))


def prepare_data(
    problem: ModelProblem,
    seed: int,
    cancelled: Callable[[], bool] = lambda: False,
    precision: Precision = "float32",
) -> Data:
    """Draw or read the samples, split and standardise them.

    Recipes draw from torch's global generator, which the caller has seeded, and always in
    float32, so that a seed means the same samples in both precisions.

    Raises
    ------
    TableProblem, TableCancelled
        Where a table cannot be read, or `cancelled` said that it is not wanted any more.
    DataProblem
        Where the samples cannot be split as asked, or hold what `precision` cannot.
    """
    loaded = _load(problem, seed, cancelled)
    targets = _targets(loaded.targets, problem.data_schema, precision)
    train, test = _split(targets, problem.split)
    train_features, test_features = loaded.features[train], loaded.features[test]
    if loaded.table is not None and loaded.table.missing != "drop":
        train_features, test_features = fill_missing(train_features, test_features, loaded.table)
    mean = scale = None
    if problem.standardise:
        from sklearn.preprocessing import StandardScaler

        scaler = StandardScaler().fit(train_features.astype(np.float64))
        mean, scale = scaler.mean_, scaler.scale_
    schema = problem.data_schema
    _check_size(targets, (schema.target,))
    for features in (train_features, test_features):
        _check_size(_standardised(features, None, None, precision), schema.features)
    return Data(
        schema=schema,
        train=Part(
            _standardised(train_features, mean, scale, precision), targets[train], train_features
        ),
        test=Part(
            _standardised(test_features, mean, scale, precision), targets[test], test_features
        ),
        precision=precision,
        mean=mean,
        scale=scale,
    )


def _standardised(
    features: Array, mean: Array | None, scale: Array | None, precision: Precision
) -> Tensor:
    if mean is not None and scale is not None:
        features = (features - mean) / scale
    return torch.from_numpy(as_floats(features, precision))


def _load(problem: ModelProblem, seed: int, cancelled: Callable[[], bool]) -> Loaded:
    if isinstance(problem.dataset, TableData):
        return load_table(problem.dataset.path, problem.dataset.table, cancelled)
    settings = problem.dataset.settings
    match problem.dataset.entry.origin:
        case Uniform() as recipe:
            features, targets = draw_uniform(recipe, settings)
        case Evenly() as recipe:
            features, targets = draw_evenly(recipe, settings)
        case Spirals() as recipe:
            features, targets = draw_spirals(recipe, settings)
        case Generated() as source:
            return generate(source, settings, seed)
        case Bundled() as source:
            return load_bundled(source)
        case Shipped() as source:
            return load_shipped(source)
    return Loaded(features.numpy(), targets.numpy().reshape(-1))


def _split(targets: Tensor, split: Split | None) -> tuple[Array, Array]:
    """Return the positions of the training samples and of the test samples."""
    positions = np.arange(len(targets))
    if split is None:
        return positions, positions[:0]
    from sklearn.model_selection import train_test_split

    try:
        train, test = train_test_split(
            positions,
            test_size=split.test,
            random_state=split.seed,
            stratify=targets.flatten().numpy() if split.stratified else None,
        )
    except ValueError as error:
        raise DataProblem(
            f"problem.split: a test part of {100 * split.test:g} % cannot be set aside of "
            f"{len(targets):,} samples: {_first_sentence(error)}"
        ) from error
    return train, test


def _first_sentence(error: ValueError) -> str:
    sentence = str(error).split(". ")[0].rstrip(".")
    return f"{sentence[:1].lower()}{sentence[1:]}"


def _check_size(values: Tensor, names: tuple[str, ...]) -> None:
    """Refuse what has overflown: a table may hold numbers that float32 cannot."""
    beyond = values.isinf().any(dim=0).flatten().tolist() if values.is_floating_point() else []
    for name, is_beyond in zip(names, beyond, strict=False):
        if is_beyond:
            raise DataProblem(
                f"problem.dataset: '{name}' holds numbers beyond 3.4e38, the largest that float32 "
                "has: divide them, set the precision to float64, or leave the column out"
            )


def _targets(targets: Array, schema: Schema, precision: Precision) -> Tensor:
    if schema.task == "multi-class":
        return torch.from_numpy(np.asarray(targets, dtype=np.int64))
    return torch.from_numpy(as_floats(targets, precision)).view(-1, 1)
