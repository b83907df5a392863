"""Changing an experiment by the paths of its fields: ``optimizer.lr=0.1``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from gd_studio.catalog import did_you_mean
from gd_studio.experiment.errors import ExperimentError, FieldProblem
from gd_studio.experiment.experiment import Experiment


def assign(experiment: Experiment, assignments: Iterable[str]) -> Experiment:
    """Return `experiment` with fields changed.

    Parameters
    ----------
    assignments
        ``path=value`` each; a value is read as JSON, and as text where it is none. A ``….key``
        is set before anything else and gives the other settings of that choice their defaults.
        Setting ``training.epochs`` or ``training.steps`` takes the other out.

    Raises
    ------
    ExperimentError
        Where a path names no field (with the nearest right one), or a value does not fit.
    """
    pairs = [assignment.partition("=") for assignment in assignments]
    malformed = [path for path, equals, _ in pairs if not equals]
    if malformed:
        raise ExperimentError(
            tuple(FieldProblem(path, "give a value, as path=value") for path in malformed)
        )
    data = experiment.model_dump(mode="json")
    changes = [(path.strip(), _value(text)) for path, _, text in pairs]
    keys = [change for change in changes if change[0].endswith(".key")]
    if keys:
        data = _set(data, keys, reset=True)
        data = Experiment.parse(data).model_dump(mode="json")
    return Experiment.parse(_set(data, [c for c in changes if c not in keys], reset=False))


def field_paths(data: Any, prefix: str = "") -> list[str]:
    """Return the path of every field of `data`, an experiment as JSON."""
    paths: list[str] = []
    for name, value in data.items():
        path = f"{prefix}{name}"
        if isinstance(value, dict) and name != "initial_parameters":
            paths += field_paths(value, f"{path}.")
        else:
            paths.append(path)
    return paths


def _set(data: dict[str, Any], changes: list[tuple[str, Any]], *, reset: bool) -> dict[str, Any]:
    known = field_paths(data)
    wrong = [
        FieldProblem(path, f"there is no such field{_hint(path, known)}")
        for path, _ in changes
        if path not in known
    ]
    if wrong:
        raise ExperimentError(tuple(wrong))
    for path, value in changes:
        *parents, name = path.split(".")
        owner = data
        for parent in parents:
            owner = owner[parent]
        if reset:
            owner.clear()
        if parents == ["training"]:
            owner.update(epochs=None, steps=None)
        owner[name] = value
    return data


def _hint(path: str, known: list[str]) -> str:
    """Offer the field that was meant: of a choice its key, else the nearest."""
    if f"{path}.key" in known:
        return f"; did you mean '{path}.key'?"
    below = [other for other in known if other.startswith(f"{path}.")]
    return f"; there are {', '.join(below)}" if below else did_you_mean(path, known)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
