"""The application: one window and its theme."""

from __future__ import annotations

import contextlib
import gc
import locale
import sys
from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtGui import QIcon

from gd_studio import crash_log
from gd_studio.catalog.resources import resources
from gd_studio.desktop.asked_to_close import AskedToClose
from gd_studio.desktop.crashes import Crashes
from gd_studio.desktop.file_opener import FileOpener
from gd_studio.desktop.look.theme import ThemeKeeper
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.settings import Settings
from gd_studio.experiment import Experiment
from gd_studio.files import load_example

FIRST_EXAMPLE = "linear-regression"


def _icon() -> QIcon:
    """The icon of all windows, in every size that it was drawn in."""
    icon = QIcon()
    for picture in sorted((resources() / "icons").glob("gd-studio*.png")):
        icon.addFile(str(picture))
    return icon


def create_application() -> FileOpener:
    """Make the one `QApplication` of the process."""
    application = FileOpener(sys.argv[:1])
    # Qt takes the user's decimal comma along; numbers here are written with a point.
    locale.setlocale(locale.LC_NUMERIC, "C")
    application.setApplicationName("GD Studio")
    application.setDesktopFileName("gd-studio")
    application.setWindowIcon(_icon())
    return application


def _collect_garbage_again() -> None:
    """Begin to look for garbage, but not among what starting up has made: it stays."""
    gc.freeze()
    gc.enable()


def _fit_on_screen(window: MainWindow) -> None:
    """Make a window smaller that is larger than its screen, so that Run is in sight."""
    title_bar = QSize(0, 40)
    window.resize(window.size().boundedTo(window.screen().availableSize() - title_bar))


def open_window(experiment: Experiment | None = None, file: Path | None = None) -> int:
    """Open the window, and return the exit status once it is closed.

    Parameters
    ----------
    experiment
        What the panels hold; by default the first example.
    file
        An experiment to open in the window then, which says what is wrong with it.
    """
    application = create_application()
    keeper = ThemeKeeper(application, Settings().theme)
    window = MainWindow(experiment or load_example(FIRST_EXAMPLE), keeper)
    window.opened.connect(_collect_garbage_again)
    application.aboutToQuit.connect(window.shut_down)
    if file is not None:
        window.documents.open_experiment(file)
    _fit_on_screen(window)
    window.show()
    application.open_files_in(window)
    asked_to_close = contextlib.closing(AskedToClose(application))
    with crash_log.listening(Crashes(window.notice).happened.emit), asked_to_close:
        return application.exec()
