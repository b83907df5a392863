"""A main window to be driven as a person drives it."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QEventLoop, Qt, QTimer
from PySide6.QtWidgets import QApplication, QTabBar, QToolButton

from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.settings import Settings
from gd_studio.experiment import Experiment
from gd_studio.recording import Run

PATIENCE = 60_000


def open_window(experiment: Experiment) -> MainWindow:
    """Show a window without remembered settings, and wait until both engines are ready."""
    Settings().forget()
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    keeper = ThemeKeeper(application, "light")
    window = MainWindow(experiment, keeper)
    keeper.setParent(window)
    window.resize(1440, 900)
    window.show()
    wait_until(lambda: window.is_ready)
    return window


def close_window(window: MainWindow) -> None:
    window.close()
    window.deleteLater()
    _live(0.01)


def acquaint(window: MainWindow, *experiments: Experiment) -> None:
    """Show experiments once: forms are made when they are first needed, and stay."""
    for experiment in experiments:
        window.open_experiment(experiment)
        _live(0.05)
    wait_until(lambda: window.scout.is_idle)


def clean(window: MainWindow, experiment: Experiment) -> None:
    """Make a window as it was when it was new."""
    if window.trainer.active is not None:
        window.trainer.stop()
        wait_until(lambda: window.trainer.active is None)
    for row in window.table.rows:
        window.table.remove(row)
    window.trainer.limit_speed(None)
    window.open_experiment(experiment)
    wait_until(lambda: window.scout.is_idle)
    # Only now are all docks back that this experiment has.
    window.actions_of_window["reset-layout"].trigger()
    _live(0.05)
    window.studio.reset()
    window.notice.clear()
    wait_until(lambda: window.scout.is_idle)
    # Plots tidy up a moment after the last change; a test that follows must not be blamed for it.
    wait_until(lambda: not any(timer.isActive() for timer in window.findChildren(QTimer)))


def wait_until(condition: Callable[[], bool]) -> None:
    """Wait without a test's own robot: for what outlives a test."""
    deadline = time.monotonic() + PATIENCE / 1000
    while not condition():
        assert time.monotonic() < deadline, "the window did not get ready"
        _live(0.02)


def _live(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


def open_experiment(qtbot, window: MainWindow, experiment: Experiment) -> None:
    """Put an experiment into the panels, and wait until the plots show its start."""
    window.open_experiment(experiment)
    qtbot.waitUntil(
        lambda: (
            window.studio.subject is not None
            and window.studio.subject.experiment.problem == experiment.problem
            and window.scout.is_idle
        ),
        timeout=PATIENCE,
    )


def press(qtbot, window: MainWindow, key: str) -> None:
    """Click the button of the transport that shows an action."""
    action = window.actions_of_window[key]
    buttons = window.transport.findChildren(QToolButton)
    button = next(b for b in buttons if b.defaultAction() is action)
    assert button.isEnabled(), f"{key} cannot be clicked"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def look_at(qtbot, window: MainWindow, title: str) -> None:
    """Click the tab of a dock that lies behind others."""
    for bar in window.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
        for place in range(bar.count()):
            if bar.tabText(place) == title:
                where = bar.tabRect(place).center()
                qtbot.mouseClick(bar, Qt.MouseButton.LeftButton, pos=where)
                assert bar.currentIndex() == place
                return
    raise AssertionError(f"no tab is called {title!r}")


def run_to_end(qtbot, window: MainWindow) -> Run:
    """Press Run and wait for its end and for the last picture."""
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    settle(qtbot, window)
    return run


def settle(qtbot, window: MainWindow) -> None:
    """Wait until nothing is asked any more and everything has been drawn."""
    qtbot.wait(100)
    qtbot.waitUntil(lambda: window.scout.is_idle, timeout=PATIENCE)
    qtbot.wait(100)
