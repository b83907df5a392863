"""Pictures of the window in its main states, for the documentation and for looking at."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    Qt,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QToolBar

from gd_studio.desktop.app import create_application
from gd_studio.desktop.look.theme import Choice, ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.settings import Settings, keep_settings_in
from gd_studio.files import example_keys, load_example

_PATIENCE = 120.0
"""Seconds in which a picture has to be ready."""

_STATES: tuple[tuple[str, str, Choice, tuple[int, int], int | None], ...] = (
    ("linear-regression", "linear-regression", "light", (1440, 900), None),
    ("linear-regression-dark", "linear-regression", "dark", (1440, 900), None),
    ("circle-perceptron", "circle-perceptron", "light", (1440, 900), None),
    ("circle-perceptron-dark", "circle-perceptron", "dark", (1440, 900), None),
    ("custom-function", "custom-function", "light", (1440, 900), None),
    ("two-dimensional-landscape", "two-dimensional-landscape", "dark", (1440, 900), None),
    ("small-window", "linear-regression", "light", (1100, 700), None),
    ("before-the-first-step", "two-dimensional-landscape", "light", (1440, 900), 0),
)
"""Name of the picture, example, theme, size, and after how many steps (``None``: the end)."""

_GALLERY_SIZE = (960, 600)
_GALLERY_WIDTH = 640
"""Of the window in the gallery, and of its picture."""

_IN_GALLERY = ("Landscape", "Prediction", "Evaluation", "Loss", "Gradient norm")
"""The docks in a picture so small that nothing else in it could be read."""


def main(arguments: list[str] | None = None) -> int:
    """Draw one picture to a file, or many of them to a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, help="a PNG file; with an option, a folder")
    many = parser.add_mutually_exclusive_group()
    many.add_argument("--all", action="store_true", help="draw every state of the window")
    many.add_argument("--gallery", action="store_true", help="draw every example, for the gallery")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qInstallMessageHandler(pass_on)
    application = create_application()
    with tempfile.TemporaryDirectory() as folder:
        # The pictures are of a window nobody has used, and leave the user's own settings alone.
        keep_settings_in(folder)
        _draw_pictures(application, options)
    return 0


def _draw_pictures(application: QApplication, options: argparse.Namespace) -> None:
    if not options.all and not options.gallery:
        _draw(application, "linear-regression", "light", (1440, 900), None).save(str(options.path))
        return
    options.path.mkdir(parents=True, exist_ok=True)
    for name, picture in (_states if options.all else _gallery)(application):
        picture.save(str(options.path / f"{name}.png"))
        Settings().forget()


def _states(application: QApplication) -> Iterator[tuple[str, QPixmap]]:
    for name, example, theme, size, steps in _STATES:
        yield name, _draw(application, example, theme, size, steps)


def _gallery(application: QApplication) -> Iterator[tuple[str, QPixmap]]:
    for key in example_keys():
        picture = _draw(application, key, "light", _GALLERY_SIZE, None, _only_plots)
        smooth = Qt.TransformationMode.SmoothTransformation
        yield key, picture.scaledToWidth(_GALLERY_WIDTH, smooth)


def _draw(
    application: QApplication,
    example: str,
    theme: Choice,
    size: tuple[int, int],
    steps: int | None,
    arrange: Callable[[MainWindow], None] = lambda _: None,
) -> QPixmap:
    keeper = ThemeKeeper(application, theme)
    experiment = load_example(example)
    window = MainWindow(experiment, keeper)
    window.resize(*size)
    window.show()
    wait_until(lambda: window.is_ready)
    if steps is None:
        window.actions_of_window["run"].trigger()
        count = len(experiment.runs())
        wait_until(
            lambda: window.trainer.active is None and len(window.table.rows) == count,
            patience=count * _PATIENCE,
        )
    arrange(window)
    wait_until(lambda: window.scout.is_idle)
    settle(0.7)
    picture = window.grab()
    window.close()
    window.deleteLater()
    keeper.deleteLater()
    return picture


def _only_plots(window: MainWindow) -> None:
    for bar in (window.menuBar(), window.statusBar(), *window.findChildren(QToolBar)):
        bar.hide()
    has_prediction = window.stage.prediction.has_picture
    for dock in window.docks:
        name = dock.objectName()
        if name not in _IN_GALLERY or (name == "Evaluation" and has_prediction):
            dock.hide()
    window.notice.clear()
    settle(0.1)  # until then the window is no smaller than what has gone would let it be
    window.resize(*_GALLERY_SIZE)
    window.docks.apportion()


def pass_on(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
    """Pass on what Qt says, but for what its offscreen platform says of itself."""
    if not message.startswith("This plugin does not support"):
        print(f"{kind.name}: {message}", file=sys.stderr)


def wait_until(condition: Callable[[], bool], patience: float = _PATIENCE) -> None:
    """Let the window live until `condition` holds; raises ``TimeoutError`` after `patience`."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("the window did not get ready for its picture")
        settle(0.02)


def settle(seconds: float) -> None:
    """Let the window live for so many seconds."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    loop.exec()


if __name__ == "__main__":
    sys.exit(main())
