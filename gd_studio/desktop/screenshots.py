"""Pictures of the window in its main states, for the documentation and for looking at."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QEventLoop,
    QMessageLogContext,
    QSettings,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from gd_studio.desktop.app import create_application
from gd_studio.desktop.look.theme import Choice, ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.files import load_example

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


def main(arguments: list[str] | None = None) -> int:
    """Draw one picture to a file, or all of them to a folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path, help="a PNG file, or with --all a folder")
    parser.add_argument("--all", action="store_true", help="draw every state of the window")
    options = parser.parse_args(arguments)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qInstallMessageHandler(_tell)
    application = create_application()
    with tempfile.TemporaryDirectory() as folder:
        # The pictures are of a window nobody has used, and leave the user's own settings alone.
        QSettings.setPath(QSettings.Format.NativeFormat, QSettings.Scope.UserScope, folder)
        _draw_pictures(application, options)
    return 0


def _draw_pictures(application: QApplication, options: argparse.Namespace) -> None:
    if not options.all:
        _draw(application, "linear-regression", "light", (1440, 900), None, options.path)
        return
    options.path.mkdir(parents=True, exist_ok=True)
    for name, example, theme, size, steps in _STATES:
        _draw(application, example, theme, size, steps, options.path / f"{name}.png")
        QSettings("GD Studio", "GD Studio").clear()


def _draw(
    application: QApplication,
    example: str,
    theme: Choice,
    size: tuple[int, int],
    steps: int | None,
    path: Path,
) -> None:
    keeper = ThemeKeeper(application, theme)
    window = MainWindow(load_example(example), keeper)
    window.resize(*size)
    window.show()
    wait_until(lambda: window.is_ready)
    if steps is None:
        window.actions_of_window["run"].trigger()
        wait_until(lambda: window.trainer.active is None and len(window.table.rows) > 0)
    wait_until(lambda: window.scout.is_idle)
    settle(0.7)
    window.grab().save(str(path))
    window.close()
    window.deleteLater()
    keeper.deleteLater()


def _tell(kind: QtMsgType, _: QMessageLogContext, message: str) -> None:
    """Pass on what Qt says, but for what its offscreen platform says of itself."""
    if not message.startswith("This plugin does not support"):
        print(f"{kind.name}: {message}", file=sys.stderr)


def wait_until(condition: Callable[[], bool]) -> None:
    """Let the window live until `condition` holds; raises ``TimeoutError`` after two minutes."""
    deadline = time.monotonic() + _PATIENCE
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
