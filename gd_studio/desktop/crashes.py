"""Says in the window that something unexpected has happened to the program."""

from __future__ import annotations

import os
import time

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio import crash_log
from gd_studio.desktop.notice import Notice

_PAUSE = 60.0
"""Seconds until it is said again: what goes wrong while painting does so in every frame."""


class Crashes(QObject):
    """Tells of unexpected exceptions in a notice, once in a while.

    Signals
    -------
    happened()
        To be emitted for each, from any thread.
    """

    happened = Signal()

    def __init__(self, notice: Notice) -> None:
        super().__init__(notice)
        self._notice = notice
        self._told: float | None = None
        self.happened.connect(self._tell)

    @Slot()
    def _tell(self) -> None:
        now = time.monotonic()
        if self._told is not None and now - self._told < _PAUSE:
            return
        self._told = now
        log = crash_log.path()
        where = f" The crash log says where in the program: {log}" if os.path.exists(log) else ""
        self._notice.add(
            "Something in GD Studio went wrong. It may go on as before; if it does not, save what "
            f"you need and start it again.{where}",
            about=self,
        )
