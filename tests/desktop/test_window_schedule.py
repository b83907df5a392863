"""The learning-rate schedule in the window: planned, drawn by hand, and used."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from torch.optim import lr_scheduler as lrs

from gd_studio.catalog import SCHEDULES as CATALOGUE
from gd_studio.experiment import Experiment
from tests.desktop.mouse import click, double_click, drag, right_click
from tests.desktop.person import choose, retype
from tests.helpers.experiments import function, linear_regression
from tests.helpers.windows import (
    PATIENCE,
    acquaint,
    look_at,
    open_experiment,
    press,
    run_to_end,
    settle,
)

LR = 0.02
BATCHES = 4
"""Of 30 of the 100 samples."""

Make = Callable[[torch.optim.Optimizer], Any]

COSINE = {"key": "cosine", "T_max": 50, "eta_min": 0.001}
WARMED_UP = {
    "key": "sequential",
    "milestones": "10",
    "schedules": [
        {"key": "linear", "start_factor": 0.1, "total_iters": 10},
        {"key": "exponential", "gamma": 0.95},
    ],
}
DRAWN = {"key": "drawn", "points": "0: 1, 100: 0.5, 200: 0.1"}


def warmed_up(optimizer: torch.optim.Optimizer) -> Any:
    parts = [lrs.LinearLR(optimizer, 0.1, 1.0, 10), lrs.ExponentialLR(optimizer, 0.95)]
    return lrs.SequentialLR(optimizer, parts, [10])


SCHEDULES: dict[str, tuple[dict[str, Any], Make]] = {
    "cosine": (COSINE, lambda o: lrs.CosineAnnealingLR(o, 50, 0.001)),
    "warmed up": (WARMED_UP, warmed_up),
    "one cycle": (
        {"key": "one-cycle", "max_lr": 0.03},
        lambda o: lrs.OneCycleLR(o, 0.03, 200, cycle_momentum=False),
    ),
    "drawn": (
        DRAWN,
        lambda o: lrs.LambdaLR(o, lambda t: float(np.interp(t, [0, 100, 200], [1, 0.5, 0.1]))),
    ),
}


def line(schedule: dict[str, Any], per: str = "step", epochs: int = 50) -> Experiment:
    return linear_regression(
        optimizer={"key": "sgd", "lr": LR},
        schedule=schedule,
        training={"epochs": epochs, "batch_size": 30, "schedule_per": per},
    )


def plain_rates(make: Make, steps: int, per_move: int = 1) -> list[float]:
    """The rates of torch's own scheduler in a plain loop."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)
    scheduler = make(optimizer)
    rates = []
    for step in range(1, steps + 1):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if step % per_move == 0 and step < steps:
            scheduler.step()
    return rates


def see(qtbot, window, experiment: Experiment):
    """Show an experiment and the dock of its learning rate, and wait for the plan."""
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Learning rate")
    plot = window.stage.curves.learning_rate
    qtbot.waitUntil(lambda: plot.isVisible(), timeout=PATIENCE)
    settle(qtbot, window)
    return plot


def handles(plot) -> list[list[float]]:
    return plot.handles.points.round(9).tolist()


def points(window) -> tuple[str, str]:
    """What the experiment holds, and what the form shows."""
    schedule = window.studio.experiment.schedule.without_warmup()
    return schedule.settings["points"], window.panels.schedule.form.choice.form.field(
        "points"
    ).text()


@pytest.fixture(scope="module", autouse=True)
def _acquainted(_lasting_window):
    every = [line({"key": key}) for key in CATALOGUE]
    acquaint(_lasting_window, *every, function(), linear_regression())


@pytest.mark.parametrize(("schedule", "make"), SCHEDULES.values(), ids=SCHEDULES.keys())
def test_the_plan_before_a_run_and_the_rates_after_it_are_those_of_a_plain_loop(
    qtbot, window, schedule, make
):
    plot = see(qtbot, window, line(schedule))
    expected = plain_rates(make, 50 * BATCHES)
    assert len(window.table.rows) == 0
    assert plot.plan.store.step.tolist() == list(range(1, 201))
    assert plot.plan.store.value.tolist() == expected
    assert plot.plan.stroke.isVisible()
    assert not plot.hint.isVisible()

    run_to_end(qtbot, window)
    row = window.table.rows[0]
    used = plot.curve(str(row.number))
    assert used.x.tolist() == list(range(1, 201))
    assert used.y.tolist() == expected
    assert used.colour.name() == row.colour
    assert plot.plan.store.value.tolist() == expected


def test_a_schedule_that_moves_by_epochs_is_planned_and_used_as_stairs(qtbot, window):
    plot = see(qtbot, window, line({"key": "exponential", "gamma": 0.8}, "epoch", 12))
    expected = plain_rates(lambda o: lrs.ExponentialLR(o, 0.8), 12 * BATCHES, BATCHES)
    assert plot.plan.store.value.tolist() == expected
    run = run_to_end(qtbot, window)
    assert run.recording.lr.tolist() == expected
    plot.epochs_switch.trigger()
    assert plot.plan.stroke.x[-1] == 12
    assert plot.curve(str(window.table.rows[0].number)).x[-1] == 12
    assert window.stage.curves.loss.over_epochs  # they are switched together
    plot.epochs_switch.trigger()


