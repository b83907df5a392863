"""The largest eigenvalue of the Hessian along a run, as far as it has been measured."""

from __future__ import annotations

from math import nan

import numpy as np

from gd_studio.catalog.stability import Stability, stability_limit
from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.link.arrays import Doubles, Integers
from gd_studio.link.curvature import Curvature, MeasureCurvature
from gd_studio.link.messages import RECORDED_WHOLE
from gd_studio.link.preconditioner import preconditioner
from gd_studio.recording.recording import Recording
from gd_studio.recording.stretches import Stretch, stretch_of, stretches_of

MOST_IN_FULL = 200
"""Up to so many parameters all eigenvalues are found at once, and the condition with them."""

_SAMPLES, _FEW_SAMPLES = 1000, 200
_MOST_CORNERS = 2000


class Sharpness:
    """What is asked about the curvature of one run, and what was answered.

    For optimizers whose limit is one on a preconditioned Hessian, that is the one measured,
    where the optimizer's memory is recorded. Of a function with many starts it is that of the
    first.

    Parameters
    ----------
    experiment
        Whose loss it is; the changes of the run are given anew whenever they matter.
    recording
        The steps of the run.

    Attributes
    ----------
    steps, largest, condition
        What was measured, in the order of the steps, ``(k,)`` each. The eigenvalue is NaN where
        there is none.
    samples, n_samples
        On how many samples, of how many; 0 of 0 for a function.
    """

    def __init__(self, experiment: Experiment, recording: Recording) -> None:
        self._experiment = experiment
        self._recording = recording
        self.steps: Integers = np.empty(0, dtype=np.int64)
        self.largest: Doubles = np.empty(0)
        self.condition: Doubles = np.empty(0)
        self.samples = self.n_samples = 0
        problem = experiment.problem
        self.n_starts = problem.n_starts if isinstance(problem, FunctionProblem) else 1
        self._size = recording.layout.size // self.n_starts

    def is_preconditioned(self, stretch: Stretch) -> bool:
        """Whether what is measured in a stretch is the preconditioned Hessian."""
        limit = _limit(stretch, 1.0, 1)
        return self._has_memory and limit is not None and limit.is_preconditioned

    @property
    def _has_memory(self) -> bool:
        return self._recording.layout.size <= RECORDED_WHOLE

    def available(self, experiment: Experiment) -> Integers:
        """Return the steps that can be asked about, in order; 0 is the start."""
        steps = self._recording.parameter_steps
        stretches = stretches_of(experiment)
        preconditioned = [self.is_preconditioned(stretch) for stretch in stretches]
        if not any(preconditioned):
            return steps
        if all(preconditioned):
            return self._recording.memory.steps
        afters = np.array([stretch.after for stretch in stretches])
        # The start has no memory yet: it belongs to no step.
        at = np.clip(np.searchsorted(afters, steps, side="left") - 1, 0, None)
        has_memory = np.isin(steps, self._recording.memory.steps)
        chosen: Integers = steps[has_memory | ~np.array(preconditioned)[at]]
        return chosen

    def question(
        self, steps: Integers, experiment: Experiment
    ) -> tuple[Integers, MeasureCurvature | None]:
        """Return the last of `steps` that can be asked about together, and the question.

        The question is ``None`` where a preconditioner is zero, and nothing can be asked.
        """
        stretches = stretches_of(experiment)
        last = stretch_of(stretches, int(steps[-1]))
        steps = steps[[stretch_of(stretches, step) is last for step in steps.tolist()]]
        recording = self._recording
        rows = np.searchsorted(recording.parameter_steps, steps)
        points = np.asarray(recording.parameters[rows][:, : self._size], dtype=np.float64)
        scales, shift = None, 0.0
        if self.is_preconditioned(last):
            found = [self._diagonal(last, step) for step in steps.tolist()]
            sound = [(diagonal > 0).all() and np.isfinite(diagonal).all() for diagonal in found]
            if not all(sound):
                return steps[~np.array(sound)], None
            scales = np.stack(found)
            limit = _limit(last, 1.0, 1)
            shift = limit.shift if limit is not None else 0.0
        is_small = self._size <= MOST_IN_FULL
        question = MeasureCurvature(
            self._experiment,
            points,
            scales,
            shift,
            most_samples=_SAMPLES if is_small else _FEW_SAMPLES,
            only_largest=not is_small,
        )
        return steps, question

    def take(self, steps: Integers, answer: Curvature) -> None:
        """Take in the answer about `steps`."""
        self.samples, self.n_samples = answer.samples, answer.n_samples
        order = np.argsort(every := np.concatenate((self.steps, steps)), kind="stable")
        self.steps = every[order]
        self.largest = np.concatenate((self.largest, answer.largest))[order]
        self.condition = np.concatenate((self.condition, answer.condition))[order]

    def limit(self, experiment: Experiment, step: int) -> Stability | None:
        """Return the limit in force for the step after `step`, or for the last there is.

        ``None`` too where it is a limit on what is not measured.
        """
        lr = self._recording.lr
        if not len(lr):
            return None
        number = min(step + 1, len(lr))
        stretch = stretch_of(stretches_of(experiment), number)
        return self._limit_at(stretch, number)

    def limits(self, experiment: Experiment) -> tuple[Integers, Doubles]:
        """Return the limit along the run: places ``(k,)``, and the limit in force from there.

        Where it does not change, two places are enough; NaN where there is none. A place is a
        number of steps taken, as for the eigenvalue, so the limit is that of the step after it.
        """
        lr = self._recording.lr
        if not len(lr):
            return np.empty(0, dtype=np.int64), np.empty(0)
        stretches = stretches_of(experiment)
        begins = [stretch.after for stretch in stretches if 0 < stretch.after < len(lr)]
        turns = np.concatenate((np.flatnonzero(lr[1:] != lr[:-1]) + 1, begins)).astype(int)
        numbers = np.unique(np.concatenate(([1], turns, turns + 1, [len(lr)])))
        moves = any(s.optimizer.key == "nadam" for s in stretches)
        if moves or len(numbers) > _MOST_CORNERS:
            spread = np.linspace(1, len(lr), _MOST_CORNERS).astype(np.int64)
            numbers = np.concatenate((spread, [b for a in begins for b in (a, a + 1)]))
        numbers = np.unique(numbers).astype(np.int64)
        found = [self._limit_at(stretch_of(stretches, n), n) for n in numbers.tolist()]
        values = [nan if limit is None else limit.limit for limit in found]
        # The last step's limit still holds where it has led.
        places = np.append(numbers - 1, len(lr))
        return places, np.array([*values, values[-1]])

    def _limit_at(self, stretch: Stretch, number: int) -> Stability | None:
        lr = float(self._recording.lr[number - 1])
        limit = _limit(stretch, lr, number - stretch.begun)
        if limit is not None and limit.is_preconditioned and not self._has_memory:
            return None
        return limit

    def _diagonal(self, stretch: Stretch, step: int) -> Doubles:
        optimizer = stretch.optimizer
        diagonal = preconditioner(
            optimizer.key, optimizer.settings, self._recording.memory.at(step), step - stretch.begun
        )
        assert diagonal is not None, "it is available where the memory is recorded"
        return diagonal[: self._size]


def _limit(stretch: Stretch, lr: float, step: int) -> Stability | None:
    optimizer = stretch.optimizer
    return stability_limit(optimizer.key, optimizer.settings, lr, step)
