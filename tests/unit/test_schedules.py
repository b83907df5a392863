"""Learning-rate schedules: the rates of torch's own schedulers in a plain loop, bit for bit."""

from __future__ import annotations

import inspect
import json
import math
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError
from torch.optim import lr_scheduler as lrs

from gd_studio.catalog import OPTIMIZERS, SCHEDULES, ScheduleEntry
from gd_studio.catalog.schedules import EXCEPTIONS, factor_of, milestones_of, points_of
from gd_studio.cli import main
from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.engine.schedules import Schedule, ScheduleProblem, carrier, make_schedule
from gd_studio.experiment import Experiment, ExperimentError, ScheduleChoice, assign
from gd_studio.experiment.schedule import momentum_misfits
from gd_studio.link.questions import PlannedSchedule, PlanSchedule
from gd_studio.script.schedules import rate_of, write_advance, write_schedule
from gd_studio.script.text import joined
from tests.helpers.recordings import LINE, VALLEY

STEPS = 70
LR = 0.3

Make = Callable[[torch.optim.Optimizer], Any]
Case = tuple[dict[str, Any], Make]

CASES: dict[str, Case] = {
    "step": ({"key": "step", "step_size": 7, "gamma": 0.7}, lambda o: lrs.StepLR(o, 7, 0.7)),
    "multi-step": (
        {"key": "multi-step", "milestones": "10, 25,26", "gamma": 0.3},
        lambda o: lrs.MultiStepLR(o, [10, 25, 26], 0.3),
    ),
    "constant-factor": (
        {"key": "constant-factor", "factor": 0.3, "total_iters": 20},
        lambda o: lrs.ConstantLR(o, 0.3, 20),
    ),
    "linear": (
        {"key": "linear", "start_factor": 0.1, "end_factor": 0.7, "total_iters": 33},
        lambda o: lrs.LinearLR(o, 0.1, 0.7, 33),
    ),
    "exponential": ({"key": "exponential", "gamma": 0.93}, lambda o: lrs.ExponentialLR(o, 0.93)),
    "polynomial": (
        {"key": "polynomial", "total_iters": 50, "power": 1.7},
        lambda o: lrs.PolynomialLR(o, 50, 1.7),
    ),
    "cosine": (
        {"key": "cosine", "T_max": 31, "eta_min": 0.01},
        lambda o: lrs.CosineAnnealingLR(o, 31, 0.01),
    ),
    "cosine-restarts": (
        {"key": "cosine-restarts", "T_0": 9, "T_mult": 2, "eta_min": 0.001},
        lambda o: lrs.CosineAnnealingWarmRestarts(o, 9, 2, 0.001),
    ),
    "cyclic": (
        {"key": "cyclic", "step_size_up": 5, "step_size_down": 8, "mode": "triangular2"},
        lambda o: lrs.CyclicLR(o, 0.001, 0.01, 5, 8, "triangular2", cycle_momentum=False),
    ),
    "cyclic of one slope and momentum": (
        {
            "key": "cyclic",
            "step_size_up": 5,
            "mode": "exp_range",
            "gamma": 0.97,
            "cycle_momentum": True,
        },
        lambda o: lrs.CyclicLR(o, 0.001, 0.01, 5, mode="exp_range", gamma=0.97),
    ),
    "one-cycle": (
        {"key": "one-cycle", "max_lr": 0.2, "three_phase": True, "cycle_momentum": True},
        lambda o: lrs.OneCycleLR(o, 0.2, STEPS, three_phase=True),
    ),
    "one-cycle of a given length": (
        {"key": "one-cycle", "total_steps": 90, "anneal_strategy": "linear", "pct_start": 0.5},
        lambda o: lrs.OneCycleLR(
            o, 0.01, 90, pct_start=0.5, anneal_strategy="linear", cycle_momentum=False
        ),
    ),
    "plateau": (
        {"key": "plateau", "factor": 0.5, "patience": 2, "threshold": 0.05, "cooldown": 1},
        lambda o: lrs.ReduceLROnPlateau(o, "min", 0.5, 2, 0.05, cooldown=1),
    ),
    "lambda": (
        {"key": "lambda", "formula": "exp(-t/30) * (1.5 + sin(t/3)) + maximum(0, 3 - t)**1.5"},
        lambda o: lrs.LambdaLR(
            o, lambda t: math.exp(-t / 30) * (1.5 + math.sin(t / 3)) + max(0, 3.0 - t) ** 1.5
        ),
    ),
    "multiplicative": (
        {"key": "multiplicative", "formula": "1 - 1/(t + 5)"},
        lambda o: lrs.MultiplicativeLR(o, lambda t: 1 - 1 / (t + 5)),
    ),
    "drawn": (
        {"key": "drawn", "points": "5: 1, 30: 0.5,50:0.01"},
        lambda o: lrs.LambdaLR(o, lambda t: float(np.interp(t, [5, 30, 50], [1, 0.5, 0.01]))),
    ),
    "chained": (
        {
            "key": "chained",
            "schedules": [
                {"key": "lambda", "formula": "1/(t+1)"},
                {"key": "constant-factor", "factor": 0.5, "total_iters": 9},
                {"key": "exponential", "gamma": 0.95},
            ],
        },
        lambda o: lrs.ChainedScheduler(
            [
                lrs.LambdaLR(o, lambda t: 1 / (t + 1)),
                lrs.ConstantLR(o, 0.5, 9),
                lrs.ExponentialLR(o, 0.95),
            ]
        ),
    ),
    "sequential": (
        {
            "key": "sequential",
            "milestones": "8, 20, 31, 44",
            "schedules": [
                {"key": "linear", "start_factor": 0.05, "total_iters": 8},
                {"key": "cosine", "T_max": 12},
                {"key": "constant"},
                {"key": "multiplicative", "formula": "0.9 + t/1000"},
                {"key": "cosine-restarts", "T_0": 6},
            ],
        },
        lambda o: lrs.SequentialLR(
            o,
            [
                lrs.LinearLR(o, 0.05, 1.0, 8),
                lrs.CosineAnnealingLR(o, 12),
                lrs.LambdaLR(o, lambda t: 1.0),
                lrs.MultiplicativeLR(o, lambda t: 0.9 + t / 1000),
                lrs.CosineAnnealingWarmRestarts(o, 6),
            ],
            [8, 20, 31, 44],
        ),
    ),
    "sequential that ends in one cycle": (
        {
            "key": "sequential",
            "milestones": "10",
            "schedules": [{"key": "exponential", "gamma": 0.9}, {"key": "one-cycle"}],
        },
        lambda o: lrs.SequentialLR(
            o,
            [
                lrs.ExponentialLR(o, 0.9),
                lrs.OneCycleLR(o, 0.01, STEPS - 10, cycle_momentum=False),
            ],
            [10],
        ),
    ),
}
"""A schedule of each kind, and the same as one writes it with torch."""

