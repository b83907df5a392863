"""Changing fields of an experiment by their paths: ``optimizer.lr``."""

from __future__ import annotations

from collections.abc import Sequence
from copy import deepcopy
from typing import Any

from gd_studio.catalog import nearest
from gd_studio.experiment.errors import ExperimentError, FieldProblem

Change = tuple[str, Any]
"""The path of a field, and its new value."""

_WHOLE = ("initial_parameters", "changes", "table")
"""Fields that are set as a whole."""

_OPTIONAL = {"problem.split": ("test", "seed", "stratified")}
"""Objects that may be missing: setting one of their fields puts them there, null takes them out."""


def change_fields(data: dict[str, Any], changes: Sequence[Change]) -> dict[str, Any]:
    """Return `data`, an experiment as JSON, with fields changed; it may not hold any more.

    A ``….key`` is set before anything else and drops the other settings of that choice, which
    then take their defaults. Setting ``training.epochs`` or ``training.steps`` takes the other
    out.

    Raises
    ------
    ExperimentError
        Where a path names no field, with the nearest right one.
    """
    changed = deepcopy(data)
    keys = [change for change in changes if change[0].endswith(".key")]
    _check(data, keys)
    for path, value in keys:
        owner = _owner(changed, path)
        owner.clear()
        owner["key"] = value
    others = [change for change in changes if change not in keys]
    _check(changed, others, after=keys)
    for path, value in others:
        owner, name = _owner(changed, path), path.rpartition(".")[2]
        if path in ("training.epochs", "training.steps"):
            owner.update(epochs=None, steps=None)
        owner[name] = value
    return changed


def undoes(path: str, earlier: str) -> bool:
    """Whether setting `path` leaves nothing of the field `earlier`, which was set before."""
    exclusive = ("training.epochs", "training.steps")
    owner, _, name = path.rpartition(".")
    return (
        path == earlier
        or (path in exclusive and earlier in exclusive)
        or (name == "key" and earlier.rpartition(".")[0] == owner)
    )


def field_paths(data: Any, prefix: str = "") -> list[str]:
    """Return the path of every field of `data`, an experiment as JSON."""
    paths: list[str] = []
    for name, value in data.items():
        path = f"{prefix}{name}"
        if path in _OPTIONAL:
            paths.append(path)
            value = value or dict.fromkeys(_OPTIONAL[path])
        if isinstance(value, dict) and name not in _WHOLE:
            paths += field_paths(value, f"{path}.")
        else:
            paths.append(path)
    return paths


def _check(data: dict[str, Any], changes: Sequence[Change], after: Sequence[Change] = ()) -> None:
    known = field_paths(data)
    # What a new key brings along is for the validation to judge: its defaults are not here yet.
    chosen = [path.removesuffix("key") for path, _ in after]
    wrong = [
        FieldProblem(path, _unknown(path, data, known))
        for path, _ in changes
        if path not in known and not any(path.rpartition(".")[0] + "." == c for c in chosen)
    ]
    if wrong:
        raise ExperimentError(tuple(wrong))


def _owner(data: dict[str, Any], path: str) -> dict[str, Any]:
    for parent in path.split(".")[:-1]:
        if data[parent] is None:
            data[parent] = {}
        data = data[parent]
    return data


def _unknown(path: str, data: dict[str, Any], known: list[str]) -> str:
    """Say that there is no such field, and offer the one that was meant."""
    no = "there is no such field"
    owner, dot, name = path.rpartition(".")
    beside = [other.removeprefix(owner + dot) for other in known if other.startswith(owner + dot)]
    whole = "is set field by field"
    if f"{path}.key" in known:
        return f"{whole}; did you mean '{path}.key'?"
    if below := [other for other in known if other.startswith(f"{path}.")]:
        return f"{whole}: {', '.join(below)}"
    if near := nearest(name, beside):
        return f"{no}; did you mean '{owner}{dot}{near}'?"
    if "key" in beside:
        settings = [other for other in beside if other != "key" and "." not in other]
        has = f"; it has {', '.join(settings)}" if settings else ""
        return f"{_owner(data, path)['key']} has no {name}{has}"
    elsewhere = [other for other in known if other.endswith(f".{path}")]
    near = elsewhere[0] if elsewhere else nearest(path, known, likeness=0.8)
    return f"{no}; did you mean '{near}'?" if near else no
