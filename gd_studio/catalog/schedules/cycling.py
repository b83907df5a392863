"""Schedules along which the learning rate goes down and up again."""

from __future__ import annotations

from collections.abc import Iterable

from gd_studio.catalog.entry import Parameter, Settings
from gd_studio.catalog.schedules.entry import LOWEST, ScheduleEntry, momentum, moves
from gd_studio.catalog.schedules.texts import MOST_MOVES

COSINE_RESTARTS = ScheduleEntry(
    key="cosine-restarts",
    label="Cosine with restarts",
    summary="The learning rate falls along half a cosine, and begins again at the top.",
    source="Loshchilov & Hutter, 2017 (SGDR)",
    torch_name="CosineAnnealingWarmRestarts",
    formula="lr = η + (lr₀ − η) (1 + cos(π s / T)) / 2, s moves after a restart",
    anew=True,
    written=("T_0",),
    parameters=(
        moves("T_0", "First fall T", 100, "How many moves there are to the first restart"),
        Parameter(
            "T_mult",
            "Growth",
            1,
            "What T is multiplied by at each restart",
            minimum=1,
            maximum=1000,
        ),
        LOWEST,
    ),
)


def _cycle_rises(settings: Settings) -> Iterable[tuple[str, str]]:
    if float(settings["max_lr"]) < float(settings["base_lr"]):
        yield "max_lr", "has to be at least the lowest rate"
    yield from _momentum_rises(settings)


def _momentum_rises(settings: Settings) -> Iterable[tuple[str, str]]:
    if float(settings["max_momentum"]) < float(settings["base_momentum"]):
        yield "max_momentum", "has to be at least the lowest momentum"


CYCLIC = ScheduleEntry(
    key="cyclic",
    label="Cyclic",
    summary="The learning rate rises and falls between two rates, in straight lines.",
    source="Smith, 2017",
    torch_name="CyclicLR",
    formula="lr = low + (high − low) max(0, 1 − |t / s − 2 c + 1|) in cycle c",
    scales=False,
    anew=True,
    written=("base_lr", "max_lr", "cycle_momentum"),
    parameters=(
        Parameter(
            "base_lr",
            "Lowest rate",
            0.001,
            "The learning rate that each cycle begins and ends with; that of the optimizer is "
            "not looked at",
            minimum=0.0,
        ),
        Parameter(
            "max_lr", "Highest rate", 0.01, "The learning rate at the top of a cycle", minimum=0.0
        ),
        moves("step_size_up", "Rise", 2000, "How many moves it takes to the top"),
        Parameter(
            "step_size_down",
            "Fall",
            0,
            "How many moves it takes down again; 0 for as many as the rise",
            minimum=0,
            maximum=MOST_MOVES,
        ),
        Parameter(
            "mode",
            "Height",
            "triangular",
            "Every cycle as high (triangular), half as high as the one before (triangular2), or "
            "lower by γ^t (exp_range)",
            choices=("triangular", "triangular2", "exp_range"),
        ),
        Parameter(
            "gamma",
            "Factor γ",
            1.0,
            "For exp_range: what the height is multiplied by at each move",
            above=0.0,
            maximum=1.0,
        ),
        *momentum(0.8, 0.9),
    ),
    check=_cycle_rises,
)


def _cycle_fits(settings: Settings) -> Iterable[tuple[str, str]]:
    if settings["three_phase"] and float(settings["pct_start"]) > 0.5:
        yield "pct_start", "can be 0.5 at most with three phases: the second takes as long"
    yield from _momentum_rises(settings)


ONE_CYCLE = ScheduleEntry(
    key="one-cycle",
    label="One cycle",
    summary="The learning rate rises to a high one, and falls to almost nothing: once.",
    source="Smith & Topin, 2018",
    torch_name="OneCycleLR",
    formula="high / d → high → high / (d e)",
    scales=False,
    anew=True,
    written=("max_lr", "total_steps", "cycle_momentum"),
    parameters=(
        Parameter(
            "max_lr",
            "Highest rate",
            0.01,
            "The learning rate at the top; that of the optimizer is not looked at",
            minimum=0.0,
        ),
        Parameter(
            "total_steps",
            "Length",
            0,
            "How many moves the cycle takes, which may not be fewer than there are; 0 for the "
            "whole run",
            minimum=0,
            maximum=MOST_MOVES,
        ),
        Parameter(
            "pct_start",
            "Rise",
            0.3,
            "The share of the cycle in which the learning rate rises",
            minimum=0.0,
            below=1.0,
        ),
        Parameter(
            "anneal_strategy",
            "Shape",
            "cos",
            "Along half a cosine (cos), or in straight lines (linear)",
            choices=("cos", "linear"),
        ),
        *momentum(0.85, 0.95),
        Parameter(
            "div_factor", "Divisor d", 25.0, "The cycle begins with the highest rate / d", above=0.0
        ),
        Parameter(
            "final_div_factor",
            "Divisor e",
            1e4,
            "The cycle ends with what it began with / e",
            above=0.0,
        ),
        Parameter(
            "three_phase",
            "Three phases",
            False,
            "Fall as symmetrically as it rises, and to almost nothing in a third phase",
        ),
    ),
    check=_cycle_fits,
)
