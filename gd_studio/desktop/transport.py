"""The transport along the bottom: run, pause, step, stop, reset, speed, progress."""

from __future__ import annotations

import math
import time

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QHBoxLayout,
    QProgressBar,
    QSlider,
    QToolButton,
    QWidget,
)

from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.recording import Run, RunState

_POSITIONS = 60
"""Positions of the speed slider: from 1 to 100,000 steps a second, then unlimited."""

_DECADES = 5

_WIDEST_FIRST = 104


class Transport(QWidget):
    """Buttons that show the given actions, a speed slider, and the progress of a run.

    Signals
    -------
    speed_changed(float or None)
        The most steps a second that the user wants; ``None`` for no limit.
    """

    speed_changed = Signal(object)

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 6)
        row.setSpacing(6)
        for position, action in enumerate(actions):
            button = QToolButton()
            button.setDefaultAction(action)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            if position == 0:
                button.setProperty("primary", True)
                # Room for "Resume": the others would slip away under the mouse.
                button.setMinimumWidth(_WIDEST_FIRST)
            row.addWidget(button)
        row.addSpacing(16)
        row.addWidget(PlainLabel("Speed"))
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(0, _POSITIONS)
        self._slider.setValue(_POSITIONS)
        self._slider.setFixedWidth(140)
        self._slider.setAccessibleName("Most steps a second")
        self._slider.valueChanged.connect(self._speed_moved)
        row.addWidget(self._slider)
        self._speed = PlainLabel()
        self._speed.setMinimumWidth(self._speed.fontMetrics().horizontalAdvance("100,000 steps/s "))
        row.addWidget(self._speed)
        row.addStretch(1)
        self._label_speed()

    @property
    def steps_per_second(self) -> float | None:
        """The most steps a second; ``None`` for no limit."""
        position = self._slider.value()
        if position == _POSITIONS:
            return None
        return _rounded(10 ** (_DECADES * position / (_POSITIONS - 1)))

    @Slot(int)
    def _speed_moved(self, _: int) -> None:
        self._label_speed()
        self.speed_changed.emit(self.steps_per_second)

    def _label_speed(self) -> None:
        limit = self.steps_per_second
        unit = "step/s" if limit == 1 else "steps/s"
        self._speed.setText("unlimited" if limit is None else f"{limit:,.0f} {unit}")


class Progress(QWidget):
    """How far a run is, how fast it goes, and when it will be done: for the status bar."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 8, 0)
        row.setSpacing(8)
        self._text = PlainLabel()
        self._bar = QProgressBar()
        self._bar.setRange(0, 1000)
        self._bar.setTextVisible(False)
        self._bar.setFixedSize(180, 6)
        self._bar.setAccessibleName("Progress of the run")
        row.addWidget(self._text)
        row.addWidget(self._bar)
        self._begin = (0.0, 0)
        self._run: Run | None = None
        self._told = 0.0

    @property
    def text(self) -> str:
        """What stands beside the bar."""
        return self._text.text()

    def show_run(self, run: Run) -> None:
        """Show `run` as it is now; a few times a second is as often as anybody can read."""
        now = time.monotonic()
        going = run.state is RunState.RUNNING
        if run is not self._run or not going:
            self._run, self._begin = run, (now, run.steps)
        elif now - self._told < 0.2:
            return
        self._told = now
        if not run.total_steps:  # its data are being read
            self._bar.setValue(0)
            self._text.setText("" if run.is_over else "preparing…")
            return
        self._bar.setValue(round(1000 * run.steps / run.total_steps))
        self._text.setText(f"{run.steps:,} / {run.total_steps:,} steps{self._pace(run, now)}")

    def clear(self) -> None:
        """Show no run."""
        self._run = None
        self._bar.setValue(0)
        self._text.clear()

    def _pace(self, run: Run, now: float) -> str:
        since, steps = self._begin
        if run.state is not RunState.RUNNING or now - since < 0.3 or run.steps == steps:
            return ""
        rate = (run.steps - steps) / (now - since)
        left = (run.total_steps - run.steps) / rate
        return f" · {rate:,.0f} steps/s · {_duration(left)} left"


def _rounded(value: float) -> float:
    """Round to two significant digits, and to a whole number."""
    digits = max(0, math.floor(math.log10(value)) - 1)
    return float(max(1, round(value, -digits)))


def _duration(seconds: float) -> str:
    if seconds < 1:
        return "less than 1 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes / 60:.1f} h"
