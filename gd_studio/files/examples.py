"""The example experiments that come with GD Studio."""

from __future__ import annotations

from pathlib import Path

from gd_studio.catalog import UnknownKeyError, did_you_mean
from gd_studio.catalog.resources import resources
from gd_studio.experiment import Experiment
from gd_studio.files.experiments import load_experiment

COURSE = (
    "linear-regression",
    "circle-perceptron",
    "custom-function",
    "two-dimensional-landscape",
    "quadratic-fit",
    "linear-module",
    "ten-features",
    "learning-rates",
    "batch-variants",
    "purchase-likelihood",
    "softmax-iris",
    "overfitting",
    "vanishing-gradients",
    "saddle-escape",
    "digits",
)
"""The examples as a course: those that lead into the program, then one subject after another."""


def example_keys() -> list[str]:
    """Return the keys of the examples: those of the course, then any others by alphabet."""
    keys = sorted(_paths())
    return sorted(keys, key=lambda key: COURSE.index(key) if key in COURSE else len(COURSE))


def load_example(key: str) -> Experiment:
    """Load an example; raises `UnknownKeyError`, offering the nearest key, where there is none."""
    paths = _paths()
    if key not in paths:
        raise UnknownKeyError(f"there is no example '{key}'{did_you_mean(key, sorted(paths))}")
    return load_experiment(paths[key])


def picture_path(key: str) -> Path:
    """Return where the picture of the example `key` is, if it has one."""
    return resources() / "examples" / "pictures" / f"{key}.png"


def _paths() -> dict[str, Path]:
    return {path.stem: path for path in (resources() / "examples").glob("*.json")}
