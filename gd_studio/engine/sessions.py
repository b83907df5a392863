"""The sessions of runs, kept so that they can be visited, as long as there is room for them."""

from __future__ import annotations

from gd_studio.engine.diagnosis import Finish
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment
from gd_studio.link.messages import SNAPSHOT_BYTES


class Sessions:
    """Sessions by the numbers of their runs, those that were asked about last coming last.

    Attributes
    ----------
    most_bytes
        How much memory the snapshots of all may take.
    """

    def __init__(self) -> None:
        self.most_bytes = SNAPSHOT_BYTES
        self._kept: dict[int, Session] = {}
        self._ends: dict[int, Finish] = {}

    def find(self, run: int | None) -> Session | None:
        """Return the session of a run; ``None`` where there is none, or none any more."""
        return self._kept.get(run) if run is not None else None

    def keep(self, run: int, session: Session) -> None:
        """Keep the session of a run, which is asked about now."""
        self._kept.pop(run, None)
        self._kept[run] = session

    def end(self, run: int, finish: Finish) -> None:
        """Keep how a run ended: a session that is made anew does not know it by itself."""
        self._ends[run] = finish

    def visit(self, run: int, experiment: Experiment, steps: int) -> Session:
        """Return the session of a run, made anew where it was let go.

        Raises what `Session` does.

        Parameters
        ----------
        experiment, steps
            What the run is of, and how many steps it had taken.
        """
        session = self._kept.get(run)
        if session is None:
            session = Session(experiment, snapshot_bytes=self.most_bytes)
            session.has_been_at(steps, self._ends.get(run))
        self.keep(run, session)
        return session

    def drop(self, run: int) -> None:
        """Let a session go, which may be wanted again."""
        self._kept.pop(run, None)

    def forget(self, run: int) -> None:
        """Let a run go that will not be asked about any more."""
        self.drop(run)
        self._ends.pop(run, None)

    def thin_out(self, active: int | None) -> int:
        """Let go of runs while snapshots take too much memory; return how much they take.

        Neither the one that is going nor the one that was asked about last.
        """
        total = sum(session.snapshot_bytes for session in self._kept.values())
        for run in tuple(self._kept)[:-1]:
            if total > self.most_bytes and run != active:
                total -= self._kept.pop(run).snapshot_bytes
        return total
