"""Curves over the steps of runs."""

import math
from dataclasses import replace

import numpy as np
import pytest

from gd_studio.desktop.look.theme import RUN_COLOURS
from gd_studio.desktop.plots import LossPlot, StepPlot
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.scenes.curves import CurvesScene
from gd_studio.desktop.studio import Subject
from gd_studio.link.messages import Steps
from tests.desktop.mouse import hover, shown, spot, wheel
from tests.helpers.recordings import LINE, finished_run

STEPS = np.arange(1, 2_001)
FALLING = 2.0 * np.exp(-STEPS / 400) + 0.01


@pytest.fixture
def plot(qtbot):
    return shown(qtbot, LossPlot())


def finite(plot):
    return all(math.isfinite(end) for axis in plot.shown() for end in axis)


def test_a_run_is_drawn_and_in_view(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS, FALLING)
    curve = plot.curve("a")
    (x0, x1), (y0, y1) = plot.shown()
    assert (x0, x1) == (0, 2_000)
    assert y0 < curve.y.min() < curve.y.max() < y1
    assert curve.colour.name() == RUN_COLOURS[0]
    assert curve.y[0] == pytest.approx(math.log10(FALLING[0]))


def test_a_million_steps_hand_few_points_to_the_curve_and_keep_the_extremes(plot):
    value = np.abs(np.random.default_rng(0).normal(size=1_000_000)) + 1.0
    value[400_000], value[700_000] = 5_000.0, 1e-6
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", np.arange(1, 1_000_001), value)
    for log in (True, False):
        plot.set_log(log)
        drawn = 10 ** plot.curve("a").y if log else plot.curve("a").y
        assert len(drawn) <= 5_000
        assert drawn.max() == pytest.approx(5_000.0)
        assert drawn.min() == pytest.approx(1e-6)


