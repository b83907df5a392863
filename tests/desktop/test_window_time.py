"""Going back and forth in a run: what the window shows of each step, and how one gets there."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
import safetensors.numpy
import torch
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QToolButton
from sklearn import datasets
from torch import nn

from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.desktop.settings import Settings
from gd_studio.link.messages import Forget
from gd_studio.recording import Run, RunState
from tests.desktop.person import retype
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression, model_on
from tests.helpers.windows import (
    PATIENCE,
    acquaint,
    look_at,
    open_experiment,
    press,
    run_to_end,
    settle,
)

FOREVER = {"epochs": 1_000_000_000}
LEFT = Qt.MouseButton.LeftButton
ALT = Qt.KeyboardModifier.AltModifier
BACKWARD = 3
FALLING = {"key": "step", "step_size": 30, "gamma": 0.5}


SOFTMAX_ON_DIGITS = model_on(
    "digits",
    "softmax",
    "cross-entropy",
    optimizer={"key": "sgd", "lr": 0.5, "momentum": 0.9},
    training={"epochs": 150},
)


@pytest.fixture(scope="module", autouse=True)
def _acquainted(_lasting_window):
    acquaint(
        _lasting_window,
        linear_regression(optimizer={"key": "adam", "lr": 0.003}, schedule=FALLING),
        circle_perceptron(),
        SOFTMAX_ON_DIGITS,
        function(),
    )


@pytest.fixture(autouse=True)
def _one_thread():
    """Sums over many samples depend on how many threads share them; an engine has one."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@dataclass
class Plain:
    """A plain loop: of each step the loss, the gradient and the rate; parameters from the start."""

    losses: list[float]
    gradients: list[torch.Tensor]
    rates: list[float]
    parameters: list[torch.Tensor]


def plain_run(model, criterion, x, y, optimizer, steps: int, schedule: Any = None) -> Plain:
    flat = lambda tensors: torch.cat([t.detach().reshape(-1) for t in tensors]).clone()  # noqa: E731
    found = Plain([], [], [], [flat(model.parameters())])
    for _ in range(steps):
        optimizer.zero_grad()
        loss = criterion(model(x), y)
        loss.backward()
        found.losses.append(loss.item())
        found.gradients.append(flat(p.grad for p in model.parameters()))
        found.rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if schedule is not None:
            schedule.step()
        found.parameters.append(flat(model.parameters()))
    return found


def plain_line(steps: int) -> Plain:
    """Linear regression whose learning rate is halved every 30 steps."""
    x, y = plain.noisy_line(42)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=30, gamma=0.5)
    return plain_run(model, nn.MSELoss(), x, y, optimizer, steps, schedule)


def type_step(qtbot, window: MainWindow, step: int) -> None:
    retype(qtbot, window.time_bar.field, str(step))
    qtbot.keyClick(window.time_bar.field, Qt.Key.Key_Return)


def click(qtbot, window: MainWindow, key: str) -> None:
    action = window.actions_of_window[key]
    buttons = window.time_bar.findChildren(QToolButton)
    button = next(b for b in buttons if b.defaultAction() is action)
    assert button.isEnabled(), f"{key} cannot be clicked"
    qtbot.mouseClick(button, LEFT)


def arrive(qtbot, window: MainWindow) -> Run:
    """Wait until all is shown of the step that is looked at."""
    run = window.timeline.run
    assert run is not None
    qtbot.waitUntil(lambda: run.is_there, timeout=PATIENCE)
    settle(qtbot, window)
    return run


