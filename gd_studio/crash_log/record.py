"""Logging exceptions, and telling who listens."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from gd_studio.crash_log.file import append
from gd_studio.crash_log.frames import describe
from gd_studio.crash_log.versions import versions

_ASKED_FOR = (KeyboardInterrupt, SystemExit, GeneratorExit)

_recorded: set[str] = set()
_listeners: list[Callable[[], object]] = []


def record(error: BaseException | None) -> None:
    """Log where `error` came from, once for each way to it; never raises.

    What was asked for, as by Ctrl-C, is no crash.
    """
    if error is None or isinstance(error, _ASKED_FOR):
        return
    # Whatever hinders the log must not take the place of what it is about.
    with contextlib.suppress(Exception):
        body = describe(error)
        # One that comes up in every frame of the screen would fill the log with itself.
        if body not in _recorded:
            _recorded.add(body)
            append(time.time(), versions(), body)
    with contextlib.suppress(Exception):
        for hear in tuple(_listeners):
            hear()


@contextlib.contextmanager
def listening(hear: Callable[[], object]) -> Iterator[None]:
    """Call `hear` after each unexpected exception, in the thread that it came up in."""
    _listeners.append(hear)
    try:
        yield
    finally:
        _listeners.remove(hear)
