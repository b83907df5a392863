"""The client's end of the link: starts an engine process, talks to it, and ends it."""

from __future__ import annotations

import contextlib
import importlib
import multiprocessing
import os
import threading
import weakref
from multiprocessing.connection import Connection

from gd_studio import crash_log
from gd_studio.foreign_text import print_visibly
from gd_studio.link import asked_to_end
from gd_studio.link.messages import Event, Request, Shutdown
from gd_studio.link.safe_path import safe_path

_PATIENCE = 0.5
"""Seconds an engine is given to end by itself before it is killed."""


_NICE = 10
"""How far an engine in the background stands back, on the system's scale of 0 to 19."""


class EngineLostError(Exception):
    """The engine process has ended without being asked to, or cannot be started."""


class EngineClient:
    """One engine process and the pipe to it.

    Sending is safe from any thread. Receiving blocks, and belongs to one thread.

    Parameters
    ----------
    background
        Whether everything else on the machine is more urgent than what it does.

    Raises
    ------
    EngineLostError
        Where the process cannot be started.
    """

    def __init__(self, *, background: bool = False) -> None:
        # Spawn on every system: a fork would carry the window's threads and its display along.
        context = multiprocessing.get_context("spawn")
        self._sending = threading.Lock()
        try:
            ours, theirs = context.Pipe()
            self._connection: Connection = ours
            # While that end is open here, the engine's death would never read as the pipe's end.
            with contextlib.closing(theirs), safe_path(), asked_to_end.kept_waiting():
                self._process = context.Process(
                    target=_become_engine,
                    args=(theirs, background),
                    name="gd-studio engine",
                    daemon=True,
                )
                self._process.start()
        except OSError as error:
            raise EngineLostError(
                f"the engine process cannot be started: {error.strerror}"
            ) from error
        # At the end of a client that has not closed it: multiprocessing would ask it, and wait.
        weakref.finalize(self, self._process.kill)

    @property
    def pid(self) -> int:
        """The engine's process id."""
        assert self._process.pid is not None
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether there is an engine process."""
        return self._process.is_alive()

    def send(self, request: Request) -> None:
        """Send a request; raises `EngineLostError` where there is no engine any more."""
        try:
            with self._sending:
                self._connection.send(request)
        except OSError as error:
            raise EngineLostError(self._obituary()) from error

    def receive(self) -> Event:
        """Wait for the next event; raises `EngineLostError` where there is no engine any more."""
        try:
            event: Event = self._connection.recv()
        except (EOFError, OSError) as error:
            raise EngineLostError(self._obituary()) from error
        return event

    def shut_down(self) -> None:
        """Ask the engine to end; whoever receives gets `EngineLostError` when it has."""
        with contextlib.suppress(EngineLostError):
            self.send(Shutdown())

    def close(self) -> None:
        """End the engine, by force where it does not end by itself within half a second."""
        self.shut_down()
        self._process.join(_PATIENCE)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        self._connection.close()
        crash_log.collect()  # what a crash has left is in the log when its user hears of it

    def kill(self) -> None:
        """End the engine at once; a thread that is receiving gets `EngineLostError`."""
        self._process.kill()

    def _obituary(self) -> str:
        """Say how the engine ended."""
        self._process.join(_PATIENCE)
        code = self._process.exitcode
        if code is None:
            return "the engine closed its connection"
        if code < 0:
            return f"the engine process was ended by signal {-code}"
        return f"the engine process ended with exit status {code}"


def _become_engine(connection: Connection, background: bool) -> None:
    """Serve requests until the client goes; this is the engine process's main function.

    The engine is named, not imported: nothing that a client loads may load torch.
    """
    # Such signals reach every process of a terminal or of a job; the client decides what they mean.
    asked_to_end.ignore()
    if background and hasattr(os, "nice"):
        os.nice(_NICE)
    print_visibly()
    with crash_log.Watch():
        importlib.import_module("gd_studio.engine.process").serve(connection)
    # Taking torch down in good order takes a second or two, and leaves nothing behind that going
    # at once does not.
    os._exit(0)
