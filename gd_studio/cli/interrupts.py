"""Being asked to end: once, and a run ends in good order; by Ctrl-C twice, and the program does.

What is being written is always written to its end.
"""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from types import FrameType, TracebackType
from typing import Any, Self

from gd_studio.link.asked_to_end import listened_to

_WRITING = b"Writing what there is; this takes a moment.\n"

_AT_ONCE = 0.3
"""Seconds within which nobody presses Ctrl-C twice: a signal to the process and to its group."""


class Interrupts:
    """Takes Ctrl-C, and being asked to end by the system, for as long as it is entered.

    The first is only noted. A second Ctrl-C raises ``KeyboardInterrupt``, as usual, unless it is
    put off. The system may ask as often as it likes: where it has lost its patience, it kills.

    Parameters
    ----------
    clock
        Seconds from some moment on.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._came_at: float | None = None
        self._put_off = False
        self._told = False
        self._before: dict[signal.Signals, Any] = {}

    @property
    def came(self) -> bool:
        """Whether there was one."""
        return self._came_at is not None

    def __enter__(self) -> Self:
        for number in listened_to():
            self._before[number] = signal.signal(number, self._note)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def put_off(self) -> Iterator[None]:
        """Only note all that come meanwhile, the first time with a line on stderr."""
        self._put_off = True
        try:
            yield
        finally:
            self._put_off = False

    def _note(self, number: int, _: FrameType | None) -> None:
        now = self._clock()
        if self._put_off:
            self._tell()
        elif self._came_at is not None and number == signal.SIGINT:
            if now - self._came_at > _AT_ONCE:
                raise KeyboardInterrupt
            return
        self._came_at = now

    def _tell(self) -> None:
        if self._told:
            return
        self._told = True
        # Not print: this may come in the middle of a print.
        with contextlib.suppress(OSError):
            os.write(2, _WRITING)
