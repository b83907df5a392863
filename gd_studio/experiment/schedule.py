"""The chosen learning-rate schedule: one entry of the catalogue, or several composed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

from pydantic import Field, SerializerFunctionWrapHandler, model_serializer

from gd_studio.catalog import SCHEDULES, Catalog, OptimizerEntry, ScheduleEntry, Value
from gd_studio.catalog.schedules import milestones_of
from gd_studio.experiment.choice import Choice
from gd_studio.experiment.errors import Misfit, Place, misfit

MOST_PARTS = 20

WARMUP_START = 0.01
"""The factor of the learning rate that a warm-up begins with."""


class ScheduleChoice(Choice):
    """A learning-rate schedule, flat: ``{"key": "cosine", "T_max": 100, "eta_min": 0.0}``.

    Attributes
    ----------
    schedules
        The parts of one that is composed; JSON has the field only there.
    """

    catalog: ClassVar[Catalog[ScheduleEntry]] = SCHEDULES

    schedules: tuple[ScheduleChoice, ...] = Field(default=(), max_length=MOST_PARTS)

    @property
    def entry(self) -> ScheduleEntry:
        """What was chosen."""
        return self.catalog[self.key]

    @classmethod
    def _filled(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        settings = {name: value for name, value in data.items() if name != "schedules"}
        filled = super()._filled(settings)
        entry = cls.catalog[filled["key"]]
        parts = data.get("schedules", entry.schedules)
        if not entry.parts:
            if parts:
                sentence = f"{entry.label} has no parts: those that have are chained and sequential"
                raise misfit((("schedules",), sentence, None))
            return filled
        # Parts are looked at before they are validated: they may not go deeper and deeper.
        if isinstance(parts, list | tuple) and (wrong := list(_part_misfits(filled, parts))):
            raise misfit(*wrong)
        return {**filled, "schedules": parts}

    @model_serializer(mode="wrap")
    def _without_parts_that_cannot_be(
        self, handler: SerializerFunctionWrapHandler
    ) -> dict[str, Any]:
        data: dict[str, Any] = handler(self)
        # In an experiment pydantic calls this twice, if a schedule was validated by itself before.
        schedules = data.pop("schedules", ())
        return {**data, "schedules": schedules} if self.entry.parts else data

    @property
    def depends_on_loss(self) -> bool:
        """Whether its rates are not known before the run."""
        return self.key == "plateau"

    @property
    def spans_run(self) -> bool:
        """Whether its rates depend on how many moves there are in the run."""
        last = self.schedules[-1] if self.schedules else self
        return last.key == "one-cycle" and last.settings["total_steps"] == 0

    @property
    def milestones(self) -> tuple[int, ...]:
        """The moves at which the next part takes over; empty where parts do not take turns."""
        return milestones_of(str(self.settings["milestones"])) if self.key == "sequential" else ()

    @property
    def can_warm_up(self) -> bool:
        """Whether a warm-up can come before it.

        torch cannot begin a plateau or a chain in the middle of a run, and what has rates of its
        own begins with a low one anyway.
        """
        return self.entry.scales and self.key not in ("plateau", "chained")

    @property
    def warmup(self) -> int | None:
        """How many moves the warm-up takes that it begins with; ``None`` without one."""
        if self.key != "sequential":
            return None
        first, until = self.schedules[0], self.milestones[0]
        rises = first.key == "linear" and first.settings["end_factor"] == 1.0
        return until if rises and first.settings["total_iters"] == until else None

    def with_warmup(self, steps: int, start_factor: float = WARMUP_START) -> ScheduleChoice:
        """Return it after a linear warm-up of so many moves; one that it has gives way.

        Parameters
        ----------
        start_factor
            The factor of the learning rate that the warm-up begins with.

        Raises
        ------
        ValueError
            Where it cannot have one: see `can_warm_up`.
        ValidationError
            Where the number does not fit.
        """
        after = self.without_warmup()
        if not after.can_warm_up:
            raise ValueError(f"{after.entry.label} cannot come after a warm-up")
        linear = {"key": "linear", "start_factor": start_factor, "total_iters": steps}
        parts = after.schedules if after.key == "sequential" else (after,)
        return _in_turn(
            (linear, *(part.model_dump() for part in parts)),
            (steps, *(milestone + steps for milestone in after.milestones)),
        )

    def without_warmup(self) -> ScheduleChoice:
        """Return what comes after its warm-up; itself where it has none."""
        if self.warmup is None:
            return self
        parts, until = self.schedules[1:], self.warmup
        if len(parts) == 1:
            return parts[0]
        milestones = tuple(milestone - until for milestone in self.milestones[1:])
        return _in_turn(tuple(part.model_dump() for part in parts), milestones)


def momentum_misfits(
    schedule: ScheduleChoice, optimizer: OptimizerEntry, place: Place = ("schedule",)
) -> Iterator[Misfit]:
    """Say where a schedule cycles the momentum of an optimizer that has none."""
    names = {parameter.name for parameter in optimizer.parameters}
    has_momentum = "momentum" in names or any(name == "betas" for name, _ in optimizer.tuples)
    if schedule.settings.get("cycle_momentum") and not has_momentum:
        sentence = f"{optimizer.label} has no momentum that could be cycled"
        yield (*place, "cycle_momentum"), sentence, True
    for i, part in enumerate(schedule.schedules):
        yield from momentum_misfits(part, optimizer, (*place, "schedules", i))


def _in_turn(parts: tuple[Mapping[str, Any], ...], milestones: tuple[int, ...]) -> ScheduleChoice:
    return ScheduleChoice.model_validate(
        {
            "key": "sequential",
            "milestones": ", ".join(map(str, milestones)),
            "schedules": list(parts),
        }
    )


def _part_misfits(
    whole: Mapping[str, Value], parts: list[Any] | tuple[Any, ...]
) -> Iterator[Misfit]:
    """Say what keeps schedules from being the parts of one."""
    if len(parts) < 2:
        yield ("schedules",), "needs two schedules at least", None
    elif whole["key"] == "sequential":
        needed, given = len(parts) - 1, len(milestones_of(str(whole["milestones"])))
        if needed != given:
            count = f"{needed} milestone{'s' if needed > 1 else ''}, not {given}"
            yield ("milestones",), f"{len(parts)} parts need {count}", whole["milestones"]
    for i, part in enumerate(parts):
        key = part.key if isinstance(part, ScheduleChoice) else _key_of(part)
        if key in SCHEDULES and (sentence := part_misfit(str(whole["key"]), SCHEDULES[key], i)):
            yield ("schedules", i, "key"), sentence, key


def _key_of(part: Any) -> str:
    key = part.get("key") if isinstance(part, Mapping) else None
    return key if isinstance(key, str) else ""


def part_misfit(whole: str, part: ScheduleEntry, place: int) -> str:
    """Say why `part` cannot stand at a place, from 0, in the schedule with the key `whole`.

    Empty where it can.
    """
    if part.parts:
        return f"{part.label} has parts itself, and torch cannot begin it anew within another"
    if part.key == "plateau":
        return f"{part.label} looks at the loss, which torch does not pass on to parts"
    if whole == "chained" and not part.scales:
        return f"{part.label} has rates of its own, and cannot act together with others"
    if whole == "chained" and part.anew and place > 0:
        return f"{part.label} would undo what the parts before it did: it can only be the first"
    return ""
