"""A run whose steps have become negligible although there is a way down."""

from __future__ import annotations

from gd_studio.engine.diagnosis.case import Case
from gd_studio.engine.diagnosis.words import number
from gd_studio.link.diagnosis import Diagnosis, DiagnosisKind, Remedy
from gd_studio.link.messages import FinishReason
from gd_studio.link.point import PointKind

_LONG = 0.25
"""For which share of a run the learning rate has to have been negligible."""

_LEFT = 0.1


def find(case: Case) -> Diagnosis | None:
    """Say that a run stands still: its learning rate is gone, or it lies on a plateau.

    The learning rate is gone where for the last quarter of the run, or longer, it was below a
    hundredth of its highest, and one step of the highest along the gradient would by its slope
    still gain a tenth as much as the whole run has. A plateau is what
    :func:`~gd_studio.engine.curvature.classify_point` calls so: gradient and curvature are about
    zero; it is where functions are flat, and where units are saturated.
    """
    if not case.is_single:
        return None
    return _without_rate(case) or _on_a_plateau(case)


def _without_rate(case: Case) -> Diagnosis | None:
    statistics = case.statistics
    since = case.steps - max(statistics.last_high, case.begins)
    is_whole = case.finish.reason is FinishReason.COMPLETED
    if not is_whole or not len(case.trail) or since < _LONG * (case.steps - case.begins):
        return None
    if case.point is not None and case.point.kind not in (PointKind.SLOPE, PointKind.BOUNDARY):
        return None
    rate = float(case.trail.rates[-1])
    loss, gradient = case.loss_at(case.trail.parameters[-1])
    norm = float((gradient**2).sum() ** 0.5)
    if statistics.highest_rate * norm**2 < _LEFT * max(statistics.first_loss - loss, 0.0):
        return None
    return Diagnosis(
        DiagnosisKind.STALLED,
        f"Stalled: from step {case.steps - since + 1:,} on the learning rate was below a hundredth "
        f"of its highest, {number(statistics.highest_rate)}, and ended at {number(rate)}; "
        f"the last step had a length of {number(case.trail.last_length)}, though "
        f"the gradient still has one of {number(norm)}; try a constant learning rate.",
        Remedy(case.begins, {"schedule.key": "constant"}, "Try a constant learning rate"),
    )


def _on_a_plateau(case: Case) -> Diagnosis | None:
    point = case.point
    if point is None or point.kind is not PointKind.PLATEAU:
        return None
    lowest = case.statistics.lowest_loss
    before = (
        f", above {number(lowest)}, which it was after step {case.statistics.lowest_at:,}"
        if point.loss > lowest + abs(lowest) * _LEFT
        else ""
    )
    return Diagnosis(
        DiagnosisKind.STALLED,
        f"Stalled on a plateau: the loss is {number(point.loss)}{before}, and neither its gradient "
        f"({number(point.gradient_norm)}) nor its curvature says which way is down; start "
        "elsewhere.",
    )
