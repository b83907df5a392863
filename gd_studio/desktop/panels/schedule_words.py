"""What the schedule's form begins with, what its header says, and where its problems belong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from gd_studio.catalog.schedules import points_text
from gd_studio.experiment import ScheduleChoice
from gd_studio.experiment.schedule import WARMUP_START, part_misfit

_FALL = ((0.0, 1.0), (0.5, 0.5), (0.75, 0.1), (1.0, 0.01))
"""Of a drawn schedule to begin with: shares of the run, and factors."""


OVER_THE_RUN = {"cosine": "T_max", "polynomial": "total_iters"}
"""The settings that say how long a fall takes: to begin with, as long as the run."""


def in_words(values: Mapping[str, Any]) -> str:
    """Return the schedule in a few words; empty where the learning rate stays."""
    after, warmup, _ = taken_apart(values["schedule"])
    words = [f"warm-up {warmup:,}"] if warmup is not None else []
    if after.key != "constant":
        words.append(after.entry.label.lower())
    return ", ".join(words)


def taken_apart(choice: ScheduleChoice) -> tuple[ScheduleChoice, int | None, float]:
    """Return what comes after a warm-up, its length, and the factor that it begins with.

    Without a warm-up, or where it is another than a form's switch would make, the schedule itself
    and no length.
    """
    if choice.warmup is not None:
        after = choice.without_warmup()
        start = float(choice.schedules[0].settings["start_factor"])
        if after.can_warm_up and after.with_warmup(choice.warmup, start) == choice:
            return after, choice.warmup, start
    return choice, None, WARMUP_START


def first_points(moves: int) -> str:
    """Return the points that a drawn schedule begins with, over so many moves."""
    found = {round(share * max(1, moves)): factor for share, factor in _FALL}
    return points_text(found.items())


def first_turns(before: ScheduleChoice, moves: int) -> dict[str, Any]:
    """Return schedules that take turns: the one `before` for half of the moves, then a fall."""
    half = max(1, moves // 2)
    stays = part_misfit("sequential", before.entry, 0)
    first = {"key": "constant"} if stays else before.model_dump()
    fall = {"key": "cosine", "T_max": max(1, moves - half)}
    return {"milestones": str(half), "schedules": [first, fall]}


def outward(path: str, *, takes_turns: bool) -> str:
    """From a field of the form to its path in a schedule that warms up first.

    Parameters
    ----------
    takes_turns
        Whether what comes after the warm-up is a sequence itself, whose parts follow it then.
    """
    head, _, rest = path.partition(".")
    if head == "warmup":
        return f"schedules.0.{rest}"
    if not takes_turns:
        return f"schedules.1.{path}"
    number, _, rest = rest.partition(".")
    return f"schedules.{int(number) + 1}.{rest}" if head == "schedules" else path


def inward(path: str, *, takes_turns: bool) -> str:
    """From a path in a schedule that warms up first to the field of the form."""
    head, _, rest = path.partition(".")
    if head != "schedules":
        return path
    number, _, rest = rest.partition(".")
    if number == "0":
        return f"warmup.{rest}"
    return f"schedules.{int(number) - 1}.{rest}" if takes_turns else rest
