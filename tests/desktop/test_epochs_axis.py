"""Curves over epochs, so that runs with batches of different sizes can be compared."""

import numpy as np
import pytest

from gd_studio.desktop.look.theme import RUN_COLOURS
from gd_studio.desktop.plots import LossPlot, StepPlot
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.scenes.curves import CurvesScene
from gd_studio.link.messages import Started, Steps
from gd_studio.recording import Run
from tests.desktop.mouse import shown, spot, wheel
from tests.helpers.recordings import LINE, finished_run

EPOCHS = 30
ENDS = np.arange(EPOCHS + 1)
TRAIN = 2.0 * np.exp(-ENDS / 8) + 0.1
TEST = 0.3 + 2.0 * np.exp(-ENDS / 3) + 0.02 * ENDS


@pytest.fixture
def plot(qtbot):
    return shown(qtbot, LossPlot())


def train(plot, run, steps_per_epoch, *, epochs=EPOCHS, dips=()):
    """Descend for `epochs` epochs, judged after each; single steps dip at some of them."""
    plot.set_run(run, RUN_COLOURS[len(run)], f"run {run}")
    plot.set_steps_per_epoch(run, steps_per_epoch)
    steps = np.arange(1, epochs * steps_per_epoch + 1)
    loss = np.interp((steps - 1) / steps_per_epoch, ENDS, TRAIN)
    loss[list(dips)] = 1e-8
    plot.update_run(run, steps, loss)
    if isinstance(plot, LossPlot):
        ends = ENDS[: epochs + 1]
        plot.update_evaluation(run, ends * steps_per_epoch, TRAIN[ends], TEST[ends])


def x_axis(plot):
    return plot.view.x_axis.labelText


def readout(plot, x):
    return plot.describe(x, 0.0).replace("&nbsp;", " ")


def linked(qtbot, plot):
    other = shown(qtbot, StepPlot("Gradient norm", log_default=True))
    other.link_x(plot)
    return other


# --- steps or epochs ------------------------------------------------------------------------


def test_runs_that_differ_in_steps_per_epoch_lie_over_epochs_by_themselves(plot):
    train(plot, "a", 1)
    assert (x_axis(plot), plot.shown()[0]) == ("Step", (0, 30))
    train(plot, "b", 5)
    assert (x_axis(plot), plot.shown()[0]) == ("Epoch", (0, 30))
    assert plot.curve("a").x.tolist() == list(range(1, 31))
    np.testing.assert_allclose(plot.curve("b").x, np.arange(1, 151) / 5)
    train_line, test_line = plot.lines()[-2:]
    assert train_line.stroke.x.tolist() == test_line.stroke.x.tolist() == ENDS.tolist()


def test_runs_with_as_many_steps_per_epoch_lie_over_steps(plot):
    train(plot, "a", 5)
    train(plot, "b", 5)
    assert not plot.over_epochs
    assert (x_axis(plot), plot.shown()[0]) == ("Step", (0, 150))


def test_a_hidden_or_removed_run_has_no_say(plot):
    train(plot, "a", 1)
    train(plot, "b", 5)
    plot.set_visible("a", False)
    assert (x_axis(plot), plot.shown()[0]) == ("Step", (0, 150))
    plot.set_visible("a", True)
    assert (x_axis(plot), plot.shown()[0]) == ("Epoch", (0, 30))
    plot.remove_run("b")
    assert (x_axis(plot), plot.shown()[0]) == ("Step", (0, 30))


def test_a_run_that_has_not_begun_has_no_say(plot):
    train(plot, "a", 5)
    plot.set_run("b", RUN_COLOURS[1], "about to begin")
    assert not plot.over_epochs


def test_what_the_user_chose_stays(plot):
    train(plot, "a", 5)
    plot.epochs_switch.trigger()
    assert (x_axis(plot), plot.shown()[0]) == ("Epoch", (0, 30))
    train(plot, "b", 5)
    assert plot.over_epochs
    plot.epochs_switch.trigger()
    train(plot, "cc", 1)
    assert (x_axis(plot), plot.shown()[0]) == ("Step", (0, 150))
    plot.clear()
    train(plot, "a", 5)
    train(plot, "b", 1)
    assert not plot.over_epochs


def test_there_is_nothing_to_choose_where_each_step_is_an_epoch(plot):
    assert not plot.epochs_switch.isEnabled()
    train(plot, "a", 5)
    plot.epochs_switch.trigger()
    plot.remove_run("a")
    train(plot, "b", 1)
    assert not plot.epochs_switch.isEnabled()
    assert x_axis(plot) == "Step"
    train(plot, "a", 5)
    assert x_axis(plot) == "Epoch"


