from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox
from torch import nn

from gd_studio.link.messages import FinishReason
from gd_studio.recording import RunState
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression
from tests.helpers.windows import PATIENCE, open_experiment, press, run_to_end, settle


def test_a_click_on_run_trains_and_fills_every_plot(qtbot, window) -> None:
    run = run_to_end(qtbot, window)
    x, y = plain.noisy_line(42)
    make_optimizer = lambda p: torch.optim.SGD(p, lr=0.01)  # noqa: E731
    expected = plain.train(nn.Linear(1, 1), nn.MSELoss(), x, y, make_optimizer, 1000)
    weight, bias = expected.parameters[-1].tolist()

    assert run.finished.reason is FinishReason.COMPLETED
    loss = window.stage.curves.loss.curve(str(window.table.rows[0].number))
    assert loss.x[0] == 1
    assert loss.x[-1] == 1000
    path = window.stage.landscape.map.paths
    assert path.starts.points.tolist() == [[pytest.approx(v) for v in run.recording.start]]
    np.testing.assert_allclose(path.ends.points, [[weight, bias]])
    fit = window.stage.prediction.fit.line
    np.testing.assert_allclose(fit.y, weight * fit.x + bias, rtol=1e-5)
    np.testing.assert_allclose(
        window.stage.prediction.fit.points.points[:, 1], y.numpy().reshape(-1)
    )
    assert "1,000 / 1,000" in window.status.progress.text
    table = window.table
    row = [table.index(0, column).data() for column in range(table.columnCount())]
    residuals = weight * x + bias - y
    r2 = 1 - (residuals**2).sum().item() / ((y - y.mean()) ** 2).sum().item()
    losses = ["0.66321", "0.66321", "–"]
    assert row == [run.name, "completed", "1,000 / 1,000", *losses, f"R² {r2:.6g}"]


def test_pause_step_resume_and_stop_do_what_they_say(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(training={"epochs": 10_000_000}))
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps > 100, timeout=PATIENCE)
    press(qtbot, window, "pause")
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=PATIENCE)
    at = run.steps
    qtbot.wait(100)
    assert run.steps == at
    press(qtbot, window, "step")
    qtbot.waitUntil(lambda: run.steps == at + 1, timeout=PATIENCE)
    qtbot.wait(100)
    assert run.steps == at + 1
    assert window.actions_of_window["run"].text() == "Resume"
    press(qtbot, window, "run")
    qtbot.waitUntil(lambda: run.steps > at + 100, timeout=PATIENCE)
    press(qtbot, window, "stop")
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)

    assert run.finished.reason is FinishReason.STOPPED
    assert run.finished.steps == run.steps
    assert run.recording.step.tolist() == list(range(1, run.steps + 1))
    assert len(window.table.rows) == 1


def test_step_without_a_run_begins_one_and_holds_after_its_first_step(qtbot, window) -> None:
    press(qtbot, window, "step")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps == 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=PATIENCE)
    press(qtbot, window, "step")
    qtbot.waitUntil(lambda: run.steps == 2, timeout=PATIENCE)


def test_reset_shows_the_start_again_and_keeps_the_run_in_the_list(qtbot, window) -> None:
    run_to_end(qtbot, window)
    press(qtbot, window, "reset")
    settle(qtbot, window)
    subject = window.studio.subject

    assert subject.focus is None
    start_weight, start_bias = subject.preview.start.tolist()
    fit = window.stage.prediction.fit.line
    np.testing.assert_allclose(fit.y, start_weight * fit.x + start_bias, rtol=1e-5, atol=1e-6)
    assert len(window.table.rows) == 1


def test_a_run_that_diverges_says_so_and_no_plot_shows_what_is_not_finite(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(optimizer={"key": "sgd", "lr": 1.0}))
    run = run_to_end(qtbot, window)

    assert run.finished.reason is FinishReason.DIVERGED
    assert "Diverged at step" in window.notice.text
    qtbot.waitUntil(lambda: run.diagnosis is not None, timeout=PATIENCE)
    assert "the learning rate 1 is above 2/λmax" in window.notice.text
    curves = window.stage.curves
    plots = [window.stage.landscape.map, curves.loss, curves.grad_norm, window.stage.prediction.fit]
    for plot in plots:
        assert np.isfinite(plot.shown()).all()
    open_experiment(qtbot, window, linear_regression())
    assert run_to_end(qtbot, window).finished.reason is FinishReason.COMPLETED
    assert window.notice.text == ""


