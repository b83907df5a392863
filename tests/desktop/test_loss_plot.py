"""Curves over the steps of runs."""

import math

import numpy as np
import pytest

from gd_studio.desktop.look.theme import RUN_COLOURS
from gd_studio.desktop.plots import LossPlot, StepPlot
from tests.desktop.mouse import hover, shown, spot, wheel

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
