"""What an optimizer remembers and what its steps cost, recorded beside a run; and snapshots."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.optim import LBFGS, SGD, Adadelta, Adagrad, Adam, AdamW, Muon, NAdam, RMSprop, Rprop

from gd_studio.engine.problems import FunctionTask, ModelTask
from gd_studio.engine.session import Session
from gd_studio.engine.snapshots import Snapshot, Snapshots
from gd_studio.experiment import Experiment, ExperimentError
from gd_studio.files import load_example
from gd_studio.link.messages import Steps
from tests.helpers.experiments import function
from tests.helpers.sessions import run
from tests.helpers.snapshot_sizes import CASES
from tests.helpers.three_problems import experiment_on, plain_problem

STEPS = 40


@pytest.fixture(autouse=True, scope="module")
def _one_thread() -> Iterator[None]:
    """As in an engine: for so small models a second thread costs more than it does."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def steps_of(experiment: Experiment, at_once: int = 7) -> list[Steps]:
    session, told = Session(experiment), []
    while session.finish is None:
        steps = session.advance(at_once)
        if steps is not None:
            told.append(steps)
    return told


def memory_of(told: Sequence[Steps], name: str) -> tuple[list[int], Any]:
    """Return the steps at which a name was recorded, and its rows."""
    having = [steps for steps in told if name in steps.memory]
    steps = [step for part in having for step in part.memory_steps.tolist()]
    return steps, np.concatenate([part.memory[name] for part in having])


# --- beside the state of a plain loop -------------------------------------------------------------


def muon(parameters: list[Tensor]) -> list[torch.optim.Optimizer]:
    matrices = [p for p in parameters if p.ndim == 2]
    others = [p for p in parameters if p.ndim != 2]
    return [
        Muon(matrices, lr=0.01),
        *([AdamW(others, weight_decay=0.1, lr=3e-4)] if others else []),
    ]


MEMORIES: tuple[tuple[dict[str, Any], Callable[[Any], Any], set[str]], ...] = (
    (
        {"key": "sgd", "lr": 0.001, "momentum": 0.9},
        lambda p: SGD(p, lr=0.001, momentum=0.9),
        {"momentum_buffer"},
    ),
    ({"key": "adam", "lr": 0.01}, lambda p: Adam(p, lr=0.01), {"exp_avg", "exp_avg_sq"}),
    (
        {"key": "adam", "lr": 0.01, "amsgrad": True},
        lambda p: Adam(p, lr=0.01, amsgrad=True),
        {"exp_avg", "exp_avg_sq", "max_exp_avg_sq"},
    ),
    ({"key": "adagrad", "lr": 0.1}, lambda p: Adagrad(p, lr=0.1), {"sum"}),
    (
        {"key": "rmsprop", "lr": 0.01, "centered": True, "momentum": 0.5},
        lambda p: RMSprop(p, lr=0.01, centered=True, momentum=0.5),
        {"square_avg", "grad_avg", "momentum_buffer"},
    ),
    ({"key": "adadelta"}, lambda p: Adadelta(p), {"square_avg", "acc_delta"}),
    ({"key": "rprop", "lr": 0.01}, lambda p: Rprop(p, lr=0.01), {"prev", "step_size"}),
    ({"key": "nadam", "lr": 0.01}, lambda p: NAdam(p, lr=0.01), {"exp_avg", "exp_avg_sq"}),
    ({"key": "muon", "lr": 0.01}, muon, {"momentum_buffer", "exp_avg", "exp_avg_sq"}),
)


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("problem", ["rosenbrock", "circle-perceptron"])
@pytest.mark.parametrize(
    ("choice", "make", "names"), MEMORIES, ids=[" ".join(map(str, c)) for c, *_ in MEMORIES]
)
def test_each_row_is_the_state_of_the_plain_loops_optimizer(
    choice: dict[str, Any], make: Any, names: set[str], problem: str, precision: str
) -> None:
    is_muon = choice["key"] == "muon"
    if is_muon and problem == "rosenbrock":
        names = {"momentum_buffer"}  # a point is a row, and nothing is left for AdamW
    plain = plain_problem(problem, precision, as_row=is_muon)
    made = make(plain.parameters)
    optimizers = made if isinstance(made, list) else [made]
    expected: dict[str, list[Tensor]] = {name: [] for name in names}
    for _ in range(STEPS):
        for optimizer in optimizers:
            optimizer.zero_grad()
        plain.loss().backward()
        for optimizer in optimizers:
            optimizer.step()
        states: list[Any] = [
            next((o.state[p] for o in optimizers if p in o.state), {}) for p in plain.parameters
        ]
        for name, rows in expected.items():
            pairs = zip(plain.parameters, states, strict=True)
            parts = [state.get(name, torch.zeros_like(p)).reshape(-1) for p, state in pairs]
            rows.append(torch.cat(parts).detach().clone())

    told = steps_of(experiment_on(problem, precision, STEPS, optimizer=choice))
    assert {name for steps in told for name in steps.memory} == names
    for name, rows in expected.items():
        steps, found = memory_of(told, name)
        assert steps == list(range(1, STEPS + 1))
        assert found.dtype == np.dtype(precision)
        np.testing.assert_allclose(found, torch.stack(rows), rtol=1e-5, atol=1e-12, err_msg=name)


