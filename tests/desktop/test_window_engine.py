from __future__ import annotations

import os
import signal
import time

from gd_studio.recording import RunState
from tests.helpers.experiments import circle_perceptron, linear_regression
from tests.helpers.windows import PATIENCE, open_experiment, press, run_to_end

FOREVER = {"epochs": 1_000_000_000}


def test_killing_the_engine_leaves_the_window_the_steps_and_a_sentence(qtbot, own_window) -> None:
    window = own_window
    open_experiment(qtbot, window, linear_regression(training=FOREVER))
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps > 500, timeout=PATIENCE)
    os.kill(window.trainer.worker.engine_pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)

    assert run.state is RunState.FAILED
    assert "cut off" in window.notice.text
    assert "signal 9" in window.notice.text
    assert run.recording.step.tolist() == list(range(1, run.steps + 1))
    open_experiment(qtbot, window, linear_regression())
    assert run_to_end(qtbot, own_window).finished.steps == 1000


def test_killing_the_scout_is_mended_without_a_word_lost(qtbot, own_window) -> None:
    window = own_window
    os.kill(window.scout.worker.engine_pid, signal.SIGKILL)
    open_experiment(qtbot, window, circle_perceptron())
    assert window.studio.subject.preview.features.shape == (100, 2)


def test_closing_in_the_middle_of_a_run_ends_every_process_within_two_seconds(
    qtbot, own_window
) -> None:
    window = own_window
    open_experiment(qtbot, window, linear_regression(training=FOREVER))
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps > 100, timeout=PATIENCE)
    pids = [window.trainer.worker.engine_pid, window.scout.worker.engine_pid]
    begin = time.monotonic()
    window.close()
    seconds = time.monotonic() - begin

    assert seconds < 2.0
    for pid in pids:
        assert not os.path.exists(f"/proc/{pid}")
