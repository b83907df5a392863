"""The map, the paths on it, and starts that a person edits."""

import itertools
import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter, QPicture

from gd_studio.desktop.look.theme import RUN_COLOURS
from gd_studio.desktop.plots import LandscapePlot
from tests.desktop.mouse import click, double_click, drag, hover, right_click, shown, spot, wheel

X, Y = (-2.0, 2.0), (-1.0, 3.0)
BLUE, ORANGE = RUN_COLOURS[:2]


def bowl(n=81):
    x, y = np.meshgrid(np.linspace(*X, n), np.linspace(*Y, n))
    return (x**2 + 10 * (y - 1) ** 2).astype(np.float32)


@pytest.fixture
def plot(qtbot):
    plot = shown(qtbot, LandscapePlot())
    plot.set_view(X, Y)
    plot.set_map(bowl(), X, Y)
    qtbot.wait(20)
    return plot


@pytest.fixture
def editable(qtbot, plot):
    plot.set_paths([(np.array([[-1.0, 0.0]]), BLUE), (np.array([[1.0, 2.0]]), ORANGE)])
    plot.set_starts_editable(True)
    qtbot.wait(20)
    return plot


def test_the_map_holds_the_function_from_low_to_high(plot):
    assert plot.map.shares.dtype == np.float32
    assert plot.map.levels == (0.0, 1.0)
    assert plot.map.shares.min() == 0.0
    assert plot.map.shares.max() == 1.0
    assert plot.map.line_count > 100
    rect = plot.map.boundingRect()
    assert rect.left() == pytest.approx(X[0], abs=0.05)
    assert rect.right() == pytest.approx(X[1], abs=0.05)


def test_the_colour_bar_tells_true_values(plot):
    assert plot.bar.isVisible()
    assert plot.bar.labels[0] == "0"
    assert plot.bar.labels[-1] == "44"
    assert len(plot.bar.labels) >= 3


def test_the_mouse_reads_the_place_and_the_value(qtbot, plot):
    with qtbot.waitSignal(plot.hovered):
        hover(qtbot, plot, 1.0, 2.0)
    assert plot.value_at(1.0, 2.0) == pytest.approx(11.0, abs=0.02)
    assert plot.readout.text().startswith("x = ")
    assert "f = <b>1" in plot.readout.text()


def test_axes_are_named_for_the_readout(qtbot, plot):
    plot.set_axes("weight", "bias", "loss")
    hover(qtbot, plot, 0.5, 0.5)
    for name in ("weight = ", "bias = ", "loss = "):
        assert name in plot.readout.text()


def test_beside_the_map_there_is_no_value(plot):
    assert plot.value_at(5.0, 0.0) is None
    assert LandscapePlot.describe(plot, 5.0, 0.0).startswith("x = 5")


@pytest.mark.parametrize(
    "values",
    [np.full((9, 9), np.nan), np.full((9, 9), 7.0), np.full((9, 9), np.inf), np.array([[1.0]])],
)
def test_no_map_upsets_the_plot(qtbot, plot, values):
    plot.set_map(values, X, Y)
    plot.grab()
    assert all(math.isfinite(end) for axis in plot.shown() for end in axis)


def test_a_map_with_holes_is_drawn_around_them(plot):
    values = bowl()
    values[:, 40:] = np.nan
    plot.set_map(values, X, Y)
    assert np.isnan(plot.map.shares[:, 40:]).all()
    assert plot.map.line_count > 10
    assert plot.value_at(1.5, 1.0) is None or math.isnan(plot.value_at(1.5, 1.0))


def test_zooming_asks_for_a_new_map_and_keeps_the_old_one_meanwhile(qtbot, plot):
    before = plot.map.boundingRect()
    with qtbot.waitSignal(plot.range_changed) as changed:
        for _ in range(3):
            qtbot.keyClick(plot.view, Qt.Key.Key_Plus)
    (x0, x1), (y0, y1) = changed.args[0]
    assert X[0] < x0 < x1 < X[1]
    assert Y[0] < y0 < y1 < Y[1]
    assert plot.map.boundingRect() == before
    plot.set_map(bowl(), (x0, x1), (y0, y1))
    assert plot.shown() == ((x0, x1), (y0, y1))
    qtbot.keyClick(plot.view, Qt.Key.Key_Home)
    assert plot.shown() == (X, Y)


def test_paths_have_a_line_a_start_and_an_end(qtbot, plot):
    path = np.stack((np.linspace(-1, 1, 50), np.linspace(0, 1, 50)), axis=1)
    plot.set_paths([(path, BLUE), (path + 0.5, BLUE), (path - 0.5, ORANGE)])
    line = plot.paths.line(BLUE)
    assert np.isnan(line.x).sum() == 1
    np.testing.assert_allclose(plot.paths.starts.points[0], path[0])
    np.testing.assert_allclose(plot.paths.ends.points[2], path[-1] - 0.5)
    longer = np.concatenate((path, [[1.5, 2.5]]))
    plot.update_path(2, longer)
    qtbot.waitUntil(lambda: plot.paths.ends.points[2, 1] == 2.5)
    assert plot.paths.line(ORANGE).y[-1] == 2.5