@pytest.mark.parametrize("chosen_in", [0, 1])
def test_linked_plots_are_switched_together(qtbot, plot, chosen_in):
    plots = plot, linked(qtbot, plot)
    for each in plots:
        train(each, "a", 5)
    plots[chosen_in].epochs_switch.trigger()
    assert [x_axis(each) for each in plots] == ["Epoch", "Epoch"]
    assert [each.shown()[0] for each in plots] == [(0, 30), pytest.approx((0, 30), rel=0.2)]
    assert plots[1].curve("a").x[-1] == 30
    for each in plots:
        train(each, "b", 1)
    plots[chosen_in].epochs_switch.trigger()
    assert [x_axis(each) for each in plots] == ["Step", "Step"]
    assert plot.shown()[0] == (0, 150)


def test_linked_plots_switch_by_themselves(qtbot, plot):
    plots = plot, linked(qtbot, plot)
    for run, steps_per_epoch in (("a", 1), ("b", 140)):
        for each in plots:
            train(each, run, steps_per_epoch)
    assert [x_axis(each) for each in plots] == ["Epoch", "Epoch"]
    assert plots[1].shown()[0] == pytest.approx((0, 30), rel=0.2)


def test_the_view_starts_anew_when_the_unit_changes(plot):
    train(plot, "a", 5)
    plot.show_range((100, 120), None)
    plot.view.moved_by_user.emit()
    plot.epochs_switch.trigger()
    assert plot.shown()[0] == (0, 30)
    assert plot.follows


# --- the range ------------------------------------------------------------------------------


def test_the_axis_follows_a_run_epoch_by_epoch(plot):
    train(plot, "a", 10, epochs=1)
    plot.epochs_switch.trigger()
    assert plot.shown()[0] == (0, 1)
    ends = []
    for epochs in range(1, EPOCHS + 1):
        train(plot, "a", 10, epochs=epochs)
        ends.append(plot.shown()[0][1])
        assert epochs <= ends[-1] <= 1.4 * epochs
    assert len(set(ends)) < 18


def test_zooming_ends_at_a_step_and_at_ten_times_all_epochs(plot):
    train(plot, "a", 1)
    train(plot, "b", 100)
    at = spot(plot, 10, sum(plot.shown()[1]) / 2)
    for _ in range(40):
        wheel(plot, at, 10)
    (x0, x1), _ = plot.shown()
    assert 0.01 <= x1 - x0 <= 0.03
    plot.grab()
    for _ in range(80):
        wheel(plot, at, -10)
    (x0, x1), _ = plot.shown()
    assert x1 - x0 == pytest.approx(300)


def test_a_part_of_the_epochs_is_drawn_step_by_step(qtbot, plot):
    train(plot, "a", 1)
    train(plot, "b", 5_000)
    assert len(plot.curve("b").x) < 5_000
    plot.show_range((10.0, 10.02), None)
    qtbot.waitUntil(lambda: plot.curve("b").x[-1] < 11)
    np.testing.assert_allclose(plot.curve("b").x, np.arange(49_999, 50_102) / 5_000)


@pytest.mark.parametrize("kind", [LossPlot, lambda: StepPlot("Gradient norm", log_default=True)])
@pytest.mark.parametrize("over_epochs", [False, True])
def test_a_few_steps_close_to_zero_do_not_flatten_all_else(qtbot, kind, over_epochs):
    plot = shown(qtbot, kind())
    if over_epochs:
        train(plot, "aa", 1)
    for epochs in (5, EPOCHS):
        train(plot, "b", 140, epochs=epochs, dips=range(1, 140 * epochs, 100))
    low, high = plot.shown()[1]
    assert -1.5 < low < np.log10(TRAIN.min()) < np.log10(TRAIN.max()) < high
    assert plot.home()[1][0] > -1.5
    assert plot.curve("b").y.min() == -8
    at = spot(plot, 10, high)
    for _ in range(20):
        wheel(plot, at, -1)
    assert plot.shown()[1][0] < -8


def test_the_low_losses_of_a_full_batch_are_in_view(plot):
    train(plot, "a", 1, dips=[20])
    assert plot.shown()[1][0] < -8


