"""Ctrl-C: asked for once, a run ends in good order; twice, the program does at once.

What is being written is always written to its end.
"""

from __future__ import annotations

import contextlib
import os
import signal
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Self

_WRITING = b"Writing what there is; this takes a moment.\n"


class Interrupts:
    """Takes Ctrl-C, and being asked to end by the system, for as long as it is entered.

    The first is only noted. The second raises ``KeyboardInterrupt``, as usual, unless it is put
    off.

    Attributes
    ----------
    came
        Whether there was one.
    """

    def __init__(self) -> None:
        self.came = False
        self._put_off = False
        self._told = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
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

    def _note(self, _: int, __: FrameType | None) -> None:
        if self._put_off:
            self._tell()
        elif self.came:
            raise KeyboardInterrupt
        self.came = True

    def _tell(self) -> None:
        if self._told:
            return
        self._told = True
        # Not print: this may come in the middle of a print.
        with contextlib.suppress(OSError):
            os.write(2, _WRITING)
