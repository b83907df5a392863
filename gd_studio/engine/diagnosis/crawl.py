"""A run whose learning rate is a small fraction of what the curvature allows."""

from __future__ import annotations

from math import inf, isfinite

import numpy as np

from gd_studio.engine.diagnosis import words
from gd_studio.engine.diagnosis.case import Case
from gd_studio.engine.diagnosis.rates import bound, largest_stable_rate, try_rate
from gd_studio.engine.diagnosis.words import apart, number, steps
from gd_studio.link.diagnosis import Diagnosis, DiagnosisKind
from gd_studio.link.messages import FinishReason

_SHARE = 0.05
_LEFT = 0.25
_SAFELY, _A_TENTH = 0.5, 0.1
_FEWEST = 8


def find(case: Case) -> Diagnosis | None:
    """Say that a run has hardly begun although larger steps would have been stable.

    Named where all of this holds: the run has taken all its steps, and its loss is still falling;
    its learning rate, times what momentum adds up to, is below a twentieth of the largest stable
    one, by λmax at the start and at the end (with 2/λmax the largest stable rate for plain descent,
    a quadratic loss is descended in the fewest steps at about half of that: Nesterov, 2004, section
    1.2.3); and a single step of the best length along the last gradient, by the quadratic model
    there, would still gain a quarter as much as the whole run has.
    """
    trail, statistics = case.trail, case.statistics
    if not case.is_single or case.finish.reason is not FinishReason.COMPLETED:
        return None
    if len(trail) < _FEWEST or trail.losses[-1] >= trail.losses[0]:
        return None
    stability = case.stability(statistics.highest_rate)
    if stability is None:
        return None
    last = case.moment(case.steps)
    sharpness = case.sharpness(case.first_moment(), last)
    # What divides the steps changes; only its present size says how long the next would be.
    sharpest = float(sharpness[1] if stability.is_preconditioned else np.nanmax(sharpness))
    largest = largest_stable_rate(case, sharpest)
    if largest is None or _effective(case) >= _SHARE * largest:
        return None
    left, best = _left_to_gain(case, largest)
    gain = statistics.first_loss - trail.losses[-1]
    if not (isfinite(left) and gain > 0 and left >= _LEFT * gain):
        return None
    wanted = _SAFELY * largest
    if stability.is_preconditioned:
        # The divisor falls as the gradient does, and the limit with it.
        wanted = min(wanted, _A_TENTH * best)
    if wanted <= statistics.highest_rate:
        return None
    chosen, remedy = try_rate(case, wanted)
    before, now = apart(statistics.first_loss, float(trail.losses[-1]))
    numbers = (
        f"after {steps(case.steps)} the loss has fallen from {before} to {now} and is still falling"
    )
    highest = words.rate(statistics.highest_rate)
    is_steady = trail.rates[-1] == statistics.highest_rate
    whose = (
        f"the learning rate {highest}" if is_steady else f"the learning rate, at most {highest},"
    )
    rate = f"{whose} is far below {bound(stability)} = "
    if case.experiment.optimizer.key == "adagrad":
        assert last.scales is not None
        largest_scale = float(last.scales.max())
        told = (
            f"Stalled: {numbers} only by ever shorter steps; Adagrad divides them by the root of "
            f"all squared gradients so far, by now up to {number(largest_scale)}; {rate}"
            f"{number(largest)}; try {chosen:g}."
        )
        return Diagnosis(DiagnosisKind.STALLED, told, remedy)
    told = f"Crawls: {numbers}; {rate}{number(largest)}; try {chosen:g}."
    return Diagnosis(DiagnosisKind.CRAWLS, told, remedy)


def _effective(case: Case) -> float:
    """The learning rate times the sum of what momentum makes of one gradient."""
    settings = case.experiment.optimizer.settings
    momentum = float(settings.get("momentum", 0.0))
    dampening = float(settings.get("dampening", 0.0)) if momentum else 0.0
    return case.statistics.highest_rate * (1 - dampening) / (1 - momentum)


def _left_to_gain(case: Case, largest: float) -> tuple[float, float]:
    """What the best step along the last gradient gains, and how long it is as a learning rate.

    It is no longer than the largest stable one.
    """
    point = case.trail.parameters[-1]
    _, gradient = case.loss_at(point)
    scales = case.moment(case.steps).scales
    direction = -gradient if scales is None else -gradient / scales
    _, slope, curvature = case.expand(point, direction)
    best = min(-slope / curvature if curvature > 0 else inf, largest)
    return -(slope * best + curvature * best**2 / 2), best
