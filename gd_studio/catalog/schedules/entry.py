"""What the catalogue says about a learning-rate schedule."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gd_studio.catalog.entry import Check, Entry, Parameter, Settings
from gd_studio.catalog.schedules.texts import MOST_MOVES, milestones_of

PartsDefault = tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, kw_only=True)
class ScheduleEntry(Entry):
    """A schedule of ``torch.optim.lr_scheduler``.

    A schedule moves on after each step, or after each epoch; t counts its moves from 0. In
    formulas ``lr₀`` is the optimizer's learning rate, and ``lr`` the present one.

    Attributes
    ----------
    torch_name
        The class in ``torch.optim.lr_scheduler``; empty where there is no scheduler at all.
    formula
        The rate, in plain text.
    parts
        Whether it is composed of other schedules.
    scales
        Whether its rates are in proportion to the optimizer's learning rate. Otherwise they are
        its own, and the optimizer's is not looked at.
    anew
        Whether each move sets the rate anew, whatever it is at present, instead of multiplying it.
    written
        Arguments that a script always writes out: those for which torch has no default, or
        another one.
    schedules
        The parts where none are given, as JSON has them.
    """

    torch_name: str
    formula: str
    parts: bool = False
    scales: bool = True
    anew: bool = False
    written: tuple[str, ...] = ()
    schedules: PartsDefault = field(default=(), hash=False)

    def arguments(self, settings: Settings) -> dict[str, Any]:
        """From the settings to keyword arguments of the class in ``torch.optim.lr_scheduler``.

        What is no plain value is not among them: the function of a formula or of points, and the
        parts. Neither is what is 0 because torch is to find it out.
        """
        arguments: dict[str, Any] = {
            name: value for name, value in settings.items() if name not in ("formula", "points")
        }
        if "milestones" in arguments:
            arguments["milestones"] = list(milestones_of(str(settings["milestones"])))
        for name in ("total_steps", "step_size_down"):
            if arguments.get(name) == 0:
                del arguments[name]
        return arguments


def moves(name: str, label: str, default: int, help: str) -> Parameter:
    """Return a parameter that is a number of moves, of one at least."""
    return Parameter(name, label, default, help, minimum=1, maximum=MOST_MOVES)


def reads(name: str, read: Callable[[str], object]) -> Check:
    """Return the check that the text of a parameter can be read."""

    def check(settings: Settings) -> Iterable[tuple[str, str]]:
        try:
            read(str(settings[name]))
        except ValueError as error:
            yield name, str(error)

    return check


GAMMA_HELP = "What the learning rate is multiplied by: lr ← γ lr"

LOWEST = Parameter(
    "eta_min",
    "Lowest rate η",
    0.0,
    "The learning rate at the end of the fall: a rate, not a factor",
    minimum=0.0,
)


def momentum(base: float, highest: float) -> tuple[Parameter, ...]:
    """Return the parameters of a momentum that is cycled, with torch's defaults."""
    return (
        Parameter(
            "cycle_momentum",
            "Cycle momentum",
            False,
            "Let the momentum (of Adam and its kin β₁) fall while the learning rate rises, and "
            "rise while it falls. torch has it on by default, which fails with an optimizer that "
            "has no momentum",
        ),
        Parameter(
            "base_momentum",
            "Lowest momentum",
            base,
            "The momentum where the learning rate is highest; for a cycled momentum alone",
            minimum=0.0,
            below=1.0,
        ),
        Parameter(
            "max_momentum",
            "Highest momentum",
            highest,
            "The momentum where the learning rate is lowest; for a cycled momentum alone",
            minimum=0.0,
            below=1.0,
        ),
    )
