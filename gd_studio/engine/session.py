"""One run: prepare, advance, finish.

A session is driven by whoever owns it: ``started()`` once, ``advance()`` until ``finish`` is set,
``finished()`` once. The loop is leaner than the usual one and ends with the same bits: one flat
tensor for all parameters, the optimizer's bare step, and rows copied instead of lists appended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sized
from dataclasses import replace
from math import isfinite
from typing import Any

import torch

from gd_studio.engine.clipping import make_clip
from gd_studio.engine.diagnosis import Finish, completed, diverged, stopped
from gd_studio.engine.epochs import Epochs
from gd_studio.engine.flat import FlatParameters
from gd_studio.engine.inspection import inspect_step
from gd_studio.engine.judgement import final_numbers
from gd_studio.engine.optimizers import Stepper
from gd_studio.engine.preview import preview
from gd_studio.engine.problems import FunctionTask, ModelTask, Task, build_task
from gd_studio.engine.recorder import Recorder
from gd_studio.engine.starts import LivingStarts
from gd_studio.engine.stopping import Convergence, EarlyStopping
from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Floats
from gd_studio.link.inspection import Inspection
from gd_studio.link.messages import Finished, Started, Steps

FRAME = 0.016
"""Seconds of stepping that travel as one event: about one repaint of a screen."""


class Session:
    """One run of an experiment.

    Parameters
    ----------
    experiment
        What to run; of several variations the first thing is to choose one.
    cancelled
        Looked at while data are read: whether they are not wanted any more.

    Attributes
    ----------
    taken
        How many steps have been taken and kept.
    finish
        How the run ended; ``None`` while it can go on.

    Raises
    ------
    RuntimeError
        Where torch cannot use the device.
    TableProblem, TableCancelled, DataProblem
        Where the data cannot be had.
    """

    def __init__(
        self, experiment: Experiment, cancelled: Callable[[], bool] = lambda: False
    ) -> None:
        self.experiment = experiment
        self.taken = 0
        self.finish: Finish | None = None
        self._task = build_task(experiment, cancelled)
        training = experiment.training
        samples = len(self._task.data.train) if isinstance(self._task, ModelTask) else 0
        self.total = training.total_steps(samples)
        self.steps_per_epoch = training.batches(samples)
        self._flat = FlatParameters(self._task.tensors)
        self._stepper = Stepper(experiment.optimizer, self._task.tensors, self._flat)
        # What backward() would make anew at every step: d loss / d loss.
        self._one = torch.ones((), device=self._flat.values.device)
        self._starts = (
            LivingStarts(self._task.n_starts, self._flat) if self._task.n_starts > 1 else None
        )
        is_function = isinstance(self._task, FunctionTask)
        self._recorder = Recorder(self._flat, self._starts, self.total, is_function=is_function)
        self._clip = make_clip(training, self._task.tensors, self._task.n_starts)
        self._convergence = Convergence(training)
        self._early_stopping = (
            EarlyStopping(training.patience, self._flat.values) if training.patience else None
        )
        self._epochs = (
            Epochs(self._task, self._convergence, self._early_stopping)
            if isinstance(self._task, ModelTask) and self._task.is_evaluated
            else None
        )
        # What is looked at after each step; the loop is spared the calls where there is nothing.
        self._watches = (
            self._epochs is not None
            or training.stop_gradient_norm is not None
            or training.stop_loss_change is not None
        )
        self._latest: Floats = self._flat.values.cpu().numpy().copy()
        self._final: dict[str, float] = {}
        self._seconds = 0.0

    def started(self) -> Started:
        """Return the event that begins the run."""
        start = preview(self._task, self._latest.copy())
        return Started(self.experiment, start, self.total, self.steps_per_epoch)

    def advance(self, most: int, interruptions: Sized = ()) -> Steps | None:
        """Take up to `most` steps, for one frame's time or until there are `interruptions`.

        Returns
        -------
        The steps that were taken and kept; ``None`` where there were none.
        """
        begin = time.perf_counter()
        most = min(most, self.total - self.taken, self._recorder.capacity)
        loop = self._take_steps if self._starts is None else self._take_steps_from_many_starts
        count = loop(most, begin + FRAME, interruptions)
        steps = self._collect(count)
        self._seconds += time.perf_counter() - begin
        if self.finish is None and self.taken == self.total:
            self.finish = completed(self.taken, self._final)
        return steps

    def stop(self) -> None:
        """End the run where it is."""
        if self.finish is None:
            self.finish = stopped(self.taken, self.total)

    def inspect(self) -> Inspection | None:
        """Return the next step, taken apart; the run goes on as if nobody had looked.

        ``None`` where the next loss is not finite: after a divergence.
        """
        step = self.taken + 1
        try:
            inspection = inspect_step(self.experiment, self._task, self._flat, self._stepper, step)
        except RuntimeError:
            # Some losses refuse what is not finite instead of passing it on.
            if self._task.is_finite():
                raise
            return None
        return inspection if isfinite(inspection.loss) else None

    def finished(self) -> Finished:
        """Return the event that ends the run; `finish` has to be set."""
        assert self.finish is not None
        detail = self.finish.detail
        restores = self.experiment.training.restore_best
        if restores and self._early_stopping is not None and self._early_stopping.best_epoch:
            self._latest = self._early_stopping.best.cpu().numpy().copy()
            epoch = self._early_stopping.best_epoch
            detail = f"{detail} The parameters are those after epoch {epoch:,}."
        if self._starts is not None and self._starts.lost:
            detail = f"{detail} {self._starts.describe_lost()}"
        self._task.load(torch.from_numpy(self._latest).to(self._flat.values.device))
        return Finished(
            reason=self.finish.reason,
            detail=detail,
            steps=self.taken,
            seconds=self._seconds,
            parameters=self._latest.copy(),
            final={**self._final, **_numbers_at_the_end(self._task)},
        )

    def _take_steps(self, most: int, deadline: float, interruptions: Sized) -> int:
        """The loop itself. Names are local because looking them up is a tenth of a step."""
        zero_grad, compute_loss = self._flat.gradients.zero_, self._task.loss
        step, clip, watches = self._stepper.take, self._clip, self._watches
        rows, one = self._recorder, (self._one,)
        losses = rows.losses
        parameters, new_parameters = rows.parameters.target, rows.parameters.source
        gradients, new_gradients = rows.gradients.target, rows.gradients.source
        # What loss.backward() calls after checks that cannot fail here.
        backward = torch.autograd.Variable._execution_engine.run_backward
        set_grad_enabled, now = torch._C._set_grad_enabled, time.perf_counter
        count = 0
        while count < most:
            zero_grad()
            try:
                loss = compute_loss()
            except RuntimeError:
                # Some losses refuse what is not finite instead of passing it on.
                if self._task.is_finite():
                    raise
                self._diverge(self.taken + count + 1)
                break
            value = loss.item()
            if not isfinite(value):
                self._diverge(self.taken + count + 1)
                break
            backward((loss,), one, False, False, (), allow_unreachable=True, accumulate_grad=True)
            gradients[count] = new_gradients
            set_grad_enabled(False)
            if clip is not None:
                clip()
            step()
            set_grad_enabled(True)
            parameters[count] = new_parameters
            losses[count] = value
            count += 1
            if watches and self._is_over_after(self.taken + count, value, count - 1):
                break
            if now() >= deadline or interruptions:
                break
        return count

    def _take_steps_from_many_starts(self, most: int, deadline: float, interruptions: Sized) -> int:
        """The same loop, in which a start that diverges stays where it was, and the rest go on."""
        starts, task, rows = self._starts, self._task, self._recorder
        assert starts is not None
        assert isinstance(task, FunctionTask)
        count = 0
        while count < most:
            self._flat.gradients.zero_()
            losses = task.losses()
            losses.sum().backward()
            starts.before_step(losses.detach(), self.taken + count + 1)
            if not starts.any_alive:
                self._diverge(self.taken + count + 1)
                break
            rows.losses[count] = starts.mean_loss
            rows.gradients.target[count] = rows.gradients.source
            with torch.no_grad():
                if self._clip is not None:
                    self._clip()
                self._stepper.take()
            starts.after_step(self.taken + count + 1)
            rows.parameters.target[count] = rows.parameters.source
            count += 1
            step = self.taken + count
            if self._watches and self._is_over_after(step, starts.mean_loss, count - 1):
                break
            if time.perf_counter() >= deadline or interruptions:
                break
        return count

    def _is_over_after(self, step: int, loss: float, row: int) -> bool:
        """Look at what `step` has come to, and at its epoch where it ended one."""
        finish = None
        if self.experiment.training.stop_gradient_norm is not None:
            finish = self._convergence.after_gradient(step, self._recorder.gradients.norm(row))
        if self._epochs is not None:
            finish = self._epochs.after_step(step) or finish
        else:
            finish = self._convergence.after_loss(step, loss) or finish
        self.finish = finish
        return finish is not None

    def _collect(self, count: int) -> Steps | None:
        """Make an event of `count` steps; where they stop being finite, the run has diverged."""
        lr = float(self.experiment.optimizer.settings["lr"])
        found = self._recorder.take(self.taken, count, lr)
        kept = len(found[0].step) if found is not None else 0
        if kept < count:
            self._diverge(self.taken + kept + 1)
        if found is None:
            return None
        steps, self._latest = found
        self.taken += kept
        self._final = {
            "train_loss": float(steps.loss[-1]),
            "grad_norm": float(steps.grad_norm[-1]),
            "lr": lr,
        }
        return replace(steps, **self._evaluated())

    def _evaluated(self) -> dict[str, Any]:
        """The losses after the epochs that have ended, those after a divergence left out."""
        if self._epochs is None:
            return {}
        steps, train_loss, test_loss = self._epochs.take()
        kept = steps <= self.taken
        return {
            "evaluated_steps": steps[kept],
            "train_loss": train_loss[kept],
            "test_loss": test_loss[kept],
        }

    def _diverge(self, step: int) -> None:
        self.finish = diverged(step, self.experiment, is_undefined=self._task.is_undefined())


def _numbers_at_the_end(task: Task) -> dict[str, float]:
    return final_numbers(task) if isinstance(task, ModelTask) else task.final()
