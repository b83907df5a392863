"""What is wrong with a run: the first finding that holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from gd_studio.engine.diagnosis import (
    crawl,
    divergence,
    oscillation,
    saddle,
    stall,
    vanishing,
)
from gd_studio.engine.diagnosis.case import Case
from gd_studio.link.diagnosis import Diagnosis
from gd_studio.link.messages import FinishReason

_FINDINGS: tuple[Callable[[Case], Diagnosis | None], ...] = (
    divergence.find,
    saddle.find,
    vanishing.find,
    stall.find,
    oscillation.find,
    crawl.find,
)


def diagnose(case: Case) -> Diagnosis:
    """Say what is wrong with a run that has ended, and what its last point is.

    A run that early stopping has ended has come where it was meant to; so has one that its
    thresholds have ended, unless that is a saddle or a plateau. One that the user stopped was not
    given the time to arrive, so that it does not crawl. Of many starts nothing is said but that all
    have diverged.

    Raises
    ------
    Interrupted
        Where there is something else to do.
    """
    if case.finish.reason is FinishReason.DIVERGED:
        return divergence.find(case) or Diagnosis()
    if not case.is_single or not case.steps:
        return Diagnosis(point=case.point)
    if case.finish.reason is FinishReason.EARLY_STOPPED:
        return Diagnosis(point=case.point)
    is_converged = case.finish.reason is FinishReason.CONVERGED
    findings = (saddle.find, stall.find) if is_converged else _FINDINGS
    found = next((d for find in findings if (d := find(case)) is not None), Diagnosis())
    return replace(found, point=case.point)