def by_key(
    qtbot, window: MainWindow, key: Qt.Key, modifiers=Qt.KeyboardModifier.NoModifier
) -> None:
    """Press a key, wherever the focus is."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    qtbot.keyClick(window.focusWidget() or window, key, modifiers)


def go_to(qtbot, window: MainWindow, step: int) -> Run:
    type_step(qtbot, window, step)
    return arrive(qtbot, window)


def wait_for_inspected(qtbot, window: MainWindow, number: int) -> Any:
    steps = window.stage.inspection.step.steps
    qtbot.waitUntil(lambda: steps.step_label.text() == f"Step {number:,}", timeout=PATIENCE)
    return steps


def hold_after(qtbot, window: MainWindow, steps: int) -> Run:
    """Begin a run and pause it when it has taken some steps."""
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps > steps, timeout=PATIENCE)
    press(qtbot, window, "pause")
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=PATIENCE)
    settle(qtbot, window)
    return run


# --- what is shown ------------------------------------------------------------------------------


def test_a_step_of_a_line_is_shown_in_every_plot_as_a_plain_loop_has_it(qtbot, window) -> None:
    experiment = linear_regression(schedule=FALLING, training={"epochs": 200})
    open_experiment(qtbot, window, experiment)
    run_to_end(qtbot, window)
    expected = plain_line(200)
    for step in (100, 45, 46):
        go_to(qtbot, window, step)
        weight, bias = expected.parameters[step].tolist()
        fit = window.stage.prediction.fit.line
        np.testing.assert_allclose(fit.y, weight * fit.x + bias, rtol=1e-5)

        paths, colour = window.stage.landscape.map.paths, window.table.rows[-1].colour
        np.testing.assert_array_equal(paths.ends.points, [[weight, bias]])
        passed, ahead = paths.line(colour), paths.line_ahead(colour)
        assert (passed.x[-1], passed.y[-1]) == (weight, bias)
        assert [ahead.x[-1], ahead.y[-1]] == expected.parameters[200].tolist()
        assert ahead.colour.alphaF() < passed.colour.alphaF()

        lr = write_number(expected.rates[step - 1])
        for plot, value in (
            (window.stage.curves.loss, expected.losses[step - 1]),
            (window.stage.curves.grad_norm, expected.gradients[step - 1].norm().item()),
        ):
            assert plot.moment.isVisible()
            assert plot.moment.step == step
            assert plot.moment.text.startswith(f"step {step}: ")
            assert plot.moment.text.endswith(f" {write_number(value)}, lr {lr}")
        rates = window.stage.curves.learning_rate.moment
        assert (rates.step, rates.text) == (step, f"step {step}: lr {lr}")
        assert window.status.text() == f"Step {step} of 200 (looking back)"
        assert window.time_bar.slider.value() == window.time_bar.field.value() == step

    click(qtbot, window, "time-newest")
    arrive(qtbot, window)
    paths = window.stage.landscape.map.paths
    assert paths.ends.points.tolist() == [expected.parameters[200].tolist()]
    assert paths.line_ahead(colour) is None
    assert not window.stage.curves.loss.moment.isVisible()
    assert "looking back" not in window.status.text()


def test_the_step_that_comes_next_there_is_taken_apart(qtbot, window) -> None:
    experiment = linear_regression(schedule=FALLING, training={"epochs": 200})
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Step")
    run_to_end(qtbot, window)
    expected = plain_line(200)
    heard: list[Any] = []
    window.trainer.inspected.connect(heard.append)
    for step in (100, 30, 29, 0):
        go_to(qtbot, window, step)
        steps = wait_for_inspected(qtbot, window, step + 1)
        steps.show_stage(BACKWARD)
        gradient = expected.gradients[step]
        assert steps.stages[BACKWARD].norm.text() == f"‖g‖ = {write_number(gradient.norm().item())}"
        grid = steps.stages[BACKWARD].grid.grid
        assert [grid.cell(row, 2).text for row in range(2)] == [
            write_number(g, 3) for g in gradient.tolist()
        ]
        assert heard[-1].inspection.step == step + 1
        assert heard[-1].inspection.lr == expected.rates[step]
    window.trainer.inspected.disconnect(heard.append)


def test_the_boundary_of_a_step_is_that_of_a_plain_loop_stopped_there(qtbot, window) -> None:
    open_experiment(qtbot, window, circle_perceptron(training={"epochs": 300}))
    run_to_end(qtbot, window)
    x, y = plain.circle(42)
    model = plain.perceptron()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    expected = plain_run(model, nn.BCELoss(), x, y, optimizer, 120)
    for step in (60, 120):
        run = go_to(qtbot, window, step)
        assert run.parameters.tolist() == expected.parameters[step].tolist()
        there = plain.perceptron()
        nn.utils.vector_to_parameters(expected.parameters[step], there.parameters())
        boundary = window.stage.prediction.boundary
        with torch.no_grad():
            shares = there(torch.from_numpy(boundary.inputs)).numpy().reshape(-1)
        np.testing.assert_allclose(
            np.sort(boundary.map.shares.reshape(-1)), np.sort(shares), atol=1e-5
        )
        first, second = window.stage.landscape.picker.axes
        point = expected.parameters[step][[first, second]].tolist()
        assert window.stage.landscape.map.paths.ends.points.tolist() == [point]
        look_at(qtbot, window, "Evaluation")
        settle(qtbot, window)
        with torch.no_grad():
            right = ((there(x) > 0.5) == (y > 0.5)).float().mean().item()
        metrics = window.stage.evaluation.metrics
        rows = {metrics.text(i, 0): metrics.text(i, 1) for i in range(metrics.rowCount())}
        assert rows["Accuracy"] == write_number(right)
        look_at(qtbot, window, "Decision boundary")


def test_a_model_of_which_few_steps_were_recorded_is_shown_as_it_was(
    qtbot, window, tmp_path
) -> None:
    open_experiment(qtbot, window, SOFTMAX_ON_DIGITS)
    run_to_end(qtbot, window)
    features, targets = datasets.load_digits(return_X_y=True)
    x, y = torch.from_numpy(features / 16).float(), torch.from_numpy(targets)
    torch.manual_seed(42)
    model = nn.Linear(64, 10)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
    expected = plain_run(model, nn.CrossEntropyLoss(), x, y, optimizer, 150)
    recorded = window.timeline.run.recording.parameter_steps.tolist()
    step = next(k for k in range(3, 150) if k not in recorded)
    run = go_to(qtbot, window, step)
    there = expected.parameters[step]
    assert run.parameters.tolist() == there.tolist()

    nn.utils.vector_to_parameters(there, model.parameters())
    with torch.no_grad():
        guess = model(x[:60]).argmax(dim=1).tolist()
    assert window.stage.prediction.images.data().values[2].tolist() == [str(g) for g in guess]
    window.documents.save_model(tmp_path / "then.safetensors")
    saved = safetensors.numpy.load_file(tmp_path / "then.safetensors")
    assert saved["weight"].reshape(-1).tolist() == there[:640].tolist()
    assert saved["bias"].tolist() == there[640:].tolist()
    told = f"Saved then.safetensors: the parameters after step {step} of {run.name}"
    assert window.status.text() == told


def test_every_start_of_a_function_goes_back(qtbot, window) -> None:
    starts = ((1.0, 2.0), (-1.0, 0.5), (2.0, -2.0))
    open_experiment(qtbot, window, function(starts=starts))
    run_to_end(qtbot, window)
    go_to(qtbot, window, 30)
    expected = window.timeline.run.recording.parameters[30].reshape(3, 2)

    assert window.stage.landscape.map.paths.ends.points.tolist() == expected.tolist()
    # The gradient of a quadratic bowl is linear: each start shrinks by the same factors.
    begin = np.array(starts)
    factors = (expected / begin)[0]
    np.testing.assert_allclose(expected, begin * factors, rtol=1e-5)
    assert (factors < 1).all()


# --- how one gets there -------------------------------------------------------------------------


def test_the_keys_and_buttons_go_a_step_at_once_and_to_the_ends(qtbot, window) -> None:
    run = run_to_end(qtbot, window)
    for key, modifiers, expected in (
        (Qt.Key.Key_Left, ALT, 999),
        (Qt.Key.Key_Left, ALT, 998),
        (Qt.Key.Key_Right, ALT, 999),
        (Qt.Key.Key_Right, ALT, None),
        (Qt.Key.Key_Home, ALT, 0),
        (Qt.Key.Key_End, ALT, None),
    ):
        by_key(qtbot, window, key, modifiers)
        assert run.position == expected
    for action, expected in (
        ("time-back", 999),
        ("time-start", 0),
        ("time-forward", 1),
        ("time-newest", None),
    ):
        click(qtbot, window, action)
        assert run.position == expected
    assert not window.actions_of_window["time-forward"].isEnabled()
    press(qtbot, window, "step")  # at the newest a step begins another run
    qtbot.waitUntil(lambda: len(window.table.rows) == 2, timeout=PATIENCE)


def test_the_handle_comes_to_the_mouse_and_is_dragged_along_the_run(qtbot, window) -> None:
    run = run_to_end(qtbot, window)
    slider = window.time_bar.slider
    middle = slider.rect().center()
    qtbot.mousePress(slider, LEFT, pos=middle)
    positions = [run.step_shown]
    assert abs(positions[0] - 500) < 5
    for x in (middle.x() - 50, middle.x() - 100, middle.x() + 80):
        qtbot.mouseMove(slider, QPoint(x, middle.y()))
        positions.append(run.step_shown)
    qtbot.mouseRelease(slider, LEFT, pos=QPoint(middle.x() + 80, middle.y()))
    assert positions[2] < positions[1] < positions[0] < positions[3]
    assert window.time_bar.field.value() == run.position == positions[3]
    arrive(qtbot, window)
    assert run.visited.step == run.position


def test_playing_goes_to_the_ends_and_holds_there(qtbot, window) -> None:
    run = run_to_end(qtbot, window)
    window.time_bar.speeds.setCurrentIndex(window.time_bar.speeds.count() - 2)
    click(qtbot, window, "time-play-back")
    seen: set[int] = set()
    window.timeline.playback.reached.connect(seen.add)
    qtbot.waitUntil(lambda: run.position == 0, timeout=PATIENCE)
    assert window.timeline.playback.direction == 0
    assert not window.actions_of_window["time-hold"].isEnabled()
    arrive(qtbot, window)
    start_weight, start_bias = run.recording.start.tolist()
    fit = window.stage.prediction.fit.line
    np.testing.assert_allclose(fit.y, start_weight * fit.x + start_bias, rtol=1e-5, atol=1e-6)
    click(qtbot, window, "time-play")
    qtbot.waitUntil(lambda: run.position is None, timeout=PATIENCE)
    assert window.timeline.playback.direction == 0
    arrive(qtbot, window)
    end = run.finished.parameters.tolist()
    assert window.stage.landscape.map.paths.ends.points.tolist() == [end]
    assert len(seen) > 4
    window.timeline.playback.reached.disconnect(seen.add)
    window.time_bar.speeds.setCurrentIndex(0)


def test_playing_holds_where_it_is_told_to(qtbot, window) -> None:
    run = run_to_end(qtbot, window)
    click(qtbot, window, "time-play")
    qtbot.waitUntil(lambda: (run.position or 0) > 5, timeout=PATIENCE)
    click(qtbot, window, "time-hold")
    at = run.position
    qtbot.wait(100)
    assert run.position == at
    assert at is not None


# --- a run that goes on -------------------------------------------------------------------------


def test_going_back_holds_a_run_and_resuming_ends_as_if_nobody_had_looked(qtbot, window) -> None:
    experiment = linear_regression(
        optimizer={"key": "adam", "lr": 0.003}, schedule=FALLING, training={"epochs": 4000}
    )
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Step")
    window.trainer.limit_speed(2000)
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps > 200, timeout=PATIENCE)
    assert window.time_bar.slider.value() == window.time_bar.slider.maximum()
    slider = window.time_bar.slider
    qtbot.mouseClick(slider, LEFT, pos=QPoint(slider.width() // 3, slider.height() // 2))
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=PATIENCE)
    arrive(qtbot, window)
    assert 0 < run.position < run.steps
    assert "looking back" in window.status.text()
    at, steps = run.position, run.steps
    press(qtbot, window, "step")
    assert (run.position, run.steps) == (at + 1, steps)
    arrive(qtbot, window)
    wait_for_inspected(qtbot, window, at + 2)

    assert window.actions_of_window["run"].text() == "Resume"
    press(qtbot, window, "run")
    assert run.position is None
    qtbot.waitUntil(lambda: run.steps > steps + 100, timeout=PATIENCE)
    click(qtbot, window, "time-start")
    arrive(qtbot, window)
    window.trainer.limit_speed(None)
    press(qtbot, window, "run")
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    x, y = plain.noisy_line(42)
    model = nn.Linear(1, 1)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.003)
    schedule = torch.optim.lr_scheduler.StepLR(optimizer, step_size=30, gamma=0.5)
    expected = plain_run(model, nn.MSELoss(), x, y, optimizer, 4000, schedule)
    assert run.steps == 4000
    assert run.finished.parameters.tolist() == expected.parameters[4000].tolist()
    assert run.recording.loss.tolist() == expected.losses


def test_a_run_that_is_stopped_while_looking_back_ends_at_its_newest_step(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(training=FOREVER))
    run = hold_after(qtbot, window, 100)
    steps = run.steps
    go_to(qtbot, window, 10)
    press(qtbot, window, "stop")
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    assert run.position is None
    assert run.finished.steps == steps
    assert run.finished.parameters.tolist() == run.recording.latest.tolist()
    run = go_to(qtbot, window, 20)  # and it can still be looked at
    assert run.visited.parameters.tolist() == run.recording.parameters[20].tolist()


def test_a_run_that_diverged_can_be_looked_at_until_it_did(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(optimizer={"key": "sgd", "lr": 1.0}))
    look_at(qtbot, window, "Step")
    run = run_to_end(qtbot, window)
    for step in (run.steps - 1, 3):
        go_to(qtbot, window, step)
        wait_for_inspected(qtbot, window, step + 1)
        assert run.visited.parameters.tolist() == run.recording.parameters[step].tolist()


def test_earlier_runs_are_gone_through_as_well_and_keep_their_place(qtbot, window) -> None:
    first = run_to_end(qtbot, window)
    go_to(qtbot, window, 70)
    open_experiment(qtbot, window, linear_regression(optimizer={"key": "sgd", "lr": 0.005}))
    second = run_to_end(qtbot, window)
    go_to(qtbot, window, 30)
    window.runs.select(window.table.rows[0])
    arrive(qtbot, window)
    assert (first.position, second.position) == (70, 30)
    assert window.status.text() == "Step 70 of 1,000 (looking back)"
    weight, bias = first.recording.parameters[70].tolist()
    fit = window.stage.prediction.fit.line
    np.testing.assert_allclose(fit.y, weight * fit.x + bias, rtol=1e-5)
    paths = window.stage.landscape.map.paths
    np.testing.assert_array_equal(
        paths.ends.points, [[weight, bias], second.recording.latest.tolist()]
    )


def test_the_engine_forgets_a_run_that_is_taken_off_the_list(qtbot, window, monkeypatch) -> None:
    run = run_to_end(qtbot, window)
    sent: list[Any] = []
    monkeypatch.setattr(window.trainer.worker, "send", sent.append)
    window.runs.setFocus()
    by_key(qtbot, window, Qt.Key.Key_Delete)
    assert Forget(run.number) in sent
    assert not window.time_bar.isEnabled()


# --- long ways ----------------------------------------------------------------------------------


def begin_a_long_way(qtbot, window: MainWindow) -> Run:
    """Go to a step before which the engine has kept no moment but the start."""
    open_experiment(qtbot, window, linear_regression(training={"epochs": 20_000}))
    window.trainer.limit_snapshots(1)
    run = run_to_end(qtbot, window)
    window.trainer.limit_snapshots(window.settings.memory)
    type_step(qtbot, window, 19_900)
    qtbot.waitUntil(lambda: "Esc gives up" in window.status.text(), timeout=PATIENCE)
    assert window.status.text().startswith("Going back to step 19,900: ")
    assert not run.is_there
    return run


def test_a_long_way_says_how_far_it_is_and_escape_gives_it_up(qtbot, window) -> None:
    run = begin_a_long_way(qtbot, window)
    by_key(qtbot, window, Qt.Key.Key_Escape)
    assert run.position is None
    assert not window.actions_of_window["time-cancel"].isEnabled()
    assert "Going back" not in window.status.text()
    arrive(qtbot, window)
    assert run.position is None


def test_a_long_way_is_given_up_for_another_step(qtbot, window) -> None:
    run = begin_a_long_way(qtbot, window)
    type_step(qtbot, window, 10)
    arrive(qtbot, window)
    assert run.visited.step == 10
    assert run.visited.parameters.tolist() == run.recording.parameters[10].tolist()


def test_where_the_engine_is_lost_on_its_way_the_newest_step_is_shown(qtbot, own_window) -> None:
    run = begin_a_long_way(qtbot, own_window)
    os.kill(own_window.trainer.worker.engine_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: run.position is None, timeout=PATIENCE)
    assert "lost on its way to step 19,900" in own_window.notice.text
    # The next engine has never seen the run, and takes its steps again.
    go_to(qtbot, own_window, 20)
    assert run.visited.parameters.tolist() == run.recording.parameters[20].tolist()


# --- memory -------------------------------------------------------------------------------------


def test_the_memory_for_going_back_is_chosen_remembered_and_told(
    qtbot, window, monkeypatch
) -> None:
    assert window.status.memory.text().endswith(" of 256 MB")
    action = next(a for a in window.memory_menu.actions() if a.text() == "64 MB")
    action.trigger()
    assert window.status.memory.text().endswith(" of 64 MB")
    assert Settings().memory == 64_000_000
    sent: list[Any] = []
    send = window.trainer.worker.send

    def remember(request: Any) -> None:
        sent.append(request)
        send(request)

    monkeypatch.setattr(window.trainer.worker, "send", remember)
    run = run_to_end(qtbot, window)
    assert sent[0].snapshot_bytes == 64_000_000
    assert run.snapshot_bytes > 0
    used = f"{run.snapshot_bytes / 1e6:.1f}" if run.snapshot_bytes >= 50_000 else "< 0.1"
    assert window.status.memory.text() == f"History {used} of 64 MB"
    assert "taken back" in window.status.memory.toolTip()
    next(a for a in window.memory_menu.actions() if a.text() == "256 MB").trigger()


def test_nothing_is_said_of_looking_back_once_another_experiment_is_open(qtbot, window):
    open_experiment(qtbot, window, linear_regression(training={"epochs": 40}))
    run_to_end(qtbot, window)
    type_step(qtbot, window, 7)
    qtbot.waitUntil(lambda: "looking back" in window.status.text(), timeout=PATIENCE)

    open_experiment(qtbot, window, circle_perceptron())

    qtbot.waitUntil(lambda: window.status.text() == "Ready", timeout=PATIENCE)
