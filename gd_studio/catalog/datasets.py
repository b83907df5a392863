"""The data sets. A synthetic one is a recipe: where the features lie and what the target is."""

from __future__ import annotations

from dataclasses import dataclass

from gd_studio.catalog.entry import Catalog, Entry, Parameter
from gd_studio.catalog.losses import Task


@dataclass(frozen=True, kw_only=True)
class DatasetEntry(Entry):
    """A recipe of synthetic data.

    With ``s`` samples, the features are drawn uniformly from ``[low, high)``, all in one
    ``rand(s, n_features)``; the target is a formula of them; then ``noise · randn(s, 1)`` is
    added where the recipe has a parameter called ``noise``. Every recipe has a parameter
    ``samples``.

    Attributes
    ----------
    features
        The names of the features, which are the variables of `target`.
    low, high
        Where the features lie, the same for each.
    target
        A formula (see :mod:`gd_studio.formula`); for a binary task a comparison.
    task
        What a model is asked for.
    """

    features: tuple[str, ...]
    low: float
    high: float
    target: str
    task: Task


def _samples(default: int) -> Parameter:
    return Parameter(
        "samples", "Samples", default, "How many samples are drawn", minimum=2, maximum=100_000
    )


NOISY_LINE = DatasetEntry(
    key="noisy-line",
    label="Noisy line",
    summary="y = 2x + 1 with normal noise, x uniform in [0, 10).",
    features=("x",),
    low=0.0,
    high=10.0,
    target="2 * x + 1",
    task="regression",
    parameters=(
        _samples(100),
        Parameter("noise", "Noise", 1.0, "Standard deviation of the noise added to y", minimum=0.0),
    ),
)

CIRCLE = DatasetEntry(
    key="circle",
    label="Circle",
    summary="Points in [−1, 1)², of class 1 outside the circle of radius √½.",
    features=("x0", "x1"),
    low=-1.0,
    high=1.0,
    target="x0**2 + x1**2 > 0.5",
    task="binary",
    parameters=(_samples(100),),
)

DATASETS: Catalog[DatasetEntry] = Catalog("data set", NOISY_LINE, CIRCLE)
