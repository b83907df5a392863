"""The next step of the run taken apart, in the window and with its engine."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from torch import Tensor, nn

from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.link.messages import FinishReason, Inspect
from gd_studio.recording import Run, RunState
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression
from tests.helpers.windows import (
    PATIENCE,
    look_at,
    open_experiment,
    press,
    run_to_end,
    settle,
)

FOREVER = {"epochs": 1_000_000_000}
LEFT = Qt.MouseButton.LeftButton
ZERO, FORWARD, LOSS, BACKWARD, UPDATE = range(5)

MOMENTUM = {"key": "sgd", "lr": 0.004, "momentum": 0.9}
ADAM = {"key": "adam", "lr": 0.05}


def steps_of(window: MainWindow):
    return window.stage.inspection.step.steps


def shown_step(window: MainWindow) -> str:
    steps = steps_of(window)
    return steps.step_label.text() if steps.step_label.isVisible() else ""


def wait_for_step(qtbot, window: MainWindow, number: int) -> None:
    qtbot.waitUntil(lambda: shown_step(window) == f"Step {number:,}", timeout=PATIENCE)


def newest_run(window: MainWindow) -> Run:
    return window.table.rows[-1].run


def take_step(qtbot, window: MainWindow) -> None:
    press(qtbot, window, "step")
    run = newest_run(window)
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED and run.steps > 0, timeout=PATIENCE)


@dataclass
class PlainStep:
    """What a step of a plain loop began with, and what it came to."""

    loss: float
    before: list[float]
    gradient: list[float]
    after: list[float]
    state: list[dict[str, float]]


def plain_steps(make_optimizer, count: int) -> list[PlainStep]:
    """Linear regression on the noisy line, each step with all that it did."""
    x, y = plain.noisy_line(42)
    model, criterion = nn.Linear(1, 1), nn.MSELoss()
    parameters = list(model.parameters())
    optimizer = make_optimizer(parameters)

    def flat() -> list[float]:
        return torch.cat([p.detach().reshape(-1) for p in parameters]).tolist()

    steps = []
    for _ in range(count):
        before = flat()
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        gradient = torch.cat([p.grad.reshape(-1) for p in parameters]).tolist()
        optimizer.step()
        state = [
            {
                name: float(value)
                for name, value in optimizer.state[p].items()
                if isinstance(value, Tensor) and name != "step"
            }
            for p in parameters
        ]
        steps.append(PlainStep(loss.item(), before, gradient, flat(), state))
    return steps


def plain_batches(seed: int, size: int, epochs: int, make_optimizer) -> Tensor:
    """The same in shuffled batches: parameters after every step, ``(steps, 2)``."""
    x, y = plain.noisy_line(seed)
    model, criterion = nn.Linear(1, 1), nn.MSELoss()
    optimizer = make_optimizer(model.parameters())
    generator = torch.Generator().manual_seed(seed)
    rows = []
    for _ in range(epochs):
        order = torch.randperm(len(x), generator=generator)
        for features, targets in zip(x[order].split(size), y[order].split(size), strict=True):
            optimizer.zero_grad()
            criterion(model(features), targets).backward()
            optimizer.step()
            rows.append(torch.cat([p.detach().reshape(-1) for p in model.parameters()]))
    return torch.stack(rows)


@pytest.mark.parametrize(
    ("choice", "make_optimizer"),
    [
        (MOMENTUM, partial(torch.optim.SGD, lr=0.004, momentum=0.9)),
        (ADAM, partial(torch.optim.Adam, lr=0.05)),
    ],
)
def test_the_numbers_of_each_stage_are_those_of_a_plain_loop(
    qtbot, window, choice, make_optimizer
) -> None:
    open_experiment(qtbot, window, linear_regression(optimizer=choice))
    look_at(qtbot, window, "Step")
    expected = plain_steps(make_optimizer, 4)
    steps = steps_of(window)
    for number, step in enumerate(expected[1:], start=2):
        take_step(qtbot, window)
        wait_for_step(qtbot, window, number)
        steps.show_stage(LOSS)
        assert steps.stages[LOSS].value.text() == f"= {write_number(step.loss, 5)}"
        steps.show_stage(BACKWARD)
        norm = float(np.linalg.norm(step.gradient))
        assert steps.stages[BACKWARD].norm.text() == f"‖g‖ = {write_number(norm)}"
        grid = steps.stages[BACKWARD].grid.grid
        assert [grid.cell(row, 2).text for row in range(2)] == [
            write_number(g, 3) for g in step.gradient
        ]
        steps.show_stage(UPDATE)
        grid = steps.stages[UPDATE].grid.grid
        entries = [grid.cell(row, 0) for row in range(grid.rowCount())]
        assert [(e.label, e.before, e.after) for e in entries] == [
            (label, write_number(before), write_number(after))
            for label, before, after in zip(
                ("weight", "bias"), step.before, step.after, strict=True
            )
        ]
        for entry, state in zip(entries, step.state, strict=True):
            assert state
            for name, value in state.items():
                assert f"({name}) = {write_number(value)}" in entry.state
    assert newest_run(window).steps == 3


def test_the_samples_shown_are_those_of_the_next_batch(qtbot, window) -> None:
    training = {"epochs": 50, "batch_size": 30, "shuffle": False}
    open_experiment(qtbot, window, linear_regression(training=training))
    look_at(qtbot, window, "Step")
    take_step(qtbot, window)
    wait_for_step(qtbot, window, 2)
    steps = steps_of(window)
    steps.show_stage(FORWARD)
    x, y = plain.noisy_line(42)
    weight, bias = newest_run(window).parameters.tolist()
    grid = steps.stages[FORWARD].grid.grid
    shown = [[grid.cell(row, column).text for column in range(3)] for row in range(20)]

    assert "batch of 30" in steps.about_label.text()
    assert grid.rowCount() == 20
    assert shown == [
        [write_number(value, 3) for value in (a, weight * a + bias, b)]
        for a, b in zip(x[30:50, 0].tolist(), y[30:50, 0].tolist(), strict=True)
    ]


def test_going_on_after_the_fifth_stage_takes_the_step(qtbot, window) -> None:
    look_at(qtbot, window, "Step")
    assert steps_of(window).nothing.isVisible()
    take_step(qtbot, window)
    wait_for_step(qtbot, window, 2)
    steps, run = steps_of(window), newest_run(window)
    for stage in range(4):
        assert steps.stage == stage
        qtbot.mouseClick(steps.on_button, LEFT)
    assert steps.stage == UPDATE
    assert run.steps == 1
    before = steps.stages[UPDATE].grid.grid.cell(0, 0)
    qtbot.mouseClick(steps.on_button, LEFT)
    wait_for_step(qtbot, window, 3)

    assert run.steps == 2
    assert run.state is RunState.PAUSED
    assert steps.stage == ZERO
    assert before.after == write_number(float(run.recording.latest[0]))
    assert len(window.table.rows) == 1


def test_going_on_after_the_end_of_a_run_begins_another_one_step_long(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(training={"epochs": 2}))
    look_at(qtbot, window, "Step")
    run_to_end(qtbot, window)
    wait_for_step(qtbot, window, 3)
    steps = steps_of(window)
    for _ in range(5):
        qtbot.mouseClick(steps.on_button, LEFT)
    qtbot.waitUntil(lambda: len(window.table.rows) == 2, timeout=PATIENCE)
    wait_for_step(qtbot, window, 2)

    assert newest_run(window).steps == 1
    assert newest_run(window).state is RunState.PAUSED
    assert steps.stage == ZERO


def test_a_function_s_step_has_its_point_and_gradient(qtbot, window) -> None:
    experiment = function(
        "custom",
        settings={"formula": "x**2 + 3*y**2"},
        starts=[[1.0, 2.0]],
        optimizer={"key": "sgd", "lr": 0.1},
    )
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Step")
    take_step(qtbot, window)
    wait_for_step(qtbot, window, 2)
    steps = steps_of(window)
    steps.show_stage(BACKWARD)
    x, y = 1.0 - 0.1 * 2 * 1.0, 2.0 - 0.1 * 6 * 2.0
    grid = steps.stages[BACKWARD].grid.grid
    rows = [[grid.cell(row, column).text for column in range(3)] for row in range(2)]

    assert rows == [
        ["x", write_number(x, 3), write_number(2 * x, 3)],
        ["y", write_number(y, 3), write_number(6 * y, 3)],
    ]


def test_the_layers_follow_a_run_and_rest_where_it_is_held(qtbot, window) -> None:
    open_experiment(qtbot, window, circle_perceptron(training=FOREVER))
    look_at(qtbot, window, "Layers")
    press(qtbot, window, "run")
    run, grid = newest_run(window), window.stage.inspection.layers.grid.grid
    seen: set[str] = set()

    def have_changed() -> bool:
        assert run.state is not RunState.PAUSED
        if grid.rowCount():
            seen.add(grid.cell(0, 3).text)
        return len(seen) > 3

    qtbot.waitUntil(have_changed, timeout=PATIENCE)
    press(qtbot, window, "pause")
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=PATIENCE)
    parts = np.split(run.parameters.astype(float), [20, 30, 40])
    expected = [write_number(float(np.linalg.norm(part)), 3) for part in parts]
    qtbot.waitUntil(lambda: [grid.cell(r, 3).text for r in range(4)] == expected, timeout=PATIENCE)

    cells = [[grid.cell(row, column).text for column in range(3)] for row in range(4)]
    assert cells == [
        ["0.weight", "10 × 2", "20"],
        ["0.bias", "10", "10"],
        ["2.weight", "1 × 10", "10"],
        ["2.bias", "1", "1"],
    ]
    counts = [int(grid.cell(row, 5).counts.sum()) for row in range(4)]
    assert counts == [20, 10, 10, 1]


def test_looking_on_throughout_changes_no_bit_of_a_run(qtbot, window) -> None:
    training = {"epochs": 30, "batch_size": 7}
    open_experiment(qtbot, window, linear_regression(optimizer=ADAM, training=training))
    look_at(qtbot, window, "Step")
    look_at(qtbot, window, "Layers")
    seen: list[int] = []
    remember = lambda event: seen.append(event.inspection.step)  # noqa: E731
    window.trainer.inspected.connect(remember)
    window.trainer.limit_speed(600.0)
    run = run_to_end(qtbot, window)
    window.trainer.inspected.disconnect(remember)
    expected = plain_batches(42, 7, 30, partial(torch.optim.Adam, lr=0.05))

    assert len([step for step in seen if 1 < step < run.steps]) >= 3
    assert np.array_equal(run.recording.parameters[1:], expected.numpy())


def test_a_run_that_diverges_leaves_the_inspector_to_the_next(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(optimizer={"key": "sgd", "lr": 1.0}))
    look_at(qtbot, window, "Step")
    assert run_to_end(qtbot, window).finished.reason is FinishReason.DIVERGED
    open_experiment(qtbot, window, linear_regression(training={"epochs": 20}))
    run_to_end(qtbot, window)
    wait_for_step(qtbot, window, 21)

    steps = steps_of(window)
    steps.show_stage(LOSS)
    weight, bias = newest_run(window).parameters.tolist()
    x, y = plain.noisy_line(42)
    loss = float(((weight * x + bias - y) ** 2).mean())
    text = steps.stages[LOSS].value.text().removeprefix("= ")
    assert float(text) == pytest.approx(loss, rel=1e-4)


def test_an_engine_killed_in_mid_run_leaves_the_inspector_to_the_next(qtbot, own_window) -> None:
    window = own_window
    open_experiment(qtbot, window, linear_regression(training=FOREVER))
    look_at(qtbot, window, "Step")
    press(qtbot, window, "run")
    run = newest_run(window)
    qtbot.waitUntil(lambda: run.steps > 100 and shown_step(window) != "", timeout=PATIENCE)
    os.kill(window.trainer.worker.engine_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    take_step(qtbot, window)
    wait_for_step(qtbot, window, 2)

    for _ in range(steps_of(window).stage, 5):
        qtbot.mouseClick(steps_of(window).on_button, LEFT)
    wait_for_step(qtbot, window, 3)
    assert newest_run(window) is not run
    assert newest_run(window).steps == 2


def test_nothing_is_asked_while_the_docks_are_hidden(qtbot, window, monkeypatch) -> None:
    requests: list[object] = []
    topics: list[str] = []
    send, ask = window.trainer.worker.send, window.scout.ask

    def note_request(request: object) -> None:
        requests.append(request)
        send(request)

    def note_topic(topic: str, *question: object) -> None:
        topics.append(topic)
        ask(topic, *question)

    monkeypatch.setattr(window.trainer.worker, "send", note_request)
    monkeypatch.setattr(window.scout, "ask", note_topic)
    open_experiment(qtbot, window, linear_regression())
    window.trainer.limit_speed(2000.0)
    run_to_end(qtbot, window)

    assert not [request for request in requests if isinstance(request, Inspect)]
    assert "prediction" in topics
    assert "evaluation" not in topics
    look_at(qtbot, window, "Step")
    wait_for_step(qtbot, window, 1001)
    assert sum(isinstance(request, Inspect) for request in requests) == 1


def test_a_view_that_comes_to_the_front_shows_the_present_step(qtbot, window) -> None:
    look_at(qtbot, window, "Layers")
    take_step(qtbot, window)
    settle(qtbot, window)
    look_at(qtbot, window, "Step")
    wait_for_step(qtbot, window, 2)
    look_at(qtbot, window, "Loss landscape")
    take_step(qtbot, window)
    qtbot.waitUntil(lambda: newest_run(window).steps == 2, timeout=PATIENCE)
    settle(qtbot, window)
    look_at(qtbot, window, "Step")
    wait_for_step(qtbot, window, 3)


def test_where_the_start_is_shown_there_is_no_step(qtbot, window) -> None:
    look_at(qtbot, window, "Step")
    take_step(qtbot, window)
    wait_for_step(qtbot, window, 2)
    press(qtbot, window, "reset")
    settle(qtbot, window)

    assert steps_of(window).nothing.isVisible()
    assert window.stage.inspection.layers.grid.grid.rowCount() == 0
