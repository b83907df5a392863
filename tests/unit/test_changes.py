"""What is changed in the course of a run, beside plain loops that do the same by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pytest
import torch
from torch.nn.functional import binary_cross_entropy, linear
from torch.nn.utils import clip_grad_norm_, clip_grad_value_
from torch.optim import SGD, Adam, AdamW, Muon
from torch.optim import lr_scheduler as lrs

from gd_studio.engine.schedules import ScheduleProblem
from gd_studio.engine.session import Session
from gd_studio.experiment import Experiment, ExperimentError
from gd_studio.experiment.changes import Change, with_change
from gd_studio.experiment.phases import phases_of
from tests.helpers import plain_loops
from tests.helpers.experiments import circle_perceptron, function, model_on
from tests.helpers.sessions import run
from tests.helpers.three_problems import Plain, experiment_on, plain_problem

STEPS, AT = 40, 15
HEAVY = {"key": "sgd", "lr": 0.001, "momentum": 0.5}


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in an engine: for so small models a second thread costs more than it does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def rows_of(session: Session, until: int = 1 << 30) -> dict[str, Any]:
    """Everything that the session tells up to a step."""
    parts = []
    while session.finish is None and session.taken < until:
        steps = session.advance(min(7, until - session.taken))
        if steps is not None:
            parts.append(steps)
    names = ("step", "loss", "lr", "grad_norm", "parameters")
    return {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}


def assert_same_rows(found: Mapping[str, Any], expected: Mapping[str, Any], begin: int = 0) -> None:
    for name, rows in found.items():
        np.testing.assert_array_equal(rows, expected[name][begin:], err_msg=name)


# --- beside plain loops ---------------------------------------------------------------------------


def by_hand(
    plain: Plain, optimizer: Any, change: Callable[[Any], Any], steps: int = STEPS
) -> np.ndarray[Any, Any]:
    """Descend; after `AT` steps `change` does something to the optimizer, or returns another.

    What the optimizer has as ``treat`` is done to the gradients.
    """
    rows = []
    for taken in range(steps):
        if taken == AT:
            optimizer = change(optimizer) or optimizer
        optimizer.zero_grad()
        plain.loss().backward()
        getattr(optimizer, "treat", lambda: None)()
        optimizer.step()
        if hasattr(optimizer, "schedule"):
            optimizer.schedule.step()
        rows.append(plain.flat())
    return torch.stack(rows).numpy()


def set_group(**values: Any) -> Callable[[Any], None]:
    def change(optimizer: Any) -> None:
        for group in optimizer.param_groups:
            group.update(values)

    return change


CHANGES: dict[str, tuple[Any, Any, Any, Any]] = {
    "learning rate": (
        HEAVY,
        lambda p: SGD(p, lr=0.001, momentum=0.5),
        {"optimizer.lr": 0.0003},
        set_group(lr=0.0003),
    ),
    "momentum": (
        HEAVY,
        lambda p: SGD(p, lr=0.001, momentum=0.5),
        {"optimizer.momentum": 0.8},
        set_group(momentum=0.8),
    ),
    "momentum that was none": (
        {"key": "sgd", "lr": 0.001},
        lambda p: SGD(p, lr=0.001),
        {"optimizer.momentum": 0.8},
        set_group(momentum=0.8),
    ),
    "weight decay and learning rate": (
        {"key": "adamw", "lr": 0.01},
        lambda p: AdamW(p, lr=0.01),
        {"optimizer.weight_decay": 0.5, "optimizer.lr": 0.03},
        set_group(weight_decay=0.5, lr=0.03),
    ),
    "betas": (
        {"key": "adam", "lr": 0.01},
        lambda p: Adam(p, lr=0.01),
        {"optimizer.beta1": 0.5, "optimizer.beta2": 0.9},
        set_group(betas=(0.5, 0.9)),
    ),
    "optimizer": (
        HEAVY,
        lambda p: SGD(p, lr=0.001, momentum=0.5),
        {"optimizer.key": "adam", "optimizer.lr": 0.02},
        lambda o: Adam(o.param_groups[0]["params"], lr=0.02),
    ),
    "a switch": (
        {"key": "adam", "lr": 0.01},
        lambda p: Adam(p, lr=0.01),
        {"optimizer.amsgrad": True},
        lambda o: Adam(o.param_groups[0]["params"], lr=0.01, amsgrad=True),
    ),
    "the rule by hand": (
        {"key": "by-hand", "lr": 0.001},
        lambda p: SGD(p, lr=0.001),
        {"optimizer.lr": 0.0005},
        set_group(lr=0.0005),
    ),
}


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("problem", ["rosenbrock", "circle-perceptron"])
@pytest.mark.parametrize(
    ("choice", "make", "values", "change"), CHANGES.values(), ids=list(CHANGES)
)
def test_a_change_of_the_optimizer_is_the_one_that_a_plain_loop_makes(
    choice: Any, make: Any, values: Any, change: Any, problem: str, precision: str
) -> None:
    plain = plain_problem(problem, precision)
    expected = by_hand(plain, make(plain.parameters), change)
    experiment = experiment_on(problem, precision, STEPS, optimizer=choice).branch(AT, values)
    assert np.array_equal(run(experiment)[0].parameters[1:], expected)


@pytest.mark.parametrize(
    ("values", "clip"),
    [
        ({"training.clip_norm": 0.1}, lambda p: clip_grad_norm_(p, 0.1)),
        ({"training.clip_value": 0.02}, lambda p: clip_grad_value_(p, 0.02)),
    ],
)
@pytest.mark.parametrize("problem", ["rosenbrock", "circle-perceptron"])
def test_gradients_are_clipped_from_a_step_on(problem: str, values: Any, clip: Any) -> None:
    plain = plain_problem(problem, "float32")

    def change(optimizer: Any) -> None:
        optimizer.treat = lambda: clip(plain.parameters)

    expected = by_hand(plain, SGD(plain.parameters, lr=0.001, momentum=0.5), change)
    experiment = experiment_on(problem, "float32", STEPS, optimizer=HEAVY).branch(AT, values)
    assert np.array_equal(run(experiment)[0].parameters[1:], expected)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_noise_comes_from_a_step_on_and_grows(precision: str) -> None:
    plain = plain_problem("rosenbrock", precision)
    (point,) = plain.parameters
    generator = torch.Generator().manual_seed(42)
    optimizer = SGD([point], lr=0.001, momentum=0.5)
    rows = []
    for taken in range(STEPS):
        optimizer.zero_grad()
        plain.loss().backward()
        scale = 0.0 if taken < AT else 0.3 if taken < 25 else 2.0
        if scale:
            assert point.grad is not None
            point.grad += scale * torch.randn(2, generator=generator, dtype=point.dtype)
        optimizer.step()
        rows.append(plain.flat())
    experiment = (
        experiment_on("rosenbrock", precision, STEPS, optimizer=HEAVY)
        .branch(AT, {"training.gradient_noise": 0.3})
        .branch(25, {"training.gradient_noise": 2.0})
    )
    assert np.array_equal(run(experiment)[0].parameters[1:], torch.stack(rows).numpy())


@pytest.mark.parametrize("problem", ["rosenbrock", "circle-perceptron"])
def test_another_learning_rate_goes_on_along_the_same_schedule(problem: str) -> None:
    plain = plain_problem(problem, "float64")
    optimizer: Any = SGD(plain.parameters, lr=0.001)
    # The same schedule of twice the rate, at the same place.
    optimizer.schedule = lrs.LambdaLR(optimizer, lambda t: (1 if t < AT else 2) / (1 + t / 9))
    expected = by_hand(plain, optimizer, lambda _: None)
    experiment = experiment_on(
        problem,
        "float64",
        STEPS,
        optimizer={"key": "sgd", "lr": 0.001},
        schedule={"key": "lambda", "formula": "1/(1 + t/9)"},
    ).branch(AT, {"optimizer.lr": 0.002})
    np.testing.assert_allclose(run(experiment)[0].parameters[1:], expected, rtol=1e-10)


def test_a_schedule_begins_where_it_is_changed_and_with_a_new_optimizer() -> None:
    plain = plain_problem("rosenbrock", "float32")

    def change(optimizer: Any) -> None:
        optimizer.schedule = lrs.OneCycleLR(optimizer, 0.002, STEPS - AT, cycle_momentum=False)

    expected = by_hand(plain, SGD(plain.parameters, lr=0.001, momentum=0.5), change)
    values = {"schedule.key": "one-cycle", "schedule.max_lr": 0.002}
    experiment = experiment_on("rosenbrock", "float32", STEPS, optimizer=HEAVY)
    assert np.array_equal(run(experiment.branch(AT, values))[0].parameters[1:], expected)

    plain = plain_problem("rosenbrock", "float32")

    def exchange(_: Any) -> Any:
        new: Any = Adam(plain.parameters, lr=0.02)
        new.schedule = lrs.StepLR(new, 6, 0.5)
        return new

    optimizer: Any = SGD(plain.parameters, lr=0.001, momentum=0.5)
    optimizer.schedule = lrs.StepLR(optimizer, 6, 0.5)
    expected = by_hand(plain, optimizer, exchange)
    experiment = experiment.replace(schedule={"key": "step", "step_size": 6, "gamma": 0.5})
    branch = experiment.branch(AT, {"optimizer.key": "adam", "optimizer.lr": 0.02})
    assert np.array_equal(run(branch)[0].parameters[1:], expected)


def test_each_optimizer_of_muon_takes_its_own_learning_rate_under_a_schedule() -> None:
    plain = plain_problem("circle-perceptron", "float32")
    matrices = [p for p in plain.parameters if p.ndim == 2]
    others = [p for p in plain.parameters if p.ndim != 2]
    muon: Any = Muon(matrices, lr=0.01)
    adamw: Any = AdamW(others, lr=0.003, weight_decay=0.1)
    schedules = [lrs.ExponentialLR(each, 0.97) for each in (muon, adamw)]
    rows = []
    for taken in range(STEPS):
        if taken == AT:
            adamw.param_groups[0]["lr"] *= 5
        if taken == 25:
            muon.param_groups[0]["lr"] *= 2
        for optimizer in (muon, adamw):
            optimizer.zero_grad()
        plain.loss().backward()
        for optimizer, schedule in zip((muon, adamw), schedules, strict=True):
            optimizer.step()
            schedule.step()
        rows.append(plain.flat())
    experiment = (
        experiment_on(
            "circle-perceptron",
            "float32",
            STEPS,
            optimizer={"key": "muon", "lr": 0.01, "adamw_lr": 0.003},
            schedule={"key": "exponential", "gamma": 0.97},
        )
        .branch(AT, {"optimizer.adamw_lr": 0.015})
        .branch(25, {"optimizer.lr": 0.02})
    )
    expected = torch.stack(rows).numpy()
    np.testing.assert_allclose(run(experiment)[0].parameters[1:], expected, rtol=1e-5, atol=1e-7)


@pytest.mark.parametrize(
    "optimizer", [HEAVY, {"key": "adam", "lr": 0.001}, {"key": "sgd", "lr": 0.0, "momentum": 0.5}]
)
def test_a_change_of_something_else_leaves_a_schedule_and_its_momentum_alone(
    optimizer: dict[str, Any],
) -> None:
    schedule = {"key": "cyclic", "step_size_up": 8, "max_lr": 0.002, "cycle_momentum": True}
    experiment = experiment_on(
        "rosenbrock", "float32", STEPS, optimizer=optimizer, schedule=schedule
    )
    changed = experiment.branch(AT, {"training.clip_norm": 1e20})
    assert_same_rows(rows_of(Session(changed)), rows_of(Session(experiment)))


# --- batches --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sizes", "ats"),
    [
        ((20, 30), (7,)),  # within the second epoch
        ((20, 50), (10,)),  # at the end of one
        ((30, None, 25), (6, 9)),
        ((None, 40), (5,)),
        ((10, 33), (0,)),
    ],
)
def test_another_batch_size_begins_a_new_epoch(
    sizes: tuple[int | None, ...], ats: tuple[int, ...]
) -> None:
    x, y = plain_loops.circle(42)
    plain = plain_problem("circle-perceptron", "float32")
    weight, bias, out_weight, out_bias = plain.parameters
    optimizer = Adam(plain.parameters, lr=0.01)
    generator = torch.Generator().manual_seed(42)
    rows: list[torch.Tensor] = []
    for size, end in zip(sizes, (*ats, STEPS), strict=True):
        while len(rows) < end:
            order = torch.randperm(100, generator=generator) if size else torch.arange(100)
            batches = zip(x[order].split(size or 100), y[order].split(size or 100), strict=True)
            for features, targets in list(batches)[: end - len(rows)]:
                optimizer.zero_grad()
                hidden = torch.relu(linear(features, weight, bias))
                outputs = torch.sigmoid(linear(hidden, out_weight, out_bias))
                binary_cross_entropy(outputs, targets).backward()
                optimizer.step()
                rows.append(plain.flat())
    experiment = circle_perceptron(training={"steps": STEPS, "batch_size": sizes[0]})
    live = Session(experiment)
    for at, size in zip(ats, sizes[1:], strict=True):
        experiment = experiment.branch(at, {"training.batch_size": size})
        while live.taken < at:
            live.advance(at - live.taken)
        live.change({"training.batch_size": size})
    straight = rows_of(Session(experiment))
    # Where numbers lie in memory decides how they are summed, in the last bit.
    expected = torch.stack(rows).numpy()
    np.testing.assert_allclose(straight["parameters"], expected, rtol=1e-5, atol=1e-6)
    assert_same_rows(rows_of(live), straight, ats[-1])

    # To where the batches are those before the changes, and on.
    back = Session(experiment)
    rows_of(back)
    back.go_to(max(ats[-1] - 1, 0))
    assert_same_rows(rows_of(back), straight, max(ats[-1] - 1, 0))


def test_epochs_are_counted_on_and_a_training_in_epochs_has_as_many() -> None:
    # 100 samples: 5 steps an epoch, then 4. Two epochs are whole and one is broken off by the
    # change after step 12, so that 7 of the 10 are left.
    experiment = circle_perceptron(training={"epochs": 10, "batch_size": 20})
    experiment = experiment.branch(12, {"training.batch_size": 25})
    first, second = phases_of(experiment, 100)
    assert [first.epoch_of(step) for step in (1, 5, 6, 12)] == [1, 1, 2, 3]
    assert [second.epoch_of(step) for step in (13, 16, 17, 40)] == [4, 4, 5, 10]
    assert [first.epoch_ended_by(step) for step in (4, 5, 10, 12)] == [None, 1, 2, None]
    assert [second.epoch_ended_by(step) for step in (13, 16, 40)] == [None, 4, 10]
    assert second.last_step() == 12 + 7 * 4

    recording, finished = run(experiment)
    assert finished.steps == len(recording.loss) == 40
    assert recording.evaluated_steps.tolist() == [0, 5, 10, *range(16, 41, 4)]

    in_steps = circle_perceptron(training={"steps": 37, "batch_size": 20})
    assert run(in_steps.branch(12, {"training.batch_size": 25}))[1].steps == 37

    # Two epochs more than there are: the change that begins the last one is its end.
    short = circle_perceptron(training={"epochs": 2, "batch_size": 20})
    assert phases_of(short.branch(7, {"training.batch_size": 50}), 100)[-1].last_step() == 7
    assert len(phases_of(short.branch(10, {"training.batch_size": 50}), 100)) == 1


@pytest.mark.parametrize("per", ["step", "epoch"])
@pytest.mark.parametrize("size", [5, 50])
def test_one_cycle_goes_over_a_run_that_another_batch_size_makes_longer_or_shorter(
    per: str, size: int
) -> None:
    experiment = circle_perceptron(
        training={"epochs": 10, "batch_size": 20, "schedule_per": per},
        schedule={"key": "one-cycle", "max_lr": 0.02},
    )
    straight = rows_of(Session(experiment.branch(20, {"training.batch_size": size})))
    live = Session(experiment)
    rows_of(live, 20)
    live.change({"training.batch_size": size})
    assert_same_rows(rows_of(live), straight, 20)
    assert straight["lr"].max() == pytest.approx(0.02, rel=0.3)
    assert straight["lr"][-1] < 1e-3


def test_a_schedule_that_comes_to_its_end_too_soon_leaves_other_runs_alone() -> None:
    schedule = {"key": "one-cycle", "total_steps": 50}
    longer = circle_perceptron(training={"epochs": 10, "batch_size": 20}, schedule=schedule).branch(
        20, {"training.batch_size": 5}
    )
    with pytest.raises(ScheduleProblem, match="50"):
        run(longer)
    assert torch.is_grad_enabled()


# --- live -----------------------------------------------------------------------------------------

LIVE: tuple[dict[str, Any], ...] = (
    {"optimizer.lr": 0.0004},
    {"optimizer.key": "adam", "optimizer.lr": 0.01},
    {"optimizer.key": "lbfgs", "optimizer.lr": 0.1, "optimizer.max_iter": 2},
    {"optimizer.key": "damped-newton"},
    {"schedule.key": "one-cycle", "schedule.max_lr": 0.002},
    {"training.clip_value": 0.05},
    {"training.gradient_noise": 0.2},
)


def starting_point() -> Experiment:
    return function(
        "rosenbrock",
        starts=[[-1.2, 1.7]],
        optimizer=HEAVY,
        schedule={"key": "exponential", "gamma": 0.98},
        training={"steps": STEPS},
    )


@pytest.mark.parametrize("looks", [False, True])
@pytest.mark.parametrize("at", [0, 1, AT, STEPS - 1])
@pytest.mark.parametrize("values", LIVE, ids=lambda values: " ".join(values))
def test_a_change_of_a_run_that_goes_on_is_the_one_of_its_branch(
    values: dict[str, Any], at: int, looks: bool
) -> None:
    experiment = starting_point()
    session = Session(experiment)
    if at:
        rows_of(session, at)
    assert session.change(values) == at
    if looks:
        session.visited(0)
    assert session.experiment == experiment.branch(at, values)
    assert_same_rows(rows_of(session), rows_of(Session(session.experiment)), at)


@pytest.mark.parametrize("first", LIVE[:5], ids=lambda values: " ".join(values))
@pytest.mark.parametrize("second", LIVE[:5], ids=lambda values: " ".join(values))
@pytest.mark.parametrize("looks", [False, True])
def test_two_changes_at_the_same_step_are_one(first: Any, second: Any, looks: bool) -> None:
    session = Session(starting_point())
    rows_of(session, AT)
    session.change(first)
    if looks:
        session.visited(0)
    session.change(second)
    (change,) = session.experiment.changes
    assert change.after == AT
    assert second.items() <= change.values.items()
    assert_same_rows(rows_of(session), rows_of(Session(session.experiment)), AT)


@pytest.mark.parametrize("values", LIVE, ids=lambda values: " ".join(values))
def test_a_change_after_going_back_and_forth_is_the_one_of_its_branch(
    values: dict[str, Any],
) -> None:
    experiment = starting_point().branch(8, {"optimizer.momentum": 0.7})
    session = Session(experiment)
    rows_of(session, AT)
    session.go_to(3)
    session.go_to(session.head)
    session.change(values)
    straight = rows_of(Session(session.experiment))
    assert_same_rows(rows_of(session), straight, AT)
    for step in (AT, 8, AT + 3, 2):
        session.go_to(step)
        assert_same_rows(rows_of(session), straight, step)


@pytest.mark.parametrize("at", [1, 8, AT, 30])
@pytest.mark.parametrize("values", LIVE, ids=lambda values: " ".join(values))
def test_a_branch_that_takes_over_the_past_is_the_one_from_the_start(
    values: dict[str, Any], at: int
) -> None:
    parent = Session(starting_point().branch(8, {"optimizer.key": "adam"}))
    before = rows_of(parent)
    branch = parent.experiment.branch(at, values)
    child = Session(branch)
    child.share_past(parent, at)
    child.has_been_at(at)
    child.go_to(at)
    assert child.started().after == at
    assert np.array_equal(child.visited(0).parameters, before["parameters"][at - 1])
    straight = rows_of(Session(branch))
    assert_same_rows(rows_of(child), straight, at)
    child.go_to(2)
    assert_same_rows(rows_of(child), straight, 2)


def test_noise_that_comes_again_is_the_next_after_going_back() -> None:
    experiment = (
        starting_point()
        .branch(5, {"training.gradient_noise": 0.2})
        .branch(10, {"training.gradient_noise": 0.0})
        .branch(20, {"training.gradient_noise": 0.1})
    )
    straight = rows_of(Session(experiment))
    session = Session(experiment)
    rows_of(session)
    for step in (13, 2, 7, 19):
        session.go_to(step)
        assert_same_rows(rows_of(session), straight, step)


def test_muon_goes_back_through_a_change_of_its_schedule() -> None:
    experiment = experiment_on(
        "circle-perceptron",
        "float32",
        STEPS,
        optimizer={"key": "muon", "lr": 0.01},
        schedule={"key": "cosine", "T_max": 30},
    ).branch(AT, {"schedule.key": "linear", "optimizer.lr": 0.02})
    straight = rows_of(Session(experiment))
    session = Session(experiment)
    rows_of(session)
    for step in (AT, 3, AT + 5):
        session.go_to(step)
        assert_same_rows(rows_of(session), straight, step)


def test_a_short_end_under_one_cycle_can_be_gone_back_to() -> None:
    experiment = experiment_on(
        "rosenbrock",
        "float32",
        STEPS,
        optimizer={"key": "sgd", "lr": 0.001},
        # Of four moves it would rise within a single one.
        schedule={"key": "one-cycle", "max_lr": 0.001, "pct_start": 0.25},
    ).branch(STEPS - 4, {"training.clip_norm": 1e6})
    straight = rows_of(Session(experiment))
    session = Session(experiment)
    rows_of(session)
    for step in (3, STEPS - 2):
        session.go_to(step)
        assert_same_rows(rows_of(session), straight, step)
        session.go_to(1)
        session.go_to(STEPS)
        assert np.array_equal(session.visited(0).parameters, straight["parameters"][-1])


def test_what_is_changed_after_the_end_is_never_reached() -> None:
    experiment = function(training={"steps": 5})
    late = experiment.replace(changes=[{"after": 5, "values": {"optimizer.lr": 0.5}}])
    assert_same_rows(rows_of(Session(late)), rows_of(Session(experiment)))


# --- what is written ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ([(5, {"seed": 1})], "changes.0.values.seed", "cannot be changed on the way"),
        ([(5, {"training.steps": 9})], "changes.0.values.training.steps", "cannot be changed"),
        ([(5, {"problem.function.key": "booth"})], "changes.0.values.problem.function.key", "way"),
        ([(5, {"optimizer.lr": -1.0})], "changes.0.values.optimizer.lr", "not -1.0"),
        ([(5, {"optimizer.lr": "fast"})], "changes.0.values.optimizer.lr", "has to be a number"),
        ([(5, {"optimizer.lrr": 0.1})], "changes.0.values.optimizer.lrr", "mean 'optimizer.lr'"),
        ([(5, {"optimizer.key": "sdg"})], "changes.0.values.optimizer.key", "did you mean 'sgd'"),
        (
            [(5, {"optimizer.key": "adam"}), (8, {"optimizer.momentum": 0.5})],
            "changes.1.values.optimizer.momentum",
            "adam has no momentum",
        ),
        ([(5, {"lr": 0.1})], "changes.0.values.lr", "those of optimizer and schedule"),
        ([(5, {"optimizer.lr.key": 1})], "changes.0.values.optimizer.lr.key", "no such field"),
        ([(5, {"training.batch_size": 3})], "changes.0.values.training.batch_size", "no data"),
        ([(5, {"schedule.key": "step", "schedule.step_size": 0})],
         "changes.0.values.schedule.step_size", "not 0"),
        (
            [(5, {"optimizer.lr": 0.1}), (5, {"optimizer.lr": 0.2})],
            "changes.1.after",
            "changes come in order, and the one before this is after step 5",
        ),
        ([(5, {"optimizer.lr": 0.1}), (4, {"optimizer.lr": 0.2})], "changes.1.after", "in order"),
        ([(-1, {"optimizer.lr": 0.1})], "changes.0.after", "not -1"),
        ([(1.5, {"optimizer.lr": 0.1})], "changes.0.after", "has to be a whole number, not 1.5"),
        ([(5, {})], "changes.0.values", "has to name a field at least"),
    ],
)  # fmt: skip
def test_a_change_that_cannot_be_is_a_problem_of_its_field(
    changes: list[tuple[Any, dict[str, Any]]], field: str, said: str
) -> None:
    data = [{"after": after, "values": values} for after, values in changes]
    with pytest.raises(ExperimentError) as error:
        function(changes=data)
    (problem,) = error.value.problems
    assert problem.field == field
    assert said in problem.message


def test_what_are_no_changes_is_said() -> None:
    with pytest.raises(ExperimentError, match="changes: has to be a list of changes"):
        function(changes="all of it")


def test_a_live_change_that_cannot_be_leaves_the_run_as_it_was() -> None:
    session = Session(starting_point())
    rows_of(session, AT)
    with pytest.raises(ExperimentError) as error:
        session.change({"training.patience": 3})
    assert [p.field for p in error.value.problems] == ["changes.0.values.training.patience"]
    assert session.experiment == starting_point()
    assert_same_rows(rows_of(session), rows_of(Session(starting_point())), AT)


def change(after: int, **values: Any) -> Change:
    return Change(after=after, values={name.replace("__", "."): v for name, v in values.items()})


def test_a_change_leaves_out_what_came_after_it() -> None:
    earlier = (change(3, optimizer__lr=0.1), change(9, optimizer__lr=0.2))
    assert with_change(earlier, 5, {"optimizer.lr": 0.3}) == [
        change(3, optimizer__lr=0.1),
        change(5, optimizer__lr=0.3),
    ]
    assert with_change(earlier, 12, {"training.clip_norm": None}) == [
        *earlier,
        change(12, training__clip_norm=None),
    ]
    assert with_change((), 0, {"optimizer.lr": 0.3}) == [change(0, optimizer__lr=0.3)]


def test_changes_at_the_same_step_become_one() -> None:
    earlier = (change(3, optimizer__lr=0.1, training__clip_norm=1.0), change(9, optimizer__lr=0.2))
    merged = with_change(earlier, 3, {"optimizer.lr": 0.5, "optimizer.momentum": 0.9})
    assert merged == [
        change(3, optimizer__lr=0.5, training__clip_norm=1.0, optimizer__momentum=0.9)
    ]


def test_a_new_choice_drops_the_settings_of_the_one_before() -> None:
    earlier = (change(3, optimizer__key="adam", optimizer__beta1=0.5, schedule__key="cosine"),)
    merged = with_change(earlier, 3, {"optimizer.key": "sgd", "optimizer.lr": 0.1})
    assert merged == [change(3, schedule__key="cosine", optimizer__key="sgd", optimizer__lr=0.1)]
    kept = with_change(earlier, 3, {"optimizer.lr": 0.1})
    assert kept[0].values == {**earlier[0].values, "optimizer.lr": 0.1}


def test_json_reads_back_to_equal_changes() -> None:
    experiment = starting_point()
    for after, values in enumerate(LIVE):
        experiment = experiment.branch(3 * after, values)
    assert len(experiment.changes) == len(LIVE)
    assert Experiment.from_json(experiment.to_json()) == experiment
    assert starting_point().changes == ()


def test_what_holds_at_a_step_is_said() -> None:
    experiment = (
        starting_point()
        .branch(3, {"optimizer.lr": 0.1})
        .branch(8, {"optimizer.key": "adam", "optimizer.beta1": 0.5})
    )
    assert experiment.at(0) == experiment.at(2) == starting_point()
    assert experiment.at(3).optimizer.settings["lr"] == 0.1
    assert experiment.at(7).optimizer.settings["momentum"] == 0.5
    assert experiment.at(8) == experiment.at(1000)
    assert experiment.at(8).optimizer.key == "adam"
    assert experiment.at(8).optimizer.settings["lr"] == 0.001  # Adam's own
    assert experiment.at(8).changes == ()


def test_a_batch_size_can_come_after_a_split_and_noise_cannot_come_to_a_model() -> None:
    experiment = model_on("circle", "perceptron", "bce", split=0.25, training={"epochs": 4})
    branch = experiment.branch(2, {"training.batch_size": 25})
    assert run(branch)[1].steps == 2 + 2 * 3
    with pytest.raises(ExperimentError, match="is for functions"):
        experiment.branch(2, {"training.gradient_noise": 0.1})
