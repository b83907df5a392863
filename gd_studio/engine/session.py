"""One run: prepare, advance, finish.

A session is driven by whoever owns it: ``started()`` once, ``advance()`` until ``finish`` is set,
``finished()`` once. The loop is leaner than the usual one and ends with the same bits: one flat
tensor for all parameters, the optimizer's bare step, and rows copied instead of lists appended.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sized
from math import isfinite
from typing import Any

import numpy as np
import torch

from gd_studio.engine.clipping import make_clip
from gd_studio.engine.diagnosis import Finish, completed, diverged, stopped
from gd_studio.engine.epochs import Epochs
from gd_studio.engine.flat import FlatParameters
from gd_studio.engine.inspection import inspect_step
from gd_studio.engine.optimizers import Stepper
from gd_studio.engine.preview import preview
from gd_studio.engine.problems import FunctionTask, ModelTask, build_task
from gd_studio.engine.rows import Rows
from gd_studio.engine.starts import LivingStarts
from gd_studio.engine.stopping import Convergence, EarlyStopping
from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Doubles, Floats, Integers
from gd_studio.link.inspection import Inspection
from gd_studio.link.messages import Finished, Started, Steps

FRAME = 0.016
"""Seconds of stepping that travel as one event: about one repaint of a screen."""

RECORDED_WHOLE = 64
"""Up to this many parameters, every step's are recorded."""

RECORDED_STARTS = 512_000_000
"""So are those of a function with more of them, where that takes up to this many bytes."""

SNAPSHOT_INTERVAL = 0.25
"""Seconds between the recorded parameters otherwise."""

_MOST_ROWS = 1024
_MOST_NUMBERS = 2_000_000


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
    TableProblem, TableCancelled, ValueError
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
        is_model = isinstance(self._task, ModelTask)
        samples = len(self._task.data.train) if isinstance(self._task, ModelTask) else 0
        self.total = training.total_steps(samples)
        self.steps_per_epoch = training.batches(samples)
        self._flat = FlatParameters(self._task.tensors)
        self._stepper = Stepper(experiment.optimizer, self._task.tensors, self._flat)
        size = self._task.layout.size
        self._capacity = max(16, min(_MOST_ROWS, _MOST_NUMBERS // size))
        self._parameters = Rows(self._flat.values, self._capacity)
        self._gradients = Rows(self._flat.gradients, self._capacity)
        self._losses = np.empty(self._capacity)
        # What backward() would make anew at every step: d loss / d loss.
        self._one = torch.ones((), device=self._flat.values.device)
        self._starts = (
            LivingStarts(self._task.n_starts, self._flat) if self._task.n_starts > 1 else None
        )
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
        self._records_all = size <= RECORDED_WHOLE or (
            not is_model and 4 * size * self.total <= RECORDED_STARTS
        )
        self._last_snapshot = 0.0
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
        most = min(most, self.total - self.taken, self._capacity)
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
        if not self._task.is_finite():
            return None
        inspection = inspect_step(
            self.experiment, self._task, self._flat, self._stepper, self.taken + 1
        )
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
            final={**self._final, **self._task.final()},
        )

    def _take_steps(self, most: int, deadline: float, interruptions: Sized) -> int:
        """The loop itself. Names are local because looking them up is a tenth of a step."""
        zero_grad, compute_loss, step = (
            self._flat.gradients.zero_,
            self._task.loss,
            self._stepper.take,
        )
        losses, one = self._losses, (self._one,)
        clip, watches = self._clip, self._watches
        parameters, new_parameters = self._parameters.target, self._parameters.source
        gradients, new_gradients = self._gradients.target, self._gradients.source
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
        starts, task = self._starts, self._task
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
            self._losses[count] = starts.mean_loss
            self._gradients.target[count] = self._gradients.source
            with torch.no_grad():
                if self._clip is not None:
                    self._clip()
                self._stepper.take()
            starts.after_step(self.taken + count + 1)
            self._parameters.target[count] = self._parameters.source
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
            finish = self._convergence.after_gradient(step, self._gradients.norm(row))
        if self._epochs is not None:
            finish = self._epochs.after_step(step) or finish
        else:
            finish = self._convergence.after_loss(step, loss) or finish
        self.finish = finish
        return finish is not None

    def _collect(self, count: int) -> Steps | None:
        """Make an event of the first `count` rows, cut where they stop being finite."""
        parameters = self._parameters.first(count)
        grad_norm = self._grad_norms(count)
        finite = np.isfinite(parameters).all(axis=1) & np.isfinite(grad_norm)
        if not finite.all():
            count = int(finite.argmin())
            self._diverge(self.taken + count + 1)
        if count == 0:
            return None
        step = np.arange(self.taken + 1, self.taken + count + 1)
        self.taken += count
        self._latest = parameters[count - 1].copy()
        lr = float(self.experiment.optimizer.settings["lr"])
        steps = Steps(
            step=step,
            loss=self._losses[:count].copy(),
            grad_norm=grad_norm[:count],
            lr=np.full(count, lr),
            **self._recorded(step, parameters[:count]),
            **self._evaluated(),
        )
        self._final = {
            "train_loss": float(steps.loss[-1]),
            "grad_norm": float(steps.grad_norm[-1]),
            "lr": lr,
        }
        return steps

    def _grad_norms(self, count: int) -> Doubles:
        """Norms of the first `count` gradients, ``(count,)``; for many starts their mean."""
        gradients = self._gradients.first(count).astype(np.float64)
        if self._starts is not None:
            return self._starts.mean_norms(gradients)
        norms: Doubles = np.sqrt((gradients**2).sum(axis=1))
        return norms

    def _recorded(self, step: Integers, parameters: Floats) -> dict[str, Any]:
        """Pick the parameters that are recorded: all, or those of the last step now and then."""
        now = time.perf_counter()
        if self._records_all:
            kept = slice(None)
        elif now - self._last_snapshot >= SNAPSHOT_INTERVAL or self.taken == self.total:
            kept = slice(-1, None)
            self._last_snapshot = now
        else:
            kept = slice(0, 0)
        return {"parameter_steps": step[kept], "parameters": parameters[kept].copy()}

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
