"""A function of one variable."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt

from gd_studio.desktop.look.theme import RUN_COLOURS
from gd_studio.desktop.plots import FunctionCurvePlot
from tests.desktop.mouse import click, drag, hover, shown

X = (-2.0, 2.0)
GRID = np.linspace(*X, 401)


@pytest.fixture
def plot(qtbot):
    plot = shown(qtbot, FunctionCurvePlot())
    plot.set_axes("w", "g")
    plot.set_curve(GRID**2, X)
    qtbot.wait(20)
    return plot


def test_the_curve_is_drawn_and_fills_the_view(plot):
    np.testing.assert_allclose(plot.curve.x, GRID)
    assert plot.shown()[0] == X
    assert plot.shown()[1] == pytest.approx((-0.2, 4.2))


def test_paths_run_on_the_curve(qtbot, plot):
    plot.set_paths([(np.array([2.0, 1.0, 0.5]), RUN_COLOURS[0])])
    line = plot.paths.line(RUN_COLOURS[0])
    np.testing.assert_allclose(line.y, line.x**2, atol=1e-3)
    plot.update_path(0, np.array([[2.0], [1.0], [0.5], [0.1]]))
    qtbot.waitUntil(lambda: plot.paths.ends.points[0, 0] == pytest.approx(0.1))


def test_paths_follow_when_the_curve_changes(plot):
    plot.set_paths([(np.array([2.0, 1.0]), RUN_COLOURS[0])])
    plot.set_curve(GRID**2 + 10, X)
    assert plot.paths.starts.points[0].tolist() == pytest.approx([2.0, 14.0])


def test_a_dragged_start_stays_on_the_curve(qtbot, plot):
    plot.set_paths([(np.array([-1.0]), RUN_COLOURS[0])])
    plot.set_starts_editable(True)
    with qtbot.waitSignal(plot.start_moved) as moved:
        drag(qtbot, plot, (-1.0, 1.0), (0.5, 3.0))
    index, x, y = moved.args
    assert index == 0
    assert x == pytest.approx(0.5, abs=0.05)
    assert y == pytest.approx(x**2, abs=0.01)


def test_a_click_adds_a_start_on_the_curve(qtbot, plot):
    plot.set_starts_editable(True)
    with qtbot.waitSignal(plot.start_added) as added:
        click(qtbot, plot, 1.5, 1.0)
    assert added.args[1] == pytest.approx(added.args[0] ** 2, abs=0.01)


def test_the_mouse_reads_the_function(qtbot, plot):
    hover(qtbot, plot, 1.0, 3.0)
    assert plot.readout.text().startswith("w = ")
    assert "g = <b>" in plot.readout.text()


def test_zooming_asks_for_a_new_curve(qtbot, plot):
    with qtbot.waitSignal(plot.range_changed) as changed:
        qtbot.keyClick(plot.view, Qt.Key.Key_Minus)
    assert changed.args[0][0] == pytest.approx((-2.5, 2.5))
    plot.set_curve(np.linspace(-2.5, 2.5, 401) ** 2, (-2.5, 2.5))
    assert plot.shown()[0] == pytest.approx((-2.5, 2.5))


@pytest.mark.parametrize("values", [np.full(9, np.nan), np.full(9, np.inf), np.zeros(9)])
def test_no_function_upsets_the_range(plot, values):
    plot.set_curve(values, X)
    plot.set_paths([(np.array([np.nan, np.inf, 0.0]), RUN_COLOURS[0])])
    plot.grab()
    assert all(math.isfinite(end) for axis in plot.shown() for end in axis)


def test_minima_lie_on_the_curve(plot):
    plot.set_minima(np.array([[0.0]]))
    assert plot.minima.points.tolist() == [[0.0, 0.0]]
