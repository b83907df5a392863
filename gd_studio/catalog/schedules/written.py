"""Schedules that the user writes or draws, and the one that is none."""

from __future__ import annotations

from collections.abc import Iterable

from gd_studio.catalog.entry import Check, Parameter, Settings
from gd_studio.catalog.schedules.entry import ScheduleEntry, reads
from gd_studio.catalog.schedules.texts import factor_of, points_of

CONSTANT = ScheduleEntry(
    key="constant",
    label="Constant",
    summary="The learning rate stays what the optimizer was given.",
    torch_name="",
    formula="lr = lr₀",
)


def _gives_a_factor(first: int) -> Check:
    """Return the check that a formula can be read, and calculated at its first two moves."""

    def check(settings: Settings) -> Iterable[tuple[str, str]]:
        try:
            factor = factor_of(str(settings["formula"]))
            for t in range(first, 2):
                factor(t)
        except ValueError as error:
            yield "formula", str(error)

    return check


LAMBDA = ScheduleEntry(
    key="lambda",
    label="Formula",
    summary="A formula of your own for the factor of the learning rate.",
    torch_name="LambdaLR",
    formula="lr = lr₀ f(t)",
    anew=True,
    parameters=(
        Parameter(
            "formula",
            "Factor f(t)",
            "1 / (1 + 0.01*t)",
            "The factor of the optimizer's learning rate after t moves: lr = lr₀ f(t)",
        ),
    ),
    check=_gives_a_factor(0),
)

MULTIPLICATIVE = ScheduleEntry(
    key="multiplicative",
    label="Formula, step by step",
    summary="Each move multiplies the learning rate by a formula of your own.",
    torch_name="MultiplicativeLR",
    formula="lr ← lr f(t)",
    parameters=(
        Parameter(
            "formula",
            "Factor f(t)",
            "1 - 1 / (t + 10)",
            "What move t, from 1 on, multiplies the present learning rate by: lr ← lr f(t)",
        ),
    ),
    check=_gives_a_factor(1),
)

DRAWN = ScheduleEntry(
    key="drawn",
    label="Drawn",
    summary="Points that you set, with straight lines between.",
    torch_name="LambdaLR",
    formula="lr = lr₀ f(t)",
    anew=True,
    parameters=(
        Parameter(
            "points",
            "Points",
            "0: 1, 500: 0.5, 1000: 0.01",
            "Move and factor of the optimizer's learning rate, with commas between the points; "
            "linear from one to the next, and before the first and after the last as there",
        ),
    ),
    check=reads("points", points_of),
)
