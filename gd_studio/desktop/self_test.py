"""Whether the window does what it is for, with nobody in front of it."""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType

import numpy as np
from PySide6.QtCore import qInstallMessageHandler
from PySide6.QtGui import QImage

from gd_studio.desktop.app import FIRST_EXAMPLE, create_application
from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.screenshots import pass_on, settle
from gd_studio.desktop.settings import keep_settings_in
from gd_studio.experiment import Experiment
from gd_studio.files import load_example, save_experiment

_PATIENCE = 50.0
"""Seconds until the engines are ready, and again until a run is over."""

_FEW_COLOURS = 100
"""What has no more of them is a window without plots."""


def wrong_in_window(folder: Path) -> Iterator[str]:
    """Open a file in the window, run what it holds to its end, look at it, and close it.

    The file and all settings are in `folder`. This is all that its process can do, since there is
    one application in each.
    """
    qInstallMessageHandler(pass_on)
    keep_settings_in(str(folder))
    file = folder / "Käufer, 50 %.gdstudio"
    experiment = _on_a_table()
    save_experiment(file, experiment)
    raised = _hear_of_exceptions()
    application = create_application()
    window = MainWindow(load_example(FIRST_EXAMPLE), ThemeKeeper(application, "light"))
    try:
        window.documents.open_experiment(file)
        window.resize(1440, 900)
        window.show()
        yield from _wrong_with_a_run(window, experiment)
    finally:
        window.close()
    yield from raised
    if engines := multiprocessing.active_children():
        yield f"the window is closed, and {len(engines)} of its engines are there"
    if "torch" in sys.modules:
        yield "torch was loaded into the window's process"


def _hear_of_exceptions() -> list[str]:
    """Return a list that grows by each exception that nothing catches, as in one of Qt's slots."""
    heard: list[str] = []
    print_it = sys.excepthook

    def hear(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        print_it(kind, error, trace)
        heard.append(f"{kind.__name__}: {error}")

    sys.excepthook = hear
    return heard


def _on_a_table() -> Experiment:
    """Return an experiment whose engine needs pandas and scikit-learn as well as torch."""
    _, experiment = load_example("purchase-likelihood").runs()[0]
    return experiment.replace(training={"epochs": 50})


def _wrong_with_a_run(window: MainWindow, experiment: Experiment) -> Iterator[str]:
    _wait_until(lambda: window.is_ready or bool(window.notice.text), "its engines are not ready")
    if window.notice.text:
        yield f"it says: {' '.join(window.notice.text.split())}"
        return
    if window.panels.experiment() != experiment:
        yield "the panels hold another experiment than the file"
    window.actions_of_window["run"].trigger()
    _wait_until(lambda: window.trainer.active is None, "the run does not end")
    _wait_until(lambda: window.scout.is_idle, "the plots are not filled")
    settle(0.5)
    if not window.table.rows:
        yield "the action Run begins no run"
        return
    run = window.table.rows[0].run
    if run.finished is None:
        yield f"the run failed: {run.failed.message if run.failed is not None else run.state}"
    elif run.recording is None or not run.recording.loss[-1] < run.recording.loss[0]:
        yield "the loss of the run did not fall"
    colours = _colours(window.grab().toImage())
    if colours <= _FEW_COLOURS:
        yield f"the window is empty: it has {colours} colours"


def _colours(image: QImage) -> int:
    pixels = image.convertToFormat(QImage.Format.Format_RGB32).constBits()
    return len(np.unique(np.frombuffer(pixels, np.uint32)))


def _wait_until(condition: Callable[[], bool], otherwise: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{otherwise} after {_PATIENCE:g} seconds")
        settle(0.02)
