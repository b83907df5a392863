"""When a run ends before its last step because there is no more to learn."""

from __future__ import annotations

from math import inf, isfinite

from torch import Tensor

from gd_studio.engine.diagnosis import Finish, converged, early_stopped
from gd_studio.engine.flat import FlatParameters
from gd_studio.experiment import Training


class Convergence:
    """Ends a run whose gradient or whose change of the loss has become small.

    Parameters
    ----------
    training
        Has the thresholds.

    Attributes
    ----------
    last_loss
        What the next loss is compared with.
    """

    def __init__(self, training: Training) -> None:
        self._smallest_norm = training.stop_gradient_norm
        self._smallest_change = training.stop_loss_change
        self.last_loss = inf

    def after_gradient(self, step: int, norm: float) -> Finish | None:
        """Look at the norm of the gradient that `step` followed, as it was before clipping."""
        if self._smallest_norm is None or not norm < self._smallest_norm:
            return None
        return converged(step, "gradient norm", norm)

    def after_loss(self, step: int, loss: float) -> Finish | None:
        """Look at the training loss after `step`: of an epoch, or where there is none of a step."""
        change, self.last_loss = abs(self.last_loss - loss), loss
        if self._smallest_change is None or not change < self._smallest_change:
            return None
        return converged(step, "change of the loss", change)


class EarlyStopping:
    """Ends a run whose loss has not fallen for some epochs, and keeps its best parameters.

    Parameters
    ----------
    patience
        For how many epochs.
    flat
        The parameters, which the run goes on changing.

    Attributes
    ----------
    best
        Those of the best epoch, ``(size,)``.
    best_epoch
        Its number; 0 before the first.
    """

    def __init__(self, patience: int, flat: FlatParameters) -> None:
        self._patience = patience
        self._flat = flat
        self.best = flat.vector()
        self.best_epoch = 0
        self._lowest = inf

    def after_epoch(self, epoch: int, loss: float) -> Finish | None:
        """Look at the loss that is watched."""
        if isfinite(loss) and loss < self._lowest:
            self._lowest, self.best_epoch = loss, epoch
            self.best = self._flat.vector()
        if epoch - self.best_epoch < self._patience:
            return None
        return early_stopped(epoch, self.best_epoch, self._lowest)

    def snapshot(self) -> tuple[Tensor, int, float]:
        """Return what the next looks depend on."""
        return self.best.clone(), self.best_epoch, self._lowest

    def restore(self, saved: tuple[Tensor, int, float]) -> None:
        """Go back to where a snapshot was taken."""
        best, self.best_epoch, self._lowest = saved
        self.best = best.clone()
