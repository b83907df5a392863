"""What is wrong with a run is said above the plots, and one click tries the remedy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gd_studio.link.diagnosis import DiagnosisKind
from gd_studio.link.messages import FinishReason
from tests.helpers.experiments import function, linear_regression
from tests.helpers.windows import PATIENCE, open_experiment, press, run_to_end

TOO_FAST: dict[str, Any] = {
    "settings": {"condition": 10.0},
    "optimizer": {"key": "sgd", "lr": 0.5},
    "training": {"steps": 300},
}


def diagnosed_run(qtbot, window, experiment):
    open_experiment(qtbot, window, experiment)
    run = run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: run.diagnosis is not None, timeout=PATIENCE)
    return run


def buttons(window) -> list[QPushButton]:
    return [b for b in window.notice.findChildren(QPushButton) if b.isVisible()]


def test_a_click_on_the_remedy_runs_the_branch_and_changes_the_panels(qtbot, window) -> None:
    run = diagnosed_run(qtbot, window, function(**TOO_FAST))
    sentence = (
        f"Diverged at step {run.steps + 1}: the learning rate 0.5 is above 2/λmax = 0.2 "
        "(λmax = 10 at the start); try 0.1."
    )
    assert window.notice.text == f"{run.name}: {sentence}"
    (button,) = buttons(window)
    assert button.text() == "Try learning rate 0.1"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    branch = window.table.rows[-1].run
    qtbot.waitUntil(lambda: branch.diagnosis is not None, timeout=PATIENCE)

    assert branch.parent is run
    assert branch.after == 0
    assert branch.finished.reason is FinishReason.COMPLETED
    point = np.array([1.0, 2.0], np.float32)
    rows = []
    for _ in range(300):
        point = point - np.float32(0.1) * (np.array([1.0, 10.0], np.float32) * point)
        rows.append(point)
    np.testing.assert_allclose(branch.recording.parameters[1:], rows, rtol=1e-4, atol=1e-7)
    assert branch.diagnosis.kind is None
    assert window.notice.text == ""
    assert window.panels.experiment().optimizer.settings["lr"] == 0.1
    assert len(window.table.rows) == 2
    window.editing.undo()
    assert window.panels.experiment().optimizer.settings["lr"] == 0.5


def test_the_remedy_leaves_panels_alone_that_hold_something_else_by_now(qtbot, window) -> None:
    diagnosed_run(qtbot, window, function(**TOO_FAST))
    other = function("rosenbrock", optimizer={"key": "sgd", "lr": 0.001})
    window.editing.change(other)
    qtbot.mouseClick(buttons(window)[0], Qt.MouseButton.LeftButton)
    branch = window.table.rows[-1].run
    qtbot.waitUntil(lambda: branch.diagnosis is not None, timeout=PATIENCE)

    assert window.panels.experiment() == other
    assert branch.finished.final["train_loss"] < 1e-10


def test_a_healthy_run_gets_no_notice_and_its_point_is_told(qtbot, window) -> None:
    experiment = function(optimizer={"key": "sgd", "lr": 0.1}, training={"steps": 200})
    run = diagnosed_run(qtbot, window, experiment)

    assert run.diagnosis.kind is None
    assert window.notice.text == ""
    assert window.status.text().endswith("It is at a minimum.")
    index = window.table.index(len(window.table.rows) - 1, 0)
    tip = window.table.data(index, Qt.ItemDataRole.ToolTipRole)
    told = tip.removeprefix("<p>").removesuffix("</p>").split("</p><p>")
    assert told[0].startswith("Completed 200 steps")
    assert told[1] == run.diagnosis.point.sentence
    assert told[1].startswith("A minimum: ")


def test_each_sick_run_of_a_comparison_has_its_own_remedy(qtbot, window) -> None:
    rates = {"slow": 1e-7, "well": 0.01, "fast": 0.2}
    variations = [{"name": name, "changes": {"optimizer.lr": lr}} for name, lr in rates.items()]
    experiment = linear_regression(training={"epochs": 200}, variations=variations)
    open_experiment(qtbot, window, experiment)
    press(qtbot, window, "run")
    qtbot.waitUntil(lambda: len(window.table.rows) == 3, timeout=PATIENCE)
    runs = [row.run for row in window.table.rows]
    qtbot.waitUntil(lambda: all(run.diagnosis is not None for run in runs), timeout=PATIENCE)

    kinds = [run.diagnosis.kind for run in runs]
    assert kinds == [DiagnosisKind.CRAWLS, None, DiagnosisKind.DIVERGED]
    told = window.notice.text.splitlines()
    assert sorted(line.partition(":")[0] for line in told) == ["fast", "slow"]
    qtbot.waitUntil(lambda: len(buttons(window)) == 2, timeout=PATIENCE)


def test_a_saddle_is_left_with_noise(qtbot, window) -> None:
    settings = {"formula": "x**4/4 - x**2/2 + y**2/2", "low": -2.0, "high": 2.0}
    experiment = function(
        "custom",
        settings=settings,
        starts=[(0.0, 1.5)],
        optimizer={"key": "sgd", "lr": 0.05},
        training={"steps": 400},
    )
    diagnosed_run(qtbot, window, experiment)
    (button,) = buttons(window)
    assert button.text() == "Try gradient noise 0.01"
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    branch = window.table.rows[-1].run
    qtbot.waitUntil(lambda: branch.diagnosis is not None, timeout=PATIENCE)

    assert branch.finished.final["train_loss"] == pytest.approx(-0.25, abs=1e-3)
    assert window.panels.experiment().training.gradient_noise == 0.01
