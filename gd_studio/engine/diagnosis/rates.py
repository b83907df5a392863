"""Learning rates: the largest that is stable, and those that are worth a try."""

from __future__ import annotations

from math import floor, inf, isfinite, log10, sqrt

from gd_studio.catalog.stability import Stability, stability_limit
from gd_studio.engine.diagnosis.case import Case
from gd_studio.experiment.schedule import ScheduleChoice
from gd_studio.link.diagnosis import Remedy

_HALVINGS = 100
_RANGE = 1e15


def largest_stable_rate(case: Case, sharpness: float) -> float | None:
    """Return the learning rate whose limit is just at an eigenvalue.

    2/λmax for plain descent (Nesterov, Introductory Lectures on Convex Optimization, 2004, section
    1.2.3, for quadratic losses; Cohen et al., 2021). Found by halving, since the limit falls as the
    learning rate rises, whatever the optimizer.

    Returns
    -------
    ``None`` where the optimizer has no such limit, or the eigenvalue is not above zero.
    """
    rate = case.statistics.highest_rate
    if not (isfinite(sharpness) and sharpness > 0 and rate > 0) or case.stability(rate) is None:
        return None
    low, high = rate / _RANGE, rate * _RANGE
    for _ in range(_HALVINGS):
        middle = sqrt(low * high)
        if _limit(case, middle) > sharpness:
            low = middle
        else:
            high = middle
    return low if low < rate * _RANGE / 2 else None


def _limit(case: Case, rate: float) -> float:
    chosen = case.experiment.optimizer
    stability = stability_limit(chosen.key, chosen.settings, rate, max(case.steps, 1))
    return stability.limit if stability is not None else -inf


def bound(stability: Stability) -> str:
    """Say in letters what a learning rate has to stay below: ``"2/λmax"``."""
    formula = stability.formula
    if "lr λ" in formula:
        return "the largest stable one"
    sharpness = "λmax"
    if formula.endswith(" − λ"):
        formula, sharpness = formula.removesuffix(" − λ"), "(λmax + λ)"
    return formula.replace("lr", sharpness).replace("2 / λmax", "2/λmax")


def one_digit(value: float) -> float:
    """Return the number of one significant digit at or just below a positive one."""
    exponent = floor(log10(value))
    return float(f"{floor(value / 10.0**exponent + 1e-9)}e{exponent}")


def try_rate(case: Case, rate: float) -> tuple[float, Remedy]:
    """Return a learning rate of one digit at or below `rate`, and a branch that has it.

    The branch begins where the present settings began to hold: at the start, as a rule. Under a
    schedule that scales the optimizer's learning rate, the highest one in the course of the run is
    what becomes `rate`.
    """
    values: dict[str, object] = {}
    base = float(case.experiment.optimizer.settings["lr"])
    if not _scales(case.experiment.schedule):
        values["schedule.key"] = "constant"
    elif case.statistics.highest_rate > 0:
        rate *= base / case.statistics.highest_rate
    chosen = one_digit(rate)
    values["optimizer.lr"] = chosen
    return chosen, Remedy(case.begins, values, f"Try learning rate {chosen:g}")


def _scales(schedule: ScheduleChoice) -> bool:
    """Whether a schedule's rates are in proportion to the optimizer's learning rate."""
    return schedule.entry.scales and all(_scales(part) for part in schedule.schedules)
