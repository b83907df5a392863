"""Opening the files that the system hands to the application."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, Qt, QTimer, Slot
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from gd_studio.desktop.main_window import MainWindow

_LOOK_AGAIN = 200
"""Milliseconds after which a dialog may have been closed."""


class FileOpener(QApplication):
    """The application, which opens files that it is asked for by an event.

    That is how macOS passes on a double click, to a program that is only starting as well as to
    one that has been running for hours; elsewhere the file is an argument of a new process. A file
    waits while there is no window, and while there is a dialog, as opening in the menu does.

    An override of ``event`` sees these events alone. An event filter on the application would see
    every event of every widget.
    """

    def __init__(self, arguments: list[str]) -> None:
        super().__init__(arguments)
        self._window: MainWindow | None = None
        self._waiting: list[Path] = []
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_LOOK_AGAIN)
        self._timer.timeout.connect(self._open_waiting)

    def open_files_in(self, window: MainWindow) -> None:
        """Open in `window` what has been asked for so far, and what will be."""
        self._window = window
        self._open_waiting()

    def event(self, event: QEvent) -> bool:
        # What is not a file, such as a web address, has no file name.
        if not (isinstance(event, QFileOpenEvent) and event.file()):
            return super().event(event)
        self._waiting.append(Path(event.file()))
        self._open_waiting()
        return True

    @Slot()
    def _open_waiting(self) -> None:
        if self._window is None or not self._waiting:
            return
        if self.activeModalWidget() is not None:
            self._timer.start()
            return
        waiting, self._waiting = self._waiting, []
        for path in waiting:
            self._window.documents.open_experiment(path)
        # Were it minimised or behind others, nothing would seem to have happened.
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()
