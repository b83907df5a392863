"""A run that has ended, as its diagnosis looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch

from gd_studio.catalog.stability import Stability, stability_limit
from gd_studio.engine.curvature import classify_point, measure_curvature
from gd_studio.engine.curvature.hessian import MOST_IN_FULL, Loss
from gd_studio.engine.diagnosis.ends import Finish
from gd_studio.engine.diagnosis.trail import Trail
from gd_studio.engine.problems import FunctionTask, ModelTask, Task, build_task
from gd_studio.engine.run_statistics import RunStatistics
from gd_studio.experiment import Experiment
from gd_studio.link.arrays import Doubles, Floats
from gd_studio.link.curvature import MeasureCurvature
from gd_studio.link.point import Classification
from gd_studio.link.preconditioner import preconditioner

_MOST_SAMPLES = 256
"""On so many samples the curvature of a model with many parameters is measured."""


class Interrupted(Exception):  # noqa: N818 - somebody asks for something else, which is no error
    """The diagnosis was broken off."""


@dataclass(frozen=True)
class Moment:
    """A run at one of its steps.

    Attributes
    ----------
    step
        After which.
    parameters
        ``(layout.size,)``.
    scales
        The diagonal of the optimizer's preconditioner, ``(layout.size,)``; ``None`` without one.
    """

    step: int
    parameters: Doubles
    scales: Doubles | None


@dataclass
class Case:
    """Everything that findings look at; what takes time is found out when it is asked for.

    Attributes
    ----------
    experiment
        What held in the last step.
    begins
        The step after which that began to hold.
    task
        What was descended on.
    finish
        How the run ended.
    steps
        How many steps were taken.
    statistics
        Numbers of all of them.
    kept
        The parameters that the run ended with, ``(layout.size,)``.
    visit
        Takes the run to where it was after a step; returns parameters, what the optimizer
        remembered there, and the number of its own step.
    retrace
        Takes the last steps once more.
    go_on
        Is called again and again; raises `Interrupted` where there is something else to do.
    """

    experiment: Experiment
    begins: int
    task: Task
    finish: Finish
    steps: int
    statistics: RunStatistics
    kept: Floats
    visit: Callable[[int], tuple[Floats, dict[str, Floats], int]]
    retrace: Callable[[], Trail]
    go_on: Callable[[], None]

    @cached_property
    def trail(self) -> Trail:
        """The last steps."""
        return self.retrace()

    @property
    def is_single(self) -> bool:
        """Whether there is one path to look at, and not many."""
        return self.task.n_starts == 1

    @property
    def is_noisy(self) -> bool:
        """Whether its steps follow gradients that chance has a part in."""
        training = self.experiment.training
        if isinstance(self.task, ModelTask):
            return training.batches(len(self.task.data.train)) > 1
        return training.gradient_noise > 0

    @property
    def is_small(self) -> bool:
        """Whether the Hessian of its loss can be written out."""
        return self.task.n_starts > 1 or len(self.kept) <= MOST_IN_FULL

    @cached_property
    def point(self) -> Classification | None:
        """What the run ended at; ``None`` for many starts and for a large model."""
        if not (self.is_single and self.is_small):
            return None
        return classify_point(self._curved, self.kept.astype(np.float64), self._progress)

    @property
    def length(self) -> float:
        """What distances are measured by: the diagonal of a domain, or ``max(1, ‖p‖)``."""
        if isinstance(self.task, FunctionTask):
            low, high = np.array(self.task.function.domain).T
            return float(np.linalg.norm(high - low))
        return max(1.0, float(np.linalg.norm(self.kept)))

    def moment(self, step: int) -> Moment:
        """Return where the run was after `step`."""
        parameters, memory, number = self.visit(step)
        chosen = self.experiment.optimizer
        scales = preconditioner(chosen.key, chosen.settings, memory, number)
        return Moment(step, parameters.astype(np.float64), scales)

    def first_moment(self) -> Moment:
        """Return the start; where the optimizer divides its steps, that is after the first one."""
        stability = self.stability(self.statistics.highest_rate)
        late = stability is not None and stability.is_preconditioned
        return self.moment(min(self.begins + late, self.steps))

    def stability(self, rate: float) -> Stability | None:
        """Return the limit of the optimizer at a learning rate, where it has one."""
        chosen = self.experiment.optimizer
        return stability_limit(chosen.key, chosen.settings, rate, max(self.steps, 1))

    def sharpness(self, *moments: Moment) -> Doubles:
        """Return the largest eigenvalue at each moment, ``(m,)``; NaN where it is not known.

        Of several starts it is that of the sharpest. It is that of the preconditioned Hessian
        where the optimizer's limit is one for that.
        """
        stability = self.stability(self.statistics.highest_rate)
        found = np.full(len(moments), np.nan)
        for i, moment in enumerate(moments):
            scales, shift = None, 0.0
            if stability is not None and stability.is_preconditioned:
                if moment.scales is None or not _divides(moment.scales):
                    continue
                scales, shift = moment.scales, stability.shift
            found[i] = self._largest(moment.parameters, scales, shift)
        return found

    def _largest(self, parameters: Doubles, scales: Doubles | None, shift: float) -> float:
        rows = (self.task.n_starts, -1)
        asked = MeasureCurvature(
            self.experiment,
            parameters.reshape(rows),
            None if scales is None else scales.reshape(rows),
            shift,
            most_samples=None if self.is_small else _MOST_SAMPLES,
            only_largest=True,
        )
        largest = measure_curvature(self._curved, asked, self._progress).largest
        return float(np.nanmax(largest)) if np.isfinite(largest).any() else float("nan")

    def expand(self, parameters: Doubles, direction: Doubles) -> tuple[float, float, float]:
        """Return loss, slope and curvature along a direction ``(layout.size,)``, unscaled."""
        loss = Loss(self._curved, None if self.is_small else _MOST_SAMPLES)
        value, gradient, product = loss.expand(torch.from_numpy(parameters))
        along = torch.from_numpy(direction)
        return value, float(gradient @ along), float(product(along) @ along)

    def loss_at(self, parameters: Doubles) -> tuple[float, Doubles]:
        """Return the loss on the whole training part, with penalties, and its gradient."""
        loss = Loss(self._curved, None if self.is_small else _MOST_SAMPLES)
        value, gradient, _ = loss.expand(torch.from_numpy(parameters))
        return value, gradient.numpy()

    @cached_property
    def _curved(self) -> Task:
        """The task on the CPU, where there is double precision and no latency."""
        if self.experiment.device == "cpu":
            return self.task
        return build_task(self.experiment.model_copy(update={"device": "cpu"}))

    def _progress(self, share: float) -> None:
        self.go_on()


def _divides(scales: Doubles) -> bool:
    return bool((np.isfinite(scales) & (scales > 0)).all())
