"""The parts of a run between its changes, and how its steps make up epochs."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gd_studio.experiment.experiment import Experiment


@dataclass(frozen=True)
class Phase:
    """A part of a run in which nothing is changed.

    Attributes
    ----------
    after
        The step after which it begins.
    experiment
        What holds in it: an experiment without changes.
    steps_per_epoch
        How many steps an epoch takes in it.
    epochs_before, epochs_from
        At step ``epochs_from`` an epoch begins, and so many have been begun before it.
    """

    after: int
    experiment: Experiment
    steps_per_epoch: int
    epochs_before: int = 0
    epochs_from: int = 0

    def epoch_ended_by(self, step: int) -> int | None:
        """Return the number of the epoch, from 1, whose last step is `step`; else ``None``."""
        epochs, rest = divmod(step - self.epochs_from, self.steps_per_epoch)
        return None if rest else self.epochs_before + epochs

    def epoch_of(self, step: int) -> int:
        """Return the number of the epoch, from 1, that `step` is a part of."""
        return self.epochs_before + (step - self.epochs_from - 1) // self.steps_per_epoch + 1

    def moves_after(self, step: int) -> int:
        """Return how many times the schedule moves on after `step`, to the end of the run."""
        left = self.last_step() - step
        return self.experiment.training.schedule_moves(left, self.steps_per_epoch)

    def then(self, after: int, experiment: Experiment, samples: int) -> Phase:
        """Return the phase that begins after step `after`."""
        per_epoch = experiment.training.batches(samples)
        size = experiment.training.batch_size
        if size == self.experiment.training.batch_size:
            return Phase(after, experiment, per_epoch, self.epochs_before, self.epochs_from)
        begun = ceil((after - self.epochs_from) / self.steps_per_epoch)
        return Phase(after, experiment, per_epoch, self.epochs_before + begun, after)

    def last_step(self) -> int:
        """Return the step that a run ends with whose last phase this is."""
        training = self.experiment.training
        if training.steps is not None:
            return training.steps
        assert training.epochs is not None
        left = training.epochs - self.epochs_before
        return self.epochs_from + max(0, left) * self.steps_per_epoch


def phases_of(experiment: Experiment, samples: int) -> tuple[Phase, ...]:
    """Return the phases of a run, in order, with so many samples in its training part.

    Those that would begin after its last step are left out.
    """
    plain = experiment.without_changes()
    phase = Phase(0, plain, plain.training.batches(samples))
    phases = [phase]
    for change, changed in zip(experiment.changes, experiment.changed(), strict=True):
        if change.after >= phase.last_step():
            break
        phase = phase.then(change.after, changed, samples)
        if change.after == phases[-1].after:
            phases.pop()  # changed before its first step
        phases.append(phase)
    return tuple(phases)
