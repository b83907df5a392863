"""Signals as they are in a terminal, whatever the tests themselves were started to ignore."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator

from gd_studio.link.asked_to_end import ASKED_TO_END


@contextlib.contextmanager
def listening() -> Iterator[None]:
    """Listen to what ends a program, and let those listen that are started meanwhile.

    Under ``nohup``, and in the background of a script, some of these signals are ignored.
    """
    before = {number: signal.getsignal(number) for number in ASKED_TO_END}
    for number, handler in before.items():
        if handler is signal.SIG_IGN:
            is_ctrl_c = number == signal.SIGINT
            signal.signal(number, signal.default_int_handler if is_ctrl_c else signal.SIG_DFL)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
