"""The signals by which a process is asked to end."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

ASKED_TO_END = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)
"""By Ctrl-C; by `timeout`, a scheduler, a container or the system; by a terminal that closes."""


def listened_to() -> list[signal.Signals]:
    """Return those of them that this process was not started to ignore, as by ``nohup``."""
    return [s for s in ASKED_TO_END if signal.getsignal(s) is not signal.SIG_IGN]


@contextlib.contextmanager
def kept_waiting() -> Iterator[None]:
    """Let these signals wait, for this thread and for processes that it starts meanwhile.

    Those processes go on keeping them waiting until they call `ignore`. Nothing is done on Windows.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing import resource_tracker  # which Windows has no use for

    before = signal.pthread_sigmask(signal.SIG_BLOCK, ASKED_TO_END)
    try:
        # It lets them through once it has started, so that it has to before anything else.
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, ASKED_TO_END)
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore() -> None:
    """Ignore these signals from now on, those that have waited as well."""
    for number in ASKED_TO_END:
        signal.signal(number, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, ASKED_TO_END)
