"""Several runs of one experiment, one after the other; and every example, in the window."""

from __future__ import annotations

import os
import signal

import numpy as np
import pytest
import torch
from PySide6.QtGui import QColor
from torch import nn

from gd_studio.desktop.look.theme import RUN_COLOURS
from gd_studio.desktop.main_window import MainWindow
from gd_studio.experiment import Experiment
from gd_studio.files import example_keys, load_example
from gd_studio.link.messages import FinishReason
from gd_studio.recording import Run, RunState
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import linear_regression
from tests.helpers.windows import PATIENCE, acquaint, open_experiment, press, settle

RATES = {"slow": 0.001, "middling": 0.004, "quick": 0.01}
FOREVER = 1_000_000_000

COMPLETED, CONVERGED, DIVERGED = (
    FinishReason.COMPLETED,
    FinishReason.CONVERGED,
    FinishReason.DIVERGED,
)


def comparison(epochs: int = 60) -> Experiment:
    variations = [{"name": name, "changes": {"optimizer.lr": lr}} for name, lr in RATES.items()]
    return linear_regression(training={"epochs": epochs}, variations=variations)


LENGTHS = {"learning-rates": 100, "saddle-escape": 250, "overfitting": 120, "digits": 1}
"""Steps or epochs after which the runs of an example have ended in all the ways they should."""

ENDS = {
    "learning-rates": [COMPLETED, COMPLETED, CONVERGED, DIVERGED, DIVERGED],
    "saddle-escape": [COMPLETED, CONVERGED, CONVERGED, CONVERGED],
    "overfitting": [COMPLETED, COMPLETED, COMPLETED, FinishReason.EARLY_STOPPED],
}


def shortened(key: str) -> Experiment:
    """An example with few epochs or steps, in each of its runs."""
    experiment = load_example(key)
    training = experiment.training.model_dump()
    unit, least = ("epochs", 2) if training["epochs"] is not None else ("steps", 60)
    return experiment.replace(training={**training, unit: LENGTHS.get(key, least)})


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window) -> None:
    acquaint(_lasting_window, *map(load_example, example_keys()), comparison(), linear_regression())


def runs_of(window: MainWindow) -> list[Run]:
    return [row.run for row in window.table.rows]


def wait_for_runs(qtbot, window: MainWindow, count: int) -> None:
    """Until so many runs are listed, and all of them are over."""
    qtbot.waitUntil(
        lambda: len(runs_of(window)) == count and all(run.is_over for run in runs_of(window)),
        timeout=PATIENCE,
    )
    settle(qtbot, window)


def plain_rows(lr: float, epochs: int) -> np.ndarray:
    x, y = plain.noisy_line(42)
    make_optimizer = lambda p: torch.optim.SGD(p, lr=lr)  # noqa: E731
    result = plain.train(nn.Linear(1, 1), nn.MSELoss(), x, y, make_optimizer, epochs)
    return result.parameters.numpy()


def test_run_begins_all_of_them_one_after_the_other(qtbot, window) -> None:
    open_experiment(qtbot, window, comparison())
    told: list[tuple[str, str]] = []
    added = lambda run: told.append((run.name, "added"))  # noqa: E731
    changed = lambda run: told.append((run.name, str(run.state)))  # noqa: E731
    window.trainer.run_added.connect(added)
    window.trainer.run_changed.connect(changed)
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 3)
    window.trainer.run_added.disconnect(added)
    window.trainer.run_changed.disconnect(changed)

    assert told == [(name, what) for name in RATES for what in ("added", "running", "finished")]
    curves = window.stage.curves.loss
    for row, (name, lr), colour in zip(window.table.rows, RATES.items(), RUN_COLOURS, strict=False):
        assert row.run.name == name
        assert row.colour == colour
        assert curves.curve(str(row.number)).colour == QColor(colour)
        assert np.array_equal(row.run.recording.parameters[1:], plain_rows(lr, 60))
    ends = window.stage.landscape.map.paths.ends.points
    for end, lr in zip(ends, RATES.values(), strict=True):
        np.testing.assert_allclose(end, plain_rows(lr, 60)[-1])
    assert window.studio.subject.focus is window.table.rows[2]


def test_running_again_takes_further_colours(qtbot, window) -> None:
    open_experiment(qtbot, window, comparison(5))
    for count in (3, 6):
        press(qtbot, window, "run")
        wait_for_runs(qtbot, window, count)
    names = [run.name for run in runs_of(window)]

    assert names == [*RATES, *RATES]
    assert [row.colour for row in window.table.rows] == list(RUN_COLOURS[:6])
    first, last = runs_of(window)[:3], runs_of(window)[3:]
    for one, other in zip(first, last, strict=True):
        assert np.array_equal(one.recording.parameters, other.recording.parameters)
    # A line each, besides that of the run in focus.
    assert len(window.stage.prediction.fit.others) == 5


def test_stop_ends_the_present_run_and_none_of_the_waiting_begins(qtbot, window) -> None:
    open_experiment(qtbot, window, comparison(FOREVER))
    press(qtbot, window, "run")
    qtbot.waitUntil(lambda: runs_of(window)[0].steps > 50, timeout=PATIENCE)
    press(qtbot, window, "stop")
    wait_for_runs(qtbot, window, 1)
    assert runs_of(window)[0].finished.reason is FinishReason.STOPPED
    assert window.trainer.active is None

    open_experiment(qtbot, window, comparison(10))
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 4)
    assert [run.name for run in runs_of(window)[1:]] == list(RATES)


def test_reset_forgets_those_that_wait(qtbot, window) -> None:
    open_experiment(qtbot, window, comparison(FOREVER))
    press(qtbot, window, "run")
    qtbot.waitUntil(lambda: runs_of(window)[0].steps > 50, timeout=PATIENCE)
    press(qtbot, window, "reset")
    wait_for_runs(qtbot, window, 1)
    assert window.studio.subject.focus is None


