"""The learning-rate schedule: torch's scheduler, and the lines that move it on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from gd_studio.catalog.schedules import factor_formula, points_of
from gd_studio.experiment import Experiment, ScheduleChoice
from gd_studio.formula.plain import plain_definitions, plain_python
from gd_studio.script.text import WIDTH, Group, Node, expression, indented, lines_of, quoted

_MODULE = "torch.optim.lr_scheduler."


def write_schedule(
    experiment: Experiment,
    total: int | str,
    optimizers: Sequence[str] = ("optimizer",),
    room: int = WIDTH,
) -> list[list[str]]:
    """Return the sections that make the scheduler; none for the constant schedule.

    They come after the optimizer. The plain rule, which has none, gets an optimizer of nothing
    that carries the learning rate: see `rate_of`.

    Parameters
    ----------
    total
        How many times the schedule moves on in the whole run (``Training.schedule_moves``), as a
        number or as an expression of the script.
    optimizers
        The names of the optimizers in the script. Each gets a scheduler, which is called as it
        is: ``scheduler``, and for ``adamw_optimizer`` ``adamw_scheduler``.
    room
        How long a line may be.
    """
    choice = experiment.schedule
    if choice.key == "constant":
        return []
    names = _names_of_factors(choice)
    sections = [
        section
        for part, name in zip(_written(choice), names, strict=True)
        for section in _factor(part, name)
    ]
    unique = [section for i, section in enumerate(sections) if section not in sections[:i]]
    lines = _carrier(experiment) if _is_by_hand(experiment) else []
    for optimizer in optimizers:
        made = _scheduler(choice, str(total), iter(names), optimizer)
        lines += lines_of(Group(f"{scheduler_of(optimizer)} = {made.opening}", made.items), room)
    return [*unique, lines]


def write_advance(
    experiment: Experiment, loss: str, optimizers: Sequence[str] = ("optimizer",)
) -> list[str]:
    """Return the lines that move the schedule on, after a step or after an epoch.

    Parameters
    ----------
    loss
        The loss that a plateau is found in, as an expression: ``"loss.item()"``.
    optimizers
        As for `write_schedule`.
    """
    choice = experiment.schedule
    if choice.key == "constant":
        return []
    given = loss if choice.depends_on_loss else ""
    lines = [f"{scheduler_of(optimizer)}.step({given})" for optimizer in optimizers]
    if not _is_by_hand(experiment):
        return lines
    return ["optimizer.step()  # moves nothing; torch wants it before the scheduler's", *lines]


def rate_of(experiment: Experiment) -> str:
    """Return the present learning rate of the plain rule, as an expression."""
    if experiment.schedule.key == "constant":
        return repr(experiment.optimizer.settings["lr"])
    return 'optimizer.param_groups[0]["lr"]'


def _is_by_hand(experiment: Experiment) -> bool:
    entry = experiment.optimizer.entry
    return not entry.torch_name and not entry.reference


def scheduler_of(optimizer: str) -> str:
    """Return what the scheduler of an optimizer is called."""
    return optimizer.replace("optimizer", "scheduler")


def _carrier(experiment: Experiment) -> list[str]:
    lr = experiment.optimizer.settings["lr"]
    return [
        "# An optimizer of nothing: it carries the learning rate, which the plain rule reads.",
        f"optimizer = torch.optim.SGD([torch.zeros(0)], lr={lr!r})",
    ]


def _written(choice: ScheduleChoice) -> list[ScheduleChoice]:
    """The schedules that need a function of t: this one, or some of its parts."""
    return [
        part
        for part in (choice, *choice.schedules)
        if part.key in ("lambda", "multiplicative", "drawn")
    ]


def _names_of_factors(choice: ScheduleChoice) -> list[str]:
    count = len(_written(choice))
    return ["factor"] if count == 1 else [f"factor_{i + 1}" for i in range(count)]


def _factor(choice: ScheduleChoice, name: str) -> Iterator[list[str]]:
    """Yield the functions that give the factor of the learning rate."""
    if choice.key == "drawn":
        moves, factors = zip(*points_of(str(choice.settings["points"])), strict=True)
        points = (
            Group("[", [repr(n) for n in numbers], "]", packed=True) for numbers in (moves, factors)
        )
        body = lines_of(Group("return float(np.interp(", ["t", *points], "))"))
    else:
        formula = factor_formula(str(choice.settings["formula"]))
        yield from (list(lines) for lines in plain_definitions(formula))
        body = ["t = float(t)", *expression("return ", plain_python(formula))]
    about = '"""The factor of the learning rate after t moves."""'
    if choice.key == "multiplicative":
        about = '"""What move t multiplies the learning rate by."""'
    yield [f"def {name}(t):", *indented([about, *body])]


def _scheduler(choice: ScheduleChoice, total: str, factors: Iterator[str], optimizer: str) -> Group:
    """Return the call that makes a scheduler for so many moves."""
    entry = choice.entry
    if choice.key == "constant":
        return Group(f"{_MODULE}ConstantLR(", [optimizer, "factor=1.0"])
    defaults = entry.arguments(entry.defaults)
    arguments: dict[str, Any] = entry.arguments(choice.settings)
    items: list[Node] = [optimizer]
    if choice.key in ("lambda", "multiplicative", "drawn"):
        items.append(next(factors))
    elif choice.key == "chained":
        parts = [_scheduler(part, total, factors, optimizer) for part in choice.schedules]
        items = [Group("[", parts, "]")]
    elif choice.key == "sequential":
        lengths = _lengths(choice, total)
        parts = [
            _scheduler(part, length, factors, optimizer)
            for part, length in zip(choice.schedules, lengths, strict=True)
        ]
        items.append(Group("[", parts, "]"))
    elif choice.key == "one-cycle":
        arguments.setdefault("total_steps", total)
    items += [
        f"{name}={quoted(value) if isinstance(value, str) and name != 'total_steps' else value}"
        for name, value in arguments.items()
        if name in entry.written or value != defaults.get(name)
    ]
    return Group(f"{_MODULE}{entry.torch_name}(", items)


def _lengths(choice: ScheduleChoice, total: str) -> list[str]:
    """How many moves each part of a sequence makes."""
    milestones = choice.milestones
    between = [b - a for a, b in zip((0, *milestones), milestones, strict=False)]
    last = milestones[-1]
    if total.isdigit():
        return [str(length) for length in (*between, max(1, int(total) - last))]
    return [*map(str, between), f"max(1, {total} - {last})"]
