"""Going back: taking a run to where it was after one of its steps."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from gd_studio.desktop.worker import TrainingWorker
from gd_studio.link.messages import Forget, NotVisited, Travelling, Visit, Visited
from gd_studio.recording import Run


class Visitor(QObject):
    """Looks at runs at their steps, and asks the engine for what was not recorded there.

    The window shows at once what it has; the rest follows. While the engine is on a short way only
    the newest wish is kept, so that a slider that is dragged does not leave a queue behind it. A
    long way is given up for the next wish.

    Parameters
    ----------
    worker
        Listens to the engine that has the runs.

    Signals
    -------
    moved(Run)
        A run is looked at another step; ``run.position`` says at which.
    arrived(Run)
        The engine has told what there is at that step: ``run.visited``.
    travelling(float)
        How far the engine is on a way that takes longer, from 0 to 1.
    refused(Run, str)
        Why a run cannot be visited.
    """

    moved = Signal(object)
    arrived = Signal(object)
    travelling = Signal(float)
    refused = Signal(object, str)

    def __init__(self, worker: TrainingWorker, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._worker = worker
        self._visited: dict[int, Run] = {}
        self._is_away = False  # an answer is to come
        self._is_far = False  # and takes longer
        self._wanted: Run | None = None
        worker.visited.connect(self._arrived)
        worker.not_visited.connect(self._refused)
        worker.travelling.connect(self._travelling)

    def visit(self, run: Run, step: int | None) -> None:
        """Look at `run` as it was after `step`; at its newest step for ``None``."""
        before = run.position
        run.look_at(step)
        if run.position == before:
            return
        self.moved.emit(run)
        self._want(run)

    def visit_again(self, run: Run) -> None:
        """Take the engine to where `run` is looked at: it may have let go of it meanwhile."""
        if run.position is not None:
            run.is_there = False
            self._want(run)

    def follow(self, run: Run) -> None:
        """Look at the newest step of `run`, to which the engine goes by itself."""
        if self._wanted is run:
            self._wanted = None
        was_back = run.position is not None
        run.follow()
        if was_back:
            self.moved.emit(run)

    def drop(self, run: Run) -> None:
        """Let the engine forget a run that nobody will ask about any more."""
        if self._wanted is run:
            self._wanted = None
        self._visited.pop(run.number, None)
        self._worker.send(Forget(run.number))

    @Slot()
    def forget(self) -> None:
        """Expect no answer any more: the engine was lost, or has begun a run."""
        self._is_away = self._is_far = False
        self._wanted = None

    def _want(self, run: Run) -> None:
        if self._is_away and not self._is_far:
            self._wanted = run
        else:
            self._ask(run)

    def _ask(self, run: Run) -> None:
        self._is_away, self._is_far, self._wanted = True, False, None
        self._visited[run.number] = run
        # The newest step may be a later one by the time the engine hears of it.
        step = run.total_steps if run.position is None else run.position
        self._worker.send(Visit(run.number, step, run.experiment, run.steps))

    def _ask_next(self) -> None:
        self._is_away = self._is_far = False
        if self._wanted is not None:
            self._ask(self._wanted)

    @Slot(object)
    def _arrived(self, event: Visited) -> None:
        self._worker.acknowledge()
        run = self._visited.get(event.run)
        self._ask_next()
        if run is not None:
            run.arrive(event)
            self.arrived.emit(run)

    @Slot(object)
    def _refused(self, event: NotVisited) -> None:
        self._worker.acknowledge()
        run = self._visited.get(event.run)
        self._ask_next()
        if run is not None:
            self.refused.emit(run, event.message)

    @Slot(object)
    def _travelling(self, event: Travelling) -> None:
        self._worker.acknowledge()
        self._is_far = self._is_away
        if self._wanted is not None:
            self._ask(self._wanted)
        else:
            self.travelling.emit(event.share)