def test_the_second_can_be_held_taken_a_step_and_let_go_on(qtbot, window) -> None:
    open_experiment(qtbot, window, comparison(100))
    window.trainer.limit_speed(400.0)
    press(qtbot, window, "run")
    qtbot.waitUntil(
        lambda: len(runs_of(window)) == 2 and runs_of(window)[1].steps > 5, timeout=PATIENCE
    )
    second = runs_of(window)[1]
    press(qtbot, window, "pause")
    qtbot.waitUntil(lambda: second.state is RunState.PAUSED, timeout=PATIENCE)
    at = second.steps
    press(qtbot, window, "step")
    qtbot.waitUntil(lambda: second.steps == at + 1, timeout=PATIENCE)
    qtbot.waitUntil(lambda: window.actions_of_window["run"].text() == "Resume", timeout=PATIENCE)
    assert len(runs_of(window)) == 2
    window.trainer.limit_speed(None)
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 3)

    for run, lr in zip(runs_of(window), RATES.values(), strict=True):
        assert run.finished.reason is COMPLETED
        assert np.array_equal(run.recording.parameters[1:], plain_rows(lr, 100))


def test_step_begins_the_first_and_run_goes_on_to_the_last(qtbot, window) -> None:
    open_experiment(qtbot, window, comparison(30))
    press(qtbot, window, "step")
    qtbot.waitUntil(lambda: runs_of(window)[0].state is RunState.PAUSED, timeout=PATIENCE)
    qtbot.waitUntil(lambda: runs_of(window)[0].steps == 1, timeout=PATIENCE)
    assert len(runs_of(window)) == 1
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 3)
    assert [run.steps for run in runs_of(window)] == [30, 30, 30]


def test_an_engine_killed_in_the_second_keeps_the_first_and_begins_no_third(
    qtbot, own_window
) -> None:
    window = own_window
    experiment = comparison(FOREVER)
    first = {"name": "short", "changes": {"training.epochs": 20}}
    dumped = [variation.model_dump() for variation in experiment.variations]
    open_experiment(qtbot, window, experiment.replace(variations=[first, *dumped]))
    press(qtbot, window, "run")
    qtbot.waitUntil(
        lambda: len(runs_of(window)) == 2 and runs_of(window)[1].steps > 100, timeout=PATIENCE
    )
    os.kill(window.trainer.worker.engine_pid, signal.SIGKILL)
    wait_for_runs(qtbot, window, 2)

    short, cut = runs_of(window)
    assert np.array_equal(short.recording.parameters[1:], plain_rows(0.01, 20))
    assert cut.state is RunState.FAILED
    assert "cut off" in window.notice.text
    open_experiment(qtbot, window, comparison(10))
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 5)
    assert [run.name for run in runs_of(window)[2:]] == list(RATES)
    assert all(run.finished.reason is COMPLETED for run in runs_of(window)[2:])


def test_one_that_diverges_does_not_keep_the_next_from_beginning(qtbot, window) -> None:
    variations = [
        {"name": "too far", "changes": {"optimizer.lr": 1.0}},
        {"name": "well", "changes": {}},
    ]
    experiment = linear_regression(training={"epochs": 200}, variations=variations)
    open_experiment(qtbot, window, experiment)
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 2)
    assert [run.finished.reason for run in runs_of(window)] == [DIVERGED, COMPLETED]
    assert window.notice.text.startswith("too far: Diverged at step")

    press(qtbot, window, "run")
    assert window.notice.text == ""
    wait_for_runs(qtbot, window, 4)


@pytest.mark.long
@pytest.mark.parametrize("key", example_keys())
def test_every_example_runs_to_its_end(qtbot, window, key) -> None:
    window.documents.open_example(key)
    assert window.panels.experiment() == load_example(key)
    experiment = shortened(key)
    open_experiment(qtbot, window, experiment)
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, len(experiment.runs()))
    runs = runs_of(window)
    expected = ENDS.get(key, [COMPLETED] * len(runs))

    assert [run.finished.reason for run in runs] == expected
    assert [run.experiment for run in runs] == [single for _, single in experiment.runs()]
    for run in runs:
        if run.finished.reason is COMPLETED:
            assert run.steps == run.total_steps
        assert np.isfinite(run.recording.loss).all()
    qtbot.waitUntil(lambda: all(run.diagnosis is not None for run in runs), timeout=PATIENCE)
    told = window.notice.text.splitlines()
    sick = [run for run in runs if run.diagnosis.kind is not None]
    assert sorted(told) == sorted(f"{run.name}: {run.diagnosis.sentence}" for run in sick)
    for run in runs:
        if run.finished.reason is DIVERGED:
            assert run.diagnosis.sentence.startswith("Diverged at step")


def test_a_convergent_example_ends_at_the_step_that_its_contraction_says(qtbot, window) -> None:
    experiment = shortened("learning-rates")
    open_experiment(qtbot, window, experiment)
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 5)
    # Along x the gradient is 3 · 0.9ᵏ after k steps at the rate 0.1; along y it is gone at once.
    after = int(np.ceil(np.log(3 / 0.001) / np.log(1 / 0.9)))

    assert runs_of(window)[2].finished.steps == after + 1


def test_the_example_of_early_stopping_waits_for_its_patience(qtbot, window) -> None:
    open_experiment(qtbot, window, shortened("overfitting"))
    press(qtbot, window, "run")
    wait_for_runs(qtbot, window, 4)
    test = runs_of(window)[3].recording.test_loss

    assert len(test) - 1 == int(test.argmin()) + 100
