"""What a test may leave behind: threads, processes, widgets, timers, lines in the log.

A `Snapshot` is taken before a test, and `Snapshot.leftovers` says afterwards what has come since
and is still there. Neither imports Qt or torch: what nobody imported cannot have leaked.
"""

from __future__ import annotations

import gc
import logging
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

GRACE_SECONDS = 2.0
"""How long something may take to end after the test. Waited only while something is left."""

HELPER_PROCESSES = ("multiprocessing.resource_tracker", "multiprocessing.forkserver")
"""Python starts these once and keeps them until it ends."""

HELPER_THREADS = ("tqdm._monitor", "pytest_timeout")
"""Modules whose threads live as long as the process, or watch over the test."""

IGNORED_LOGGERS = ("matplotlib.font_manager",)
"""It warns that it looks for fonts when that takes long: a matter of the machine."""


class LogCollector(logging.Handler):
    """Keeps what is logged at warning level or above."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name not in IGNORED_LOGGERS:
            self.lines.append(f"{record.levelname} {record.name}: {record.getMessage()}")


@dataclass(frozen=True)
class Snapshot:
    """What is there before a test. With `watch_widgets`, top-level widgets count as well."""

    threads: frozenset[threading.Thread]
    processes: frozenset[int]
    watch_widgets: bool
    # Of Qt objects, only the addresses: holding them would keep them alive.
    qt_objects: frozenset[int] = field(default_factory=frozenset)

    @classmethod
    def take(cls, *, watch_widgets: bool) -> Snapshot:
        return cls(
            threads=frozenset(_threads()),
            processes=frozenset(_child_processes()),
            watch_widgets=watch_widgets,
            qt_objects=frozenset(
                address for address, _ in _qt_objects(watch_widgets=watch_widgets)
            ),
        )

    def leftovers(self) -> list[str]:
        """Say what has come and not gone, one line each, once it has had time to go."""
        _delete_what_qt_was_asked_to()
        if not (found := self._look()):
            return []
        # A reference cycle is no leak, but only the collector takes it apart.
        gc.collect()
        _delete_what_qt_was_asked_to()
        deadline = time.monotonic() + GRACE_SECONDS
        while (found := self._look()) and time.monotonic() < deadline:
            time.sleep(0.01)
            _delete_what_qt_was_asked_to()
        return found

    def _look(self) -> list[str]:
        found = [f"the thread {thread!r}" for thread in _threads() if thread not in self.threads]
        found += [
            f"the process {pid}: {_command_line(pid) or 'ended, but nobody has waited for it'}"
            for pid in _child_processes()
            if pid not in self.processes
        ]
        found += [
            description
            for address, description in _qt_objects(watch_widgets=self.watch_widgets)
            if address not in self.qt_objects
        ]
        return found

    def end_processes(self) -> None:
        """End the child processes that have come since.

        One that stays would disturb the tests after it, and keep the test run from ending.
        """
        for pid in _child_processes():
            if pid not in self.processes:
                try:
                    os.kill(pid, getattr(signal, "SIGKILL", signal.SIGTERM))
                    os.waitpid(pid, 0)
                except OSError:
                    pass  # it was quicker, or somebody else waits for it


def _threads() -> Iterator[threading.Thread]:
    """Python's threads; among those started elsewhere (QThreads), the ones that still run."""
    for thread in threading.enumerate():
        if (type(thread).__module__ or "").startswith(HELPER_THREADS):
            continue
        if thread.name.startswith(HELPER_THREADS):
            continue
        # Python never learns that a foreign thread has ended, so ask the system.
        if isinstance(thread, threading._DummyThread) and not (
            sys.platform == "linux" and Path(f"/proc/self/task/{thread.native_id}").exists()
        ):
            continue
        yield thread


def _child_processes() -> Iterator[int]:
    """Direct children, ended ones that nobody has waited for included."""
    children: set[int] = set()
    if multiprocessing := sys.modules.get("multiprocessing"):
        children.update(child.pid for child in multiprocessing.active_children())
    # Each thread's list has the children it started; those of threads gone are in the others'.
    for listing in Path("/proc/self/task").glob("*/children"):
        try:
            children.update(int(pid) for pid in listing.read_text().split())
        except OSError:  # the thread has just ended
            continue
    for pid in sorted(children):
        if not any(helper in _command_line(pid) for helper in HELPER_PROCESSES):
            yield pid


def _command_line(pid: int) -> str:
    """Return the command line of a process; empty where it has ended or cannot be read."""
    try:
        raw = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return "" if sys.platform == "linux" else "still running"
    return raw.replace(b"\0", b" ").decode(errors="replace").strip()


def _qt_objects(*, watch_widgets: bool) -> Iterator[tuple[int, str]]:
    """Running QThreads, active QTimers and, if asked for, top-level widgets: address and name."""
    core: Any = sys.modules.get("PySide6.QtCore")
    shiboken: Any = sys.modules.get("shiboken6")
    if core is None or shiboken is None:
        return
    for wrapper in shiboken.getAllValidWrappers():
        if isinstance(wrapper, core.QThread):
            # The thread of the tests is none of theirs: it has no start and no end.
            if wrapper.isRunning() and wrapper != core.QThread.currentThread():
                yield _address(wrapper), f"the running thread {wrapper!r}"
        elif isinstance(wrapper, core.QTimer) and wrapper.isActive():
            yield _address(wrapper), f"the active timer {wrapper!r}"
    widgets: Any = sys.modules.get("PySide6.QtWidgets")
    if watch_widgets and widgets is not None and widgets.QApplication.instance() is not None:
        for widget in widgets.QApplication.topLevelWidgets():
            yield _address(widget), f"the widget {widget!r} {widget.windowTitle()!r}"


def _address(wrapper: Any) -> int:
    return int(sys.modules["shiboken6"].getCppPointer(wrapper)[0])


def _delete_what_qt_was_asked_to() -> None:
    """Carry out `deleteLater`, which waits for an event loop that no test runs any more."""
    core: Any = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete)
