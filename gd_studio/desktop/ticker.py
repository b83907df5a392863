"""The beat that plots repaint to: only while there is something new."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

INTERVAL = 16
"""Milliseconds between two repaints: 60 a second."""


class Ticker(QObject):
    """Emits ``tick`` after `wake`, at most 60 times a second, however often it is woken."""

    tick = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._news = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self._beat)

    @Slot()
    def wake(self) -> None:
        """Say that there is something new to be drawn."""
        self._news = True
        if not self._timer.isActive():
            self._timer.start()

    @Slot()
    def _beat(self) -> None:
        if self._news:
            self._news = False
            self.tick.emit()
        else:
            self._timer.stop()