def test_the_axes_move_seldom_while_a_run_grows(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    moves = []
    plot.box.sigRangeChanged.connect(lambda *_: moves.append(1))
    for end in range(10, 2_001, 10):
        plot.update_run("a", STEPS[:end], FALLING[:end])
    assert len(moves) < 60
    assert plot.shown()[0][1] >= 2_000


def test_the_axes_fit_snugly_once_a_run_is_over(qtbot, plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    for end in (10, 500, 2_000):
        plot.update_run("a", STEPS[:end], FALLING[:end])
    qtbot.waitUntil(lambda: plot.shown() == plot.home(), timeout=3_000)


def test_where_the_user_looks_stays_where_it_is(qtbot, plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS[:100], FALLING[:100])
    plot.show_range((0, 50), (-1, 1))
    plot.view.moved_by_user.emit()
    plot.update_run("a", STEPS, FALLING)
    assert plot.shown() == ((0, 50), (-1, 1))
    plot.view_all()
    assert plot.shown()[0] == (0, 2_000)


@pytest.mark.parametrize("log", [True, False])
@pytest.mark.parametrize(
    "value",
    [
        np.full(5, np.nan),
        np.array([np.inf, -np.inf, np.nan, 1.0, 2.0]),
        np.zeros(5),
        np.array([1e308, -1e308, 1e-320, 0.0, 5.0]),
        np.full(5, 3.0),
        np.empty(0),
    ],
)
def test_no_value_upsets_the_range(qtbot, plot, log, value):
    plot.set_log(log)
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", np.arange(1, len(value) + 1), value)
    plot.view_all()
    plot.repaint()
    assert finite(plot)
    assert np.isfinite(plot.curve("a").y).all()


def test_what_a_log_scale_cannot_show_is_said(plot):
    plot.set_log(True)
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", np.arange(1, 5), np.array([1.0, 0.0, -2.0, np.nan]))
    assert "2 values ≤ 0" in plot.note_label.text()
    assert "1 not finite" in plot.note_label.text()
    plot.set_log(False)
    assert plot.note_label.text() == "1 not finite"


def test_the_scale_can_be_chosen_in_the_menu(qtbot, plot):
    with qtbot.waitSignal(plot.log_changed) as changed:
        plot.log_action.trigger()
    assert changed.args == [False]
    assert not plot.log
    assert [a.text() for a in plot.actions()] == [
        "View all",
        "Show data…",
        "Logarithmic scale",
        "Over epochs",
        "Copy image",
    ]


def test_the_mouse_reads_the_step_and_every_visible_runs_value(qtbot, plot):
    for run, colour, factor in (("a", RUN_COLOURS[0], 1.0), ("b", RUN_COLOURS[1], 3.0)):
        plot.set_run(run, colour, f"run {run}")
        plot.update_run(run, STEPS, factor * np.ones(2_000))
    hover(qtbot, plot, 1_234.4, sum(plot.shown()[1]) / 2)
    text = plot.readout.text().replace("&nbsp;", " ")
    step = int(text.split("<")[0].removeprefix("Step ").replace(",", ""))
    assert step == pytest.approx(1_234, abs=3)
    assert "run a" in text
    assert "<b>3</b>" in text
    plot.set_visible("b", False)
    hover(qtbot, plot, 1_000, sum(plot.shown()[1]) / 2)
    assert "run b" not in plot.readout.text().replace("&nbsp;", " ")


def test_a_legend_appears_with_the_second_visible_run(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    assert not plot.legend.isVisible()
    plot.set_run("b", RUN_COLOURS[1], "Adam & <friends>")
    assert plot.legend.isVisible()
    assert "Adam&nbsp;&amp;&nbsp;&lt;friends&gt;" in plot.legend.text()
    plot.rename("b", "Adam")
    assert "friends" not in plot.legend.text()
    plot.set_visible("b", False)
    assert not plot.legend.isVisible()


def test_a_run_that_is_removed_leaves_nothing(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS, FALLING)
    stroke = plot.curve("a")
    plot.remove_run("a")
    assert stroke not in plot.box.addedItems
    plot.remove_run("a")
    plot.view_all()
    assert finite(plot)


def test_linked_plots_share_their_steps(qtbot, plot):
    other = StepPlot("Gradient norm", log_default=True)
    other.link_x(plot)
    shown(qtbot, other)
    for each in (plot, other):
        each.set_run("a", RUN_COLOURS[0], "SGD")
        each.update_run("a", STEPS, FALLING)
    plot.show_range((100, 300), None)
    plot.view.moved_by_user.emit()
    qtbot.wait(10)
    assert other.shown()[0] == pytest.approx((100, 300), rel=0.2)


def test_a_name_for_the_learning_rate_is_all_it_takes(qtbot):
    plot = shown(qtbot, StepPlot("Learning rate"))
    assert not plot.log
    assert plot.accessibleName() == "Learning rate"


# --- the scale ------------------------------------------------------------------------------


def test_negative_values_are_shown_on_a_linear_scale_until_there_are_none(qtbot, plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS[:3], np.array([3.0, 1.0, 0.5]))
    assert plot.log
    with qtbot.waitSignal(plot.log_changed) as changed:
        plot.update_run("a", STEPS[:4], np.array([3.0, 1.0, 0.5, -2.0]))
    assert changed.args == [False]
    assert not plot.log_action.isChecked()
    assert plot.curve("a").y.tolist() == [3.0, 1.0, 0.5, -2.0]
    assert plot.shown()[1][0] < -2.0 < 3.0 < plot.shown()[1][1]
    assert plot.note_label.text() == ""
    plot.set_visible("a", False)
    assert plot.log
    plot.set_visible("a", True)
    assert not plot.log
    plot.remove_run("a")
    assert plot.log
    assert plot.log_action.isChecked()


def test_zeros_and_what_is_not_finite_keep_the_logarithmic_scale(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS[:4], np.array([3.0, 0.0, -np.inf, np.nan]))
    assert plot.log
    assert "not shown" in plot.note_label.text()


def test_the_scale_that_the_user_chose_stays(plot):
    plot.log_action.trigger()
    plot.log_action.trigger()
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS[:2], np.array([3.0, -1.0]))
    assert plot.log
    plot.log_action.trigger()
    plot.remove_run("a")
    assert not plot.log


def test_a_plot_that_is_linear_by_default_stays_linear(qtbot):
    plot = shown(qtbot, StepPlot("Learning rate"))
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS[:2], np.array([3.0, 1.0]))
    assert not plot.log


def test_a_scale_that_changes_by_itself_leaves_the_steps_the_user_looks_at(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS, FALLING)
    plot.show_range((100, 300), None)
    plot.view.moved_by_user.emit()
    plot.update_run("a", np.arange(1, 2_002), np.append(FALLING, -1.0))
    assert not plot.log
    assert plot.shown()[0] == (100, 300)
    assert plot.shown()[1][0] < -1.0
    assert not plot.follows


# --- the range ------------------------------------------------------------------------------


@pytest.mark.parametrize("log", [False, True])
@pytest.mark.parametrize("bit_by_bit", [False, True])
def test_a_run_that_diverges_does_not_flatten_the_others(plot, log, bit_by_bit):
    plot.set_log(log)
    plot.set_run("a", RUN_COLOURS[0], "good")
    plot.set_run("b", RUN_COLOURS[1], "bad")
    bad = 2.0 * 3.0 ** np.arange(200.0)
    for end in range(20, 201, 20) if bit_by_bit else [200]:
        plot.update_run("a", STEPS[:end], FALLING[:end])
        plot.update_run("b", STEPS[:end], bad[:end])
    top = plot.shown()[1][1]
    assert (10**top if log else top) < (20_000 if log else 20)
    plot.view_all()
    top = plot.shown()[1][1]
    assert (10**top if log else top) < (5_000 if log else 10)
    assert plot.shown()[0] == (0, 200)
    plot.grab()
    assert np.isfinite(plot.curve("b").y).all()


def test_a_run_that_starts_at_nothing_is_shown_whole(plot):
    plot.set_log(False)
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS[:3], np.array([0.0, 5.0, 7.0]))
    assert plot.shown()[1][1] > 7.0


