"""Where a run overfits: it goes on learning its training part, and gets worse at the test part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.link.arrays import Doubles, Integers

_FEWEST = 5
_RISE = 0.05
_NOISES = 3.0
_TREMOR = 0.002
"""Noise of this share of the lowest loss is smoothed before anything is read off."""

_HALF_WINDOW = 5
_LATEST = 0.9
_ROUNDING = 1e-6


@dataclass(frozen=True)
class Overfitting:
    """What the losses of an overfitting run show.

    Attributes
    ----------
    best_epoch, best_step
        After how many epochs and steps the test loss was lowest.
    best_loss, last_loss
        The test loss then and at the end; smoothed, where it is noisy.
    """

    best_epoch: int
    best_step: int
    best_loss: float
    last_loss: float

    @property
    def begin(self) -> str:
        """From where on the run overfits, in words."""
        return f"from epoch {self.best_epoch:,} on" if self.best_epoch else "from the start"

    def sentence(self, run: str) -> str:
        """All of it in words, of the run called `run`."""
        return (
            f"{run} overfits {self.begin}: the test loss rose from {self.best_loss:.3g}"
            f" to {self.last_loss:.3g} while the training loss fell"
        )


def find_overfitting(steps: Integers, train: Doubles, test: Doubles) -> Overfitting | None:
    """Find out whether a run has overfitted until now, and since when.

    It has where the test loss ends above its lowest by more than 5 % and three times its noise,
    had its lowest within the first 90 % of the epochs, and the training loss has fallen since.

    Parameters
    ----------
    steps, train, test
        The steps after which the model was judged, and both losses then, ``(k,)`` each: before
        the first epoch and after every one. A test loss is NaN where there is no test part.
    """
    fine = np.isfinite(train) & np.isfinite(test)
    epochs = np.flatnonzero(fine)
    if len(epochs) < _FEWEST:
        return None
    train, test = train[fine], test[fine]
    noise = _noise(test)
    half = 0
    if noise > _TREMOR * abs(float(test.min())):
        half = min(_HALF_WINDOW, max(1, len(test) // 20))
        train, test = _smooth(train, half), _smooth(test, half)
    best = int(test.argmin())
    lowest, last = float(test[best]), float(test[-1])
    # The last of these is for a model that has learnt all: what is left of its loss is rounding.
    least_rise = max(_RISE * abs(lowest), _NOISES * noise, _ROUNDING * abs(float(test[0])))
    if best >= _LATEST * (len(test) - 1) or last - lowest <= least_rise:
        return None
    if not train[-1] < train[best]:
        return None
    epoch = int(epochs[best])
    return Overfitting(epoch, int(steps[epoch]), lowest, last)


def _noise(values: Doubles) -> float:
    """The standard deviation of what jumps to and fro in a curve, whatever its slope."""
    bends = np.abs(np.diff(values, 2))
    # 1.48 medians are a standard deviation; a second difference has the variance of six values.
    return 1.4826 * float(np.median(bends)) / 6**0.5


def _smooth(values: Doubles, half: int) -> Doubles:
    """Means over `half` neighbours on each side, fewer at the ends."""
    sums = np.concatenate(([0.0], np.cumsum(values)))
    places = np.arange(len(values))
    left, right = np.maximum(places - half, 0), np.minimum(places + half + 1, len(values))
    means: Doubles = (sums[right] - sums[left]) / (right - left)
    return means
