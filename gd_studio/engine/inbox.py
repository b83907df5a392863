"""Requests as they come in, while the engine is busy with something else."""

from __future__ import annotations

import threading
from collections import deque
from multiprocessing.connection import Connection

from gd_studio.link.messages import Request, Shutdown


class Inbox:
    """Reads a connection on a thread of its own.

    The thread sleeps in a read and so costs the training loop nothing; asking the pipe itself
    between two steps would cost as much as a step. Where the client is gone, it reads `Shutdown`.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._requests: deque[Request] = deque()
        self._arrived = threading.Condition()
        threading.Thread(target=self._read, name="inbox", daemon=True).start()

    def __len__(self) -> int:
        return len(self._requests)

    def take(self) -> Request | None:
        """Return the oldest request, or ``None`` where there is none."""
        return self._requests.popleft() if self._requests else None

    def holds(self, *requests: type[Request] | Request) -> bool:
        """Whether one of these waits, or one of these kinds."""
        return any(
            isinstance(waiting, wanted) if isinstance(wanted, type) else waiting == wanted
            for waiting in tuple(self._requests)
            for wanted in requests
        )

    def wait(self, seconds: float | None = None) -> None:
        """Sleep until there is a request, or for so many seconds."""
        with self._arrived:
            self._arrived.wait_for(lambda: len(self._requests) > 0, timeout=seconds)

    def _read(self) -> None:
        while True:
            try:
                request: Request = self._connection.recv()
            except (EOFError, OSError):
                request = Shutdown()
            with self._arrived:
                self._requests.append(request)
                self._arrived.notify()
            if isinstance(request, Shutdown):
                return