def test_quadratic_convergence_is_seen_to_its_end(plot):
    plot.set_run("a", RUN_COLOURS[0], "Newton")
    plot.update_run("a", STEPS[:6], np.array([100.0, 1.0, 0.1, 1e-3, 1e-7, 1e-15]))
    assert plot.shown()[1][0] < -15 < 2 < plot.shown()[1][1]


def test_what_is_cut_off_is_drawn_in_full_once_it_is_in_view(qtbot, plot):
    plot.set_log(False)
    plot.set_run("a", RUN_COLOURS[0], "bad")
    plot.update_run("a", STEPS[:3], np.array([1.0, 2.0, 1e12]))
    assert plot.curve("a").y.max() < 1e12
    plot.show_range(None, (0.0, 2e12))
    qtbot.waitUntil(lambda: plot.curve("a").y.max() == 1e12)


def test_a_short_run_after_all_are_removed_begins_on_a_new_axis(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS, FALLING)
    plot.view.moved_by_user.emit()
    plot.clear()
    plot.set_run("b", RUN_COLOURS[0], "SGD")
    plot.update_run("b", STEPS[:20], FALLING[:20])
    assert plot.shown()[0] == (0, 20)


def test_a_short_run_while_the_others_are_hidden_begins_on_a_new_axis(plot):
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS, FALLING)
    plot.set_visible("a", False)
    plot.set_run("b", RUN_COLOURS[0], "SGD")
    plot.update_run("b", STEPS[:20], FALLING[:20])
    assert plot.shown()[0] == (0, 20)


