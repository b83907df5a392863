"""The workers: each sits on a thread of its own, listens to an engine process, and emits signals.

A worker's receivers are slots of objects on the window's thread, so that Qt carries every event
across. Asking goes the other way and straight into the pipe: a worker that listens hears no slot.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from PySide6.QtCore import QDeadlineTimer, QObject, QSemaphore, QThread, Signal, Slot

from gd_studio.link.client import EngineClient, EngineLostError
from gd_studio.link.messages import (
    Answer,
    Changed,
    Diagnosed,
    Event,
    Failed,
    Finished,
    Inspected,
    NotVisited,
    Paused,
    Progress,
    Ready,
    Refusal,
    Request,
    Resumed,
    Started,
    Steps,
    Travelling,
    Visited,
)

_MOST_ON_THE_WAY = 64
"""Events that may wait for the window before the engine has to; about a second of a fast run."""

_MOST_FAILED_STARTS = 3

_PATIENCE = 500
"""Milliseconds an engine is given to end by itself before it is killed."""


class EngineWorker(QObject):
    """Owns an engine process: starts it, listens to it, and starts another where it dies.

    Attributes
    ----------
    in_background
        Whether everything else on the machine is more urgent than this engine.

    Signals
    -------
    ready(Environment)
        An engine waits for requests.
    lost(str)
        The engine died; the text says how. Another is being started.
    gave_up(str)
        Engines die before they are ready; no other is started.
    """

    in_background = False
    ready = Signal(object)
    lost = Signal(str)
    gave_up = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._client: EngineClient | None = None
        self._waiting: list[Request] = []
        self._sending = threading.Lock()
        self._closing = threading.Event()
        self._room = QSemaphore(_MOST_ON_THE_WAY)

    def send(self, request: Request) -> None:
        """Ask the engine; from any thread. What is asked of a dying engine is lost with it."""
        with self._sending:
            if self._client is None:
                self._waiting.append(request)
                return
            try:
                self._client.send(request)
            except EngineLostError:
                return  # the listening thread hears of it too, and tells

    def acknowledge(self) -> None:
        """Say that one event has been dealt with, and that there is room for another."""
        self._room.release()

    @property
    def engine_pid(self) -> int | None:
        """Process id of the engine, where there is one."""
        client = self._client
        return client.pid if client is not None else None

    @Slot()
    def listen(self) -> None:
        """Pass on what the engine tells, until `close`. Runs on the worker's thread."""
        failed_starts = 0
        while not self._closing.is_set():
            was_ready = False
            try:
                client = self._connect()
                while True:
                    event = client.receive()
                    was_ready = True
                    self._deliver(event)
            except EngineLostError as error:
                self._disconnect()
                if self._closing.is_set():
                    break
                failed_starts = 0 if was_ready else failed_starts + 1
                if failed_starts == _MOST_FAILED_STARTS:
                    self.gave_up.emit(f"the engine does not start: {error}")
                    break
                self.lost.emit(str(error))
        QThread.currentThread().quit()

    def close(self) -> None:
        """End the engine; `listen` returns soon after. From the window's thread."""
        self._closing.set()
        with self._sending:
            if self._client is not None:
                self._client.shut_down()

    def kill(self) -> None:
        """End the engine by force."""
        with self._sending:
            if self._client is not None:
                self._client.kill()

    def _connect(self) -> EngineClient:
        client = EngineClient(background=self.in_background)
        with self._sending:
            self._client = client
            if self._closing.is_set():
                client.shut_down()
            waiting, self._waiting = self._waiting, []
            for request in waiting:
                client.send(request)
        return client

    def _disconnect(self) -> None:
        with self._sending:
            client, self._client = self._client, None
        if client is not None:
            client.close()

    def _deliver(self, event: Event) -> None:
        while not self._room.tryAcquire(1, 100):
            if self._closing.is_set():
                return
        if isinstance(event, Ready):
            self.ready.emit(event.environment)
            self.acknowledge()
        else:
            self._emit(event)

    def _emit(self, event: Event) -> None:
        raise NotImplementedError


class TrainingWorker(EngineWorker):
    """Drives the engine that trains, and emits what its run tells: one signal for each event.

    Every step is in exactly one ``stepped``; those faster than the screen come several at a time,
    in order. Each signal has to be acknowledged.
    """

    started = Signal(object)
    stepped = Signal(object)
    paused = Signal()
    resumed = Signal()
    changed = Signal(object)
    visited = Signal(object)
    not_visited = Signal(object)
    travelling = Signal(object)
    inspected = Signal(object)
    finished = Signal(object)
    diagnosed = Signal(object)
    failed = Signal(object)

    def _emit(self, event: Event) -> None:
        match event:
            case Started():
                self.started.emit(event)
            case Steps():
                self.stepped.emit(event)
            case Paused():
                self.paused.emit()
            case Resumed():
                self.resumed.emit()
            case Inspected():
                self.inspected.emit(event)
            case Changed():
                self.changed.emit(event)
            case Visited():
                self.visited.emit(event)
            case NotVisited():
                self.not_visited.emit(event)
            case Travelling():
                self.travelling.emit(event)
            case Finished():
                self.finished.emit(event)
            case Diagnosed():
                self.diagnosed.emit(event)
            case Failed():
                self.failed.emit(event)


class ScoutWorker(EngineWorker):
    """Drives the engine that answers questions while the other one trains.

    Each signal has to be acknowledged.

    Signals
    -------
    answered(Answer | Refusal)
        A question has come to its end.
    progressed(Progress)
        How far the answer to one is.
    """

    in_background = True  # a run and the window go before a picture of them
    answered = Signal(object)
    progressed = Signal(object)

    def _emit(self, event: Event) -> None:
        match event:
            case Answer() | Refusal():
                self.answered.emit(event)
            case Progress():
                self.progressed.emit(event)


@dataclass(frozen=True)
class Listening:
    """A worker and the thread that it listens on."""

    worker: EngineWorker
    thread: QThread


def start_on_thread(worker: EngineWorker, name: str) -> Listening:
    """Move `worker` to a new thread, on which it listens from now on."""
    thread = QThread()
    thread.setObjectName(name)
    worker.moveToThread(thread)
    thread.started.connect(worker.listen)
    thread.start()
    return Listening(worker, thread)


def end(*listening: Listening) -> None:
    """End engines and their threads, by force where one does not end by itself in time."""
    for each in listening:
        each.worker.close()
    deadline = QDeadlineTimer(_PATIENCE)
    for each in listening:
        if not each.thread.wait(deadline):
            each.worker.kill()
            each.thread.wait()
