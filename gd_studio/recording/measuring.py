"""Measuring the curvature along a run while it goes on: what to ask next, if anything."""

from __future__ import annotations

from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.link.arrays import Integers
from gd_studio.link.curvature import Curvature, MeasureCurvature
from gd_studio.recording.curvature_schedule import CurvatureSchedule
from gd_studio.recording.run import Run, RunState
from gd_studio.recording.sharpness import Sharpness

_POINTS_OF_A_FUNCTION = 64


class Measuring:
    """The questions about one run, one at a time; it knows neither an engine nor a clock.

    Parameters
    ----------
    experiment
        Whose loss it is, as the other questions about the run have it: an engine keeps what it
        has built for that.
    run
        The run, which has started.
    every
        The interval in steps; ``None`` for one that gives about 200 points.

    Attributes
    ----------
    sharpness
        What has been measured.
    schedule
        Which steps are next, and when.
    problem
        Why nothing more is asked; empty while all is well.
    """

    def __init__(self, experiment: Experiment, run: Run, every: int | None = None) -> None:
        assert run.recording is not None, "it has started"
        is_function = isinstance(experiment.problem, FunctionProblem)
        self._run = run
        self._asked: Integers | None = None
        self.sharpness = Sharpness(experiment, run.recording)
        self.schedule = CurvatureSchedule(every, _POINTS_OF_A_FUNCTION if is_function else 1)
        self.problem = ""

    @property
    def goes_on(self) -> bool:
        """Whether the run is taking steps."""
        return self._run.state is RunState.RUNNING

    def wait(self, now: float) -> float | None:
        """Return the seconds until there may be a question; ``None`` where news will tell."""
        if self.schedule.is_waiting or self.problem or not self.goes_on:
            return None
        return self.schedule.wait(now)

    def ask(self, now: float) -> MeasureCurvature | None:
        """Return the question that is to be asked now; ``None`` for none."""
        while not self.problem and self.schedule.may_ask(now, goes_on=self.goes_on):
            available = self.sharpness.available(self._run.experiment)
            steps = self.schedule.next(available, now, goes_on=self.goes_on)
            if not len(steps):
                return None
            steps, question = self.sharpness.question(steps, self._run.experiment)
            if question is not None:
                self.schedule.asked(steps, now)
                self._asked = steps
                return question
            self.schedule.skip(steps)
        return None

    def take(self, answer: Curvature, now: float) -> None:
        """Take in the answer to the question under way."""
        assert self._asked is not None
        self.schedule.answered(now)
        self.sharpness.take(self._asked, answer)

    def refuse(self, reason: str, now: float) -> None:
        """Take in that there is no answer, and ask no more."""
        self.schedule.answered(now)
        self.problem = reason
