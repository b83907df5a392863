"""Looking at a run that has ended, to say what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gd_studio.engine.diagnosis.case import Case
from gd_studio.engine.diagnosis.findings import diagnose
from gd_studio.engine.diagnosis.trail import LENGTH, Trail
from gd_studio.engine.session import Session
from gd_studio.link.arrays import Floats
from gd_studio.link.diagnosis import Diagnosis

_TRAIL_NUMBERS = 4_000_000
"""How many numbers the last steps that are looked at may have."""


def examine(session: Session, go_on: Callable[[], None] = lambda: None) -> Diagnosis:
    """Say what is wrong with a run, which has ended; it stays where it is.

    Parameters
    ----------
    go_on
        Is called several times a second, and ends the examination by what it raises.
    """
    where = session.taken
    examination = _Examination(session, go_on)
    try:
        examination.go_to(session.head)
        return diagnose(examination.case())
    finally:
        session.go_to(where)


class _Examination:
    """Takes the run about, and asks again and again whether it may."""

    def __init__(self, session: Session, go_on: Callable[[], None]) -> None:
        self._session = session
        self._go_on = go_on

    def go_to(self, step: int) -> None:
        self._go_on()
        for _ in self._session.travel(step):
            self._go_on()

    def case(self) -> Case:
        session = self._session
        assert session.finish is not None
        phase = session.course.phase
        kept, _ = session.kept()
        return Case(
            experiment=phase.experiment,
            begins=phase.after,
            task=session.task,
            finish=session.finish,
            steps=session.head,
            statistics=session.statistics,
            kept=kept.copy(),
            visit=self._visit,
            retrace=self._retrace,
            go_on=self._go_on,
        )

    def _visit(self, step: int) -> tuple[Floats, dict[str, Floats], int]:
        self.go_to(step)
        session = self._session
        return session.parameters, session.memory(), session.course.steps_of_optimizer(step)

    def _retrace(self) -> Trail:
        """Take the last steps of the present phase once more, one at a time."""
        session = self._session
        length = min(LENGTH, _TRAIL_NUMBERS // len(session.parameters))
        self.go_to(max(session.course.phase.after, session.head - length))
        parameters, losses, rates = [session.parameters.astype(np.float64)], [], []
        for loss, rate in session.retrace():
            self._go_on()
            parameters.append(session.parameters.astype(np.float64))
            losses.append(loss)
            rates.append(rate)
        return Trail(np.array(parameters), np.array(losses), np.array(rates))
