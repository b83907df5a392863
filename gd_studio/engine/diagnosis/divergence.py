"""A run whose loss stopped being finite."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite

from gd_studio.engine.diagnosis import words
from gd_studio.engine.diagnosis.case import Case, Moment
from gd_studio.engine.diagnosis.ends import is_bottomless
from gd_studio.engine.diagnosis.rates import bound, largest_stable_rate, try_rate
from gd_studio.engine.diagnosis.words import apart, number, steps
from gd_studio.link.diagnosis import Diagnosis, DiagnosisKind
from gd_studio.link.messages import FinishReason

_SAFELY = 0.5
"""Which share of the largest stable learning rate is worth a try: on a quadratic loss that of
1/λmax, where nothing is overshot."""

_A_TENTH = 0.1
_FAR = 10


def find(case: Case) -> Diagnosis | None:
    """Say why a run has diverged, and which learning rate would not have.

    On a quadratic loss steps grow without end where the learning rate is above the optimizer's
    limit, 2/λmax for plain descent (Nesterov, 2004; Cohen et al., 2021). λmax is measured at the
    start and where the loss was lowest; the sharper of the two counts. Where neither explains it,
    the path has come to where the loss is sharper: after steps 1, 2, 4, …. Where the loss or its
    gradient was not finite at the very start, where the path has left the domain, and where the
    function has no lowest value, the learning rate is not to blame. A run that has not come so far
    diverges if over its last 30 steps the loss was never below ten times that of the start.
    """
    if case.finish.reason is not FinishReason.DIVERGED:
        return _explained(case) if _has_grown(case) else None
    is_bare = case.finish.is_undefined or case.steps <= case.begins
    if is_bare or is_bottomless(case.statistics.first_loss, case.statistics.last_loss):
        return Diagnosis(DiagnosisKind.DIVERGED, case.finish.detail)
    return _explained(case)


def _has_grown(case: Case) -> bool:
    first = case.statistics.first_loss
    return case.is_single and len(case.trail) > 0 and case.trail.losses.min() > _FAR * abs(first)


def _explained(case: Case) -> Diagnosis:
    """Hold the learning rate against the limit, where there is one."""
    first = case.first_moment()
    moments = {"at the start": first}
    if first.step < case.statistics.lowest_at <= case.steps:
        lowest = case.moment(case.statistics.lowest_at)
        moments[f"after step {lowest.step:,}, where the loss was lowest"] = lowest
    found = _above_the_limit(case, moments)
    step = first.step + 1
    while found is None and step <= case.steps:
        found = _above_the_limit(case, {f"after step {step:,}": case.moment(step)})
        step *= 2
    if found is not None:
        return found
    rate = case.statistics.highest_rate
    chosen, remedy = try_rate(case, _A_TENTH * rate)
    told = f"{_when(case)}: the learning rate is {words.rate(rate)}; try {chosen:g}."
    return Diagnosis(DiagnosisKind.DIVERGED, told, remedy)


def _above_the_limit(case: Case, moments: Mapping[str, Moment]) -> Diagnosis | None:
    """Hold the learning rate against the sharpest of some moments, by the words for each."""
    sharpness = dict(zip(moments, case.sharpness(*moments.values()).tolist(), strict=True))
    where = max(moments, key=lambda where: (isfinite(sharpness[where]), sharpness[where]))
    rate = case.statistics.highest_rate
    stability, largest = case.stability(rate), largest_stable_rate(case, sharpness[where])
    if stability is None or largest is None or rate <= largest:
        return None
    chosen, remedy = try_rate(case, _SAFELY * largest)
    _, limit = apart(rate, largest)
    told = (
        f"{_when(case)}: the learning rate {words.rate(rate)} is above {bound(stability)} = "
        f"{limit} (λmax = {number(sharpness[where])} {where}); try {chosen:g}."
    )
    return Diagnosis(DiagnosisKind.DIVERGED, told, remedy)


def _when(case: Case) -> str:
    if case.finish.reason is FinishReason.DIVERGED:
        return f"Diverged at step {case.steps + 1:,}"
    first, last = number(case.statistics.first_loss), number(case.statistics.last_loss)
    return f"Diverges: after {steps(case.steps)} the loss has grown from {first} to {last}"
