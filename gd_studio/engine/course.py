"""All that the steps of a run depend on, so that it can be taken back to where it has been."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch

from gd_studio.engine.clipping import make_clip
from gd_studio.engine.diagnosis import Finish
from gd_studio.engine.epochs import Epochs
from gd_studio.engine.flat import FlatParameters
from gd_studio.engine.noise import GradientNoise
from gd_studio.engine.optimizers import Stepper
from gd_studio.engine.problems import ModelTask, Task
from gd_studio.engine.rows import Rows
from gd_studio.engine.run_statistics import RunStatistics
from gd_studio.engine.schedules import Schedule, make_schedule
from gd_studio.engine.snapshots import Snapshot
from gd_studio.engine.starts import LivingStarts
from gd_studio.engine.stopping import Convergence, EarlyStopping
from gd_studio.experiment import Experiment, Phase


class Course:
    """Parameters, optimizer, schedule, batches, noise and what watches over them.

    Parameters
    ----------
    experiment
        What is run.
    task
        Its problem.
    phases
        The parts between its changes.

    Attributes
    ----------
    flat
        Parameters and gradients.
    phases
        May grow at its end while the run goes on.
    phase
        The one that the next step belongs to, once `enter_phase` has been asked.
    stepper, schedules, clip, noise
        What makes a step of a gradient; a schedule for each optimizer of the stepper.
    schedules_epochs
        Whether the schedules move on after each epoch, and not after each step.
    watches
        Whether `watch` has anything to look at; the loop is spared the call where it has not.
    starts, epochs, convergence, early_stopping
        What looks at it; ``None`` where there is nothing to look at.
    statistics
        What its steps have come to so far; whoever takes them sets it.
    """

    def __init__(self, experiment: Experiment, task: Task, phases: tuple[Phase, ...]) -> None:
        self.task = task
        self.phases = phases
        self._index = 0
        self.flat = FlatParameters(task.tensors)
        training = experiment.training
        self.starts = LivingStarts(task.n_starts, self.flat) if task.n_starts > 1 else None
        self.noise = GradientNoise(self.flat.gradients, training.gradient_noise, experiment.seed)
        self.convergence = Convergence(training)
        self.early_stopping = (
            EarlyStopping(training.patience, self.flat) if training.patience else None
        )
        self.epochs = (
            Epochs(task, self.convergence, self.early_stopping)
            if isinstance(task, ModelTask) and task.is_evaluated
            else None
        )
        self.statistics = RunStatistics()
        self._spent = {"function": 0, "gradient": 0, "hessian": 0}
        self._stepping_from = 0
        self._set_up(self.phase)

    @property
    def phase(self) -> Phase:
        """The phase that it is in."""
        return self.phases[self._index]

    @property
    def total(self) -> int:
        """How many steps there are, if nothing ends the run before."""
        return self.phases[-1].last_step()

    def next_change(self) -> int:
        """Return the step after which something is changed next, or that of the end."""
        following = self._index + 1
        return self.phases[following].after if following < len(self.phases) else self.total

    def enter_phase(self, taken: int) -> None:
        """Make the changes that are due after step `taken`."""
        while self._index + 1 < len(self.phases) and self.next_change() == taken:
            self._index += 1
            self._change(self.phases[self._index - 1], self.phase, taken)

    def change_next(self, taken: int, values: Mapping[str, Any], samples: int) -> None:
        """Change fields after step `taken`, and nothing after that any more."""
        changed = self.phase.experiment.with_values(values)
        following = self.phase.then(taken, changed, samples)
        self.phases = (*self.phases[: self._index + 1], following)

    def steps_of_optimizer(self, taken: int) -> int:
        """How many of `taken` steps the present optimizer has taken."""
        return taken - self._stepping_from

    def evaluations(self, taken: int) -> dict[str, int]:
        """How often function, gradient and Hessian have been evaluated in `taken` steps."""
        counts = self.stepper.evaluations(taken - self._stepping_from)
        return {name: self._spent[name] + counts[name] for name in counts}

    def watch(self, step: int, loss: float, gradients: Rows, row: int) -> Finish | None:
        """Look at what `step` has come to, and at its epoch where it ended one.

        Parameters
        ----------
        loss
            That the step began with.
        gradients, row
            Where its gradient is.
        """
        finish = None
        if self.phase.experiment.training.stop_gradient_norm is not None:
            finish = self.convergence.after_gradient(step, gradients.norm(row))
        if self.epochs is None and not self.schedules_epochs:
            return self.convergence.after_loss(step, loss) or finish
        epoch = self.phase.epoch_ended_by(step)
        if self.epochs is None:
            finish = self.convergence.after_loss(step, loss) or finish
        elif epoch is not None:
            finish = self.epochs.after_epoch(epoch, step) or finish
            loss = self.epochs.watched
        if epoch is not None and self.schedules_epochs:
            for schedule in self.schedules:
                schedule.advance(loss)
        return finish

    def judged(self, taken: int) -> dict[str, Any]:
        """Return the losses of both parts after the epochs that have ended since the last time.

        Those after step `taken`, which a run that has diverged has gone beyond, are left out.
        """
        if self.epochs is None:
            return {}
        steps, train_loss, test_loss = self.epochs.take()
        kept = steps <= taken
        return {
            "evaluated_steps": steps[kept],
            "train_loss": train_loss[kept],
            "test_loss": test_loss[kept],
        }

    def snapshot(self, taken: int) -> Snapshot:
        """Return where it is, after `taken` steps."""
        parts: dict[str, Any] = {
            "stepper": self.stepper.snapshot(),
            "schedules": [schedule.snapshot() for schedule in self.schedules],
            "moves": self._moves,
            "noise": self.noise.snapshot(),
            "spent": dict(self._spent),
            "stepping_from": self._stepping_from,
            "convergence": self.convergence.last_loss,
            "statistics": self.statistics,
        }
        if isinstance(self.task, ModelTask):
            parts["batches"] = self.task.batches.snapshot()
        if self.starts is not None:
            parts["starts"] = self.starts.snapshot()
        if self.epochs is not None:
            parts["watched"] = self.epochs.watched
        if self.early_stopping is not None:
            parts["early_stopping"] = self.early_stopping.snapshot()
        return Snapshot(taken, self._index, self.flat.values.detach().clone(), parts)

    def restore(self, saved: Snapshot) -> None:
        """Go back to where a snapshot was taken of a run with the same phases up to there."""
        parts = saved.parts
        if saved.phase != self._index:
            self._resize_batches(self.phase, self.phases[saved.phase])
            self._index = saved.phase
            self._set_up(self.phase, parts["moves"])
        with torch.no_grad():
            self.flat.values.copy_(saved.values)
        self.stepper.restore(parts["stepper"])
        for schedule, state in zip(self.schedules, parts["schedules"], strict=True):
            schedule.restore(state)
        self.noise.restore(parts["noise"])
        self._spent = dict(parts["spent"])
        self._stepping_from = parts["stepping_from"]
        self.convergence.last_loss = parts["convergence"]
        self.statistics = parts["statistics"]
        if isinstance(self.task, ModelTask):
            self.task.batches.restore(parts["batches"])
        if self.starts is not None:
            self.starts.restore(parts["starts"])
        if self.epochs is not None:
            self.epochs.watched = parts["watched"]
        if self.early_stopping is not None:
            self.early_stopping.restore(parts["early_stopping"])

    # --- phases -------------------------------------------------------------------------------

    def _set_up(self, phase: Phase, moves: int | None = None) -> None:
        """Make what the steps of a phase need, all of it new; see `_schedule` for `moves`."""
        self.stepper = Stepper(
            phase.experiment.optimizer,
            self.task.tensors,
            self.flat,
            self.task.again,
            self._treat,
        )
        self._set_gradients(phase)
        self._schedule(phase, moves)

    def _set_gradients(self, phase: Phase) -> None:
        training = phase.experiment.training
        self.clip = make_clip(training, self.task.tensors, self.task.n_starts)
        self.noise.scale = training.gradient_noise

    def _schedule(self, phase: Phase, moves: int | None = None) -> None:
        """Begin the schedule of a phase, for so many moves: all to come after its first step."""
        experiment = phase.experiment
        self.schedules_epochs = experiment.training.schedule_per == "epoch"
        self._moves = phase.moves_after(phase.after) if moves is None else moves
        made = [make_schedule(experiment.schedule, o, self._moves) for o in self.stepper.optimizers]
        self.schedules: list[Schedule] = [schedule for schedule in made if schedule is not None]
        self.watches = (
            self.epochs is not None
            or experiment.training.stop_gradient_norm is not None
            or experiment.training.stop_loss_change is not None
            or (bool(self.schedules) and self.schedules_epochs)
        )

    def _change(self, old: Phase, new: Phase, taken: int) -> None:
        self._resize_batches(old, new)
        choice, schedule = new.experiment.optimizer, new.experiment.schedule
        if not self.stepper.can_change_to(choice):
            self._spent = self.evaluations(taken)
            self._stepping_from = taken
            self._set_up(new)
            return
        rates = self.stepper.rates()
        self.stepper.change_to(choice)
        self._set_gradients(new)
        new_rates = self.stepper.rates()
        revives = any(b and not a for a, b in zip(rates, new_rates, strict=True))
        is_other = schedule != old.experiment.schedule
        is_longer = schedule.spans_run and new.moves_after(taken) != old.moves_after(taken)
        if not self.schedules or is_other or is_longer or revives:
            self.stepper.reset()
            self._schedule(new)
            return
        for moved, rate, new_rate in zip(self.schedules, rates, new_rates, strict=True):
            if new_rate != rate:
                moved.rescale(new_rate / rate)

    def _resize_batches(self, old: Phase, new: Phase) -> None:
        resized = new.experiment.training.batch_size != old.experiment.training.batch_size
        if resized and isinstance(self.task, ModelTask):
            self.task.batches.resize(new.experiment.training)

    def _treat(self) -> None:
        """Do to a new gradient what the loop does to the first one of a step."""
        if self.noise.scale:
            self.noise.add()
        if self.clip is not None:
            self.clip()