def test_the_boundary_follows_the_perceptron(qtbot, window) -> None:
    open_experiment(qtbot, window, circle_perceptron())
    run = run_to_end(qtbot, window)
    boundary = window.stage.prediction.boundary
    assert window.stage.prediction.currentWidget() is boundary
    model = plain.perceptron()
    flat = torch.from_numpy(run.finished.parameters)
    nn.utils.vector_to_parameters(flat, model.parameters())
    expected = model(torch.from_numpy(boundary.inputs)).detach().numpy().reshape(-1)

    shown = boundary.map.shares.reshape(-1)
    np.testing.assert_allclose(np.sort(shown), np.sort(expected), atol=1e-5)
    assert not window.stage.landscape.picker.isHidden()
    assert "39" in window.stage.landscape.map.caption_label.text()


def test_other_axes_of_a_slice_can_be_picked(qtbot, window) -> None:
    open_experiment(qtbot, window, circle_perceptron(training={"epochs": 50}))
    run = run_to_end(qtbot, window)
    across, up = window.stage.landscape.picker.boxes
    for box, index in ((across, 40), (up, 2)):
        box.setCurrentIndex(index)
        box.activated.emit(index)
    settle(qtbot, window)

    np.testing.assert_allclose(
        window.stage.landscape.map.paths.ends.points[0], run.finished.parameters[[40, 2]], rtol=1e-6
    )
    assert window.stage.landscape.map.view.x_axis.labelText == "2.bias"


