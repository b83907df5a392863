"""Which optimizer took which steps of a run that was changed on the way."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from gd_studio.experiment import Experiment
from gd_studio.experiment.choice import OptimizerChoice


@dataclass(frozen=True)
class Stretch:
    """Steps that were taken with the same settings.

    Attributes
    ----------
    after
        The step after which they begin.
    optimizer
        What takes them.
    begun
        The step after which the optimizer began, without a memory; it counts its own from there.
    """

    after: int
    optimizer: OptimizerChoice
    begun: int


def stretches_of(experiment: Experiment) -> tuple[Stretch, ...]:
    """Return the stretches of a run, in order; there is one at least."""
    stretches = [Stretch(0, experiment.optimizer, 0)]
    for change, changed in zip(experiment.changes, experiment.changed(), strict=True):
        last = stretches[-1]
        if changed.optimizer == last.optimizer:
            continue
        goes_on = changed.optimizer.goes_on_from(last.optimizer)
        begun = last.begun if goes_on else change.after
        if change.after == last.after:
            stretches.pop()
        stretches.append(Stretch(change.after, changed.optimizer, begun))
    return tuple(stretches)


def stretch_of(stretches: tuple[Stretch, ...], step: int) -> Stretch:
    """Return the stretch that `step`, from 1, belongs to."""
    return stretches[max(0, bisect_right(stretches, step - 1, key=lambda s: s.after) - 1)]