IN_PROPORTION = [
    name
    for name, (data, _) in CASES.items()
    if SCHEDULES[data["key"]].scales and "cycle" not in name
]


def choice(data: dict[str, Any]) -> ScheduleChoice:
    return Experiment.parse({**LINE, "schedule": data}).schedule


def sgd() -> torch.optim.Optimizer:
    return torch.optim.SGD([torch.tensor([2.0, -1.0], requires_grad=True)], lr=LR, momentum=0.5)


class Loop:
    """A loop that calls the optimizer's bare step, as the engine's does."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.optimizer = sgd()
        schedule = make_schedule(choice(data), self.optimizer, STEPS)
        assert schedule is not None
        self.schedule: Schedule = schedule
        self.step = inspect.unwrap(torch.optim.SGD.step)

    def rates(self, count: int) -> list[tuple[Any, ...]]:
        """Take so many steps; return the rate and the momentum of each."""
        rates = []
        (point,) = self.optimizer.param_groups[0]["params"]
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            for _ in range(count):
                rates.append(present(self.optimizer))
                loss = descend(point)
                with torch.no_grad():
                    self.step(self.optimizer)
                self.schedule.advance(loss)
        return rates


def present(optimizer: torch.optim.Optimizer) -> tuple[Any, ...]:
    (group,) = optimizer.param_groups
    return group["lr"], group["momentum"]


def descend(point: torch.Tensor) -> float:
    """A wavy loss, so that a plateau is found now and then."""
    point.grad = None
    loss = (0.1 * point**2 + torch.cos(3 * point)).sum()
    loss.backward()
    return loss.item()


def plain_rates(make: Make, count: int = STEPS) -> list[tuple[Any, ...]]:
    optimizer = sgd()
    scheduler = make(optimizer)
    (point,) = optimizer.param_groups[0]["params"]
    rates = []
    for _ in range(count):
        rates.append(present(optimizer))
        loss = descend(point)
        optimizer.step()
        if isinstance(scheduler, lrs.ReduceLROnPlateau):
            scheduler.step(loss)
        else:
            scheduler.step()
    return rates


def test_every_schedule_of_torch_is_in_the_catalogue_or_excepted_with_a_reason() -> None:
    classes = {
        name
        for name, kind in vars(lrs).items()
        if inspect.isclass(kind) and issubclass(kind, lrs.LRScheduler)
    }
    entries = {entry.torch_name for entry in SCHEDULES.values()} - {""}
    assert classes == entries | set(EXCEPTIONS)
    assert not entries & set(EXCEPTIONS)
    assert all(EXCEPTIONS.values())
    assert {data["key"] for data, _ in CASES.values()} == set(SCHEDULES) - {"constant"}


@pytest.mark.parametrize("entry", SCHEDULES.values(), ids=list(SCHEDULES))
def test_every_default_of_a_schedule_is_torchs_own_or_always_written_out(
    entry: ScheduleEntry,
) -> None:
    assert entry.formula
    if not entry.torch_name:
        return
    signature = inspect.signature(getattr(lrs, entry.torch_name)).parameters
    for name, value in entry.arguments(entry.defaults).items():
        if name not in entry.written:
            assert value == signature[name].default, name
            assert isinstance(value, bool) == isinstance(signature[name].default, bool), name
    assert all(name in signature for name in entry.written)


@pytest.mark.parametrize("name", CASES)
def test_a_schedule_has_the_rates_of_a_plain_loop(name: str) -> None:
    data, make = CASES[name]
    rates = Loop(data).rates(STEPS)
    assert rates == plain_rates(make)
    assert len(set(rates)) > 1


@pytest.mark.parametrize("name", CASES)
@given(at=st.integers(0, STEPS), further=st.integers(0, STEPS))
@settings(max_examples=15, deadline=None)
def test_a_schedule_that_is_restored_goes_on_as_it_did(name: str, at: int, further: int) -> None:
    loop = Loop(CASES[name][0])
    losses = [math.cos(step / 5) / (step + 1) for step in range(STEPS)]
    expected = []
    for step, loss in enumerate(losses):
        if step == at:
            saved = loop.schedule.snapshot()
        expected.append(present(loop.optimizer))
        loop.schedule.advance(loss)
    if at == STEPS:
        saved = loop.schedule.snapshot()
    for last in (min(at + further, STEPS), STEPS):  # what was saved can be used again
        loop.schedule.restore(saved)
        rates = []
        for loss in losses[at:last]:
            rates.append(present(loop.optimizer))
            loop.schedule.advance(loss)
        assert rates == expected[at:last]


@pytest.mark.parametrize("name", CASES)
def test_a_snapshot_holds_no_optimizer(name: str) -> None:
    saved = Loop(CASES[name][0]).schedule.snapshot()
    tensors = [value for group in saved.groups for value in group.values()]
    assert not any(isinstance(value, torch.Tensor) for value in tensors)
    assert "optimizer" not in saved.scheduler
    for part in saved.scheduler.get("_schedulers", ()):
        assert "optimizer" not in part


@pytest.mark.parametrize("name", IN_PROPORTION)
def test_another_learning_rate_scales_all_rates_to_come(name: str) -> None:
    data = {**CASES[name][0]}
    data.pop("eta_min", None)  # a rate of its own, which stays
    for at in (0, 5, 20, 40):
        losses = [1.0 / (i + 1) if i < 30 else 1.0 for i in range(STEPS)]
        plain, scaled = Loop(data), Loop(data)
        for loss in losses[:at]:
            plain.schedule.advance(loss)
            scaled.schedule.advance(loss)
        scaled.schedule.rescale(0.25)
        for loss in losses[at:]:
            expected = 0.25 * plain.optimizer.param_groups[0]["lr"]
            assert scaled.optimizer.param_groups[0]["lr"] == pytest.approx(expected, rel=1e-9)
            plain.schedule.advance(loss)
            scaled.schedule.advance(loss)


@pytest.mark.parametrize("name", ["cyclic", "one-cycle", "sequential that ends in one cycle"])
def test_rates_of_their_own_stay_under_another_learning_rate(name: str) -> None:
    loop = Loop(CASES[name][0])
    first = loop.rates(7)
    loop.schedule.rescale(0.25)
    assert [*first, *loop.rates(STEPS - 7)] == plain_rates(CASES[name][1])


def test_a_rise_before_cycles_is_in_proportion_and_the_cycles_are_not() -> None:
    parts = [{"key": "linear", "total_iters": 10}, {"key": "cyclic", "step_size_up": 4}]
    data = {"key": "sequential", "milestones": "10", "schedules": parts}
    plain, scaled = Loop(data), Loop(data)
    scaled.schedule.rescale(0.5)
    expected = [rate * (0.5 if i < 10 else 1) for i, (rate, _) in enumerate(plain.rates(30))]
    assert [rate for rate, _ in scaled.rates(30)] == pytest.approx(expected, rel=1e-12)


def test_a_schedule_begins_anew_on_an_optimizer_that_had_another() -> None:
    optimizer = sgd()
    for data in ({"key": "one-cycle"}, {"key": "exponential", "gamma": 0.5}):
        optimizer.param_groups[0]["lr"] = 0.8
        schedule = make_schedule(choice(data), optimizer, STEPS)
        assert schedule is not None
        schedule.advance(0.0)
    assert optimizer.param_groups[0]["lr"] == 0.4


def test_the_constant_schedule_is_no_scheduler() -> None:
    optimizer = sgd()
    assert make_schedule(choice({"key": "constant"}), optimizer, 10) is None
    assert "initial_lr" not in optimizer.param_groups[0]


def test_an_optimizer_of_nothing_carries_a_rate() -> None:
    optimizer = carrier(0.5)
    schedule = make_schedule(choice({"key": "exponential", "gamma": 0.5}), optimizer, 10)
    assert schedule is not None
    schedule.advance(1.0)
    assert optimizer.param_groups[0]["lr"] == 0.25


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"key": "one-cycle", "total_steps": 50}, "one cycle of 50 moves, and 70 are to be made"),
        ({"key": "one-cycle", "pct_start": 0.01, "total_steps": 100}, "set another pct_start"),
        ({"key": "lambda", "formula": "1 - t/60"}, "is -0.0166667 at t = 61"),
        ({"key": "lambda", "formula": "1/(50 - t)"}, "is no finite number at t = 50"),
        ({"key": "multiplicative", "formula": "(40 - t)**0.5"}, "is no finite number at t = 41"),
        (
            {
                "key": "sequential",
                "schedules": [{"key": "step"}, {"key": "multiplicative", "formula": "1 - 0.5/t"}],
            },
            "is no finite number at t = 0",
        ),
    ],
)
def test_a_schedule_that_does_not_fit_a_run_is_told_before_it(
    data: dict[str, Any], said: str
) -> None:
    with pytest.raises(ScheduleProblem, match="The learning-rate schedule") as error:
        make_schedule(choice(data), sgd(), STEPS)
    assert said in str(error.value)


def test_cycles_that_become_too_low_for_a_number_are_told_before_the_run() -> None:
    data = {"key": "cyclic", "step_size_up": 1, "mode": "triangular2"}
    with pytest.raises(ScheduleProblem, match="halves its height"):
        make_schedule(choice(data), sgd(), 5000)
    assert make_schedule(choice(data), sgd(), 1000) is not None


def test_a_formula_that_fails_between_the_moves_tried_is_told_when_it_does() -> None:
    data = {"key": "lambda", "formula": "abs(t - 1501) - 0.5"}
    schedule = make_schedule(choice(data), sgd(), 100_000)
    assert schedule is not None
    for _ in range(1500):
        schedule.advance(0.0)
    with pytest.raises(ScheduleProblem, match=r"is -0\.5 at t = 1501; it has to be 0 or more"):
        schedule.advance(0.0)


def test_towers_of_powers_are_numbers_that_overflow_and_do_not_take_forever() -> None:
    with pytest.raises(ValueError, match="no finite number at t = 9"):
        factor_of("t**t**t**t")(9)


@pytest.mark.parametrize("text", ["1 + sigmoid(t - 5)", "softplus(3 - t)", "relu(t - 2) + sign(t)"])
def test_a_factor_is_that_of_the_formula_as_torch_calculates_it(text: str) -> None:
    by_torch: dict[str, Callable[[torch.Tensor], torch.Tensor]] = {
        "1 + sigmoid(t - 5)": lambda t: 1 + torch.sigmoid(t - 5),
        "softplus(3 - t)": lambda t: torch.nn.functional.softplus(3 - t),
        "relu(t - 2) + sign(t)": lambda t: torch.relu(t - 2) + torch.sign(t),
    }
    for t in range(20):
        expected = by_torch[text](torch.tensor(float(t), dtype=torch.float64)).item()
        assert factor_of(text)(t) == pytest.approx(expected, rel=1e-12)


def test_milestones_and_points_are_read_from_text() -> None:
    assert milestones_of(" 30,80 ") == (30, 80)
    assert points_of("0: 1, 500:.5 ,1000: 1e-2") == ((0, 1.0), (500, 0.5), (1000, 0.01))


@pytest.mark.parametrize("text", ["", "a", "1.5", "0", "3, 2", "3, 3", "1 2", "1,", "10000000000"])
def test_what_is_no_milestones_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"has to be|has to lie"):
        milestones_of(text)


@pytest.mark.parametrize(
    "text", ["", "1", "a: 1", "1: nan", "1: inf", "1: -1", "2: 1, 1: 1", "-1: 1"]
)
def test_what_is_no_points_is_told_in_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"has to be|has to lie"):
        points_of(text)


def problems(schedule: Any, **changes: Any) -> dict[str, str]:
    with pytest.raises(ExperimentError) as error:
        Experiment.parse({**LINE, **changes, "schedule": schedule})
    return {
        problem.field.removeprefix("schedule."): problem.message for problem in error.value.problems
    }


STEP = {"key": "step"}


@pytest.mark.parametrize(
    ("schedule", "field", "said"),
    [
        ({"key": "cosin"}, "key", "did you mean 'cosine'?"),
        ({"key": "cosine", "T_max": 0}, "T_max", "greater than or equal to 1"),
        ({"key": "cosine", "schedules": [STEP, STEP]}, "schedules", "Cosine has no parts"),
        ({"key": "multi-step", "milestones": "x"}, "milestones", "whole numbers"),
        ({"key": "drawn", "points": "1"}, "points", "as 0: 1, 500: 0.5"),
        ({"key": "lambda", "formula": "1 - x"}, "formula", "unknown name 'x'"),
        ({"key": "lambda", "formula": "__import__('os')"}, "formula", "not allowed"),
        ({"key": "lambda", "formula": "0.5 - t"}, "formula", "is -0.5 at t = 1"),
        (
            {"key": "multiplicative", "formula": "log(t - 1)"},
            "formula",
            "no finite number at t = 1",
        ),
        ({"key": "cyclic", "max_lr": 1e-4}, "max_lr", "at least the lowest rate"),
        ({"key": "one-cycle", "max_momentum": 0.1}, "max_momentum", "lowest momentum"),
        (
            {"key": "one-cycle", "three_phase": True, "pct_start": 0.6},
            "pct_start",
            "0.5 at most",
        ),
        ({"key": "chained", "schedules": [STEP]}, "schedules", "two schedules at least"),
        ({"key": "chained", "schedules": 5}, "schedules", "a list of schedules"),
        ({"key": "chained", "schedules": [STEP, 5]}, "schedules.1", 'an object with a "key"'),
        (
            {"key": "chained", "schedules": [STEP, {"key": "step", "gamma": -1}]},
            "schedules.1.gamma",
            "greater than or equal to 0",
        ),
        (
            {"key": "chained", "schedules": [STEP, {"key": "plateau"}]},
            "schedules.1.key",
            "looks at the loss",
        ),
        (
            {"key": "sequential", "schedules": [{"key": "plateau"}, STEP]},
            "schedules.0.key",
            "looks at the loss",
        ),
        (
            {"key": "sequential", "schedules": [STEP, {"key": "chained"}]},
            "schedules.1.key",
            "has parts itself",
        ),
        (
            {"key": "chained", "schedules": [STEP, {"key": "cyclic"}]},
            "schedules.1.key",
            "rates of its own",
        ),
        (
            {"key": "chained", "schedules": [STEP, {"key": "drawn"}]},
            "schedules.1.key",
            "only be the first",
        ),
        (
            {"key": "sequential", "schedules": [STEP, STEP, STEP]},
            "milestones",
            "3 parts need 2 milestones, not 1",
        ),
    ],
)
def test_a_schedule_that_cannot_be_is_a_problem_of_its_field(
    schedule: dict[str, Any], field: str, said: str
) -> None:
    found = problems(schedule)
    assert list(found) == [field]
    assert said in found[field]


def test_what_torch_refuses_as_a_part_is_what_is_refused_here() -> None:
    for kind in (
        lambda o, parts: lrs.ChainedScheduler(parts),
        lambda o, parts: lrs.SequentialLR(o, parts, [3]),
    ):
        optimizer = sgd()
        parts = [lrs.StepLR(optimizer, 5), lrs.ReduceLROnPlateau(optimizer)]
        with pytest.raises(ValueError, match="does not support `ReduceLROnPlateau`"):
            kind(optimizer, parts)
    optimizer = sgd()
    parts = [lrs.StepLR(optimizer, 5), lrs.ChainedScheduler([lrs.StepLR(optimizer, 5)])]
    sequence = lrs.SequentialLR(optimizer, parts, [1])
    optimizer.step()
    with pytest.raises(NotImplementedError):
        sequence.step()


def test_momentum_is_cycled_where_there_is_one() -> None:
    cycle = {"key": "one-cycle", "cycle_momentum": True}
    for optimizer in ({"key": "sgd"}, {"key": "adam"}):
        Experiment.parse({**LINE, "optimizer": optimizer, "schedule": cycle})
    for key in ("by-hand", "adagrad"):
        found = problems(cycle, optimizer={"key": key})
        assert found == {
            "cycle_momentum": f"{OPTIMIZERS[key].label} has no momentum that could be cycled"
        }
    found = problems(
        {"key": "sequential", "schedules": [STEP, cycle]}, optimizer={"key": "by-hand"}
    )
    assert list(found) == ["schedules.1.cycle_momentum"]


@pytest.mark.parametrize("key", SCHEDULES)
def test_json_reads_back_to_an_equal_schedule(key: str) -> None:
    experiment = Experiment.parse({**LINE, "schedule": {"key": key}})
    written = json.loads(experiment.to_json())["schedule"]
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert ("schedules" in written) == SCHEDULES[key].parts
    assert set(written) - {"key", "schedules"} == set(SCHEDULES[key].defaults)
    assert hash(SCHEDULES[key]) == hash(SCHEDULES[key])


def test_an_older_file_has_the_constant_schedule_after_each_step() -> None:
    experiment = Experiment.parse(LINE)
    assert "schedule" not in LINE
    assert (experiment.schedule.key, experiment.format) == ("constant", 1)
    assert experiment.training.schedule_per == "step"


def test_a_schedule_is_set_by_its_paths() -> None:
    experiment = Experiment.parse(LINE)
    cosine = assign(experiment, ["schedule.key=cosine", "schedule.T_max=7"]).schedule
    assert cosine == choice({"key": "cosine", "T_max": 7})
    whole = '[{"key": "step"}, {"key": "cosine", "T_max": 5}, {"key": "constant"}]'
    sequence = assign(
        experiment,
        ["schedule.key=sequential", "schedule.milestones=3, 8", f"schedule.schedules={whole}"],
    ).schedule
    assert sequence.milestones == (3, 8)
    assert [part.key for part in sequence.schedules] == ["step", "cosine", "constant"]
    with pytest.raises(ExperimentError, match="constant has no T_max"):
        assign(experiment, ["schedule.T_max=7"])


def test_a_function_has_no_epochs_to_move_a_schedule_on_after() -> None:
    training = {"steps": 5, "schedule_per": "epoch"}
    with pytest.raises(ExperimentError, match=r"training\.schedule_per: a function has no epochs"):
        Experiment.parse({**VALLEY, "training": training})
    assert Experiment.parse({**LINE, "training": training}).training.schedule_moves(21, 10) == 3
    per_step = Experiment.parse({**LINE, "training": {"steps": 5}}).training
    assert per_step.schedule_moves(21, 10) == 21


@pytest.mark.parametrize("key", [key for key, entry in SCHEDULES.items() if entry.scales])
def test_a_warm_up_is_put_before_a_schedule_and_taken_away_again(key: str) -> None:
    schedule = choice({"key": key}).without_warmup()
    assert schedule.warmup is None
    if not schedule.can_warm_up:
        assert key in ("plateau", "chained")
        with pytest.raises(ValueError, match="cannot come after a warm-up"):
            schedule.with_warmup(10)
        return
    warm = schedule.with_warmup(10)
    assert warm.warmup == 10
    assert warm.without_warmup() == schedule
    assert warm.with_warmup(20) == schedule.with_warmup(20)
    optimizer = sgd()
    moving = make_schedule(warm, optimizer, 100)
    assert moving is not None
    rates = []
    for _ in range(10):
        rates.append(optimizer.param_groups[0]["lr"])
        moving.advance(0.0)
    expected = [LR * (0.01 + 0.99 * t / 10) for t in range(10)]
    assert rates == pytest.approx(expected, rel=1e-12)


def test_a_warm_up_before_parts_that_take_turns_moves_their_milestones() -> None:
    parts = [STEP, {"key": "cosine"}, STEP]
    schedule = choice({"key": "sequential", "milestones": "30, 70", "schedules": parts})
    warm = schedule.with_warmup(5)
    assert warm.milestones == (5, 35, 75)
    assert [part.key for part in warm.schedules] == ["linear", "step", "cosine", "step"]
    assert warm.without_warmup() == schedule
    with pytest.raises(ValidationError, match="between 1 and"):
        schedule.with_warmup(0)


@pytest.mark.parametrize("name", [name for name in CASES if name != "plateau"])
@pytest.mark.parametrize("optimizer", ["sgd", "adam", "by-hand"])
def test_a_plan_has_the_rates_of_the_plain_loop(name: str, optimizer: str) -> None:
    data, make = CASES[name]
    if data.get("cycle_momentum") and optimizer == "by-hand":
        return
    experiment = Experiment.parse(
        {**LINE, "optimizer": {"key": optimizer, "lr": LR}, "schedule": data}
    )
    plan = Answerer().answer(PlanSchedule(experiment, STEPS, 1))
    assert isinstance(plan, PlannedSchedule)
    assert plan.steps.tolist() == list(range(1, STEPS + 1))
    assert plan.lr.dtype == np.float64
    assert plan.lr.tolist() == [rate for rate, _ in plain_rates(make)]
    assert not plan.depends_on_loss


def planned(data: dict[str, Any], total: int, per_epoch: int = 1, **training: Any) -> Any:
    changes = {"training": {"steps": total, **training}, "schedule": data}
    return Answerer().answer(PlanSchedule(Experiment.parse({**LINE, **changes}), total, per_epoch))


def test_a_plan_per_epoch_moves_on_after_each_epoch() -> None:
    plan = planned({"key": "exponential", "gamma": 0.5}, 8, 3, schedule_per="epoch")
    assert plan.lr.tolist() == [0.01 * 0.5**epoch for epoch in (0, 0, 0, 1, 1, 1, 2, 2)]


def test_a_long_plan_is_thinned_and_has_its_last_step() -> None:
    plan = planned({"key": "lambda", "formula": "1/(t + 1)"}, 30_001)
    assert 1000 < len(plan.steps) <= 2000
    assert (plan.steps[0], plan.steps[-1]) == (1, 30_001)
    assert plan.lr.tolist() == [0.01 * (1 / float(step)) for step in plan.steps]


def test_what_depends_on_the_loss_is_planned_as_constant_and_says_so() -> None:
    plan = planned({"key": "plateau"}, 500)
    assert (plan.steps.tolist(), plan.lr.tolist()) == ([1, 500], [0.01, 0.01])
    assert plan.depends_on_loss
    constant = planned({"key": "constant"}, 1)
    assert (constant.steps.tolist(), constant.lr.tolist()) == ([1], [0.01])
    assert not constant.depends_on_loss


def test_a_plan_that_cannot_be_is_refused_and_one_that_nobody_waits_for_is_given_up() -> None:
    with pytest.raises(QuestionError, match="to 0 for the whole run"):
        planned({"key": "one-cycle", "total_steps": 5}, 10)
    experiment = Experiment.parse({**LINE, "schedule": {"key": "cosine"}})
    told: list[float] = []
    with pytest.raises(QuestionError, match="nobody waited"):
        Answerer().answer(
            PlanSchedule(experiment, 900_000, 1), told.append, withdrawn=lambda: len(told) > 2
        )
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] < 0.1


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("total", [STEPS, "7 * tenth"])
def test_the_lines_of_a_script_make_the_same_scheduler(name: str, total: int | str) -> None:
    data, make = CASES[name]
    experiment = Experiment.parse({**LINE, "schedule": data})
    made: dict[str, Any] = {}

    def run_the_lines(optimizer: torch.optim.Optimizer) -> Any:
        made.update(torch=torch, np=np, math=math, optimizer=optimizer, tenth=STEPS // 7)
        exec("\n".join(joined(write_schedule(experiment, total))), made)
        return made["scheduler"]

    assert plain_rates(run_the_lines) == plain_rates(make)
    loss = "loss.item()" if name == "plateau" else ""
    assert write_advance(experiment, "loss.item()") == [f"scheduler.step({loss})"]


def test_a_script_writes_only_what_torch_has_not_by_itself() -> None:
    def lines(data: dict[str, Any], optimizer: str = "sgd") -> list[str]:
        parts = {"optimizer": {"key": optimizer, "lr": 0.5}, "schedule": data}
        return joined(write_schedule(Experiment.parse({**LINE, **parts}), 10))

    assert lines({"key": "constant"}) == []
    torch_name = "scheduler = torch.optim.lr_scheduler."
    assert lines(STEP) == [f"{torch_name}StepLR(optimizer, step_size=100)"]
    assert lines({"key": "plateau", "patience": 3}) == [
        f"{torch_name}ReduceLROnPlateau(optimizer, patience=3)"
    ]
    assert lines({"key": "lambda", "formula": "0.9**t + minimum(pi, t)"}) == [
        "def factor(t):",
        '    """The factor of the learning rate after t moves."""',
        "    t = float(t)",
        "    return 0.9**t + min(math.pi, t)",
        "",
        "",
        f"{torch_name}LambdaLR(optimizer, factor)",
    ]
    assert lines(STEP, "by-hand")[-2:] == [
        "optimizer = torch.optim.SGD([torch.zeros(0)], lr=0.5)",
        f"{torch_name}StepLR(optimizer, step_size=100)",
    ]


def test_a_script_with_two_optimizers_has_a_scheduler_for_each() -> None:
    experiment = Experiment.parse({**LINE, "schedule": {"key": "drawn", "points": "0: 1, 9: 0.5"}})
    names = ("optimizer", "adamw_optimizer")
    made: dict[str, Any] = {"torch": torch, "np": np, "optimizer": sgd(), "adamw_optimizer": sgd()}
    exec("\n".join(joined(write_schedule(experiment, 10, names))), made)
    for name in names:
        made[name].step()
    exec("\n".join(write_advance(experiment, "loss", names)), made)
    for name in names:
        assert made[name].param_groups[0]["lr"] == pytest.approx(LR * (1 - 0.5 / 9))


def test_momentum_is_looked_for_where_torch_looks_for_it() -> None:
    cycle = {"key": "one-cycle", "cycle_momentum": True}
    for key, entry in OPTIMIZERS.items():
        has_momentum = False
        if entry.torch_name:
            matrix = torch.zeros(2, 2, requires_grad=True)
            arguments: Any = entry.arguments(entry.defaults)
            made = getattr(torch.optim, entry.torch_name)([matrix], **arguments)
            has_momentum = bool({"momentum", "betas"} & set(made.defaults))
        found = list(momentum_misfits(choice(cycle), entry))
        assert bool(found) != has_momentum, key


def test_the_script_of_the_plain_rule_reads_the_rate_that_the_schedule_moves() -> None:
    by_hand = {"optimizer": {"key": "by-hand", "lr": 0.5}}
    halving = {"key": "exponential", "gamma": 0.5}
    experiment = Experiment.parse({**LINE, **by_hand, "schedule": halving})
    names: dict[str, Any] = {"torch": torch}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        exec("\n".join(joined(write_schedule(experiment, 10))), names)
        rates = []
        for _ in range(4):
            rates.append(eval(rate_of(experiment), names))
            exec("\n".join(write_advance(experiment, "loss")), names)
    assert rates == [0.5, 0.25, 0.125, 0.0625]
    constant = Experiment.parse({**LINE, **by_hand})
    assert (rate_of(constant), write_advance(constant, "loss")) == ("0.5", [])


def test_all_schedules_are_listed_with_their_formulas(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["list", "schedules", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert [row["key"] for row in rows] == list(SCHEDULES)
    assert all(row["formula"] and row["summary"] for row in rows)
    (cosine,) = [row for row in rows if row["key"] == "cosine"]
    assert [parameter["name"] for parameter in cosine["parameters"]] == ["T_max", "eta_min"]


def test_an_experiment_is_written_even_where_a_schedule_was_validated_by_itself_before() -> None:
    # In an interpreter of its own: pydantic makes what writes a kind of object only once.
    program = """
from gd_studio.experiment import ScheduleChoice
ScheduleChoice(key="constant")
from gd_studio.experiment import Experiment
from tests.helpers.recordings import LINE
print(Experiment.parse(LINE).model_dump()["schedule"])
"""
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert found.stdout.strip() == "{'key': 'constant'}"