def test_all_runs_on_the_same_landscape_are_drawn_and_a_hidden_one_is_not(qtbot, window) -> None:
    first = run_to_end(qtbot, window)
    open_experiment(qtbot, window, linear_regression(optimizer={"key": "sgd", "lr": 0.001}))
    second = run_to_end(qtbot, window)
    ends = window.stage.landscape.map.paths.ends
    np.testing.assert_allclose(ends.points, np.array([first.parameters, second.parameters]))
    table = window.table
    table.setData(table.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    settle(qtbot, window)
    np.testing.assert_allclose(ends.points[0], second.finished.parameters)
    assert len(ends.points) == 1
    assert not window.stage.curves.loss.curve(str(table.rows[0].number)).isVisible()
    window.runs.select(table.rows[0])
    window.runs.delete_selected()
    settle(qtbot, window)
    assert [row.run for row in table.rows] == [second]


def test_editing_a_run_s_name_changes_the_list_and_the_legend(qtbot, window) -> None:
    run_to_end(qtbot, window)
    table = window.table
    run_to_end(qtbot, window)  # a legend is for two and more
    assert table.setData(table.index(0, 0), "slow and steady")
    assert not table.setData(table.index(0, 0), "   ")
    settle(qtbot, window)

    assert table.index(0, 0).data() == "slow and steady"
    legend = window.stage.curves.loss.legend.text().replace("&nbsp;", " ")
    assert "slow and steady" in legend


def test_a_one_variable_function_shows_its_curve_with_the_point_on_it(qtbot, window) -> None:
    experiment = function(
        "custom",
        settings={"formula": "(sin(2*p) + p**2 - 0.5)**2"},
        starts=[[1.0]],
        optimizer={"key": "sgd", "lr": 0.1},
        training={"steps": 200},
    )
    open_experiment(qtbot, window, experiment)
    run = run_to_end(qtbot, window)
    curve = window.stage.landscape.curve
    p = float(run.finished.parameters[0])

    assert curve.isVisible()
    np.testing.assert_allclose(curve.paths.ends.points[0], [p, 0.0], atol=1e-3)
    x, f = curve.curve.x, curve.curve.y
    np.testing.assert_allclose(f, (np.sin(2 * x) + x**2 - 0.5) ** 2, rtol=1e-4, atol=1e-6)
    assert not window.stage.prediction.isVisible()


def test_a_start_that_is_added_moved_and_removed_changes_the_experiment(qtbot, window) -> None:
    open_experiment(qtbot, window, function("himmelblau", starts=[[0.0, 0.0], [1.0, 1.0]]))
    plot = window.stage.landscape.map
    plot.start_added.emit(2.0, -3.0)
    settle(qtbot, window)
    assert window.panels.experiment().problem.starts == ((0.0, 0.0), (1.0, 1.0), (2.0, -3.0))
    plot.start_moved.emit(1, -1.5, 0.5)
    settle(qtbot, window)
    plot.start_removed.emit(0)
    settle(qtbot, window)
    assert window.panels.experiment().problem.starts == ((-1.5, 0.5), (2.0, -3.0))
    assert sorted(plot.paths.starts.points.tolist()) == [[-1.5, 0.5], [2.0, -3.0]]


def test_zooming_evaluates_the_function_at_the_new_range(qtbot, window) -> None:
    open_experiment(qtbot, window, function("sine-product"))
    plot = window.stage.landscape.map
    plot.box.setRange(xRange=(4.0, 4.5), yRange=(6.0, 6.5), padding=0)
    plot.follows = False
    plot.range_changed.emit(plot.shown())
    settle(qtbot, window)

    x, y = 4.4113263959, 6.2831853072
    expected = np.sin(x) * np.cos(y) + np.sin(x / 2) * np.cos(y / 2)
    assert plot.value_at(x, y) == pytest.approx(expected, abs=1e-5)
    assert plot.value_at(3.0, 6.2) is None


def test_a_run_begun_before_the_preview_has_come_is_the_one_that_is_shown(qtbot, window) -> None:
    experiment = linear_regression(seed=9)
    window.open_experiment(experiment)  # asks for the preview; nobody waits for it
    run = run_to_end(qtbot, window)

    assert window.studio.subject.focus.run is run
    np.testing.assert_allclose(
        window.stage.landscape.map.paths.ends.points[0], run.finished.parameters
    )
    x = window.stage.prediction.fit.line.x
    weight, bias = run.finished.parameters
    np.testing.assert_allclose(window.stage.prediction.fit.line.y, weight * x + bias, rtol=1e-5)


def test_reset_right_after_a_run_was_begun_shows_the_start(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(training={"epochs": 10_000_000}))
    for key in ("run", "reset"):
        window.actions_of_window[key].trigger()
    qtbot.waitUntil(lambda: window.trainer.active is None, timeout=PATIENCE)
    settle(qtbot, window)

    assert window.studio.subject.focus is None


def test_a_path_that_overshoots_and_comes_back_stays_in_view(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(optimizer={"key": "sgd", "lr": 0.02}))
    run = run_to_end(qtbot, window)
    ranges = window.stage.landscape.map.shown()
    for axis in range(2):
        low, high = ranges[axis]
        assert low <= run.recording.parameters[:, axis].min()
        assert high >= run.recording.parameters[:, axis].max()


def test_curves_of_another_problem_are_not_shown_beside_these(qtbot, window) -> None:
    first = run_to_end(qtbot, window)
    open_experiment(qtbot, window, circle_perceptron(training={"epochs": 5}))
    run_to_end(qtbot, window)
    rows = window.table.rows
    assert not window.stage.curves.loss.curve(str(rows[0].number)).isVisible()
    window.runs.select(rows[0])
    settle(qtbot, window)

    assert window.studio.subject.focus.run is first
    assert window.stage.curves.loss.curve(str(rows[0].number)).isVisible()
    assert not window.stage.curves.loss.curve(str(rows[1].number)).isVisible()


def test_what_is_said_of_a_run_goes_with_it(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression(optimizer={"key": "sgd", "lr": 1.0}))
    run_to_end(qtbot, window)
    assert window.notice.text
    open_experiment(qtbot, window, linear_regression())

    assert window.notice.text == ""
    assert window.status.text() == "Ready"
    assert window.status.progress.text == ""


def test_a_form_with_something_wrong_says_why_nothing_can_be_run(qtbot, window) -> None:
    field = window.panels.training.findChild(QAbstractSpinBox)
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, "0")

    assert not window.actions_of_window["run"].isEnabled()
    assert window.status.text().startswith("Cannot run: training.epochs")
    field.selectAll()
    qtbot.keyClicks(field, "1000")
    assert window.actions_of_window["run"].isEnabled()


def test_the_layout_can_be_put_back(qtbot, window) -> None:
    for dock in window.docks:
        if dock.objectName() in ("Loss", "Runs"):
            dock.close()
    window.actions_of_window["reset-layout"].trigger()
    qtbot.wait(50)

    assert all(dock.isVisible() for dock in window.docks)
    panels = next(dock for dock in window.docks if dock.objectName() == "Experiment")
    assert 300 <= panels.width() <= 460
