"""What an edit has changed, and what a menu calls that."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from gd_studio.desktop.panels.variation_words import parameter_at, short_name
from gd_studio.experiment import Experiment

_NAMES = {
    "problem": "kind of problem",
    "problem.dataset": "data",
    "problem.dataset.key": "data set",
    "problem.dataset.path": "data",
    "problem.dataset.table": "data",
    "problem.split": "test part",
    "problem.split.test": "test part",
    "problem.split.seed": "test seed",
    "schedule.key": "schedule",
    "schedule.schedules": "parts of the schedule",
    "training.schedule_per": "moves of the schedule",
    "training.l1": "L1",
    "training.l2": "L2",
    "training.clip_norm": "clipping",
    "training.clip_value": "clipping",
    "training.stop_gradient_norm": "gradient below",
    "training.stop_loss_change": "change below",
    "initial_parameters": "loaded parameters",
    "changes": "changes on the way",
    "variations": "runs to compare",
}
"""What neither a catalogue nor the field's own name says as the panels do."""


def changed_fields(before: Any, after: Any, path: str = "") -> tuple[str, ...]:
    """Return the paths of the fields in which two experiments differ, in the order of the form.

    What follows from a change stands after it. Where an entry of a catalogue is another one, its
    settings are not listed; of a list, such as the starts, each element counts as a whole.
    """
    if before == after:
        return ()
    is_whole = path[-1:].isdigit() or not isinstance(before, BaseModel | tuple)
    if type(before) is not type(after) or is_whole:
        return (path,)
    mine, other = _parts(before), _parts(after)
    names = tuple({**mine, **other})
    if mine.get("key") != other.get("key"):
        names = ("key",)
    found: tuple[str, ...] = ()
    for name in names:
        found += changed_fields(mine.get(name), other.get(name), f"{path}.{name}" if path else name)
    return found


def in_words(path: str, experiment: Experiment) -> str:
    """Return what the panels call the field at `path`: ``"learning rate"``, ``"function"``."""
    field = re.sub(r"\.\d.*", "", path)  # of an element, its list
    if field in _NAMES:
        return _NAMES[field]
    parameter = parameter_at(field, experiment)
    return _inside_a_line(parameter.label) if parameter is not None else short_name(field)


def _parts(value: BaseModel | tuple[Any, ...]) -> dict[str, Any]:
    if isinstance(value, BaseModel):
        return dict(value)
    return {str(i): element for i, element in enumerate(value)}


def _inside_a_line(label: str) -> str:
    """Return a label as it stands inside a line: ``"learning rate"``, but ``"AMSGrad"``."""
    return label[:1].lower() + label[1:] if label[1:2].islower() else label