def test_momentum_that_comes_on_the_way_is_recorded_from_its_first_step() -> None:
    plain = plain_problem("rosenbrock", "float32")
    optimizer = SGD(plain.parameters, lr=0.001)
    rows = []
    for taken in range(STEPS):
        if taken == 15:
            optimizer.param_groups[0]["momentum"] = 0.8
        optimizer.zero_grad()
        plain.loss().backward()
        optimizer.step()
        if taken >= 15:
            rows.append(optimizer.state[plain.parameters[0]]["momentum_buffer"].clone())
    experiment = experiment_on("rosenbrock", "float32", STEPS, optimizer={"key": "sgd"})
    told = steps_of(experiment.branch(15, {"optimizer.momentum": 0.8}), at_once=1000)
    steps, found = memory_of(told, "momentum_buffer")
    assert steps == list(range(16, STEPS + 1))
    assert np.array_equal(found, torch.stack(rows))


def test_another_optimizer_has_another_memory() -> None:
    experiment = experiment_on("rosenbrock", "float32", 30, optimizer={"key": "adam"})
    told = steps_of(experiment.branch(10, {"optimizer.key": "adagrad"}), at_once=1000)
    assert memory_of(told, "exp_avg")[0] == list(range(1, 11))
    assert memory_of(told, "sum")[0] == list(range(11, 31))


@pytest.mark.parametrize(
    ("total", "stride"), [(4096, 1), (4097, 2), (8192, 2), (8193, 4), (20_000, 8)]
)
def test_a_long_run_records_every_so_many_steps(total: int, stride: int) -> None:
    experiment = function(
        optimizer={"key": "sgd", "lr": 0.01, "momentum": 0.5}, training={"steps": total}
    )
    session = Session(experiment)
    parts = []
    while session.taken < 100:
        told = session.advance(100 - session.taken)
        assert told is not None
        parts.append(told)
    steps, rows = memory_of(parts, "momentum_buffer")
    assert steps == list(range(stride, 101, stride))
    # b ← 0.5 b + g with g the difference that a step of length 0.01 b makes.
    points = np.concatenate([part.parameters for part in parts])
    buffers = np.diff(points, axis=0, prepend=[[1.0, 2.0]]) / -0.01
    np.testing.assert_allclose(rows, buffers[np.array(steps) - 1], rtol=1e-3, atol=1e-4)


def test_what_remembers_nothing_has_no_memory() -> None:
    for key in ("by-hand", "sgd", "lbfgs", "armijo", "newton"):
        told = steps_of(experiment_on("quadratic-bowl", "float32", 5, optimizer={"key": key}))
        assert not any(steps.memory or len(steps.memory_steps) for steps in told), key


