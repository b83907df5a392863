"""The engine process: requests in, events out."""

from __future__ import annotations

import contextlib
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection

import torch

from gd_studio import crash_log
from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.engine.data import DataProblem
from gd_studio.engine.devices import DeviceProblem, environment
from gd_studio.engine.diagnosis.case import Interrupted
from gd_studio.engine.evaluation import load_what_judges
from gd_studio.engine.examination import examine
from gd_studio.engine.inbox import Inbox
from gd_studio.engine.pace import UNLIMITED, Pace
from gd_studio.engine.schedules import ScheduleProblem
from gd_studio.engine.session import Session
from gd_studio.engine.sessions import Sessions
from gd_studio.engine.tables import TableCancelled, TableProblem
from gd_studio.link.diagnosis import Diagnosis
from gd_studio.link.messages import (
    Answer,
    Ask,
    Change,
    Changed,
    Diagnosed,
    Event,
    Failed,
    Forget,
    Inspect,
    Inspected,
    LimitSpeed,
    NotVisited,
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
    Travelling,
    Visit,
    Withdraw,
)

ClientGone = (BrokenPipeError, ConnectionResetError)

_WRONG_INPUT = (DataProblem, DeviceProblem, ScheduleProblem, TableProblem, TableCancelled)


def serve(connection: Connection) -> None:
    """Serve one client until it says `Shutdown` or is gone."""
    # Small models are fastest on one thread, and the window needs a core as well.
    torch.set_num_threads(1)
    _warm_up()
    engine = _Engine(connection, Inbox(connection))
    present = Ready(environment())
    with contextlib.suppress(*ClientGone):
        engine.tell(present)
        engine.serve()


def _warm_up() -> None:
    """Do the first step of an optimizer, which loads much of torch, before anybody waits for it."""
    parameter = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([parameter], lr=0.1)
    parameter.sum().backward()
    optimizer.step()


_IDLE = 1.0
"""Seconds without a request after which there is time to load what may be needed later."""


@dataclass
class _Journey:
    """A session on its way to a step; what is done when it is there."""

    run: int
    shares: Iterator[float]
    arrive: Callable[[], None]
    is_start: bool = False
    inspects: bool = False


