"""What is changed on the way of a run, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import reduce
from typing import Any, NamedTuple

from gd_studio.desktop.editing.words import in_words
from gd_studio.desktop.panels.variation_words import short_name, value_in_words
from gd_studio.experiment import Experiment

_MOST = 3
"""So many values are named in a place that is short of room."""


class Mark(NamedTuple):
    """A change, as plots mark it: the step after which it holds, and what has become of what."""

    after: int
    text: str


def marks_of(experiment: Experiment) -> Iterator[Mark]:
    """Yield each of the changes: ``(120, "lr 0.1 → 0.05")``."""
    before = experiment.without_changes()
    for change, changed in zip(experiment.changes, experiment.changed(), strict=True):
        words = [
            _transition(path, before, value)
            for path, value in change.values.items()
            if not _follows(path, change.values)
        ]
        yield Mark(change.after, _few(words))
        before = changed


def new_values(values: Mapping[str, Any]) -> str:
    """Say what is new, as briefly as the name of a run has to: ``"lr 0.05, momentum 0.9"``."""
    return _few([f"{short_name(path)} {value_in_words(value)}" for path, value in values.items()])


def in_full(values: Mapping[str, Any], experiment: Experiment) -> str:
    """Say what is new in the panels' words: ``"learning rate 0.05, momentum 0.9"``.

    Parameters
    ----------
    experiment
        What holds with the values.
    """
    labels = {
        "optimizer.key": experiment.optimizer.entry.label,
        "schedule.key": experiment.schedule.entry.label,
    }
    return ", ".join(
        f"{in_words(path, experiment)} {labels.get(path) or value_in_words(value)}"
        for path, value in values.items()
    )


def all_changes(experiment: Experiment) -> str:
    """Say all that is changed: ``"after step 120: learning rate 0.05; after step 200: …"``."""
    return "; ".join(
        f"after step {change.after:,}: {in_full(change.values, changed)}"
        for change, changed in zip(experiment.changes, experiment.changed(), strict=True)
    )


def _transition(path: str, before: Experiment, value: Any) -> str:
    old = reduce(_part, path.split("."), before)
    was = f"{value_in_words(old)} → {value_in_words(value)}"
    return was if path == "optimizer.key" else f"{short_name(path)} {was}"


def _part(owner: Any, name: str) -> Any:
    return getattr(owner, name, None)


def _follows(path: str, values: Mapping[str, Any]) -> bool:
    """Whether a setting is one of a choice that is new itself."""
    owner, _, name = path.rpartition(".")
    return name != "key" and f"{owner}.key" in values


def _few(words: list[str]) -> str:
    more = len(words) - _MOST
    return ", ".join(words[:_MOST]) + (f", and {more} more" if more > 0 else "")
