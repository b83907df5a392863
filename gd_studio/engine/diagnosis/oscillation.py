"""A run that jumps to and fro across a valley."""

from __future__ import annotations

import numpy as np

from gd_studio.engine.diagnosis import words
from gd_studio.engine.diagnosis.case import Case, Moment
from gd_studio.engine.diagnosis.rates import bound, largest_stable_rate, try_rate
from gd_studio.engine.diagnosis.words import apart, number
from gd_studio.link.diagnosis import Diagnosis, DiagnosisKind
from gd_studio.link.point import PointKind

_TURNING = -0.9
_FEWEST = 8
_SLOW = 0.99
_WORTH = 0.05
_ROUNDING = 1e-4
_THE_SAME = 1e-6
_SAFELY, _A_FIFTH = 0.5, 0.2
_KNOWN_MINIMA = (PointKind.MINIMUM, PointKind.FLAT_MINIMUM)


def find(case: Case) -> Diagnosis | None:
    """Say that a run turns back at each step and gets nowhere, and which rate would not.

    Near the largest stable learning rate an error changes its sign with each step and hardly
    shrinks: by ``|1 − lr λmax|`` for plain descent. Training networks at that edge may go well all
    the same (Cohen et al., 2021), so that it is named only where all of this holds: no chance
    has a part in the gradients; over the last 30 steps the mean cosine between an update and
    the next is below −0.9; the loss halfway along a step is lower than at its ends, by at least a
    twentieth of all that the run has gained; and that difference shrinks by less than 1 % a step.
    Where it grows, and the loss with it, the run diverges and has only not come to its end.
    """
    if not case.is_single or case.is_noisy or len(case.trail) < _FEWEST:
        return None
    if case.trail.turning > _TURNING:
        return None
    if case.point is not None and case.point.kind in _KNOWN_MINIMA:
        return None
    trail = case.trail
    ends = float(np.mean([case.loss_at(point)[0] for point in trail.parameters[-2:]]))
    earlier = trail.parameters[:2]
    floor, floor_before = (case.loss_at(p)[0] for p in (trail.middle, earlier.mean(axis=0)))
    before = float(np.mean([case.loss_at(point)[0] for point in earlier])) - floor_before
    hop = ends - floor
    gain = max(case.statistics.first_loss - ends, 0.0)
    if not (hop > _ROUNDING * abs(ends) and hop > _WORTH * gain and before > 0):
        return None
    pace = (hop / before) ** (1 / (len(trail) - 1))
    if pace < _SLOW:
        return None
    return _diagnosis(case, floor, ends, grows=ends > case.statistics.first_loss and pace > 1)


def _diagnosis(case: Case, floor: float, ends: float, *, grows: bool) -> Diagnosis:
    rate = float(case.trail.rates[-1])
    scales = case.moment(case.steps).scales
    middle = Moment(case.steps, case.trail.middle, scales)
    last = Moment(case.steps, case.trail.parameters[-1], scales)
    sharpness = case.sharpness(middle, last)
    known = sharpness[np.isfinite(sharpness)]
    sharpest = float(known.max()) if len(known) else float("nan")
    largest, stability = largest_stable_rate(case, sharpest), case.stability(rate)
    turns = f"each of the last {len(case.trail)} steps turns back"
    if grows:
        first = number(case.statistics.first_loss)
        told = f"Diverges: {turns}, and the loss has grown from {first} to {number(ends)}"
    else:
        told = (
            f"Oscillates: {turns} (mean cosine {number(case.trail.turning)}), and the loss stays "
            f"around {number(ends)}, though halfway along a step it is {number(floor)}"
        )
    if largest is not None and stability is not None and rate > largest / 2:
        chosen, remedy = try_rate(case, _SAFELY * largest)
        _, limit = apart(rate, largest)
        side = "at" if abs(rate / largest - 1) < _THE_SAME else "below"
        side = "above" if rate / largest - 1 >= _THE_SAME else side
        why = f"the learning rate {words.rate(rate)} is {side} {bound(stability)} = {limit}"
    else:
        chosen, remedy = try_rate(case, _A_FIFTH * rate)
        why = f"the learning rate {words.rate(rate)} steps across the valley"
    kind = DiagnosisKind.DIVERGED if grows else DiagnosisKind.OSCILLATES
    return Diagnosis(kind, f"{told}; {why}; try {chosen:g}.", remedy)