def test_a_path_of_a_million_points_is_drawn_with_few(qtbot, plot):
    path = np.random.default_rng(0).uniform(-1, 1, (1_000_000, 2)).astype(np.float32)
    plot.set_paths([(path, BLUE)])
    assert len(plot.paths.line(BLUE).x) <= 5_000


def test_a_path_that_diverges_does_not_upset_the_plot(qtbot, plot):
    path = np.array([[0, 0], [1e5, -1e9], [1e30, 1e38], [np.inf, 0], [np.nan, np.nan]])
    plot.set_paths([(path.astype(np.float32), BLUE)])
    plot.grab()
    assert plot.shown() == (X, Y)


def test_ten_thousand_starts_are_one_item_a_colour(qtbot, plot):
    starts = np.random.default_rng(0).uniform(-1, 1, (10_000, 2))
    before = len(plot.box.addedItems)
    plot.set_paths([(start[np.newaxis], RUN_COLOURS[i % 2]) for i, start in enumerate(starts)])
    assert len(plot.box.addedItems) <= before + 2
    steps = np.stack((starts, 0.5 * starts, 0.25 * starts))
    plot.update_paths(0, steps)
    qtbot.waitUntil(lambda: np.allclose(plot.paths.swarm.dots.points, steps[-1]))
    plot.update_path(17, np.array([[0.0, 0.0], [1.0, 1.0]]))
    qtbot.waitUntil(lambda: plot.paths.swarm.dots.points[17, 0] == 1.0)
    plot.grab()


def test_minima_are_marked(plot):
    plot.set_minima(np.array([[0.0, 1.0]]))
    assert plot.minima.points.tolist() == [[0.0, 1.0]]


def test_a_start_that_is_dragged_follows_and_is_told_when_let_go(qtbot, editable):
    dragged = []
    editable.start_dragged.connect(lambda *where: dragged.append(where))
    with qtbot.waitSignal(editable.start_moved) as moved:
        drag(qtbot, editable, (-1.0, 0.0), (0.5, 1.0))
    index, x, y = moved.args
    assert index == 0
    assert (x, y) == pytest.approx((0.5, 1.0), abs=0.05)
    assert len(dragged) >= 2
    assert editable.handles.points[0] == pytest.approx((0.5, 1.0), abs=0.05)
    assert editable.shown() == (X, Y)


def test_a_click_on_the_empty_plot_adds_a_start(qtbot, editable):
    with qtbot.waitSignal(editable.start_added) as added:
        click(qtbot, editable, 0.3, 0.4)
    assert added.args == pytest.approx((0.3, 0.4), abs=0.02)


def test_a_double_click_shows_everything_and_adds_no_start(qtbot, editable):
    qtbot.keyClick(editable.view, Qt.Key.Key_Plus)
    with qtbot.assertNotEmitted(editable.start_added, wait=400):
        double_click(qtbot, editable, 0.3, 0.4)
        assert editable.shown() == (X, Y)


