"""What is changed in the course of a run, before the step that it first holds for."""

from __future__ import annotations

from gd_studio.experiment import Experiment, ScheduleChoice
from gd_studio.script.batches import moves_of, write_resized
from gd_studio.script.handles import Handles
from gd_studio.script.names import Names
from gd_studio.script.optimizers import (
    arguments_of,
    is_by_hand,
    literal,
    schedules_of,
    write_optimizer,
)
from gd_studio.script.parts import Parts
from gd_studio.script.schedules import scheduler_of, write_schedule
from gd_studio.script.steps import CHANGING, has_changing_rate
from gd_studio.script.text import STEP, WIDTH, indented

_ROOM = WIDTH - 2 * len(STEP)


def write_changes(parts: Parts, handles: Handles, names: Names | None = None) -> list[str]:
    """Return what stands at the head of the loop over steps.

    Parameters
    ----------
    names
        The names of the samples, where there are any.
    """
    lines = []
    for place, part in enumerate(parts[1:], start=1):
        old, new = parts[place - 1].experiment, part.experiment
        resized = [] if names is None else write_resized(parts, place, names)
        changed = [*resized, *_numbers(old, new)]
        if not _is_kept(old, new):
            changed += [
                *_plain_rate(parts, new),
                *write_optimizer(new, handles, _ROOM),
                *_schedule(parts, place),
            ]
        elif resized and _goes_on(old, new) and new.schedule.spans_run:
            # As long as what is left of the run, which may be another number of moves now.
            moves = moves_of(parts, part.after)
            changed = [
                f"moves = {moves}",
                *changed,
                "# The schedule is made for the rest of the run: where that is as long as it was,",
                "# it goes on.",
                f"if moves != {moves}:",
                *indented(_anew(parts, place)),
            ]
            if further := _further(parts, place):
                changed += ["else:", *indented(further)]
        else:
            changed += (_further if _goes_on(old, new) else _anew)(parts, place)
        if changed:
            lines += [
                f"# Changed after step {part.after}",
                f"if step == {part.after + 1}:",
                *indented(changed),
            ]
    return lines


def _numbers(old: Experiment, new: Experiment) -> list[str]:
    """Set the numbers of the training that are others."""
    values = {name: getattr(new.training, name) for name in CHANGING}
    return [
        f"{name} = {value!r}"
        for name, value in values.items()
        if value != getattr(old.training, name)
    ]


def _goes_on(old: Experiment, new: Experiment) -> bool:
    """Whether a schedule goes on, if the run is as long as it was."""
    if new.schedule != old.schedule or new.schedule.key == "constant":
        return False
    # No factor makes a rate of 0 another.
    return all(before != 0 or rate == 0 for _, before, rate in _rates(old, new))


def _anew(parts: Parts, place: int) -> list[str]:
    """Set what the optimizer reads at every step, and begin the schedule."""
    old, new = parts[place - 1].experiment, parts[place].experiment
    is_stale = _was_scheduled(parts, place)
    rates = {
        name: [f'group["lr"] = {given["lr"]!r}']
        for name, given in arguments_of(new).items()
        if is_stale or given["lr"] != arguments_of(old)[name]["lr"]
    }
    if is_stale and new.schedule.key != "constant":
        for statements in rates.values():
            statements.append('group.pop("initial_lr", None)  # that of the schedule before')
    cycled = ("momentum", "betas") if _cycles_momentum(old.schedule) else ()
    is_other = new.optimizer != old.optimizer or new.schedule != old.schedule
    return [
        *_groups(old, new, rates, cycled),
        *(_plain_rate(parts, new) if is_other else []),
        *_schedule(parts, place),
    ]


def _further(parts: Parts, place: int) -> list[str]:
    """Set what the optimizer reads at every step, and go on with the schedule."""
    old, new = parts[place - 1].experiment, parts[place].experiment
    return [*_groups(old, new, {}), *_rescaled(old, new)]


def _is_kept(old: Experiment, new: Experiment) -> bool:
    """Whether the optimizer goes on, with what it remembers."""
    entry, settings = new.optimizer.entry, new.optimizer.settings
    return old.optimizer.entry is entry and all(
        value == old.optimizer.settings[name] or name in entry.changeable
        for name, value in settings.items()
    )