def test_a_model_of_many_parameters_has_its_memory_at_a_visit_alone() -> None:
    wide = experiment_on("circle-perceptron", "float32", 5).replace(
        problem={
            "kind": "model",
            "dataset": {"key": "circle"},
            "model": {"key": "mlp", "hidden": "30"},
            "loss": {"key": "bce"},
        }
    )
    assert wide.layout.size > 64
    session = Session(wide)
    steps = session.advance(5)
    assert steps is not None
    assert not steps.memory
    memory = session.visited(0).memory
    assert memory.keys() == {"exp_avg", "exp_avg_sq"}
    assert all(values.shape == (wide.layout.size,) for values in memory.values())


# --- snapshots ------------------------------------------------------------------------------------


def snapshot(step: int, size: int = 1000) -> Snapshot:
    return Snapshot(step, 0, torch.zeros(size), {"state": [torch.zeros(size)], "lr": 0.1})


@pytest.fixture(scope="module")
def sizes() -> dict[str, tuple[float, float]]:
    """What a snapshot takes, and what is counted for it, by the name of a case."""
    command = [sys.executable, "-m", "tests.helpers.snapshot_sizes"]
    environment = {**os.environ, "PYTHONMALLOC": "malloc"}
    told = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    found: dict[str, tuple[float, float]] = json.loads(told.stdout)
    return found


@pytest.mark.parametrize("case", CASES)
def test_what_is_counted_for_a_snapshot_is_what_it_takes(
    case: str, sizes: dict[str, tuple[float, float]]
) -> None:
    taken, counted = sizes[case]
    assert counted == pytest.approx(taken, rel=0.1)


def test_a_state_that_snapshots_share_is_counted_once() -> None:
    kept, dealt_from = Snapshots(), torch.zeros(5000, dtype=torch.uint8)
    sizes = []
    for step, state in enumerate([dealt_from, dealt_from, dealt_from.clone(), dealt_from]):
        kept.add(Snapshot(step, 0, torch.zeros(1), {"batches": (state, step)}))
        sizes.append(kept.nbytes)
    first, second, third, fourth = np.diff(sizes, prepend=0).tolist()
    assert first == third == fourth
    assert 5000 <= first - second < 6000


def test_a_state_that_is_shared_is_counted_once_among_those_that_stay() -> None:
    state = torch.zeros(5000, dtype=torch.uint8)

    def made(step: int) -> Snapshot:
        return Snapshot(step, 0, torch.zeros(1), {"batches": (state, step)})

    four = Snapshots()
    for step in range(4):
        four.add(made(step))
    kept = Snapshots(four.nbytes)
    for step in range(5):
        kept.add(made(step))
    three = Snapshots()
    for step in (0, 2, 4):
        three.add(made(step))
    assert len(kept) == 3
    assert kept.nbytes == three.nbytes


def test_snapshots_take_no_more_memory_than_they_may_and_are_spread_evenly() -> None:
    one = snapshot(0).nbytes
    assert one >= 2 * 4000
    kept = Snapshots(10 * one)
    kept.add(snapshot(0))
    for step in range(1, 500):
        if kept.is_due():
            kept.add(snapshot(step))
        assert kept.nbytes <= 10 * one
        assert kept.nbytes == len(kept) * one
    steps = sorted({kept.before(step).step for step in range(500)})
    assert len(steps) == len(kept) >= 5
    assert steps[0] == 0
    assert len(set(np.diff(steps).tolist())) == 1


def test_the_first_snapshot_stays_however_little_memory_there_is() -> None:
    kept = Snapshots(1)
    for step in range(50):
        kept.add(snapshot(step))
    assert len(kept) == 1
    assert kept.before(49).step == 0


def test_one_that_comes_by_again_is_kept_once() -> None:
    kept = Snapshots()
    for step in (0, 5, 3, 5, 9):
        kept.add(snapshot(step))
    assert [kept.before(step).step for step in (0, 4, 5, 8, 9)] == [0, 0, 5, 5, 9]
    assert len(kept.until(5)) == 2


