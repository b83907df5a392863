"""Watching a process for what goes wrong in it."""

from __future__ import annotations

import faulthandler
import sys
import threading
from types import TracebackType

from gd_studio.crash_log.native import NativeFile, collect
from gd_studio.crash_log.record import record


class Watch:
    """Logs what goes wrong unexpectedly while a ``with`` block goes on, in any thread.

    An exception goes its way all the same, and is printed by whoever printed it before.
    """

    def __enter__(self) -> None:
        collect()
        self._hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
        on_main, on_thread, on_unraisable = self._hooks

        def main(
            kind: type[BaseException], error: BaseException, trace: TracebackType | None
        ) -> None:
            on_main(kind, error, trace)
            record(error)

        def thread(args: threading.ExceptHookArgs) -> None:
            on_thread(args)
            record(args.exc_value)

        def unraisable(args: sys.UnraisableHookArgs) -> None:
            on_unraisable(args)
            record(args.exc_value)

        sys.excepthook, threading.excepthook, sys.unraisablehook = main, thread, unraisable
        # Who has turned it on already, as by `python -X faulthandler`, wants to see it elsewhere.
        self._native = NativeFile() if not faulthandler.is_enabled() else None

    def __exit__(
        self, kind: object, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        sys.excepthook, threading.excepthook, sys.unraisablehook = self._hooks
        if self._native is not None:
            self._native.close()
        record(error)