@pytest.mark.parametrize("log", [True, False])
def test_zooming_ends_at_a_step_and_at_ten_times_all(qtbot, plot, log):
    plot.set_log(log)
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS, FALLING)
    at = spot(plot, 500, sum(plot.shown()[1]) / 2)
    for _ in range(40):
        wheel(plot, at, 10)
    (x0, x1), _ = plot.shown()
    assert 1 <= x1 - x0 <= 3
    plot.grab()
    for _ in range(80):
        wheel(plot, at, -10)
    (x0, x1), _ = plot.shown()
    assert x1 - x0 == pytest.approx(20_000)
    plot.grab()


def test_an_empty_plot_can_be_zoomed_without_end(qtbot, plot):
    for notches in (10, -10):
        for _ in range(400):
            wheel(plot, plot.view.viewport().rect().center(), notches)
    assert finite(plot)
    plot.grab()


# --- words ----------------------------------------------------------------------------------


def test_the_legend_of_many_runs_names_the_newest_and_counts_the_others(plot):
    for i in range(40):
        plot.set_run(str(i), RUN_COLOURS[i % len(RUN_COLOURS)], f"run-{i}")
    text = plot.legend.text()
    assert [f"run-{i}" in text for i in (33, 34, 39)] == [False, True, True]
    assert text.index("run-34") < text.index("run-39") < text.index("more")
    assert "and&nbsp;34&nbsp;more" in text
    assert plot.legend.height() < plot.height() / 4


def test_no_line_of_the_legend_is_indented(plot):
    for i in range(6):
        plot.set_run(str(i), RUN_COLOURS[i], f"a run with a long name {i}")
    # A line is broken at a plain space between tags, and what follows it begins the next line.
    words = plot.legend.text().replace("span style", "span_style").split(" ")
    assert len(words) == 6
    assert not any(word.startswith("&nbsp;") for word in words)


def test_an_empty_plot_says_what_to_do_until_the_first_value_comes(plot):
    assert plot.hint.isVisible()
    assert plot.hint.text() == "Press Run to begin"
    assert plot.hint.geometry() == plot.view.viewport().rect()
    plot.set_run("a", RUN_COLOURS[0], "SGD")
    plot.update_run("a", STEPS[:0], FALLING[:0])
    assert plot.hint.isVisible()
    plot.update_run("a", STEPS[:1], FALLING[:1])
    assert not plot.hint.isVisible()
    plot.set_visible("a", False)
    assert not plot.hint.isVisible()
    plot.remove_run("a")
    assert plot.hint.isVisible()


def test_who_moves_one_of_two_linked_plots_moves_both_for_good(qtbot) -> None:
    loss, grad_norm = LossPlot(), StepPlot("Gradient norm")
    for plot in (loss, grad_norm):
        qtbot.addWidget(plot)
        plot.set_run("a", "#ff0000", "a run")
        plot.update_run("a", np.arange(1, 101), np.linspace(5.0, 1.0, 100))
    grad_norm.link_x(loss)
    grad_norm.view.moved_by_user.emit()
    assert [plot.follows for plot in (loss, grad_norm)] == [False, False]
    loss.view.all_wanted.emit()
    assert [plot.follows for plot in (loss, grad_norm)] == [True, True]


# --- train and test -------------------------------------------------------------------------

EPOCHS = np.arange(301)
TRAIN = 1.4 * np.exp(-EPOCHS / 35) + 0.02
TEST = 0.3 + 1.2 * np.exp(-EPOCHS / 30) + 1e-3 * EPOCHS
NO_TEST = np.full(len(EPOCHS), np.nan)


def run_in_full_batches(plot, run="a", test=TEST):
    """A step an epoch, so that a step begins with the loss that was judged before it."""
    plot.set_run(run, RUN_COLOURS[0], f"run {run}")
    plot.update_run(run, EPOCHS[1:], TRAIN[:-1])
    plot.update_evaluation(run, EPOCHS, TRAIN, test)


