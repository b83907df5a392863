"""What is changed in the course of a run: from which step on, and which fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from gd_studio.experiment.choice import Spec
from gd_studio.experiment.errors import Misfit
from gd_studio.experiment.training import MOST_STEPS

MOST_CHANGES = 1000

CHANGEABLE = (
    "training.batch_size",
    "training.clip_norm",
    "training.clip_value",
    "training.gradient_noise",
)
"""The fields that can be changed on the way, beside those of optimizer and schedule."""

_CHANGEABLE_PARTS = ("optimizer.", "schedule.")

_CANNOT = (
    "cannot be changed on the way: the fields that can are those of optimizer and schedule "
    f"(as optimizer.lr), {', '.join(CHANGEABLE[:-1])} and {CHANGEABLE[-1]}"
)


class Change(Spec):
    """New values of some fields, from a step on.

    Where the optimizer itself is another one it begins without a memory, and the schedule begins
    anew with it; so does a schedule that is changed. Another learning rate under a schedule goes
    on along the same schedule, scaled. Another batch size begins a new epoch; where that makes the
    run longer or shorter, one cycle over the whole run begins anew as well.

    Attributes
    ----------
    after
        The step after which they hold: 0 is before the first.
    values
        The new values, by the fields' paths: ``{"optimizer.lr": 0.05}``.
    """

    after: Annotated[int, Field(strict=True, ge=0, le=MOST_STEPS)]
    values: dict[str, Any] = Field(min_length=1)


def change_misfits(changes: tuple[Change, ...]) -> Iterator[Misfit]:
    """Say which changes are out of order, or are of what cannot be changed on the way."""
    for i, change in enumerate(changes):
        if i and change.after <= changes[i - 1].after:
            before = changes[i - 1].after
            sentence = f"changes come in order, and the one before this is after step {before}"
            yield ("changes", i, "after"), sentence, change.after
        for path, value in change.values.items():
            if path not in CHANGEABLE and not path.startswith(_CHANGEABLE_PARTS):
                yield ("changes", i, "values", path), _CANNOT, value


def with_change(changes: tuple[Change, ...], after: int, values: Mapping[str, Any]) -> list[Change]:
    """Return `changes` up to step `after`, and one more: `values` from there on.

    What was changed after that step is left out: it belongs to another future.
    """
    kept = [change for change in changes if change.after <= after]
    if kept and kept[-1].after == after:
        last = kept.pop()
        values = {**_without(last.values, values), **values}
    return [*kept, Change(after=after, values=dict(values))]


def _without(earlier: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the earlier values of the same step that a new choice does not replace."""
    replaced = tuple(path.removesuffix("key") for path in values if path.endswith(".key"))
    return {path: value for path, value in earlier.items() if not path.startswith(replaced or "?")}
