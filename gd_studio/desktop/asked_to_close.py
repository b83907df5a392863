"""Closing the window when its process is asked to end."""

from __future__ import annotations

import contextlib
import signal
import socket

from PySide6.QtCore import QObject, QSocketNotifier, Slot
from PySide6.QtWidgets import QApplication

from gd_studio.link.asked_to_end import listened_to


class AskedToClose(QObject):
    """Closes all windows in good order on Ctrl-C in the terminal, and when the system asks to end.

    Python runs its handlers between two lines of Python, and there are none while Qt waits for
    something to happen. A signal writes into a socket as well, for which Qt does wake up.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._ours, self._its = socket.socketpair()
        for end in (self._ours, self._its):
            end.setblocking(False)
        self._notifier = QSocketNotifier(self._ours.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._end)
        self._before = {s: signal.signal(s, lambda *_: None) for s in listened_to()}
        signal.set_wakeup_fd(self._its.fileno(), warn_on_full_buffer=False)

    @Slot()
    def _end(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._ours.recv(4096)
        QApplication.quit()

    def close(self) -> None:
        """Leave signals to whoever had them before."""
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._notifier.setEnabled(False)
        self._ours.close()
        self._its.close()
