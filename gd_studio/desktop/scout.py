"""Asking questions from the window: at most one under way for each topic, the newest next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.worker import Listening, ScoutWorker, start_on_thread
from gd_studio.link.messages import Answer, Ask, Progress, Refusal, Withdraw
from gd_studio.link.questions import Question

Receiver = Callable[[Any], None]


@dataclass(frozen=True)
class _Asked:
    topic: str
    question: Question
    receiver: Receiver
    refused: Callable[[str], None]
    progress: Callable[[float], None] | None = None
    is_repeated: bool = False


class Scout(QObject):
    """The window's way to ask an engine, whether or not another is training.

    Asking again about a topic replaces what was still waiting for it: a picture that nobody
    waits for any more is not drawn.

    Signals
    -------
    refused(str)
        There is no answer, and it is for the user to know: nobody else was to be told, or it is a
        bug, or no engine can be started.
    """

    refused = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._number = 0
        self._under_way: dict[int, _Asked] = {}
        self._next: dict[str, _Asked] = {}
        self._worker = ScoutWorker()
        self._worker.answered.connect(self._answered)
        self._worker.progressed.connect(self._progressed)
        self._worker.lost.connect(self._engine_lost)
        self._worker.gave_up.connect(self._gave_up)

    def open(self) -> Listening:
        """Start the engine, on a thread that listens to it."""
        return start_on_thread(self._worker, "scout")

    @property
    def worker(self) -> ScoutWorker:
        """The worker that listens to the engine."""
        return self._worker

    @property
    def is_idle(self) -> bool:
        """Whether nothing is under way."""
        return not self._under_way

    def ask(
        self,
        topic: str,
        question: Question,
        receiver: Receiver,
        refused: Callable[[str], None] | None = None,
        progress: Callable[[float], None] | None = None,
    ) -> None:
        """Ask; `receiver` gets the answer, and `refused` the reason where there is none.

        Until then `progress` is told how far a long answer is, from 0 to 1.
        """
        asked = _Asked(topic, question, receiver, refused or self.refused.emit, progress)
        if any(other.topic == topic for other in self._under_way.values()):
            self._next[topic] = asked
        else:
            self._send(asked)

    def forget(self, topic: str) -> None:
        """Let nobody hear what was asked about a topic."""
        self._next.pop(topic, None)
        self._under_way = {n: a for n, a in self._under_way.items() if a.topic != topic}

    def withdraw(self, topic: str) -> None:
        """Let nobody hear what was asked about a topic, and the engine stop working on it."""
        for number, asked in self._under_way.items():
            if asked.topic == topic:
                self._worker.send(Withdraw(number))
        self.forget(topic)

    def _send(self, asked: _Asked) -> None:
        self._number += 1
        self._under_way[self._number] = asked
        self._worker.send(Ask(self._number, asked.question))

    @Slot(object)
    def _answered(self, event: Answer | Refusal) -> None:
        self._worker.acknowledge()
        asked = self._under_way.pop(event.number, None)
        if asked is None:
            return
        newer = self._next.pop(asked.topic, None)
        if newer is not None:
            self._send(newer)
        if isinstance(event, Answer):
            asked.receiver(event.value)
            return
        if newer is None:
            asked.refused(event.message)
        if event.detail:
            # Not something that has no answer, but an answer that failed: its asker may not say so.
            self.refused.emit(f"The {asked.topic} could not be calculated: {event.message}.")

    @Slot(object)
    def _progressed(self, event: Progress) -> None:
        self._worker.acknowledge()
        asked = self._under_way.get(event.number)
        # Where a newer question waits, nobody waits for this one.
        if asked is not None and asked.progress is not None and asked.topic not in self._next:
            asked.progress(event.share)

    @Slot(str)
    def _engine_lost(self, reason: str) -> None:
        """Ask what was under way once more, of the next engine; what killed that too, no more."""
        lost = [self._next.pop(a.topic, a) for a in self._under_way.values()]
        self._under_way.clear()
        for asked in lost:
            if asked.is_repeated:
                asked.refused(f"the engine died of this question twice: {reason}")
            else:
                self._send(replace(asked, is_repeated=True))

    @Slot(str)
    def _gave_up(self, reason: str) -> None:
        self.refused.emit(f"The plots cannot be brought up to date: {reason}.")
