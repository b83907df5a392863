"""From a chosen learning-rate schedule to torch's own scheduler."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from torch.optim import Optimizer, lr_scheduler
from torch.optim.lr_scheduler import LRScheduler

from gd_studio.catalog.schedules import factor_of, points_of
from gd_studio.experiment import ScheduleChoice

_HALVINGS = 1000

_TRIED = 1000
"""At most so many moves does a formula have its values looked at before a run begins."""


def build_scheduler(choice: ScheduleChoice, optimizer: Optimizer, moves: int) -> LRScheduler:
    """Make the scheduler of `choice` on `optimizer`, for so many moves.

    Raises
    ------
    ValueError
        Where it does not fit so many moves, or a formula has a value that is no factor; a
        sentence that "the learning-rate schedule" begins.
    """
    arguments = choice.entry.arguments(choice.settings)
    match choice.key:
        case "constant":  # as a part of another
            return lr_scheduler.ConstantLR(optimizer, factor=1.0)
        case "lambda" | "multiplicative":
            arguments["lr_lambda"] = _tried_out(factor_of(str(choice.settings["formula"])), moves)
        case "drawn":
            arguments["lr_lambda"] = _interpolation(str(choice.settings["points"]))
        case "cyclic":
            _check_cycles(choice, moves)
        case "one-cycle":
            arguments["total_steps"] = _cycle_length(choice, moves)
        case "chained":
            arguments["schedulers"] = [
                build_scheduler(part, optimizer, moves) for part in choice.schedules
            ]
        case "sequential":
            _check_first_moves(choice)
            ends = (*choice.milestones, max(moves, choice.milestones[-1] + 1))
            lengths = np.diff((0, *ends)).tolist()
            arguments["schedulers"] = [
                build_scheduler(part, optimizer, length)
                for part, length in zip(choice.schedules, lengths, strict=True)
            ]
    kind: Callable[..., LRScheduler] = getattr(lr_scheduler, choice.entry.torch_name)
    return kind(optimizer=optimizer, **arguments)


def _tried_out(factor: Callable[[int], float], moves: int) -> Callable[[int], float]:
    """Return `factor`; raises ``ValueError`` where it is none at one of the moves tried."""
    for t in np.unique(np.linspace(1, moves, _TRIED).astype(np.int64)).tolist():
        factor(t)
    return factor


def _interpolation(text: str) -> Callable[[int], float]:
    moves, factors = zip(*points_of(text), strict=True)
    return lambda t: float(np.interp(t, moves, factors))


def _cycle_length(choice: ScheduleChoice, moves: int) -> int:
    length = int(choice.settings["total_steps"]) or moves
    if length < moves:
        raise ValueError(
            f"is one cycle of {length:,} moves, and {moves:,} are to be made: set its total_steps "
            "to 0 for the whole run"
        )
    if float(choice.settings["pct_start"]) * length == 1.0:
        raise ValueError(
            f"cannot rise within a single one of {length:,} moves: set another pct_start"
        )
    return length


def _check_cycles(choice: ScheduleChoice, moves: int) -> None:
    up, down = int(choice.settings["step_size_up"]), int(choice.settings["step_size_down"])
    if choice.settings["mode"] == "triangular2" and moves // (up + (down or up)) >= _HALVINGS:
        raise ValueError(
            f"halves its height more than {_HALVINGS:,} times in {moves:,} moves, which no number "
            "holds: take longer cycles, or another mode"
        )


def _check_first_moves(choice: ScheduleChoice) -> None:
    """A part that begins anew has its formula at t = 0, where a schedule of its own has not."""
    for part in choice.schedules[1:]:
        if part.key == "multiplicative":
            factor_of(str(part.settings["formula"]))(0)
