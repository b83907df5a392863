"""The example experiments that come with GD Studio."""

from __future__ import annotations

from pathlib import Path

import gd_studio
from gd_studio.catalog import UnknownKeyError, did_you_mean
from gd_studio.experiment import Experiment
from gd_studio.files.experiments import load_experiment

_FIRST = ("linear-regression", "circle-perceptron", "custom-function", "two-dimensional-landscape")
"""The examples that lead into the program, in the order to look at them."""


def example_keys() -> list[str]:
    """Return the keys of the examples: those that lead in, then the others by alphabet."""
    keys = sorted(_paths())
    return sorted(keys, key=lambda key: _FIRST.index(key) if key in _FIRST else len(_FIRST))


def load_example(key: str) -> Experiment:
    """Load an example; raises `UnknownKeyError`, offering the nearest key, where there is none."""
    paths = _paths()
    if key not in paths:
        raise UnknownKeyError(f"there is no example '{key}'{did_you_mean(key, sorted(paths))}")
    return load_experiment(paths[key])


def _paths() -> dict[str, Path]:
    return {path.stem: path for path in (_resources() / "examples").glob("*.json")}


def _resources() -> Path:
    """Return the folder of resources: inside an installed package, beside it in the repository."""
    package = Path(gd_studio.__file__).parent
    inside = package / "resources"
    return inside if inside.is_dir() else package.parent / "resources"