def run_in_batches(plot, run="a", test=TEST):
    """Four steps an epoch."""
    plot.set_run(run, RUN_COLOURS[0], f"run {run}")
    steps = np.arange(1, 1_201)
    noise = np.exp(0.2 * np.random.default_rng(0).normal(size=1_200))
    plot.update_run(run, steps, np.interp(steps, 4 * EPOCHS, TRAIN) * noise)
    plot.update_evaluation(run, 4 * EPOCHS, TRAIN, test)


def strokes(plot):
    return [line.stroke for line in plot.lines()]


def legend(plot):
    return (
        plot.legend.text().replace("&nbsp;", " ").replace("\u2060", "")
        if plot.legend.isVisible()
        else ""
    )


def readout(plot, x):
    return plot.describe(x, 0.0).replace("&nbsp;", " ")


@pytest.mark.parametrize("log", [True, False])
def test_the_test_part_is_a_dashed_line_in_the_runs_colour_and_in_view(plot, log):
    plot.set_log(log)
    run_in_full_batches(plot)
    steps, test = strokes(plot)
    assert steps is plot.curve("a")
    assert (steps.dashed, test.dashed) == (False, True)
    assert test.colour == steps.colour
    assert test.scene() is plot.view.scene()
    drawn = 10**test.y if log else test.y
    np.testing.assert_allclose(drawn, TEST)
    assert test.x.tolist() == EPOCHS.tolist()
    assert plot.shown()[1][1] > test.y.max()
    plot.set_run("a", RUN_COLOURS[3], "run a")
    assert {stroke.colour.name() for stroke in strokes(plot)} == {RUN_COLOURS[3]}


def test_the_single_steps_of_batches_are_pale_and_thin_behind_the_epochs(plot):
    run_in_batches(plot)
    steps, train, test = strokes(plot)
    assert steps.opacity() < 0.5 < train.opacity() == test.opacity() == 1.0
    assert steps.zValue() < min(train.zValue(), test.zValue())
    assert (train.dashed, test.dashed) == (False, True)
    np.testing.assert_allclose(10**train.y, TRAIN)
    assert train.x.tolist() == (4 * EPOCHS).tolist()


def test_the_line_of_a_noisy_test_part_is_broken_along_the_steps(plot):
    run_in_full_batches(plot, test=TEST * np.exp(0.3 * np.random.default_rng(0).normal(size=301)))
    test = strokes(plot)[1]
    gaps = np.isnan(test.y)
    assert not test.dashed
    assert 0.3 < gaps.mean() < 0.6
    assert 20 < np.count_nonzero(gaps[1:] & ~gaps[:-1]) < 80
    plot.grab()


def test_steps_whose_loss_has_a_penalty_are_told_from_the_training_part(plot):
    plot.set_run("a", RUN_COLOURS[0], "with a penalty")
    plot.update_run("a", EPOCHS[1:], TRAIN[:-1] + 0.1)
    plot.update_evaluation("a", EPOCHS, TRAIN, TEST)
    assert len(strokes(plot)) == 3


def test_a_run_that_is_not_evaluated_is_one_line(plot):
    plot.set_run("a", RUN_COLOURS[0], "run a")
    plot.update_run("a", EPOCHS[1:], TRAIN[:-1])
    plot.update_evaluation("a", EPOCHS[:0], TRAIN[:0], TEST[:0])
    assert strokes(plot) == [plot.curve("a")]
    assert legend(plot) == ""
    assert plot.data().headings == ("run a: step", "run a")


def test_batches_without_a_test_part_have_no_test_line(plot):
    run_in_batches(plot, test=NO_TEST)
    assert [stroke.dashed for stroke in strokes(plot)] == [False, False]
    assert "test" not in legend(plot)
    assert "test" not in readout(plot, 500)
    assert plot.note_label.text() == ""
    assert plot.overfitting is None


