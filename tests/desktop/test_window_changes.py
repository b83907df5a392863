"""What is changed while a run goes on, in the window."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt

from gd_studio.desktop.documents import Documents
from gd_studio.desktop.runs.change_words import all_changes
from gd_studio.files import load_experiment
from gd_studio.recording import Run, RunState
from tests.desktop.person import choose, retype
from tests.helpers.experiments import circle_perceptron, function
from tests.helpers.sessions import run as session_of
from tests.helpers.windows import PATIENCE, open_experiment, press, run_to_end, settle

LONG = circle_perceptron(training={"epochs": 1500})


@pytest.fixture(autouse=True)
def _as_fast_as_at_first(window):
    yield
    slider = window.transport._slider
    slider.setValue(slider.maximum())


def rate_field(window):
    return window.panels.optimizer.choice.form.field("lr")


def slow_down(window) -> None:
    """Move the slider for the speed to about a hundred steps a second."""
    window.transport._slider.setValue(24)


def begin(qtbot, window, experiment=LONG, steps: int = 20) -> Run:
    """Begin a slow run and wait until it has taken a few steps."""
    open_experiment(qtbot, window, experiment)
    slow_down(window)
    press(qtbot, window, "run")
    run = window.trainer.newest
    qtbot.waitUntil(lambda: run.steps > steps, timeout=PATIENCE)
    return run


def finish(qtbot, window, run: Run) -> None:
    """Let a run go on as fast as it can, to its end."""
    slider = window.transport._slider
    slider.setValue(slider.maximum())
    qtbot.waitUntil(lambda: run.is_over, timeout=PATIENCE)
    settle(qtbot, window)


def changed(qtbot, run: Run, count: int = 1) -> int:
    """Wait until so much has been changed; return the step after which the last change holds."""
    qtbot.waitUntil(lambda: len(run.experiment.changes) == count, timeout=PATIENCE)
    return run.experiment.changes[-1].after


def by_key(qtbot, window, key: Qt.Key) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    window.runs.setFocus()
    qtbot.keyClick(window.runs, key)


def test_a_rate_typed_while_a_run_goes_is_the_rate_of_its_next_steps(qtbot, window) -> None:
    run = begin(qtbot, window)
    retype(qtbot, rate_field(window), "0.05")
    after = changed(qtbot, run)
    assert "learning rate 0.05" in window.status.text()
    assert f"after step {after:,}" in window.status.text()
    finish(qtbot, window, run)

    assert after >= 20
    assert [c.values for c in run.experiment.changes] == [{"optimizer.lr": 0.05}]
    rates = [0.01] * after + [0.05] * (1500 - after)
    assert run.recording.lr.tolist() == rates
    expected, end = session_of(run.experiment)
    assert run.recording.loss.tolist() == expected.loss.tolist()
    assert run.finished.parameters.tobytes() == end.parameters.tobytes()


def test_a_change_is_marked_where_it_was_made(qtbot, window) -> None:
    run = begin(qtbot, window)
    retype(qtbot, rate_field(window), "0.05")
    after = changed(qtbot, run)
    finish(qtbot, window, run)

    for plot in (window.stage.curves.loss, window.stage.curves.grad_norm):
        (mark,) = plot.change_marks.marks
        assert (mark.place, mark.text) == (after, "lr 0.01 → 0.05")
        assert "lr 0.01 → 0.05" in plot.describe(after, 0.0)
        plot.epochs_switch.choose(True)
        assert plot.change_marks.marks[0].place == after / run.recording.steps_per_epoch
        plot.epochs_switch.choose(False)
    landscape = window.stage.landscape
    place = run.recording.parameters[after][list(landscape.terrain.axes)]
    assert landscape.map.changes.points.tolist() == [place.tolist()]


def test_brackets_halve_and_double_the_rate_and_the_field_follows(qtbot, window) -> None:
    run = begin(qtbot, window)
    by_key(qtbot, window, Qt.Key.Key_BracketLeft)
    changed(qtbot, run, 1)
    assert rate_field(window).text() == "0.005"
    by_key(qtbot, window, Qt.Key.Key_BracketRight)
    qtbot.waitUntil(lambda: rate_field(window).text() == "0.01", timeout=PATIENCE)
    by_key(qtbot, window, Qt.Key.Key_BracketRight)
    qtbot.waitUntil(lambda: run.experiment.at(run.steps).optimizer.settings["lr"] == 0.02)
    finish(qtbot, window, run)

    _, end = session_of(run.experiment)
    assert run.finished.parameters.tobytes() == end.parameters.tobytes()
    assert not window.actions_of_window["slower"].isEnabled()


def test_brackets_are_no_text_of_a_number_field_and_go_to_the_run(qtbot, window) -> None:
    run = begin(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    rate_field(window).setFocus()
    qtbot.keyClick(rate_field(window), Qt.Key.Key_BracketLeft)
    changed(qtbot, run, 1)

    assert rate_field(window).text() == "0.005"
    assert rate_field(window).problem() == ""
    finish(qtbot, window, run)


def test_brackets_that_are_typed_into_a_text_stay_there(qtbot, window) -> None:
    run = begin(qtbot, window)
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    window.runs.edit(window.table.index(0, 0))
    editor = window.runs.indexWidget(window.table.index(0, 0)) or window.focusWidget()
    qtbot.keyClicks(editor, "a[b]")
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.wait(600)

    assert run.name == "a[b]"
    assert run.experiment.changes == ()


def test_a_run_that_holds_takes_a_change_before_it_goes_on(qtbot, window) -> None:
    run = begin(qtbot, window)
    press(qtbot, window, "pause")
    qtbot.waitUntil(lambda: run.state is RunState.PAUSED, timeout=PATIENCE)
    at = run.steps
    retype(qtbot, rate_field(window), "0.05")
    press(qtbot, window, "run")
    assert changed(qtbot, run) == at
    finish(qtbot, window, run)
    assert run.recording.lr[at - 1] == 0.01
    assert run.recording.lr[at] == 0.05


def test_what_was_typed_just_before_run_is_no_change_on_the_way(qtbot, window) -> None:
    open_experiment(qtbot, window, LONG)
    retype(qtbot, rate_field(window), "0.05")
    press(qtbot, window, "run")
    run = window.trainer.newest
    qtbot.wait(600)
    finish(qtbot, window, run)
    assert run.experiment.changes == ()
    assert run.experiment.optimizer.settings["lr"] == 0.05


def test_an_edit_that_no_run_can_take_is_for_the_next_one(qtbot, window) -> None:
    run = begin(qtbot, window)
    choose(window.panels.optimizer.choice.combo, "SGD")
    qtbot.waitUntil(lambda: "next run, or a branch" in window.status.text(), timeout=PATIENCE)
    retype(qtbot, rate_field(window), "0.5")
    qtbot.wait(600)
    assert "next run, or a branch" in window.status.text()
    finish(qtbot, window, run)
    assert run.experiment == LONG


def test_an_edit_while_looking_back_is_for_a_branch(qtbot, window) -> None:
    run = begin(qtbot, window)
    window.time_bar.slider.setValue(10)
    qtbot.waitUntil(lambda: run.position == 10 and run.is_there, timeout=PATIENCE)
    retype(qtbot, rate_field(window), "0.05")
    qtbot.waitUntil(lambda: "looked at" in window.status.text(), timeout=PATIENCE)
    press(qtbot, window, "run")
    finish(qtbot, window, run)
    assert run.experiment.changes == ()


def test_undo_brings_the_field_back_and_never_what_has_happened(qtbot, window) -> None:
    run = begin(qtbot, window)
    retype(qtbot, rate_field(window), "0.05")
    changed(qtbot, run)
    experiment = run.experiment
    window.actions_of_window["undo"].trigger()
    assert rate_field(window).text() == "0.01"
    qtbot.wait(600)
    finish(qtbot, window, run)
    assert run.experiment == experiment
    assert run.recording.lr[-1] == 0.05


def test_a_limit_for_the_gradient_is_set_while_a_run_goes(qtbot, window) -> None:
    run = begin(qtbot, window, function(training={"steps": 1500}))
    window.panels.training.clipping.set_open(True)
    window.panels.training.clipping.form.kind.button("norm").click()
    after = changed(qtbot, run)
    finish(qtbot, window, run)

    (change,) = run.experiment.changes
    assert change.values == {"training.clip_norm": 1.0}
    _, end = session_of(run.experiment)
    assert run.finished.parameters.tobytes() == end.parameters.tobytes()
    assert f"after step {after:,}: clipping 1" in all_changes(run.experiment)


def test_what_a_run_was_can_be_kept_in_a_file_and_is_replayed(qtbot, window, tmp_path) -> None:
    run = begin(qtbot, window)
    retype(qtbot, rate_field(window), "0.05")
    after = changed(qtbot, run)
    finish(qtbot, window, run)
    window.runs.select(window.table.rows[0])
    window.runs._take_over.trigger()
    documents: Documents = window.documents
    documents.save_experiment(tmp_path / "run.json")

    saved = json.loads((tmp_path / "run.json").read_text())
    assert saved["changes"] == [{"after": after, "values": {"optimizer.lr": 0.05}}]
    documents.open_experiment(tmp_path / "run.json")
    assert window.panels.experiment().changes == run.experiment.changes
    told = window.panels.changes.line.text()
    assert told == f"1 change on the way: after step {after}: learning rate 0.05"
    retype(qtbot, window.panels.training.seed, "42")
    again = run_to_end(qtbot, window)
    assert again.finished.parameters.tobytes() == run.finished.parameters.tobytes()
    assert load_experiment(tmp_path / "run.json") == run.experiment


def test_changes_are_removed_with_a_click_and_come_back_by_undo(qtbot, window) -> None:
    changing = LONG.branch(120, {"optimizer.lr": 0.05}).branch(200, {"training.clip_norm": 1.0})
    open_experiment(qtbot, window, changing)
    line = window.panels.changes
    assert not line.isHidden()
    assert line.line.text() == (
        "2 changes on the way: after step 120: learning rate 0.05; after step 200: clipping 1"
    )
    qtbot.mouseClick(line.button, Qt.MouseButton.LeftButton)
    assert window.panels.experiment() == LONG
    assert line.isHidden()
    assert "changes on the way" in window.actions_of_window["undo"].text()
    window.actions_of_window["undo"].trigger()
    assert window.panels.experiment() == changing
    assert not line.isHidden()
