"""Steps a second of the window against those of the plain loop, and how the event loop fares.

The window is shown offscreen at 1440 × 900, its plots live, every step recorded. The plain loop
runs in a process of its own while the window rests. They take turns.
"""

from __future__ import annotations

import multiprocessing
import time
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QSettings, Qt, QTimer

from benchmarks import bare
from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.screenshots import settle, wait_until
from gd_studio.files import load_example

SECONDS = 4.0
"""About how long each turn takes."""

_FIRST_EPOCHS = {
    "linear-regression": 2000,
    "circle-perceptron": 2000,
    "linear-module": 60,
    "digits": 5,
}
"""Epochs of a plain loop by which its speed is estimated."""

_BEAT = 2
"""Milliseconds between two beats of the timer that notices delays."""


@dataclass
class Pair:
    """One turn of both: steps a second, and the delays of the event loop in milliseconds."""

    app: float
    bare: float
    delays: np.ndarray


class BareLoop:
    """The process of the plain loops."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")
        self._connection, theirs = context.Pipe()
        self._process = context.Process(target=bare.serve, args=(theirs,), daemon=True)
        self._process.start()
        theirs.close()
        self._connection.recv()

    def epochs_per_second(self, example: str, epochs: int) -> float:
        self._connection.send((example, epochs))
        return epochs / self._connection.recv()

    def close(self) -> None:
        self._connection.send(None)
        self._process.join()


class DelayMeter(QObject):
    """Notices how late the event loop is: a timer's beats against the clock."""

    def __init__(self) -> None:
        super().__init__()
        self._delays: list[float] = []
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_BEAT)
        self._timer.timeout.connect(self._beat)

    def start(self) -> None:
        self._delays.clear()
        self._last = time.perf_counter()
        self._timer.start()

    def stop(self) -> np.ndarray:
        self._timer.stop()
        return np.array(self._delays)

    def _beat(self) -> None:
        now = time.perf_counter()
        self._delays.append(max(0.0, 1000 * (now - self._last) - _BEAT))
        self._last = now


def measure(application: Any, example: str, pairs: int) -> list[Pair]:
    """Let window and plain loop take turns, after one turn that does not count."""
    QSettings("GD Studio", "GD Studio").clear()
    keeper = ThemeKeeper(application, "light")
    loop = BareLoop()
    window = MainWindow(load_example(example), keeper)
    window.resize(1440, 900)
    window.show()
    wait_until(lambda: window.is_ready)
    meter = DelayMeter()
    epochs = max(5, int(SECONDS * loop.epochs_per_second(example, _FIRST_EPOCHS[example])))
    results = []
    for turn in range(pairs + 1):
        app, per_epoch, delays = _run_in_window(window, epochs, meter)
        bare_rate = per_epoch * loop.epochs_per_second(example, epochs)
        pair = Pair(per_epoch * app, bare_rate, delays)
        if turn > 0:
            results.append(pair)
    loop.close()
    window.close()
    window.deleteLater()
    keeper.deleteLater()
    settle(0.1)
    return results


def _run_in_window(
    window: MainWindow, epochs: int, meter: DelayMeter
) -> tuple[float, int, np.ndarray]:
    """Run the panels' experiment: epochs a second, steps an epoch, and the loop's delays."""
    experiment = window.panels.experiment()
    training = experiment.training.model_copy(update={"epochs": epochs})
    window.open_experiment(experiment.replace(training=training.model_dump()))
    settle(1.0)
    meter.start()
    begin = time.perf_counter()
    window.actions_of_window["run"].trigger()
    run = window.table.rows[-1].run
    wait_until(lambda: run.is_over)
    seconds = time.perf_counter() - begin
    delays = meter.stop()
    assert run.recording is not None
    per_epoch = run.recording.steps_per_epoch
    assert run.steps == epochs * per_epoch
    settle(0.5)
    window.table.remove(window.table.rows[-1])
    return epochs / seconds, per_epoch, delays
