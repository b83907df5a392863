"""Learning-rate schedules: torch's own schedulers, moved on by the loop of a run."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import torch
from torch.optim import Optimizer, lr_scheduler
from torch.optim.lr_scheduler import LRScheduler

from gd_studio.engine.schedulers import build_scheduler
from gd_studio.experiment import ScheduleChoice

_OF_GROUPS = (
    "lr",
    "initial_lr",
    "max_lr",
    "min_lr",
    "momentum",
    "betas",
    "base_momentum",
    "max_momentum",
)
"""What schedulers read and write in an optimizer's parameter groups."""

_KEPT_FROM_EARLIER = ("initial_lr", "max_lr", "min_lr")


class ScheduleProblem(Exception):  # noqa: N818 - what is wrong is asked for, not the program
    """A schedule that cannot go on or begin; the message is for the user."""


@dataclass(frozen=True, slots=True)
class SavedSchedule:
    """Where a schedule is: the scheduler's state, and its entries of each parameter group."""

    scheduler: dict[str, Any]
    groups: tuple[dict[str, Any], ...]


class Schedule:
    """Moves an optimizer's learning rate along a schedule.

    The rate is that of the groups: ``optimizer.param_groups[0]["lr"]``.

    Parameters
    ----------
    scheduler
        torch's, already at its first rate.
    optimizer
        The optimizer that it acts on.
    """

    def __init__(self, scheduler: LRScheduler, optimizer: Optimizer) -> None:
        self._scheduler = scheduler
        self._optimizer = optimizer
        self._watches_loss = isinstance(scheduler, lr_scheduler.ReduceLROnPlateau)

    def advance(self, loss: float) -> None:
        """Move on, after a step of the optimizer.

        Parameters
        ----------
        loss
            What a plateau is found in; other schedules do not look at it.

        Raises
        ------
        ScheduleProblem
            Where there is no next rate.
        """
        # What torch's wrapper around optimizer.step leaves behind to show that a step was taken
        # before; a loop that calls the bare step has to leave it itself.
        self._optimizer._opt_called = True  # type: ignore[attr-defined]
        try:
            if self._watches_loss:
                self._scheduler.step(loss)  # type: ignore[arg-type]
            else:
                self._scheduler.step()
        except ValueError as error:
            raise ScheduleProblem(f"The learning-rate schedule {error}.") from error

    def rescale(self, factor: float) -> None:
        """Make every rate from now on `factor` times what it would have been.

        For another learning rate of the optimizer in the middle of a run. Rates that do not come
        from it stay: those of a cyclic schedule, of one cycle, and lowest rates.
        """
        leaves = list(_leaves(self._scheduler))
        if any(isinstance(leaf, lr_scheduler.OneCycleLR) for leaf in leaves):
            return  # it sets what all parts begin from
        for leaf in leaves:
            if not isinstance(leaf, lr_scheduler.CyclicLR | lr_scheduler.ReduceLROnPlateau):
                leaf.base_lrs = [rate * factor for rate in leaf.base_lrs]
        if not isinstance(_acting(self._scheduler), lr_scheduler.CyclicLR):
            for group in self._optimizer.param_groups:
                group["lr"] *= factor

    def snapshot(self) -> SavedSchedule:
        """Return where the schedule is, for `restore`."""
        groups = (
            {name: group[name] for name in _OF_GROUPS if name in group}
            for group in self._optimizer.param_groups
        )
        return deepcopy(SavedSchedule(self._scheduler.state_dict(), tuple(groups)))

    def restore(self, saved: SavedSchedule) -> None:
        """Go back, or forward, to where the schedule was; from there it goes on bit for bit."""
        # A copy: torch takes parts out of what it loads, and keeps others.
        self._scheduler.load_state_dict(deepcopy(saved.scheduler))
        for group, entries in zip(self._optimizer.param_groups, saved.groups, strict=True):
            group.update(entries)


def make_schedule(
    choice: ScheduleChoice, optimizer: Optimizer, total_moves: int
) -> Schedule | None:
    """Make torch's scheduler on `optimizer`, whose groups' ``lr`` is what it begins from.

    Nothing of an earlier schedule on the same optimizer is looked at.

    Parameters
    ----------
    total_moves
        How many times it will move on: see ``Training.schedule_moves``.

    Returns
    -------
    ``None`` for the constant schedule, which needs no scheduler.

    Raises
    ------
    ScheduleProblem
        Where it does not fit so many moves, or a formula has a value that is no factor.
    """
    if choice.key == "constant":
        return None
    for group in optimizer.param_groups:
        for name in _KEPT_FROM_EARLIER:
            group.pop(name, None)
    try:
        return Schedule(build_scheduler(choice, optimizer, total_moves), optimizer)
    except ValueError as error:
        raise ScheduleProblem(f"The learning-rate schedule {error}.") from error


def carrier(lr: float) -> Optimizer:
    """Return an optimizer of nothing, which only carries a learning rate.

    An SGD over an empty tensor, for where a schedule moves a rate that no optimizer of torch
    steps with; read it in ``param_groups[0]["lr"]``.
    """
    return torch.optim.SGD([torch.zeros(0)], lr=lr)


def _leaves(scheduler: LRScheduler) -> Iterator[LRScheduler]:
    """Yield the scheduler, or the parts that it is composed of."""
    match scheduler:
        case lr_scheduler.ChainedScheduler() | lr_scheduler.SequentialLR():
            for part in scheduler._schedulers:
                yield from _leaves(part)
        case _:
            yield scheduler


def _acting(scheduler: LRScheduler) -> LRScheduler:
    """Return the part whose turn it is; the scheduler itself where parts take no turns."""
    if not isinstance(scheduler, lr_scheduler.SequentialLR):
        return scheduler
    passed = sum(milestone <= scheduler.last_epoch for milestone in scheduler._milestones)
    return scheduler._schedulers[passed]