class _Engine:
    """What the process is doing: at most one run at a time, and questions in between."""

    def __init__(self, connection: Connection, inbox: Inbox) -> None:
        self._connection = connection
        self._inbox = inbox
        self._answerer = Answerer()
        self._sessions = Sessions()
        self._active: int | None = None
        self._undiagnosed: deque[int] = deque()  # runs that have ended, oldest first
        self._journey: _Journey | None = None
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
            if self._journey is not None:
                self._guarded(self._travel, self._journey.run)
            elif self._is_running():
                self._guarded(self._advance, self._active)
            elif self._undiagnosed and not self._inbox:
                self._diagnose()

    @property
    def _session(self) -> Session | None:
        """The session of the run that is going or holds."""
        return self._sessions.find(self._active)

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
        return self._active is not None and self._budget > 0

    def _must_wait(self) -> bool:
        if self._journey is not None:
            return False
        return self._pace.due() == 0 if self._is_running() else not self._undiagnosed

    def _handle(self, request: Request) -> None:
        match request:
            case Shutdown():
                self._open = False
            case Ask():
                self._answer(request)
            case Inspect(run):
                self._guarded(lambda: self._inspect(run), run)
            case StartRun():
                self._guarded(self._end_active, self._active)
                self._active = request.run
                self._guarded(lambda: self._start(request), request.run)
            case Visit():
                self._visit(request)
            case Forget(run):
                if run != self._active:
                    self._sessions.forget(run)
            case LimitSpeed(steps_per_second):
                self._pace = Pace(steps_per_second)
            case _ if self._active is None:
                pass  # a request about a run that has just ended
            case Pause() if self._is_running():
                self._pause()
            case Stop() | Resume() | TakeStep() | Change():
                self._guarded(lambda: self._steer(request), self._active)
            case _:
                pass  # it holds already

    def _steer(self, request: Stop | Resume | TakeStep | Change) -> None:
        session = self._back_at_head()
        if session is None:
            return
        match request:
            case Stop():
                session.stop()
                self._finish()
            case Resume() if not self._is_running():
                self._budget = UNLIMITED
                self._pace.restart()
                self.tell(Resumed())
            case TakeStep(count):
                self._budget = count
                self._pace.restart()
            case Change(values):
                after = session.change(values)
                self.tell(Changed(session.experiment, after, session.total))

    def _pause(self) -> None:
        self._budget = 0
        self.tell(Paused())

    def _back_at_head(self) -> Session | None:
        """Take the active session to its newest step, wherever it is being visited.

        Returns
        -------
        ``None`` where it was on its way to its first step, and is over there.
        """
        if self._journey is not None and self._journey.run == self._active:
            deque(self._journey.shares, maxlen=0)
            self._travel()
        session = self._session
        if session is not None:
            session.go_to(session.head)
        return session

    def _end_active(self) -> None:
        """End the run that is going, if there is one: another one begins."""
        session = self._back_at_head()
        if session is not None:
            session.stop()
            self._finish()

    def _start(self, request: StartRun) -> None:
        self._journey = None
        self._sessions.most_bytes = request.snapshot_bytes
        session = Session(
            request.experiment,
            cancelled=lambda: self._inbox.holds(Stop, Shutdown),
            snapshot_bytes=request.snapshot_bytes,
        )
        if request.after:
            parent = self._sessions.find(request.parent)
            if parent is not None:
                session.share_past(parent, request.after)
            session.has_been_at(request.after)
        self._sessions.keep(request.run, session)
        self._pace = Pace(request.steps_per_second)
        self._budget = 0 if request.paused else UNLIMITED
        shares = session.travel(request.after)
        self._journey = _Journey(request.run, shares, lambda: self._started(session), is_start=True)
        self._travel()

    def _started(self, session: Session) -> None:
        self.tell(session.started())
        if session.finish is not None:
            self._finish()  # a branch that is over where it begins
        elif self._budget == 0:
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
            self.tell(replace(steps, snapshot_bytes=self._sessions.thin_out(self._active)))
        if self._session.finish is not None:
            self._finish()
        elif self._budget < UNLIMITED:
            self._budget -= taken
            if self._budget == 0:
                self.tell(Paused())

    def _finish(self) -> None:
        session, run = self._session, self._active
        assert session is not None
        assert run is not None
        assert session.finish is not None
        self.tell(session.finished())
        self._active = None
        self._sessions.end(run, session.finish)
        self._undiagnosed.append(run)

    def _diagnose(self) -> None:
        """Diagnose a run that has ended, unless something else is asked for: then later, anew."""
        run = self._undiagnosed[0]
        session = self._sessions.find(run)
        if session is None:
            diagnosis = Diagnosis(sentence="Its steps were let go before it could be diagnosed.")
        else:
            try:
                diagnosis = examine(session, self._unless_asked)
            except Interrupted:
                return
            except Exception as error:  # the run is over, and no worse for it
                crash_log.record(error)
                diagnosis = Diagnosis(sentence=f"It could not be diagnosed: {_message(error)}")
        self._undiagnosed.popleft()
        self.tell(Diagnosed(run, diagnosis))

    def _unless_asked(self) -> None:
        if self._inbox:
            raise Interrupted

    # --- going back -----------------------------------------------------------------------------

    def _visit(self, visit: Visit) -> None:
        if self._journey is not None and self._journey.is_start:
            return  # a branch that is on its way to its first step
        if visit.run == self._active and self._is_running():
            self._pause()
        self._guarded(lambda: self._set_out(visit), visit.run)

    def _set_out(self, visit: Visit) -> None:
        session = self._sessions.visit(visit.run, visit.experiment, visit.steps)
        self._journey = _Journey(
            visit.run,
            session.travel(visit.step),
            lambda: self.tell(session.visited(visit.run)),
        )

    def _travel(self) -> None:
        """Take a slice of the journey; with no way left, arrive."""
        journey = self._journey
        assert journey is not None
        share = next(journey.shares, None)
        if share is None:
            self._journey = None
            journey.arrive()
            if journey.inspects:
                self._inspect(journey.run)
        elif share < 1:
            self.tell(Travelling(journey.run, share))

    def _inspect(self, run: int) -> None:
        """Take the next step apart; of a run that is over, the one that would have come."""
        journey = self._journey
        if journey is not None and journey.run == run:
            journey.inspects = True
            return
        session = self._sessions.find(run)
        inspection = session.inspect() if session is not None else None
        if inspection is not None:
            self.tell(Inspected(inspection, run))

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
            crash_log.record(error)
            self.tell(Refusal(number, _message(error), traceback.format_exc()))

    def _guarded(self, act: Callable[[], None], run: int | None) -> None:
        """Do something with a run; where that fails, the run has failed and the engine goes on."""
        try:
            act()
        except ClientGone:
            raise
        except _WRONG_INPUT as problem:
            self._fail(run, str(problem))
        except Exception as error:
            crash_log.record(error)
            self._fail(run, _message(error), traceback.format_exc())

    def _fail(self, run: int | None, message: str, detail: str = "") -> None:
        """Let go of a run that has failed; where another one is going, only its visit has."""
        if self._journey is not None and self._journey.run == run:
            self._journey = None
        if run is not None:
            self._sessions.drop(run)
        if run == self._active:
            self._active = None
            self.tell(Failed(message, detail))
        elif run is not None:
            self.tell(NotVisited(run, message))


def _message(error: Exception) -> str:
    first = str(error).splitlines()[0] if str(error) else ""
    return f"{type(error).__name__}: {first}" if first else type(error).__name__