def _rates(old: Experiment, new: Experiment) -> list[tuple[str, float, float]]:
    """Return the learning rates of each optimizer, before and after."""
    if is_by_hand(new):
        rates = [float(e.optimizer.settings["lr"]) for e in (old, new)]
        return [("optimizer", rates[0], rates[1])]
    before, after = arguments_of(old), arguments_of(new)
    return [(name, float(before[name]["lr"]), float(after[name]["lr"])) for name in after]  # type: ignore[arg-type]


def _was_scheduled(parts: Parts, place: int) -> bool:
    """Whether the present optimizer has had a schedule."""
    while place > 0 and _is_kept(parts[place - 1].experiment, parts[place].experiment):
        place -= 1
        if parts[place].experiment.schedule.key != "constant":
            return True
    return False


def _plain_rate(parts: Parts, new: Experiment) -> list[str]:
    """Set the learning rate of the plain rule, where there is a variable for it."""
    if not is_by_hand(new) or new.schedule.key != "constant" or not has_changing_rate(parts):
        return []
    return [f"lr = {new.optimizer.settings['lr']!r}"]


def _groups(
    old: Experiment, new: Experiment, rates: dict[str, list[str]], also: tuple[str, ...] = ()
) -> list[str]:
    """Set in the optimizers what is other.

    Parameters
    ----------
    rates
        The statements that set learning rates, by optimizer.
    also
        What a schedule has moved.
    """
    lines = []
    for name, arguments in arguments_of(new).items():
        before = arguments_of(old)[name]
        statements = [
            *rates.get(name, []),
            *(
                f'group["{argument}"] = {literal(value)}'
                for argument, value in arguments.items()
                if argument != "lr" and (value != before[argument] or argument in also)
            ),
        ]
        if statements:
            lines += [f"for group in {name}.param_groups:", *indented(statements)]
    return lines


def _cycles_momentum(schedule: ScheduleChoice) -> bool:
    return bool(schedule.settings.get("cycle_momentum")) or any(
        map(_cycles_momentum, schedule.schedules)
    )


def _schedule(parts: Parts, place: int) -> list[str]:
    """Begin the schedule of a part."""
    new = parts[place].experiment
    sections = write_schedule(new, moves_of(parts, parts[place].after), schedules_of(new), _ROOM)
    if len(sections) < 2:
        return [line for section in sections for line in section]
    return [line for section in sections for line in ("", *section)]


def _rescaled(old: Experiment, new: Experiment) -> list[str]:
    """Scale what a schedule still has to come, for another learning rate."""
    choice = new.schedule
    leaves = choice.schedules or (choice,)
    if any(leaf.key == "one-cycle" for leaf in leaves):
        return []  # it has rates of its own
    lines = []
    for name, before, rate in _rates(old, new):
        if before != rate:
            lines += [
                f"scale = {rate!r} / {before!r}  # the schedule goes on, scaled",
                *_scaled_bases(choice, scheduler_of(name)),
                *_scaled_rate(choice, name),
            ]
    return lines


def _scaled_bases(choice: ScheduleChoice, scheduler: str) -> list[str]:
    """Scale what the rates of a schedule are calculated from."""
    scaled = "{0}.base_lrs = [scale * base for base in {0}.base_lrs]"
    if not choice.schedules:
        return [] if choice.key in ("cyclic", "plateau") else [scaled.format(scheduler)]
    places = [i for i, part in enumerate(choice.schedules) if part.key != "cyclic"]
    found = f"{scheduler}._schedulers"
    if len(places) < len(choice.schedules):
        found = f"[{', '.join(f'{found}[{place}]' for place in places)}]"
    return [f"for part in {found}:", f"    {scaled.format('part')}"] if places else []


def _scaled_rate(choice: ScheduleChoice, optimizer: str) -> list[str]:
    """Scale the present rate, unless it is that of a cyclic schedule, which has its own."""
    if choice.key == "cyclic":
        return []
    lines = [f"for group in {optimizer}.param_groups:", '    group["lr"] *= scale']
    if choice.key != "sequential":
        return lines
    moves = f"{scheduler_of(optimizer)}.last_epoch"
    begins, ends = ("0", *choice.milestones), choice.milestones
    cyclic = [
        f"{begins[i]} <= {moves} < {ends[i]}" if i < len(ends) else f"{moves} >= {begins[i]}"
        for i, part in enumerate(choice.schedules)
        if part.key == "cyclic"
    ]
    return [f"if not ({' or '.join(cyclic)}):", *indented(lines)] if cyclic else lines