def test_the_plan_follows_what_is_typed_and_the_newest_wins(qtbot, window):
    plot = see(qtbot, window, line(COSINE))
    form = window.panels.schedule.form
    choose(form.choice.combo, "One cycle")
    choose(form.choice.combo, "Exponential")
    retype(qtbot, form.choice.form.field("gamma"), "0.9")
    retype(qtbot, window.panels.optimizer.choice.form.field("lr"), "0.5")
    retype(qtbot, window.panels.training.length, "5")
    settle(qtbot, window)
    np.testing.assert_allclose(plot.plan.store.value, 0.5 * 0.9 ** np.arange(20), rtol=1e-12)


def test_nothing_is_planned_while_nobody_looks(qtbot, window):
    open_experiment(qtbot, window, line(COSINE))
    settle(qtbot, window)
    plot = window.stage.curves.learning_rate
    before = plot.plan.store.value.tolist()
    choose(window.panels.schedule.form.choice.combo, "Step")
    settle(qtbot, window)
    assert plot.plan.store.value.tolist() == before
    look_at(qtbot, window, "Learning rate")
    settle(qtbot, window)
    expected = plain_rates(lambda o: lrs.StepLR(o, 100, 0.1), 200)
    assert plot.plan.store.value.tolist() == expected


def test_a_plateau_says_that_its_plan_depends_on_the_loss(qtbot, window):
    plot = see(qtbot, window, line({"key": "plateau"}))
    assert "depends on the loss" in plot.caption_label.text()
    assert plot.plan.store.value.tolist() == [LR, LR]
    choose(window.panels.schedule.form.choice.combo, "Constant")
    settle(qtbot, window)
    assert not plot.caption_label.isVisible()


def test_a_schedule_that_does_not_fit_the_run_has_no_plan_but_a_reason(qtbot, window):
    plot = see(qtbot, window, line({"key": "one-cycle", "total_steps": 20}))
    assert "one cycle of 20 moves, and 200 are to be made" in plot.caption_label.text()
    assert not len(plot.plan.store.step)
    assert plot.hint.isVisible()


def test_a_drawn_schedule_begins_over_the_length_of_the_run(qtbot, own_window):
    window = own_window
    plot = see(qtbot, window, line({"key": "constant"}))
    assert not plot.handles.isVisible()
    choose(window.panels.schedule.form.choice.combo, "Drawn")
    assert points(window) == 2 * ("0: 1, 100: 0.5, 150: 0.1, 200: 0.01",)
    assert plot.handles.isVisible()
    np.testing.assert_allclose(handles(plot), [[1, 0.02], [101, 0.01], [151, 0.002], [201, 0.0002]])


def test_a_point_is_dragged_and_the_experiment_the_form_and_the_plan_follow(qtbot, window):
    plot = see(qtbot, window, line(DRAWN))
    np.testing.assert_allclose(handles(plot), [[1, 0.02], [101, 0.01], [201, 0.002]])
    drag(qtbot, plot, (101, 0.01), (61, 0.004))
    in_experiment, in_form = points(window)
    assert in_experiment == in_form
    (_, (move, factor), last) = (pair.split(":") for pair in in_form.split(","))
    assert last == [" 200", " 0.1"]
    # A pixel is about half a step and a hundredth of the rate.
    assert int(move) == pytest.approx(60, abs=2)
    assert float(factor) == pytest.approx(0.2, abs=0.02)
    assert len(factor.strip()) <= 5  # neat: 0.2 or 0.205, not 0.20392156
    settle(qtbot, window)
    factors = np.interp(np.arange(200), [0, int(move), 200], [1, float(factor), 0.1])
    assert plot.plan.store.value.tolist() == (LR * factors).tolist()

    run = run_to_end(qtbot, window)
    assert run.recording.lr.tolist() == (LR * factors).tolist()

    window.editing.undo()
    assert points(window) == 2 * (DRAWN["points"],)
    np.testing.assert_allclose(handles(plot), [[1, 0.02], [101, 0.01], [201, 0.002]])
    window.editing.redo()
    assert points(window)[0] == in_experiment


def test_a_point_stays_between_its_neighbours_and_inside_of_the_run(qtbot, window):
    plot = see(qtbot, window, line(DRAWN))
    (left, right), (low, _) = plot.shown()
    drag(qtbot, plot, (101, 0.01), (right - 0.1, 0.01))
    assert points(window)[0].startswith("0: 1, 199: ")
    drag(qtbot, plot, (201, 0.002), (right + 50, low - 0.01))
    assert points(window)[0].endswith(", 200: 0")
    drag(qtbot, plot, (1, 0.02), (left - 10, 0.02))
    assert points(window)[0].startswith("0: 1")


