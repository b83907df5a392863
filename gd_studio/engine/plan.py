"""The learning rates that a run is going to have."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from gd_studio.engine.schedules import carrier, make_schedule
from gd_studio.experiment import Experiment
from gd_studio.link.questions import PlannedSchedule

MOST_POINTS = 2000

MOST_MOVES = 1_000_000
"""A longer plan ends here: torch needs some microseconds for each move."""

_CHUNK = 10_000
"""Moves from one report to the next."""


def plan_schedule(
    experiment: Experiment,
    total_steps: int,
    steps_per_epoch: int,
    go_on: Callable[[float], None] = lambda _: None,
) -> PlannedSchedule:
    """Return the learning rates of a run, by moving its schedule on without taking a step.

    Parameters
    ----------
    go_on
        Is told now and then how far the plan is, from 0 to 1, and gives it up by raising.

    Raises
    ------
    ScheduleProblem
        Where the schedule does not fit so many steps.
    """
    choice, training = experiment.schedule, experiment.training
    optimizer = carrier(float(experiment.optimizer.settings["lr"]))
    moves = training.schedule_moves(total_steps, steps_per_epoch)
    schedule = make_schedule(choice, optimizer, moves)
    (group,) = optimizer.param_groups
    if schedule is None or choice.depends_on_loss:
        ends = np.unique([1, total_steps])
        return PlannedSchedule(ends, np.full(len(ends), group["lr"]), choice.depends_on_loss)
    per_move = 1 if training.schedule_per == "step" else steps_per_epoch
    last = min(total_steps, MOST_MOVES * per_move)
    steps = np.unique(np.linspace(1, last, MOST_POINTS).round().astype(np.int64))
    rates, moved = np.empty(len(steps)), 0
    for i, before in enumerate(((steps - 1) // per_move).tolist()):
        while moved < before:
            if moved % _CHUNK == 0:
                go_on(moved * per_move / last)
            schedule.advance(0.0)
            moved += 1
        rates[i] = group["lr"]
    return PlannedSchedule(steps, rates, depends_on_loss=False)
