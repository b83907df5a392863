"""In what two experiments differ: in what can be changed on the way of a run, and in the rest."""

from __future__ import annotations

from typing import Any

from gd_studio.experiment.changes import CHANGEABLE
from gd_studio.experiment.choice import Choice
from gd_studio.experiment.experiment import Experiment

_TRAINING = tuple(path.removeprefix("training.") for path in CHANGEABLE)
_FIXED = ("problem", "device", "precision", "seed", "initial_parameters")


def changed_values(before: Experiment, after: Experiment) -> dict[str, Any]:
    """Return what makes `before` go on as `after`, as far as that can be changed on the way.

    Both are taken as they begin: their changes are not looked at.

    Returns
    -------
    dict
        New values by their paths, as `Experiment.branch` takes them; of another optimizer or
        schedule its key, and of its settings those that are not the defaults.
    """
    values = _changed_choice("optimizer", before.optimizer, after.optimizer)
    values |= _changed_choice("schedule", before.schedule, after.schedule)
    for name in _TRAINING:
        value = getattr(after.training, name)
        if value != getattr(before.training, name):
            values[f"training.{name}"] = value
    return values


def fixed_differences(before: Experiment, after: Experiment) -> tuple[str, ...]:
    """Return the paths in which two experiments differ and that no run can change on its way.

    What is for people, and the runs to compare, make no difference.
    """
    paths = [name for name in _FIXED if getattr(before, name) != getattr(after, name)]
    training = type(before.training).model_fields.keys() - set(_TRAINING)
    paths += [
        f"training.{name}"
        for name in sorted(training)
        if getattr(before.training, name) != getattr(after.training, name)
    ]
    return tuple(paths)


def _changed_choice(path: str, before: Choice, after: Choice) -> dict[str, Any]:
    old, new = before.model_dump(mode="json"), after.model_dump(mode="json")
    values: dict[str, Any] = {}
    if old["key"] != new["key"]:
        values[f"{path}.key"] = new["key"]
        old = type(after).model_validate({"key": new["key"]}).model_dump(mode="json")
    values |= {f"{path}.{name}": new[name] for name in new if new[name] != old.get(name)}
    return values
