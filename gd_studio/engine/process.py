"""The engine process: requests in, events out."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable
from multiprocessing.connection import Connection

import torch

from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.engine.data import DataProblem
from gd_studio.engine.devices import environment
from gd_studio.engine.evaluation import load_what_judges
from gd_studio.engine.inbox import Inbox
from gd_studio.engine.pace import UNLIMITED, Pace
from gd_studio.engine.session import Session
from gd_studio.engine.tables import TableCancelled, TableProblem
from gd_studio.link.messages import (
    Answer,
    Ask,
    Event,
    Failed,
    Inspect,
    Inspected,
    LimitSpeed,
    Pause,
    Paused,
    Progress,
    Ready,
    Refusal,
    Request,
    Resume,
    Resumed,
    Shutdown,
    StartRun,
    Stop,
    TakeStep,
    Withdraw,
)

ClientGone = (BrokenPipeError, ConnectionResetError)


def serve(connection: Connection) -> None:
    """Serve one client until it says `Shutdown` or is gone."""
    # Small models are fastest on one thread, and the window needs a core as well.
    torch.set_num_threads(1)
    _warm_up()
    engine = _Engine(connection, Inbox(connection))
    engine.tell(Ready(environment()))
    with contextlib.suppress(*ClientGone):
        engine.serve()
    # Taking torch down in good order takes a second or two, and leaves nothing behind that going
    # at once does not.
    os._exit(0)


def _warm_up() -> None:
    """Do the first step of an optimizer, which loads much of torch, before anybody waits for it."""
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    parameter.sum().backward()
    optimizer.step()


_IDLE = 1.0
"""Seconds without a request after which there is time to load what may be needed later."""


class _Engine:
    """What the process is doing: at most one run, and questions in between."""

    def __init__(self, connection: Connection, inbox: Inbox) -> None:
        self._connection = connection
        self._inbox = inbox
        self._answerer = Answerer()
        self._session: Session | None = None
        self._last: Session | None = None
        self._pace = Pace(None)
        self._budget = UNLIMITED  # steps until the run pauses by itself
        self._is_warm = False
        self._open = True

    def tell(self, event: Event) -> None:
        self._connection.send(event)

    def serve(self) -> None:
        while self._open:
            if not self._inbox and self._must_wait():
                self._wait()
            while (request := self._inbox.take()) is not None:
                self._handle(request)
            if self._is_running():
                self._guarded(self._advance)

    def _wait(self) -> None:
        if self._is_running():
            self._inbox.wait(self._pace.wait)
        elif self._is_warm:
            self._inbox.wait()
        else:
            self._inbox.wait(_IDLE)
            if not self._inbox:
                self._is_warm = True
                load_what_judges()

    def _is_running(self) -> bool:
        return self._session is not None and self._budget > 0

    def _must_wait(self) -> bool:
        return not self._is_running() or self._pace.due() == 0

    def _handle(self, request: Request) -> None:
        match request:
            case Shutdown():
                self._open = False
            case Ask():
                self._answer(request)
            case Inspect():
                self._guarded(self._inspect)
            case StartRun():
                self._guarded(lambda: self._start(request))
            case LimitSpeed(steps_per_second):
                self._pace = Pace(steps_per_second)
            case Stop() if self._session is not None:
                self._session.stop()
                self._finish()
            case Pause() if self._is_running():
                self._budget = 0
                self.tell(Paused())
            case Resume() if self._session is not None and not self._is_running():
                self._budget = UNLIMITED
                self._pace.restart()
                self.tell(Resumed())
            case TakeStep(count) if self._session is not None:
                self._budget = count
                self._pace.restart()
            case _:
                pass  # a request about a run that has just ended

    def _start(self, request: StartRun) -> None:
        if self._session is not None:
            self._session.stop()
            self._finish()
        self._last = None
        self._session = Session(
            request.experiment, cancelled=lambda: self._inbox.holds(Stop, Shutdown)
        )
        self._pace = Pace(request.steps_per_second)
        self._budget = 0 if request.paused else UNLIMITED
        self.tell(self._session.started())
        if request.paused:
            self.tell(Paused())

    def _advance(self) -> None:
        assert self._session is not None
        due = min(self._pace.due(), self._budget)
        if due == 0:
            return
        before = self._session.taken
        steps = self._session.advance(due, self._inbox)
        taken = self._session.taken - before
        self._pace.took(taken)
        if steps is not None:
            self.tell(steps)
        if self._session.finish is not None:
            self._finish()
        elif self._budget < UNLIMITED:
            self._budget -= taken
            if self._budget == 0:
                self.tell(Paused())

    def _finish(self) -> None:
        assert self._session is not None
        session, self._session = self._session, None
        self.tell(session.finished())
        self._last = session

    def _inspect(self) -> None:
        """Take the next step apart; of a run that is over, the one that would have come."""
        session = self._session or self._last
        inspection = session.inspect() if session is not None else None
        if inspection is not None:
            self.tell(Inspected(inspection))

    def _answer(self, ask: Ask) -> None:
        number = ask.number
        try:
            answer = self._answerer.answer(
                ask.question,
                progress=lambda share: self.tell(Progress(number, share)),
                withdrawn=lambda: self._inbox.holds(Withdraw(number), Shutdown),
            )
            self.tell(Answer(number, answer))
        except QuestionError as error:
            self.tell(Refusal(number, str(error)))
        except ClientGone:
            raise
        except Exception as error:  # one question that fails must not end the engine
            self.tell(Refusal(number, _message(error), traceback.format_exc()))

    def _guarded(self, act: Callable[[], None]) -> None:
        """Run a part of a run; where it fails, the run has failed and the engine goes on."""
        try:
            act()
        except ClientGone:
            raise
        except (DataProblem, TableProblem, TableCancelled) as problem:
            self._session = None
            self.tell(Failed(str(problem)))
        except Exception as error:
            self._session = None
            self.tell(Failed(_message(error), traceback.format_exc()))


def _message(error: Exception) -> str:
    first = str(error).splitlines()[0] if str(error) else ""
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
