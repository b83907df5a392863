"""Everything that a run's steps left: append-only columns, in order, none missing."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gd_studio.experiment import Layout
from gd_studio.link.arrays import Doubles, Floats, Integers
from gd_studio.link.messages import Steps
from gd_studio.recording.columns import Column
from gd_studio.recording.memory import MemoryRecord

MOST_PARAMETERS = 256_000_000
"""Bytes that the parameters of a run may take that are not recorded after each step."""


class Recording:
    """The steps of one run.

    Parameters
    ----------
    layout
        How the flat vectors of parameters are made up.
    start
        The flat vector before the first step, ``(layout.size,)``; those after it are recorded in
        its precision.
    expected
        How many steps may come; see :class:`~gd_studio.recording.columns.Column`.
    steps_per_epoch
        How many of them make an epoch.

    Attributes
    ----------
    memory
        What the optimizer remembered.
    """

    def __init__(
        self, layout: Layout, start: Floats, expected: int = 0, steps_per_epoch: int = 1
    ) -> None:
        self.layout = layout
        self.start = start
        self.steps_per_epoch = steps_per_epoch
        self._counted = Column(np.int64, expected=expected + 1)  # 0, for the start, and each step
        self._loss = Column(np.float64, expected=expected)
        self._grad_norm = Column(np.float64, expected=expected)
        self._lr = Column(np.float64, expected=expected)
        # Where parameters are recorded, if that is not after each of the steps.
        self._parameter_steps: Column[np.int64] | None = None
        self._parameters = Column(start.dtype.type, (layout.size,), expected + 1)
        self._evaluated_steps = Column(np.int64)
        self._train_loss = Column(np.float64)
        self._test_loss = Column(np.float64)
        self.memory = MemoryRecord()
        self._best = np.inf
        self._counted.append(np.zeros(1, dtype=np.int64))
        self._parameters.append(start[np.newaxis])

    def append(self, steps: Steps) -> None:
        """Add what one event brought."""
        if self._parameter_steps is None and len(steps.parameter_steps) != len(steps.step):
            self._parameter_steps = Column(np.int64)
            self._parameter_steps.append(self._counted.values)
        if self._parameter_steps is not None:
            self._parameter_steps.append(steps.parameter_steps)
        self._counted.append(steps.step)
        self._loss.append(steps.loss)
        self._grad_norm.append(steps.grad_norm)
        self._lr.append(steps.lr)
        self._parameters.append(steps.parameters)
        if self._parameter_steps is not None and self._parameters.nbytes > MOST_PARAMETERS:
            # Half of them, evenly over the run however often it has been done before.
            there = self._parameter_steps.values
            even = np.linspace(0, there[-1], max(2, len(there) // 2))
            self._keep_parameters(np.unique(np.searchsorted(there, even)))
        self._evaluated_steps.append(steps.evaluated_steps)
        self._train_loss.append(steps.train_loss)
        self._test_loss.append(steps.test_loss)
        self.memory.append(steps.memory_steps, steps.memory)
        if len(steps.loss):
            self._best = min(self._best, float(steps.loss.min()))

    def begin_with(self, past: Recording, step: int) -> None:
        """Take over the steps up to `step` of a run that this one branches off.

        Up to step 0 that is nothing: the start is judged, and told of, in the run itself.
        """
        if step == 0:
            return
        first = slice(0, int(np.searchsorted(past.step, step, side="right")))
        kept = slice(1, int(np.searchsorted(past.parameter_steps, step, side="right")))
        judged = slice(0, int(np.searchsorted(past.evaluated_steps, step, side="right")))
        self.append(
            Steps(
                step=past.step[first],
                loss=past.loss[first],
                grad_norm=past.grad_norm[first],
                lr=past.lr[first],
                parameter_steps=past.parameter_steps[kept],
                parameters=past.parameters[kept],
                evaluated_steps=past.evaluated_steps[judged],
                train_loss=past.train_loss[judged],
                test_loss=past.test_loss[judged],
            )
        )
        self.memory.begin_with(past.memory, step)

    def let_parameters_go(self) -> None:
        """Keep of the parameters those of the start and the newest alone, and no memory."""
        if self._parameter_steps is None:
            self._parameter_steps = Column(np.int64)
            self._parameter_steps.append(self._counted.values[: len(self._parameters)])
        self._keep_parameters(np.unique([0, len(self._parameters) - 1]))
        self.memory = MemoryRecord()

    def _keep_parameters(self, rows: npt.NDArray[np.intp]) -> None:
        assert self._parameter_steps is not None
        self._parameter_steps.keep(rows)
        self._parameters.keep(rows)

    def parameters_before(self, step: int) -> Floats:
        """Return the flat vector recorded after `step`, or last before it, ``(layout.size,)``."""
        row = int(np.searchsorted(self.parameter_steps, step, side="right")) - 1
        found: Floats = self.parameters[row]
        return found

    def has_parameters_at(self, step: int) -> bool:
        """Whether the flat vector after `step` was recorded."""
        row = int(np.searchsorted(self.parameter_steps, step))
        return row < len(self.parameter_steps) and int(self.parameter_steps[row]) == step

    def __len__(self) -> int:
        return len(self._counted) - 1

    @property
    def step(self) -> Integers:
        """Number of each step, ``(n,)``, from 1."""
        return self._counted.values[1:]

    @property
    def loss(self) -> Doubles:
        """The loss that each step began with, ``(n,)``."""
        return self._loss.values

    @property
    def grad_norm(self) -> Doubles:
        """The norm of the gradient that each step followed, ``(n,)``."""
        return self._grad_norm.values

    @property
    def lr(self) -> Doubles:
        """The learning rate of each step, ``(n,)``."""
        return self._lr.values

    @property
    def parameter_steps(self) -> Integers:
        """The steps after which parameters were recorded, ``(m,)``, from 0 (the start)."""
        apart = self._parameter_steps
        return self._counted.values if apart is None else apart.values

    @property
    def parameters(self) -> Floats:
        """The flat vectors after those steps, ``(m, layout.size)``."""
        return self._parameters.values

    @property
    def evaluated_steps(self) -> Integers:
        """The steps after which the model was judged, ``(k,)``, from 0: the ends of epochs."""
        return self._evaluated_steps.values

    @property
    def train_loss(self) -> Doubles:
        """The mean loss over the training part then, ``(k,)``."""
        return self._train_loss.values

    @property
    def test_loss(self) -> Doubles:
        """The mean loss over the test part then, ``(k,)``; NaN where there is none."""
        return self._test_loss.values

    @property
    def latest(self) -> Floats:
        """The newest flat vector, ``(layout.size,)``."""
        newest: Floats = self.parameters[-1]
        return newest

    @property
    def nbytes(self) -> int:
        """How much memory its columns take."""
        columns = (
            self._counted,
            self._loss,
            self._grad_norm,
            self._lr,
            self._parameters,
            self._evaluated_steps,
            self._train_loss,
            self._test_loss,
        )
        apart = self._parameter_steps.nbytes if self._parameter_steps is not None else 0
        return sum(column.nbytes for column in columns) + apart + self.memory.nbytes

    @property
    def best_loss(self) -> float:
        """The lowest loss so far; infinite before the first step."""
        return self._best

    @property
    def every_step_has_parameters(self) -> bool:
        """Whether parameters were recorded after each step, so that histories can list them."""
        return len(self._parameters) == len(self._counted)
