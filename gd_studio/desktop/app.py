"""The application: one window and its theme."""

from __future__ import annotations

import gc
import locale
import sys

from PySide6.QtWidgets import QApplication

from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.settings import Settings
from gd_studio.experiment import Experiment
from gd_studio.files import load_example

FIRST_EXAMPLE = "linear-regression"


def create_application() -> QApplication:
    """Make the one `QApplication` of the process."""
    application = QApplication(sys.argv[:1])
    # Qt takes the user's decimal comma along; numbers here are written with a point.
    locale.setlocale(locale.LC_NUMERIC, "C")
    application.setApplicationName("GD Studio")
    application.setDesktopFileName("gd-studio")
    return application


def _collect_garbage_again() -> None:
    """Begin to look for garbage, but not among what starting up has made: it stays."""
    gc.freeze()
    gc.enable()


def open_window(experiment: Experiment | None = None) -> int:
    """Open the window, and return the exit status once it is closed."""
    application = create_application()
    keeper = ThemeKeeper(application, Settings().theme)
    window = MainWindow(experiment or load_example(FIRST_EXAMPLE), keeper)
    window.opened.connect(_collect_garbage_again)
    application.aboutToQuit.connect(window.shut_down)
    window.show()
    return application.exec()