def test_the_second_press_of_a_slow_double_click_already_keeps_the_start_away(qtbot, editable):
    with qtbot.assertNotEmitted(editable.start_added, wait=400):
        click(qtbot, editable, 0.3, 0.4)
        qtbot.wait(150)
        at = spot(editable, 0.3, 0.4)
        qtbot.mouseDClick(editable.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_two_quick_clicks_at_two_places_add_two_starts(qtbot, editable):
    added = []
    editable.start_added.connect(lambda x, y: added.append((x, y)))
    click(qtbot, editable, 0.3, 0.4)
    click(qtbot, editable, -1.3, 2.4)
    qtbot.waitUntil(lambda: len(added) == 2)
    assert added[0] == pytest.approx((0.3, 0.4), abs=0.02)
    assert added[1] == pytest.approx((-1.3, 2.4), abs=0.02)


def test_a_start_is_added_where_the_click_was_though_the_view_moves_on(qtbot, editable):
    with qtbot.waitSignal(editable.start_added) as added:
        click(qtbot, editable, 0.3, 0.4)
        editable.show_range((10.0, 14.0), None)
    assert added.args == pytest.approx((0.3, 0.4), abs=0.02)


def test_a_click_adds_no_start_once_starts_are_not_editable(qtbot, editable):
    with qtbot.assertNotEmitted(editable.start_added, wait=400):
        click(qtbot, editable, 0.3, 0.4)
        editable.set_starts_editable(False)


def test_a_click_on_a_start_adds_none(qtbot, editable):
    with qtbot.assertNotEmitted(editable.start_added, wait=400):
        click(qtbot, editable, 1.0, 2.0)


def test_a_right_click_on_a_start_removes_it(qtbot, editable):
    with qtbot.waitSignal(editable.start_removed) as removed:
        right_click(qtbot, editable, 1.0, 2.0)
    assert removed.args == [1]
    assert editable._menu is None


def test_delete_removes_the_start_under_the_mouse(qtbot, editable):
    hover(qtbot, editable, -1.0, 0.0)
    with qtbot.waitSignal(editable.start_removed) as removed:
        qtbot.keyClick(editable.view, Qt.Key.Key_Delete)
    assert removed.args == [0]


def test_delete_elsewhere_removes_none(qtbot, editable):
    hover(qtbot, editable, 0.0, 1.5)
    with qtbot.assertNotEmitted(editable.start_removed):
        qtbot.keyClick(editable.view, Qt.Key.Key_Delete)


def test_the_cursor_and_a_tip_say_what_the_mouse_would_do(qtbot, editable):
    assert editable.box.cursor().shape() == Qt.CursorShape.CrossCursor
    assert "add a start" in editable.box.toolTip()
    hover(qtbot, editable, -1.0, 0.0)
    assert editable.handles.cursor().shape() == Qt.CursorShape.SizeAllCursor
    assert "Drag" in editable.handles.toolTip()


def test_starts_that_are_not_editable_stay(qtbot, plot):
    plot.set_paths([(np.array([[-1.0, 0.0]]), BLUE)])
    with (
        qtbot.assertNotEmitted(plot.start_moved),
        qtbot.assertNotEmitted(plot.start_added, wait=400),
    ):
        drag(qtbot, plot, (-1.0, 0.0), (0.0, 0.0))
        plot.view_all()
        click(qtbot, plot, 0.5, 0.5)


def widths(plot):
    (x0, x1), (y0, y1) = plot.shown()
    return x1 - x0, y1 - y0


def test_zooming_in_ends_where_labels_still_differ(qtbot, plot):
    at = spot(plot, 1.5, 1.7)
    for _ in range(40):
        wheel(plot, at, 10)
    assert widths(plot) == pytest.approx((4e-6, 4e-6), rel=0.01)
    for axis, (low, high) in zip((plot.view.x_axis, plot.view.y_axis), plot.shown(), strict=True):
        length = axis.size().width() if axis is plot.view.x_axis else axis.size().height()
        ((spacing, values),) = axis.tickValues(low, high, length)
        labels = axis.tickStrings(values, 1.0, spacing)
        assert len(set(labels)) == len(labels) >= 2


def test_labels_on_the_bottom_axis_do_not_overlap_far_in(qtbot, plot):
    at = spot(plot, 1.5, 1.7)
    for _ in range(40):
        wheel(plot, at, 10)
    plot.grab()
    axis = plot.view.x_axis
    texts = sorted((rect for rect, *_ in drawn_texts(axis)), key=lambda rect: rect.left())
    assert len(texts) >= 2
    assert all(a.right() < b.left() for a, b in itertools.pairwise(texts))


def drawn_texts(axis):
    """What pyqtgraph would draw of the axis's labels."""
    picture = QPicture()
    painter = QPainter(picture)
    specs = axis.generateDrawSpecs(painter)
    painter.end()
    return specs[2]


def test_zooming_out_and_panning_end(qtbot, plot):
    at = spot(plot, -1.5, 1.7)
    for _ in range(40):
        wheel(plot, at, -10)
    assert widths(plot) == pytest.approx((4e3, 4e3), rel=0.01)
    before = plot.shown()
    wheel(plot, at, -10)
    np.testing.assert_allclose(plot.shown(), before)
    for _ in range(100):
        qtbot.keyClick(plot.view, Qt.Key.Key_Right)
    assert plot.shown()[0][1] == pytest.approx(4e3, rel=0.01)
    for _ in range(100):
        qtbot.keyClick(plot.view, Qt.Key.Key_Plus)
        qtbot.keyClick(plot.view, Qt.Key.Key_Up)
    assert plot.shown()[1][1] <= 4.1e3
    qtbot.keyClick(plot.view, Qt.Key.Key_Home)
    assert plot.shown() == (X, Y)


def test_a_new_home_far_from_the_old_one_is_not_held_back(plot):
    plot.view.setFocus()
    plot.set_view((1e6, 1e6 + 1), (-1e9, 1e9))
    assert plot.shown() == ((1e6, 1e6 + 1), (-1e9, 1e9))


def test_the_left_axis_is_narrow_again_when_its_labels_are(qtbot, plot):
    plot.grab()
    before = plot.view.y_axis.width()
    plot.show_range(None, (1.7, 1.7 + 4e-6))
    plot.grab()
    qtbot.wait(10)
    assert plot.view.y_axis.width() > before + 10
    plot.view_all()
    plot.grab()
    qtbot.wait(10)
    assert plot.view.y_axis.width() <= before + 1