def test_a_run_says_how_much_memory_its_snapshots_take_and_keeps_to_it() -> None:
    most = 30_000
    session = Session(
        function(optimizer={"key": "adam"}, training={"steps": 20_000}), snapshot_bytes=most
    )
    while session.finish is None:
        steps = session.advance(50)
        assert steps is not None
        assert 0 < steps.snapshot_bytes == session.snapshot_bytes <= most


# --- what steps cost ------------------------------------------------------------------------------


@pytest.mark.parametrize("problem", ["rosenbrock", "circle-perceptron"])
@pytest.mark.parametrize(
    ("choice", "hessians"),
    [
        ({"key": "lbfgs", "lr": 0.1, "max_iter": 4}, 0),
        ({"key": "lbfgs", "max_iter": 3, "line_search_fn": "strong_wolfe"}, 0),
        ({"key": "armijo"}, 0),
        ({"key": "exact-line-search"}, 0),
        ({"key": "newton"}, 10),
        ({"key": "damped-newton"}, 10),
    ],
    ids=lambda value: " ".join(map(str, value.values())) if isinstance(value, dict) else "",
)
def test_the_costs_are_the_evaluations_that_were_made(
    choice: dict[str, Any], hessians: int, problem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = {"function": 0, "gradient": 0}
    session = Session(experiment_on(problem, "float64", 10, optimizer=choice))
    for owner, name in ((FunctionTask, "losses"), (ModelTask, "_loss_on")):
        monkeypatch.setattr(owner, name, counting(counts, "function", getattr(owner, name)))
    # Each gradient is one pass back through the graph, which is let go of then, or made of the
    # derivatives as well. The rows of a Hessian, which are no gradients, keep it for the next.
    engine = torch.autograd.Variable._execution_engine

    class Counting:
        def run_backward(
            self, tensors: Any, seeds: Any, keeps: Any, creates: Any, *rest: Any, **options: Any
        ) -> Any:
            counts["gradient"] += creates or not keeps
            return engine.run_backward(tensors, seeds, keeps, creates, *rest, **options)

    monkeypatch.setattr(torch.autograd.Variable, "_execution_engine", Counting())
    while session.finish is None:
        session.advance(10)
    measured = dict(counts)
    final = session.finished().final
    assert final["function_evaluations"] == measured["function"]
    assert final["gradient_evaluations"] == measured["gradient"]
    assert final["hessian_evaluations"] == hessians


def counting(counts: dict[str, int], kind: str, plain: Any) -> Any:
    def counted(*args: Any, **options: Any) -> Any:
        counts[kind] += 1
        return plain(*args, **options)

    return counted


def test_the_costs_of_lbfgs_are_the_calls_of_a_plain_closure() -> None:
    plain = plain_problem("rosenbrock", "float64")
    optimizer = LBFGS(plain.parameters, max_iter=3, line_search_fn="strong_wolfe")
    calls = 0

    def closure() -> float:
        nonlocal calls
        calls += 1
        optimizer.zero_grad()
        loss = plain.loss()
        loss.backward()
        return loss.item()

    for _ in range(12):
        optimizer.step(closure)  # type: ignore[arg-type, unused-ignore]
    choice = {"key": "lbfgs", "max_iter": 3, "line_search_fn": "strong_wolfe"}
    _, finished = run(experiment_on("rosenbrock", "float64", 12, optimizer=choice))
    assert finished.final["function_evaluations"] == calls
    assert finished.final["gradient_evaluations"] == calls


def test_costs_add_up_over_a_change_of_the_optimizer_and_going_back() -> None:
    experiment = experiment_on("rosenbrock", "float64", 12, optimizer={"key": "newton"})
    branch = experiment.branch(5, {"optimizer.key": "adam"})
    session = Session(branch)
    final = rest_of(session)
    assert final["hessian_evaluations"] == 5
    assert final["function_evaluations"] == final["gradient_evaluations"] == 5 * 2 + 7
    session.go_to(3)
    assert rest_of(session) == final


def rest_of(session: Session) -> dict[str, float]:
    while session.finish is None:
        session.advance(5)
    return session.finished().final


def test_what_evaluates_once_a_step_has_no_costs_to_tell() -> None:
    _, finished = run(experiment_on("rosenbrock", "float32", 5, optimizer={"key": "adam"}))
    assert not [name for name in finished.final if name.endswith("_evaluations")]


# --- many starts, and what cannot be --------------------------------------------------------------


@pytest.mark.parametrize("choice", [{"key": "sgd", "lr": 0.001}, {"key": "adam", "lr": 0.01}])
def test_many_starts_descend_along_a_schedule_as_each_would_alone(choice: dict[str, Any]) -> None:
    starts = [[-1.2, 1.7], [0.5, -0.5], [1.5, 2.5]]
    parts: dict[str, Any] = {
        "optimizer": choice,
        "schedule": {"key": "cosine", "T_max": 20},
        "training": {"steps": STEPS, "clip_norm": 5.0},
        "changes": [{"after": 12, "values": {"optimizer.lr": 0.002}}],
    }
    together, _ = run(function("rosenbrock", starts=starts, **parts))
    for i, start in enumerate(starts):
        alone, _ = run(function("rosenbrock", starts=[start], **parts))
        assert np.array_equal(together.parameters[:, 2 * i : 2 * i + 2], alone.parameters)
        assert together.lr.tolist() == alone.lr.tolist()


def test_many_starts_have_noise_of_their_own_each() -> None:
    points = torch.tensor([[-1.2, 1.7], [0.5, -0.5]], requires_grad=True)
    generator = torch.Generator().manual_seed(42)
    optimizer = SGD([points], lr=0.001, momentum=0.5)
    rows = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        x, y = points.unbind(1)
        ((1 - x) ** 2 + 100 * (y - x**2) ** 2).sum().backward()
        assert points.grad is not None
        points.grad += 0.3 * torch.randn(4, generator=generator).view(2, 2)
        optimizer.step()
        rows.append(points.detach().flatten().clone())
    experiment = function(
        "rosenbrock",
        starts=points.new_tensor([[-1.2, 1.7], [0.5, -0.5]]).double().tolist(),
        optimizer={"key": "sgd", "lr": 0.001, "momentum": 0.5},
        training={"steps": STEPS, "gradient_noise": 0.3},
    )
    assert np.array_equal(run(experiment)[0].parameters[1:], torch.stack(rows).numpy())


@pytest.mark.parametrize(
    "key", ["lbfgs", "muon", "adafactor", "armijo", "exact-line-search", "newton", "damped-newton"]
)
def test_what_looks_at_all_parameters_together_is_refused_for_many_starts(key: str) -> None:
    starts = [[1.0, 2.0], [2.0, 1.0]]
    with pytest.raises(ExperimentError) as error:
        function(starts=starts, optimizer={"key": key})
    (problem,) = error.value.problems
    assert problem.field == "optimizer.key"
    assert "choose a single start, or another optimizer" in problem.message
    with pytest.raises(ExperimentError) as error:
        function(starts=starts).branch(5, {"optimizer.key": key})
    assert [p.field for p in error.value.problems] == ["changes.0.values.optimizer.key"]


@pytest.mark.parametrize(
    ("example", "key", "said"),
    [
        ("quadratic-fit", "muon", "is for matrices, and there is none here"),
        ("digits", "newton", "is for up to 500 parameters"),
        ("digits", "damped-newton", "is for up to 500 parameters"),
    ],
)
def test_an_optimizer_that_does_not_fit_a_model_is_refused(
    example: str, key: str, said: str
) -> None:
    with pytest.raises(ExperimentError) as error:
        load_example(example).replace(optimizer={"key": key})
    (problem,) = error.value.problems
    assert problem.field == "optimizer.key"
    assert said in problem.message
