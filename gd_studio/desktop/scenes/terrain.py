"""Where a subject's paths lie: the axes of its landscape, and paths as seen along them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.desktop.studio import Subject
from gd_studio.experiment import Experiment, FunctionProblem
from gd_studio.link.arrays import Doubles, Floats
from gd_studio.recording.framing import Ranges


@dataclass(frozen=True)
class Terrain:
    """A subject, seen along one or two axes.

    Attributes
    ----------
    axes
        A function's variables, or elements of a model's flat vector.
    domain
        Where a function is at home; ``None`` for a model.
    """

    subject: Subject
    axes: tuple[int, ...]
    domain: Ranges | None

    @classmethod
    def of(cls, subject: Subject, picked: tuple[int, ...]) -> Terrain:
        """See `subject` along its variables, or for a model along the `picked` elements."""
        problem = subject.experiment.problem
        if isinstance(problem, FunctionProblem):
            domain = problem.resolved.domain
            return cls(subject, tuple(range(len(domain))), domain)
        return cls(subject, picked, None)

    @property
    def is_function(self) -> bool:
        """Whether it is that of a function, and not of a model's loss."""
        return self.domain is not None

    @property
    def may_lag(self) -> bool:
        """Whether other parameters are likely to follow soon."""
        return self.subject.is_changing or self.subject.is_looking_back

    @property
    def labels(self) -> tuple[str, ...]:
        """The names of the axes."""
        problem = self.subject.experiment.problem
        if isinstance(problem, FunctionProblem):
            return problem.resolved.formula.variables
        return tuple(self.subject.preview.layout.labels[axis] for axis in self.axes)

    @property
    def value_name(self) -> str:
        """What its height is called."""
        return "f" if self.is_function else "loss"

    @property
    def caption(self) -> str:
        """What is held where it is a slice; empty for the whole."""
        held = self.subject.preview.layout.size - len(self.axes)
        if self.is_function or not held:
            return ""
        if held == 1:
            return "slice: the other parameter held at its present value"
        return f"slice: the other {held} parameters held at their present values"

    @property
    def minima(self) -> Doubles:
        """The known minima, ``(n, n_axes)``."""
        problem = self.subject.experiment.problem
        known = problem.resolved.minima if isinstance(problem, FunctionProblem) else ()
        return np.array(known, dtype=np.float64).reshape(-1, len(self.axes))

    @property
    def starts(self) -> list[Floats]:
        """The points that the subject starts from, as paths of one point ``(1, n_axes)``."""
        start = self.subject.preview.start[np.newaxis]
        return self.paths(start, n_starts(self.subject.experiment))

    @property
    def held(self) -> Floats:
        """A model's present parameters besides those of the axes; empty for a function."""
        if self.is_function:
            return np.empty(0, dtype=np.float32)
        return np.delete(self.subject.parameters, self.axes)

    def paths(self, parameters: Floats, starts: int) -> list[Floats]:
        """From rows of flat vectors to the path of each start: views ``(n, n_axes)``."""
        if self.is_function:
            width = len(self.axes)
            return [parameters[:, i * width : (i + 1) * width] for i in range(starts)]
        if len(self.axes) == 1:
            return [parameters[:, self.axes[0] : self.axes[0] + 1]]
        # A slice with a stride: picking columns by a list would copy the run at every repaint.
        first, second = self.axes
        low, high = sorted(self.axes)
        columns = parameters[:, low : high + 1 : high - low]
        return [columns if first < second else columns[:, ::-1]]


def n_starts(experiment: Experiment) -> int:
    """How many paths a run of `experiment` has."""
    problem = experiment.problem
    return problem.n_starts if isinstance(problem, FunctionProblem) else 1
