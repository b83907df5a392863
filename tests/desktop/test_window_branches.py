"""Branches: runs that share the first steps of another one, in the window."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QApplication, QDialogButtonBox, QMenu
from torch import nn

from gd_studio.desktop.dialogs.branch import BranchDialog
from gd_studio.desktop.runs.branch_delegate import INDENT
from gd_studio.desktop.runs.table import FORK_ROLE, NAME, TREE_ROLE
from gd_studio.link.messages import FinishReason
from gd_studio.recording import Run
from tests.desktop.person import choose, retype
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression
from tests.helpers.sessions import run as session_of
from tests.helpers.windows import PATIENCE, open_experiment, press, run_to_end, settle

STEPS = 200
CIRCLE = circle_perceptron(training={"epochs": STEPS})


def rate_field(window):
    return window.panels.optimizer.choice.form.field("lr")


def look_back(qtbot, window, step: int) -> None:
    window.time_bar.slider.setValue(step)
    run = window.timeline.run
    qtbot.waitUntil(lambda: run.position == step and run.is_there, timeout=PATIENCE)


def branch(qtbot, window, step: int, rate: str) -> Run:
    """Look back, type another learning rate, and press Branch; wait for the end."""
    look_back(qtbot, window, step)
    retype(qtbot, rate_field(window), rate)
    qtbot.waitUntil(window.actions_of_window["branch"].isEnabled, timeout=PATIENCE)
    press(qtbot, window, "branch")
    run = window.trainer.newest
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    settle(qtbot, window)
    return run


def delete(qtbot, window, run: Run) -> None:
    """Select a run in the list and press Delete."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    window.runs.select(window.table.listed(run))
    window.runs.setFocus()
    qtbot.keyClick(window.runs, Qt.Key.Key_Delete)
    assert window.table.listed(run) is None


def names_and_depths(window) -> list[tuple[str, int]]:
    table = window.table
    places = [table.index(row, NAME) for row in range(table.rowCount())]
    return [(place.data(), len(place.data(TREE_ROLE))) for place in places]


