"""A check in a process of its own, which is ended where it takes too long."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Callable, Iterable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

from gd_studio.foreign_text import print_visibly
from gd_studio.link.safe_path import safe_path

Complaints = Callable[[Path], Iterable[str]]
"""Tries something out in a folder, and has a sentence for each thing that is wrong."""

_LAST = 10.0
"""Seconds that a process has for its own end when all else is done."""


def attempt(complaints: Complaints, folder: Path, limit: float) -> str:
    """Say why something fails that is tried out in a process of its own; empty where it does not.

    Parameters
    ----------
    complaints
        A function that a new process can import.
    limit
        Seconds, after which the process is ended with all that it has started.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_try_out, args=(complaints, folder, theirs), name="self-test")
    with safe_path():
        process.start()
    # While this end is open here, the death of the process would never read as the pipe's end.
    theirs.close()
    try:
        return _outcome(process, ours, limit)
    finally:
        _end(process)
        ours.close()


def _outcome(process: SpawnProcess, connection: Connection, limit: float) -> str:
    deadline = time.monotonic() + limit
    if not connection.poll(limit):
        return f"it took longer than {limit:g} seconds"
    try:
        why: str = connection.recv()
    except EOFError:  # it died
        why = ""
    process.join(max(deadline - time.monotonic(), _LAST))
    if why or process.exitcode == 0:
        return why
    if process.exitcode is None:
        return "its process does not end"
    if process.exitcode < 0:
        return f"its process was ended by signal {-process.exitcode}"
    return f"its process ended with exit status {process.exitcode}"


def _try_out(complaints: Complaints, folder: Path, connection: Connection) -> None:
    """Tell what is wrong; this is the main function of the new process."""
    if sys.platform != "win32":
        os.setsid()  # the leader of a group, which can be ended as a whole
    os.chdir(folder)  # libraries look for their settings where a process is
    print_visibly()
    try:
        why = "; ".join(complaints(folder))
    except Exception as error:
        traceback.print_exc()
        why = f"{type(error).__name__}: {str(error).partition(chr(10))[0]}"
    connection.send(why)


def _end(process: SpawnProcess) -> None:
    """End a process that has not ended by itself, and those that it has started."""
    if process.is_alive():
        if sys.platform == "win32":
            tree = ["taskkill", "/F", "/T", "/PID", str(process.pid)]
            subprocess.run(tree, capture_output=True, check=False)
        else:
            assert process.pid is not None
            with contextlib.suppress(ProcessLookupError):  # it is not yet the leader of a group
                os.killpg(process.pid, signal.SIGKILL)
        process.kill()
    process.join()
    process.close()
