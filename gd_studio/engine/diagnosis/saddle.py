"""A run that has come to rest where the loss curves down."""

from __future__ import annotations

from gd_studio.engine.diagnosis.case import Case
from gd_studio.engine.diagnosis.rates import one_digit
from gd_studio.engine.diagnosis.words import number
from gd_studio.engine.problems import FunctionTask
from gd_studio.link.diagnosis import Diagnosis, DiagnosisKind, Remedy
from gd_studio.link.messages import FinishReason
from gd_studio.link.point import Classification, PointKind

_AT_REST = 1e-3
"""How far the last steps may have led together, as a share of what the problem extends over."""

_CLEARLY = 0.01
"""How negative the smallest eigenvalue of a model has to be, as a share of the largest."""

_NOISE = 0.01
_TO_ANY_STATIONARY_POINT = ("newton",)
_TOP = (PointKind.MAXIMUM, PointKind.FLAT_MAXIMUM)


def find(case: Case) -> Diagnosis | None:
    """Say that a run rests at a saddle or at a maximum, where a small push leads on.

    A gradient of about zero is no proof of a minimum: with an eigenvalue of the Hessian below zero
    there is a way down (Dauphin et al., Identifying and attacking the saddle point problem in
    high-dimensional non-convex optimization, 2014), which noise finds (Ge et al., Escaping from
    saddle points, 2015). Of models only eigenvalues below a hundredth of the largest count: nearly
    every one that is trained has some that are a little below zero.
    """
    point = case.point
    if point is None or case.finish.reason is FinishReason.DIVERGED:
        return None
    if point.kind not in (PointKind.SADDLE, *_TOP):
        return None
    is_function = isinstance(case.task, FunctionTask)
    if not is_function and point.smallest > -_CLEARLY * max(abs(point.largest), 1e-30):
        return None
    if case.trail.moved > _AT_REST * case.length:
        return None
    what = "maximum" if point.kind in _TOP else "saddle"
    told = (
        f"Sits on a {what}: the gradient has length {number(point.gradient_norm)}, but the "
        f"smallest eigenvalue of the Hessian is {number(point.smallest)}: there is a way down"
    )
    advice, remedy = _advice(case, point) if is_function else (_ANOTHER_SEED, None)
    return Diagnosis(DiagnosisKind.SADDLE, f"{told}; {advice}.", remedy)


_ANOTHER_SEED = "try another seed"


def _advice(case: Case, point: Classification) -> tuple[str, Remedy | None]:
    if case.experiment.optimizer.key in _TO_ANY_STATIONARY_POINT:
        return "Newton's method goes to any point without a slope: try another optimizer", None
    scale = case.statistics.first_gradient
    if not scale > point.gradient_norm:
        scale = max(abs(point.smallest), abs(point.largest)) * case.length
    noise = one_digit(_NOISE * scale)
    label = f"Try gradient noise {noise:g}"
    values = {"training.gradient_noise": noise}
    return f"try a gradient noise of {noise:g}", Remedy(case.begins, values, label)