def test_a_branch_shares_the_past_and_ends_as_the_same_run_from_its_start(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    parent = run_to_end(qtbot, window)
    before = parent.recording.loss.copy(), parent.experiment
    child = branch(qtbot, window, 60, "0.05")

    assert child.finished.reason is FinishReason.COMPLETED
    assert child.steps == STEPS
    for name in ("step", "loss", "grad_norm", "lr"):
        mine, theirs = getattr(child.recording, name), getattr(parent.recording, name)
        assert mine[:60].tolist() == theirs[:60].tolist()
    assert child.recording.lr.tolist() == [0.01] * 60 + [0.05] * (STEPS - 60)
    assert child.recording.loss[61] != parent.recording.loss[61]
    expected, end = session_of(CIRCLE.branch(60, {"optimizer.lr": 0.05}))
    assert child.recording.loss.tolist() == expected.loss.tolist()
    assert child.finished.parameters.tobytes() == end.parameters.tobytes()
    assert (parent.recording.loss == before[0]).all()
    assert parent.experiment is before[1]


def test_a_branch_ends_as_a_plain_loop_whose_rate_is_changed_on_the_way(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    run_to_end(qtbot, window)
    child = branch(qtbot, window, 60, "0.05")

    x, y = plain.circle(42)
    model = plain.perceptron()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    losses = []
    for step in range(STEPS):
        if step == 60:
            optimizer.param_groups[0]["lr"] = 0.05
        optimizer.zero_grad()
        loss = nn.BCELoss()(model(x), y)
        loss.backward()
        losses.append(loss.item())
        optimizer.step()
    assert child.recording.loss.tolist() == losses


def test_the_plots_hold_the_line_of_a_branch_from_where_it_leaves_its_parent(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    parent = run_to_end(qtbot, window)
    child = branch(qtbot, window, 60, "0.05")
    first, second = (str(row.number) for row in window.table.rows)
    curves = window.stage.curves

    assert curves.loss.curve(first).x[0] == 1
    for plot in (curves.loss, curves.grad_norm, curves.learning_rate):
        assert plot.curve(second).x[0] == 60
        assert plot.curve(second).x[-1] == STEPS
    assert [mark.text for mark in curves.loss.change_marks.marks] == ["lr 0.01 → 0.05"]
    assert [mark.place for mark in curves.loss.change_marks.marks] == [60]
    landscape = window.stage.landscape
    axes = list(landscape.terrain.axes)
    fork = parent.recording.parameters[60][axes]
    trunk, fork_path = landscape.map.paths.points()
    np.testing.assert_array_equal(fork_path[0], fork)
    assert len(fork_path) == STEPS - 60 + 1
    np.testing.assert_array_equal(fork_path[-1], child.finished.parameters[axes])
    np.testing.assert_array_equal(trunk, parent.recording.parameters[:, axes])
    np.testing.assert_array_equal(landscape.map.changes.points, [fork])


def test_a_branch_by_its_keys_is_the_only_run_that_is_selected(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    run_to_end(qtbot, window)
    look_back(qtbot, window, 60)
    retype(qtbot, rate_field(window), "0.05")
    qtbot.waitUntil(window.actions_of_window["branch"].isEnabled, timeout=PATIENCE)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    # Ctrl is held down then, and with the mouse it would add a row to the selection.
    qtbot.keyClick(rate_field(window), Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    child = window.trainer.newest
    assert child.experiment.changes

    assert window.runs.selected == (window.table.listed(child),)
    qtbot.waitUntil(lambda: child.is_over, timeout=PATIENCE)
    settle(qtbot, window)


def test_the_list_is_a_tree_of_runs_and_a_deleted_parent_leaves_its_branches(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    run_to_end(qtbot, window)
    child = branch(qtbot, window, 60, "0.05")
    grandchild = branch(qtbot, window, 100, "0.1")
    window.runs.select(window.table.rows[0])
    qtbot.waitUntil(lambda: window.studio.subject.focus.run is not grandchild, timeout=PATIENCE)
    sibling = branch(qtbot, window, 120, "0.2")
    names = [run.name for run in (child, grandchild, sibling)]

    assert "lr 0.05" in child.name
    assert "lr 0.1" in grandchild.name
    root = window.table.rows[0].run.name
    depths = [(root, 0), (names[0], 1), (names[1], 2), (names[2], 1)]
    assert names_and_depths(window) == depths
    table = window.table
    assert [table.index(row, NAME).data(TREE_ROLE) for row in range(4)] == [
        (),
        (True,),
        (True, False),
        (False,),
    ]
    forks = [table.index(row, NAME).data(FORK_ROLE) for row in range(4)]
    assert forks == ["", "from step 60", "from step 100", "from step 120"]
    spoken = table.index(1, NAME).data(Qt.ItemDataRole.AccessibleTextRole)
    assert f"Branched off {root} after step 60" in spoken

    delete(qtbot, window, table.rows[0].run)
    assert names_and_depths(window) == [(names[0], 0), (names[1], 1), (names[2], 0)]
    settle(qtbot, window)
    assert window.stage.curves.loss.curve(str(table.rows[0].number)).x[0] == 1
    assert window.stage.curves.loss.curve(str(table.rows[1].number)).x[0] == 100


def test_a_branch_whose_parent_is_gone_leaves_the_tree_that_its_parent_stood_in(
    qtbot, window
) -> None:
    open_experiment(qtbot, window, CIRCLE)
    root = run_to_end(qtbot, window)
    child = branch(qtbot, window, 60, "0.05")
    grandchild = branch(qtbot, window, 100, "0.1")
    window.runs.select(window.table.rows[0])
    sibling = branch(qtbot, window, 120, "0.2")
    delete(qtbot, window, child)

    assert names_and_depths(window) == [(root.name, 0), (sibling.name, 1), (grandchild.name, 0)]


def test_the_check_mark_of_a_branch_is_where_it_is_drawn(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    run_to_end(qtbot, window)
    branch(qtbot, window, 60, "0.05")
    view, row = window.runs, window.table.rows[1]
    cell = view.visualRect(window.table.index(1, NAME))
    middle = cell.center().y()
    left = Qt.MouseButton.LeftButton

    qtbot.mouseClick(view.viewport(), left, pos=QPoint(cell.left() + 8, middle))
    assert row.is_shown
    qtbot.mouseClick(view.viewport(), left, pos=QPoint(cell.left() + INDENT + 10, middle))
    assert not row.is_shown
    settle(qtbot, window)
    assert window.stage.curves.loss.change_marks.marks == ()


def test_what_keeps_a_branch_from_being_made_is_said(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    action = window.actions_of_window["branch"]
    assert not action.isEnabled()
    assert "Choose a run" in action.toolTip()
    run_to_end(qtbot, window)
    assert not action.isEnabled()
    assert f"ends at step {STEPS}" in action.toolTip()
    look_back(qtbot, window, 60)
    assert not action.isEnabled()
    assert "Change the learning rate" in action.toolTip()
    retype(qtbot, rate_field(window), "0.5")
    assert action.isEnabled()
    assert "learning rate 0.5" in action.toolTip()
    retype(qtbot, window.panels.training.seed, "7")
    assert not action.isEnabled()
    assert "the seed is another one" in action.toolTip()


def test_another_optimizer_goes_on_from_where_the_first_one_was(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    run_to_end(qtbot, window)
    look_back(qtbot, window, 60)
    choose(window.panels.optimizer.choice.combo, "SGD")
    press(qtbot, window, "branch")
    child = window.trainer.newest
    qtbot.waitUntil(lambda: child.is_over, timeout=PATIENCE)

    assert "optimizer sgd" in child.name
    # The panel takes the learning rate over from one optimizer to the other.
    _, end = session_of(CIRCLE.branch(60, {"optimizer.key": "sgd", "optimizer.lr": 0.01}))
    assert child.finished.parameters.tobytes() == end.parameters.tobytes()


def test_a_run_that_goes_on_is_ended_for_its_branch(qtbot, window) -> None:
    open_experiment(qtbot, window, circle_perceptron(training={"epochs": 10_000_000}))
    press(qtbot, window, "run")
    parent = window.trainer.newest
    qtbot.waitUntil(lambda: parent.steps > 100, timeout=PATIENCE)
    look_back(qtbot, window, 60)
    retype(qtbot, rate_field(window), "0.05")
    press(qtbot, window, "branch")
    qtbot.waitUntil(lambda: window.trainer.newest is not parent, timeout=PATIENCE)
    child = window.trainer.newest
    qtbot.waitUntil(lambda: child.steps > 100, timeout=PATIENCE)

    assert parent.finished.reason is FinishReason.STOPPED
    assert parent.experiment.changes == ()
    assert child.recording.loss[:60].tolist() == parent.recording.loss[:60].tolist()
    assert child.recording.lr[60] == 0.05
    press(qtbot, window, "stop")
    qtbot.waitUntil(lambda: child.is_over, timeout=PATIENCE)


def test_the_context_menu_branches_without_the_panels(qtbot, window) -> None:
    open_experiment(qtbot, window, CIRCLE)
    run_to_end(qtbot, window)
    look_back(qtbot, window, 60)
    offered: list[str] = []

    def choose_first() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        offered.extend(action.text() for action in menu.actions())
        menu.actions()[0].trigger()
        menu.close()

    cell = window.runs.visualRect(window.table.index(0, NAME))
    QTimer.singleShot(100, choose_first)
    window.runs.customContextMenuRequested.emit(cell.center())
    dialog = window.findChild(BranchDialog)
    accept = QDialogButtonBox.ButtonRole.AcceptRole
    buttons = dialog.buttons
    button = next(b for b in buttons.buttons() if buttons.buttonRole(b) is accept)

    assert offered[0] == "Branch from step 60…"
    assert dialog.after == 60
    assert not button.isEnabled()
    retype(qtbot, dialog.form.field("step"), "80")
    retype(qtbot, dialog.form.field("lr"), "0.05")
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    child = window.trainer.newest
    qtbot.waitUntil(lambda: child.is_over, timeout=PATIENCE)

    assert child.after == 80
    assert child.recording.lr.tolist() == [0.01] * 80 + [0.05] * (STEPS - 80)
    assert rate_field(window).text() == "0.01"


@pytest.mark.parametrize("step", [1, 7])
def test_the_starts_of_a_function_stay_where_its_branches_begin(qtbot, window, step) -> None:
    bowl = function(starts=[[1.0, 2.0], [-2.0, 1.0]], training={"steps": 40})
    open_experiment(qtbot, window, bowl)
    run_to_end(qtbot, window)
    branch(qtbot, window, step, "0.1")
    plot = window.stage.landscape.map
    handles = plot.handles.points

    assert len(plot.paths.points()) == 4
    assert handles[:2].tolist() == [[1.0, 2.0], [-2.0, 1.0]]
    assert np.isnan(handles[2:]).all()
    _, end = session_of(bowl.branch(step, {"optimizer.lr": 0.1}))
    ends = [path[-1].tolist() for path in plot.paths.points()[2:]]
    assert ends == end.parameters.reshape(2, 2).tolist()


def test_a_branch_that_is_over_where_it_begins_is_listed_and_shown_at_its_last_step(
    qtbot, window
) -> None:
    experiment = linear_regression(training={"epochs": 1, "batch_size": 10})
    open_experiment(qtbot, window, experiment)
    parent = run_to_end(qtbot, window)
    look_back(qtbot, window, 5)
    # Five steps are the one epoch, where batches of 20 begin a new one.
    retype(qtbot, window.panels.training.batches.batch_size, "20")
    qtbot.waitUntil(window.actions_of_window["branch"].isEnabled, timeout=PATIENCE)
    press(qtbot, window, "branch")
    child = window.trainer.newest
    qtbot.waitUntil(lambda: child.diagnosis is not None, timeout=PATIENCE)
    settle(qtbot, window)

    assert child is not parent
    assert child.finished.reason is FinishReason.COMPLETED
    assert (child.steps, child.total_steps, child.step_shown) == (5, 5, 5)
    assert names_and_depths(window) == [(parent.name, 0), (child.name, 1)]
    assert window.studio.subject.focus.run is child
    assert window.timeline.sentence == ""
    recording, end = session_of(experiment.branch(5, {"training.batch_size": 20}))
    assert child.finished.detail == end.detail
    assert child.finished.final == end.final
    assert child.parameters.tobytes() == end.parameters.tobytes()
    for name in ("step", "loss", "lr", "evaluated_steps", "train_loss"):
        assert getattr(child.recording, name).tolist() == getattr(recording, name).tolist()
    # It can be gone back in, and the next run begins as always.
    look_back(qtbot, window, 3)
    assert child.parameters.tobytes() == parent.recording.parameters[3].tobytes()
    assert run_to_end(qtbot, window) is not child


def test_a_remedy_from_the_start_has_the_start_judged_once(qtbot, window) -> None:
    experiment = linear_regression(training={"epochs": 3, "batch_size": 50})
    open_experiment(qtbot, window, experiment)
    parent = run_to_end(qtbot, window)
    window.steering.branch_off(parent, 0, {"optimizer.lr": 0.001})
    child = window.trainer.newest
    qtbot.waitUntil(lambda: child.is_over, timeout=PATIENCE)
    settle(qtbot, window)

    assert child.recording.evaluated_steps.tolist() == [0, 2, 4, 6]


def test_a_run_that_has_converged_is_branched_off_before_its_end(qtbot, window) -> None:
    open_experiment(qtbot, window, function(training={"steps": 900, "stop_gradient_norm": 0.1}))
    run = run_to_end(qtbot, window)
    end = run.steps
    action = window.actions_of_window["branch"]
    retype(qtbot, rate_field(window), "0.05")

    assert run.finished.reason is FinishReason.CONVERGED
    assert end < run.total_steps
    assert not action.isEnabled()
    assert f"ends at step {end}: look at an earlier step" in action.toolTip()
    dialog = BranchDialog(run, window)
    assert dialog.after == end - 1
    dialog.reject()
    look_back(qtbot, window, end - 1)
    assert action.isEnabled()
    child = branch(qtbot, window, end - 1, "0.02")
    assert child.steps >= end
