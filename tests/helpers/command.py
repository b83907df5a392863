"""The command ``gd-studio``, as the tests start it in a process of its own."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.helpers.listening import listening

_NAMED = os.environ.get("GD_STUDIO_COMMAND")

INSTALLED = Path(_NAMED).absolute() if _NAMED else None
"""An installed or frozen program, where that is to be tested instead of the source."""

COMMAND: list[str] = [str(INSTALLED)] if INSTALLED else [sys.executable, "-m", "gd_studio"]


@contextlib.contextmanager
def under_way(
    *arguments: str, before: Sequence[str] = (), shown: bytearray | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Start a command on a terminal of its own; it is there once its bar shows a loss.

    Parameters
    ----------
    before
        What is to start it, such as ``nohup``.
    shown
        Takes in what the terminal shows.
    """
    import termios

    own, its = os.openpty()
    termios.tcsetwinsize(its, (24, 200))  # a bar needs room
    with listening():
        process = subprocess.Popen(
            [*before, *COMMAND, *arguments],
            stdout=subprocess.PIPE,
            stderr=its,
            text=True,
            start_new_session=True,
        )
    os.close(its)
    begun = threading.Event()
    told = bytearray() if shown is None else shown

    def read() -> None:
        with contextlib.suppress(OSError):  # the end of a terminal is an error
            while piece := os.read(own, 4096):
                told.extend(piece)
                if b"loss=" in piece:
                    begun.set()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        assert begun.wait(60)
        yield process
    finally:
        process.kill()
        process.communicate()
        reader.join()
        os.close(own)