def test_the_lines_of_a_run_come_and_go_with_it(plot):
    run_in_batches(plot)
    items = strokes(plot)
    plot.set_visible("a", False)
    assert not any(stroke.isVisible() for stroke in items)
    assert plot.lines() == []
    plot.set_visible("a", True)
    assert all(stroke.isVisible() for stroke in items)
    plot.remove_run("a")
    assert [stroke.scene() for stroke in items] == [None] * 3
    plot.grab()


def test_a_hidden_run_that_is_evaluated_stays_hidden(plot):
    plot.set_run("a", RUN_COLOURS[0], "run a")
    plot.set_visible("a", False)
    plot.update_run("a", EPOCHS[1:], TRAIN[:-1])
    plot.update_evaluation("a", EPOCHS, TRAIN, TEST)
    plot.set_visible("a", True)
    assert [stroke.isVisible() for stroke in strokes(plot)] == [True, True]
    np.testing.assert_allclose(10 ** strokes(plot)[1].y, TEST)


def test_the_legend_tells_once_what_the_kinds_of_lines_mean(plot):
    run_in_full_batches(plot, "a")
    assert legend(plot) == "— train   – – test"
    run_in_batches(plot, "b")
    assert "run a" in legend(plot)
    assert [legend(plot).count(word) for word in ("train", "test", "single steps")] == [1, 1, 1]
    plot.set_visible("b", False)
    assert legend(plot) == "— train   – – test"
    plot.set_visible("a", False)
    assert legend(plot) == ""


def test_the_mouse_reads_the_losses_of_both_parts(plot):
    run_in_full_batches(plot)
    assert f"train <b>{TRAIN[97]:.4f}</b>" in readout(plot, 98)
    assert f"test <b>{TEST[98]:.4f}</b>" in readout(plot, 98)
    plot.remove_run("a")
    run_in_batches(plot)
    text = readout(plot, 4 * 98 + 1)
    assert text.startswith("Step 393")
    assert "step <b>" in text
    assert f"train <b>{TRAIN[98]:.4f}</b>" in text
    assert f"test <b>{TEST[98]:.4f}</b>" in text


def test_the_data_list_the_losses_of_both_parts(plot):
    run_in_batches(plot)
    data = plot.data()
    assert data.headings == (
        "run a: step",
        "run a",
        "run a: judged after step",
        "run a: train",
        "run a: test",
    )
    np.testing.assert_array_equal(data.values[2][:301], 4 * EPOCHS)
    np.testing.assert_array_equal(data.values[3][:301], TRAIN)
    np.testing.assert_array_equal(data.values[4][:301], TEST)


def test_a_run_alone_grows_without_losing_any_of_its_lines(plot):
    plot.set_run("a", RUN_COLOURS[0], "run a")
    for end in range(10, 301, 10):
        plot.update_run("a", EPOCHS[1 : end + 1], TRAIN[:end])
        plot.update_evaluation("a", EPOCHS[: end + 1], TRAIN[: end + 1], TEST[: end + 1])
        low, high = plot.shown()[1]
        for stroke in strokes(plot):
            assert low <= stroke.y.min() < stroke.y.max() <= high


# --- overfitting ----------------------------------------------------------------------------


def mark(plot):
    return plot._overfitting.mark


def band(plot):
    return plot._overfitting.band


@pytest.mark.parametrize("log", [True, False])
def test_where_the_run_in_focus_overfits_is_marked(plot, log):
    plot.set_log(log)
    run_in_full_batches(plot)
    assert not mark(plot).isVisible()
    plot.set_focus("a")
    best = int(TEST.argmin())
    assert plot.overfitting.best_step == mark(plot).step == best
    assert mark(plot).isVisible()
    assert mark(plot).text == f"overfits from epoch {best} on"
    gap = band(plot).boundingRect()
    assert (gap.left(), gap.right()) == (best, 300)
    # The solid line is that of the steps, which begin with the loss judged before them.
    ends = np.log10([TRAIN[-2], TEST[-1]]) if log else [TRAIN[-2], TEST[-1]]
    assert (gap.top(), gap.bottom()) == pytest.approx(tuple(ends))
    plot.grab()