def test_the_end_of_a_run_in_batches_that_keeps_falling_is_in_view(qtbot):
    plot = shown(qtbot, StepPlot("Gradient norm", log_default=True))
    plot.set_run("a", RUN_COLOURS[0], "no noise")
    plot.set_steps_per_epoch("a", 10)
    plot.update_run("a", np.arange(1, 1_001), 10 ** np.linspace(0, -12, 1_000))
    plot.view_all()
    assert plot.shown()[1][0] < -12


def test_the_steps_of_small_batches_do_not_hide_those_of_large_ones(qtbot):
    plot = shown(qtbot, StepPlot("Gradient norm", log_default=True))
    for run, steps_per_epoch in (("full", 1), ("mini", 5), ("one", 140)):
        train(plot, run, steps_per_epoch)
    depths = [plot.curve(run).zValue() for run in ("full", "mini", "one")]
    assert depths == sorted(depths, reverse=True)


# --- words ----------------------------------------------------------------------------------


def test_the_mouse_reads_the_epoch_and_the_step(plot):
    train(plot, "a", 150)
    plot.epochs_switch.trigger()
    assert plot.cross(2.5001, 0.0) == (2.5, None)
    assert readout(plot, 2.5001).startswith("Epoch 2.5 (step 375)<table")
    assert "(step 375)" not in readout(plot, 2.5).split("<table")[1]
    plot.epochs_switch.trigger()
    assert readout(plot, 375.2).startswith("Step 375<table")


def test_where_runs_differ_the_mouse_reads_the_step_of_each(plot):
    train(plot, "a", 1)
    train(plot, "b", 150)
    text = readout(plot, 9.0)
    assert text.startswith("Epoch 9 (steps 9 and 1,350)<table")
    # The training loss at the end of the epoch; the full batch's step 9 began with the one before.
    assert f"train <b>{TRAIN[9]:.4f}</b>" in text
    assert f"train <b>{TRAIN[8]:.4f}</b>" in text


def test_the_steps_of_many_runs_are_not_listed(plot):
    for steps_per_epoch in range(1, 6):
        train(plot, steps_per_epoch * "a", steps_per_epoch)
    assert readout(plot, 9.0).startswith("Epoch 9<table")


def test_the_data_have_a_column_of_epochs(plot):
    train(plot, "a", 5)
    plain = plot.data().headings
    assert not any("epoch" in heading for heading in plain)
    plot.epochs_switch.trigger()
    data = plot.data()
    assert data.headings == (
        "run a: step",
        "run a: epoch",
        "run a",
        "run a: judged after step",
        "run a: judged after epoch",
        "run a: train",
        "run a: test",
    )
    np.testing.assert_array_equal(data.values[0], np.arange(1, 151))
    np.testing.assert_allclose(data.values[1], np.arange(1, 151) / 5)
    np.testing.assert_array_equal(data.values[3][:31], 5 * ENDS)
    np.testing.assert_array_equal(data.values[4][:31], ENDS)


def test_the_mark_of_overfitting_is_at_its_epoch(plot):
    train(plot, "a", 5)
    plot.set_focus("a")
    best = int(TEST.argmin())
    view = plot._overfitting
    assert (view.mark.step, view.band.boundingRect().right()) == (5 * best, 150)
    plot.epochs_switch.trigger()
    assert (view.mark.step, view.band.boundingRect().right()) == (best, 30)
    assert view.mark.text == f"overfits from epoch {best} on"
    assert "overfits" in readout(plot, best)
    assert "overfits" not in readout(plot, best + 15)


# --- the window's recordings ----------------------------------------------------------------


def recorded(steps_per_epoch):
    """A run of 30 steps."""
    made = finished_run(LINE, [[0.0, 0.0]] * 31)
    run = Run(made.experiment, f"{steps_per_epoch} steps an epoch")
    run.receive(Started(made.experiment, made.preview, 30, steps_per_epoch))
    old = made.recording
    run.receive(
        Steps(
            step=old.step,
            loss=old.loss,
            grad_norm=old.grad_norm,
            lr=old.lr,
            parameter_steps=old.parameter_steps[1:],
            parameters=old.parameters[1:],
        )
    )
    return run


def test_the_recordings_of_runs_tell_the_plots_their_epochs(qtbot):
    table = RunTable()
    scene = CurvesScene(table)
    plots = scene.loss, scene.grad_norm
    for each in plots:
        qtbot.addWidget(each)
    for steps_per_epoch in (3, 10):
        table.add(recorded(steps_per_epoch), RUN_COLOURS)
    scene.refresh()
    assert [x_axis(each) for each in plots] == ["Epoch", "Epoch"]
    assert [each.curve(str(table.rows[0].number)).x[-1] for each in plots] == [10, 10]
