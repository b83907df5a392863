"""What happens at the end of each epoch: both parts are judged, and the run may be over."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.diagnosis import Finish
from gd_studio.engine.problems import ModelTask
from gd_studio.engine.stopping import Convergence, EarlyStopping
from gd_studio.link.arrays import Doubles, Integers


class Epochs:
    """Judges a model after each epoch.

    Parameters
    ----------
    task
        The model; judged at once, as it begins.
    convergence
        Is told of the training loss after each epoch.
    early_stopping
        Is told of the loss that is watched: that of the test part, where there is one.

    Attributes
    ----------
    watched
        The loss that is watched, after the last epoch.
    """

    def __init__(
        self, task: ModelTask, convergence: Convergence, early_stopping: EarlyStopping | None
    ) -> None:
        self._task = task
        self._convergence = convergence
        self._early_stopping = early_stopping
        self._has_test = len(task.data.test) > 0
        self._rows: list[tuple[int, float, float]] = []
        self.watched = np.nan
        self._judge(0)

    def after_epoch(self, epoch: int, step: int) -> Finish | None:
        """Judge the model after an epoch, which ended with `step`; say why the run is over."""
        train_loss, test_loss = self._judge(step)
        finish = self._convergence.after_loss(step, train_loss)
        self.watched = test_loss if self._has_test else train_loss
        if self._early_stopping is None:
            return finish
        return self._early_stopping.after_epoch(epoch, self.watched) or finish

    def take(self) -> tuple[Integers, Doubles, Doubles]:
        """Return steps, training losses and test losses since the last time, ``(k,)`` each."""
        rows = np.array(self._rows, dtype=np.float64).reshape(-1, 3)
        self._rows.clear()
        return rows[:, 0].astype(np.int64), rows[:, 1].copy(), rows[:, 2].copy()

    def _judge(self, step: int) -> tuple[float, float]:
        data = self._task.data
        train_loss = self._task.evaluate(data.train)
        test_loss = self._task.evaluate(data.test) if self._has_test else np.nan
        self._rows.append((step, train_loss, test_loss))
        return train_loss, test_loss