def test_points_are_added_and_removed_by_mouse(qtbot, window):
    plot = see(qtbot, window, line(DRAWN))
    double_click(qtbot, plot, 41, 0.004)
    text = points(window)[0]
    assert text.count(":") == 4
    assert int(text.split(", ")[1].split(":")[0]) == pytest.approx(40, abs=2)
    settle(qtbot, window)
    click(qtbot, plot, 151, 0.006)  # on the line, from 0.01 at 101 to 0.002 at 201
    assert points(window)[0].count(":") == 5
    settle(qtbot, window)
    click(qtbot, plot, 151, 0.017)  # far from it
    assert points(window)[0].count(":") == 5
    right_click(qtbot, plot, 101, 0.01)
    assert "100:" not in points(window)[0].split(", ")[1:][1]
    assert points(window)[0].count(":") == 4
    settle(qtbot, window)
    click(qtbot, plot, 201, 0.002)
    qtbot.keyClick(plot.view, Qt.Key.Key_Delete)
    assert points(window)[0].count(":") == 3
    assert points(window)[0] == points(window)[1]


def test_points_are_chosen_and_moved_by_keys(qtbot, window):
    plot = see(qtbot, window, line(DRAWN))
    plot.view.setFocus()
    shown = plot.shown()
    for _ in range(2):
        qtbot.keyClick(plot.view, Qt.Key.Key_PageDown)
    qtbot.keyClick(plot.view, Qt.Key.Key_Left)
    first, second, third = (pair.split(": ") for pair in points(window)[0].split(", "))
    assert (first, third) == (["0", "1"], ["200", "0.1"])
    assert int(second[0]) < 100
    assert float(second[1]) == 0.5
    qtbot.keyClick(plot.view, Qt.Key.Key_Up)
    assert float(points(window)[0].split(", ")[1].split(": ")[1]) > 0.5
    np.testing.assert_allclose(plot.shown(), shown, atol=1e-5)  # nothing was panned
    qtbot.keyClick(plot.view, Qt.Key.Key_Insert)
    assert points(window)[0].count(":") == 4
    qtbot.keyClick(plot.view, Qt.Key.Key_Delete)
    assert points(window)[0].count(":") == 3
    before = points(window)
    qtbot.keyClick(plot.view, Qt.Key.Key_Left)  # none is chosen: the plot is panned
    assert points(window) == before
    assert plot.shown()[0][0] < shown[0][0]


def test_typed_points_are_where_they_are_in_the_plot(qtbot, window):
    plot = see(qtbot, window, line(DRAWN))
    retype(qtbot, window.panels.schedule.form.choice.form.field("points"), "0: 0.5, 80: 2")
    np.testing.assert_allclose(handles(plot), [[1, 0.01], [81, 0.04]])
    settle(qtbot, window)
    factors = np.interp(np.arange(200), [0, 80], [0.5, 2])
    assert plot.plan.store.value.tolist() == (LR * factors).tolist()


def test_after_a_warm_up_points_are_counted_from_its_end(qtbot, window):
    plot = see(qtbot, window, line(DRAWN))
    window.panels.schedule.form.warmup.switch.click()
    assert window.studio.experiment.schedule.warmup == 20
    np.testing.assert_allclose(handles(plot)[0], [21, 0.02])
    settle(qtbot, window)
    drag(qtbot, plot, (121, 0.01), (81, 0.01))
    schedule = window.studio.experiment.schedule
    assert schedule.warmup == 20
    (_, (move, factor), _) = (pair.split(":") for pair in points(window)[0].split(","))
    assert int(move) == pytest.approx(60, abs=2)
    assert float(factor) == pytest.approx(0.5, abs=0.02)


def test_on_a_log_scale_and_over_epochs_points_are_where_the_line_is(qtbot, window):
    plot = see(qtbot, window, line({"key": "drawn", "points": "0: 1, 25: 0.1, 50: 0.01"}, "epoch"))
    plot.log_action.trigger()
    plot.epochs_switch.trigger()
    np.testing.assert_allclose(
        handles(plot), [[0.25, np.log10(0.02)], [25.25, np.log10(0.002)], [50.25, np.log10(2e-4)]]
    )
    drag(qtbot, plot, (25.25, np.log10(0.002)), (10.25, -3))
    (_, (move, factor), _) = (pair.split(":") for pair in points(window)[0].split(","))
    assert int(move) == 10
    assert float(factor) == pytest.approx(0.05, rel=0.1)
    plot.epochs_switch.trigger()
    plot.log_action.trigger()


def test_a_saved_file_holds_what_was_drawn(qtbot, window, tmp_path):
    plot = see(qtbot, window, line(DRAWN))
    drag(qtbot, plot, (201, 0.002), (181, 0.008))
    path = tmp_path / "drawn.json"
    window.documents.save_experiment(path)
    saved = Experiment.from_json(path.read_text())
    assert saved == window.studio.experiment
    assert saved.schedule.settings["points"] != DRAWN["points"]


def test_a_function_has_its_plan_too(qtbot, window):
    plot = see(qtbot, window, function(schedule={"key": "polynomial", "total_iters": 100}))
    rates = 0.01 * (1 - np.arange(100) / 100)
    np.testing.assert_allclose(plot.plan.store.value, rates, rtol=1e-9)
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    settle(qtbot, window)
    np.testing.assert_allclose(run.recording.lr, rates, rtol=1e-9)
