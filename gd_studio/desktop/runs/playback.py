"""Playing a run like a film: forwards or backwards, at a number of steps a second."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal, Slot

_INTERVAL = 16
"""Milliseconds between two pictures."""


class Playback(QObject):
    """Says which step is to be shown as time goes by; at either end it holds.

    Parameters
    ----------
    clock
        Tells the time, in seconds.

    Signals
    -------
    reached(int)
        The step to be shown now.
    changed()
        It has begun to play, or holds.
    """

    reached = Signal(int)
    changed = Signal()

    def __init__(
        self, parent: QObject | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        super().__init__(parent)
        self._clock = clock
        self._velocity = 0.0  # steps a second, below zero for backwards
        self._at = 0.0
        self._last = 0
        self._then = 0.0
        self._timer = QTimer(self)
        self._timer.setInterval(_INTERVAL)
        self._timer.timeout.connect(self.beat)

    @property
    def direction(self) -> int:
        """1 while it plays forwards, -1 backwards, 0 while it holds."""
        return (self._velocity > 0) - (self._velocity < 0)

    def play(self, begin: int, last: int, velocity: float) -> None:
        """Play from step `begin` on, towards 0 or `last`.

        Parameters
        ----------
        velocity
            Steps a second; below zero backwards.
        """
        self._at, self._last, self._velocity = float(begin), last, velocity
        self._then = self._clock()
        self._timer.start()
        self.changed.emit()

    def set_speed(self, steps_per_second: float) -> None:
        """Play faster or slower from now on."""
        if self.direction:
            self.beat()
            self._velocity = self.direction * steps_per_second

    @Slot()
    def hold(self) -> None:
        """Stay where it is."""
        if self.direction:
            self._velocity = 0.0
            self._timer.stop()
            self.changed.emit()

    @Slot()
    def beat(self) -> None:
        """Go on by the time that has gone by."""
        now = self._clock()
        before = self._whole
        self._at = min(max(self._at + self._velocity * (now - self._then), 0.0), self._last)
        self._then = now
        if self._whole != before:
            self.reached.emit(self._whole)
        if self._at == (self._last if self._velocity > 0 else 0):
            self.hold()

    @property
    def _whole(self) -> int:
        """The last step that has been reached."""
        return math.floor(self._at) if self._velocity > 0 else math.ceil(self._at)
