"""Schedules that are made of others."""

from __future__ import annotations

from gd_studio.catalog.entry import Parameter
from gd_studio.catalog.schedules.entry import ScheduleEntry, reads
from gd_studio.catalog.schedules.texts import milestones_of

CHAINED = ScheduleEntry(
    key="chained",
    label="Several at once",
    summary="Schedules that all act on the learning rate, one after the other at each move.",
    torch_name="ChainedScheduler",
    formula="lr ← … f₂(f₁(lr))",
    parts=True,
    schedules=(
        {"key": "linear", "start_factor": 0.01, "total_iters": 100},
        {"key": "exponential", "gamma": 0.999},
    ),
)

SEQUENTIAL = ScheduleEntry(
    key="sequential",
    label="One after the other",
    summary="Schedules that take turns, each beginning anew at its milestone.",
    torch_name="SequentialLR",
    formula="lr = lr of part i, t counted from its milestone",
    parts=True,
    written=("milestones",),
    schedules=(
        {"key": "linear", "start_factor": 0.01, "total_iters": 100},
        {"key": "constant"},
    ),
    parameters=(
        Parameter(
            "milestones",
            "Milestones",
            "100",
            "The moves at which the next part takes over, with commas between: one fewer than "
            "there are parts",
        ),
    ),
    check=reads("milestones", milestones_of),
)
