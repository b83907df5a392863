"""The curvature along a run, measured while the window looks at it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from gd_studio.desktop.main_window import MainWindow
from gd_studio.experiment import Experiment
from gd_studio.link.curvature import MeasureCurvature
from gd_studio.recording import Run
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function
from tests.helpers.windows import (
    PATIENCE,
    acquaint,
    look_at,
    open_experiment,
    press,
    run_to_end,
    settle,
)

LARGEST, SMALLEST = np.linalg.eigvalsh([[4.0, 1.0], [1.0, 10.0]])[::-1]


def bowl(**changes: Any) -> Experiment:
    return function(
        "custom",
        settings={"formula": "2*x**2 + 5*y**2 + x*y", "low": -2.0, "high": 2.0},
        starts=[[1.0, -1.5]],
        **{"optimizer": {"key": "sgd", "lr": 0.05}, "training": {"steps": 60}, **changes},
    )


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window) -> None:
    adadelta = bowl(optimizer={"key": "adadelta"})
    acquaint(_lasting_window, bowl(), adadelta, function(), circle_perceptron())


def watch(qtbot, window: MainWindow, experiment: Experiment) -> Run:
    """Run an experiment with the curvature in view, until all has been measured."""
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Curvature")
    run = run_to_end(qtbot, window)
    wait_for_all(qtbot, window, run)
    return run


def wait_for_all(qtbot, window: MainWindow, run: Run) -> None:
    scene = window.stage.curvature

    def is_done() -> bool:
        measuring = scene._all.get(run)
        if measuring is None or measuring.schedule.is_waiting:
            return False
        available = measuring.sharpness.available(run.experiment)
        drawn = len(scene.plot.eigenvalue.store.step)
        return not len(measuring.schedule.missing(available)) and drawn == len(
            measuring.sharpness.steps
        )

    qtbot.waitUntil(is_done, timeout=PATIENCE)
    settle(qtbot, window)


def limits_at(window: MainWindow, steps: np.ndarray) -> np.ndarray:
    store = window.stage.curvature.plot.limit.store
    return store.value[np.searchsorted(store.step, steps, side="right") - 1]


def test_on_a_bowl_the_line_is_its_largest_eigenvalue_under_two_over_the_learning_rate(
    qtbot, window: MainWindow
) -> None:
    watch(qtbot, window, bowl())
    plot = window.stage.curvature.plot
    assert plot.eigenvalue.store.step.tolist() == list(range(61))
    np.testing.assert_allclose(plot.eigenvalue.store.value, LARGEST, rtol=1e-9)
    assert limits_at(window, np.arange(61)) == pytest.approx(40.0)
    assert "stable below 2 / lr = 40 (Cohen et al., 2021)" in plot.caption_label.text()
    reading = plot.describe(30.0, 1.0)
    assert "limit" in reading
    assert "condition" in reading
    assert not plot.band.is_empty
    assert "limit" in plot.legend.text()


def test_the_limit_changes_where_the_learning_rate_is_changed_on_the_way(
    qtbot, window: MainWindow
) -> None:
    open_experiment(qtbot, window, bowl(training={"steps": 100_000}))
    window.trainer.limit_speed(40)
    look_at(qtbot, window, "Curvature")
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps > 20, timeout=PATIENCE)
    press(qtbot, window, "pause")
    qtbot.waitUntil(lambda: not window.actions_of_window["pause"].isEnabled(), timeout=PATIENCE)
    changed = run.steps
    window.trainer.change({"optimizer.lr": 0.02})
    qtbot.waitUntil(lambda: len(run.experiment.changes) == 1, timeout=PATIENCE)
    press(qtbot, window, "run")
    qtbot.waitUntil(lambda: run.steps > changed + 20, timeout=PATIENCE)
    press(qtbot, window, "stop")
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    wait_for_all(qtbot, window, run)
    before, after = np.arange(changed), np.arange(changed, run.steps + 1)
    assert limits_at(window, before) == pytest.approx(2 / 0.05)
    assert limits_at(window, after) == pytest.approx(2 / 0.02)
    np.testing.assert_allclose(
        window.stage.curvature.plot.eigenvalue.store.value, LARGEST, rtol=1e-6
    )
    assert "= 100 (" in window.stage.curvature.plot.caption_label.text()


def test_under_adam_it_is_the_hessian_divided_by_what_adam_divides_by(
    qtbot, window: MainWindow
) -> None:
    scene = window.stage.curvature
    scene.interval.setCurrentText("Every")
    scene.every.set_value(20)
    scene.interval.activated.emit(1)
    watch(qtbot, window, circle_perceptron(training={"epochs": 60}))
    assert scene.plot.eigenvalue.store.step.tolist() == [1, 20, 40, 60]
    assert limits_at(window, np.array([1, 40])) == pytest.approx(3800)

    x, y = plain.circle(42)
    model = plain.perceptron()
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(40):
        optimizer.zero_grad()
        nn.BCELoss()(model(x), y).backward()
        optimizer.step()
    parameters = dict(model.named_parameters())
    sizes = [p.numel() for p in parameters.values()]
    second = torch.cat([optimizer.state[p]["exp_avg_sq"].view(-1) for p in parameters.values()])
    root = ((second.double() / (1 - 0.999**40)).sqrt() + 1e-8).rsqrt()

    def loss(flat: torch.Tensor) -> torch.Tensor:
        parts = zip(parameters.items(), flat.split(sizes), strict=True)
        values = {name: part.view(p.shape) for (name, p), part in parts}
        return nn.BCELoss()(torch.func.functional_call(model, values, (x.double(),)), y.double())

    flat = torch.cat([p.detach().view(-1) for p in parameters.values()]).double()
    hessian = torch.func.jacrev(torch.func.jacrev(loss))(flat)
    expected = torch.linalg.eigvalsh(root[:, None] * hessian * root)[-1].item()
    assert scene.plot.eigenvalue.store.value[2] == pytest.approx(expected, rel=0.01)
    scene.interval.setCurrentText("Automatically")
    scene.interval.activated.emit(0)


def test_nothing_is_asked_while_nobody_looks_and_all_is_made_up_for_then(
    qtbot, window: MainWindow, monkeypatch
) -> None:
    asked = []
    ask = window.scout.ask

    def noted(topic: str, question: Any, *others: Any, **named: Any) -> None:
        if isinstance(question, MeasureCurvature):
            asked.append(question)
        ask(topic, question, *others, **named)

    monkeypatch.setattr(window.scout, "ask", noted)
    open_experiment(qtbot, window, bowl())
    run = run_to_end(qtbot, window)
    assert not asked
    look_at(qtbot, window, "Curvature")
    wait_for_all(qtbot, window, run)
    assert len(asked) == 1, "the points of a function go into one question"
    assert len(window.stage.curvature.plot.eigenvalue.store.step) == 61


def test_an_optimizer_without_a_limit_says_so_and_has_no_dashed_line(
    qtbot, window: MainWindow
) -> None:
    watch(qtbot, window, bowl(optimizer={"key": "adadelta"}, training={"steps": 10}))
    plot = window.stage.curvature.plot
    np.testing.assert_allclose(plot.eigenvalue.store.value, LARGEST, rtol=1e-9)
    assert np.isnan(plot.limit.store.value).all()
    assert "Adadelta has no such limit" in plot.caption_label.text()
    assert plot.band.is_empty


def test_of_many_starts_the_caption_says_which_one_is_measured(qtbot, window: MainWindow) -> None:
    watch(qtbot, window, function(starts=[[1.0, 2.0], [0.5, 0.5]], training={"steps": 10}))
    assert "Of the first of 2 starts" in window.stage.curvature.plot.caption_label.text()