def test_the_mouse_reads_at_the_mark_what_it_means(plot):
    run_in_full_batches(plot)
    plot.set_focus("a")
    best = plot.overfitting.best_step
    assert "run a overfits from epoch" in readout(plot, best)
    assert "overfits" not in readout(plot, best + 50)
    assert plot.accessibleDescription().startswith("run a overfits from epoch")


def test_only_the_run_in_focus_is_marked(plot):
    run_in_full_batches(plot, "a")
    run_in_batches(plot, "b")
    plot.set_focus("b")
    assert mark(plot).step == 4 * TEST.argmin()
    plot.set_focus("a")
    assert mark(plot).step == TEST.argmin()
    plot.set_focus("not listed yet")
    assert not mark(plot).isVisible()
    assert band(plot).is_empty


def test_a_run_that_does_not_overfit_has_no_mark(plot):
    run_in_full_batches(plot, test=TRAIN + 0.1)
    plot.set_focus("a")
    assert plot.overfitting is None
    assert not mark(plot).isVisible()
    assert band(plot).is_empty
    assert plot.accessibleDescription() == ""


@pytest.mark.parametrize("leave", ["set_visible", "remove_run", "set_focus"])
def test_the_mark_goes_with_its_run(plot, leave):
    run_in_full_batches(plot)
    plot.set_focus("a")
    {
        "set_visible": lambda: plot.set_visible("a", False),
        "remove_run": lambda: plot.remove_run("a"),
        "set_focus": lambda: plot.set_focus(None),
    }[leave]()
    assert not mark(plot).isVisible()
    assert band(plot).is_empty
    assert plot.overfitting is None


def test_the_mark_appears_while_the_run_grows(plot):
    plot.set_run("a", RUN_COLOURS[0], "run a")
    plot.set_focus("a")
    marked = []
    for end in range(1, 301):
        plot.update_run("a", EPOCHS[1 : end + 1], TRAIN[:end])
        plot.update_evaluation("a", EPOCHS[: end + 1], TRAIN[: end + 1], TEST[: end + 1])
        marked.append(mark(plot).isVisible())
    assert marked == sorted(marked)
    assert 110 < marked.index(True) < 250


def test_a_long_run_is_judged_to_its_end_once_it_rests(qtbot, plot):
    plot.set_run("a", RUN_COLOURS[0], "run a")
    plot.set_focus("a")
    for end in (300, 301):
        plot.update_run("a", EPOCHS[1:end], TRAIN[: end - 1])
        plot.update_evaluation("a", EPOCHS[:end], TRAIN[:end], TEST[:end])
    qtbot.waitUntil(lambda: plot.overfitting.last_loss == TEST[-1], timeout=3_000)


def test_the_losses_of_a_recording_reach_the_plot_and_the_focus_is_marked(qtbot):
    table = RunTable()
    run = finished_run(LINE, [[0.0, 0.0]] * 301, TRAIN[:-1].tolist())
    empty = np.empty(0)
    nothing = Steps(empty.astype(int), empty, empty, empty, empty.astype(int), np.empty((0, 2)))
    run.recording.append(replace(nothing, evaluated_steps=EPOCHS, train_loss=TRAIN, test_loss=TEST))
    row = table.add(run, RUN_COLOURS)
    scene = CurvesScene(table)
    for each in (scene.loss, scene.grad_norm):
        qtbot.addWidget(each)
    scene.refresh()
    assert len(scene.loss.lines()) == 2
    assert len(scene.grad_norm.lines()) == 1
    scene.set_subject(Subject(run.experiment, run.preview, row))
    assert scene.loss.overfitting.best_step == TEST.argmin()
    scene.set_subject(Subject(run.experiment, run.preview))
    assert scene.loss.overfitting is None
