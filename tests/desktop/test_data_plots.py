"""What a model makes of its data: the fitted line and the decision boundary."""

import math

import numpy as np
import pytest

from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.desktop.plots import BoundaryPlot, FitPlot
from tests.desktop.mouse import hover, shown


@pytest.fixture
def fit(qtbot):
    plot = shown(qtbot, FitPlot())
    x = np.linspace(0, 10, 50, dtype=np.float32)
    plot.set_data(x[:, np.newaxis], 2 * x + 1)
    return plot


@pytest.fixture
def boundary(qtbot):
    plot = shown(qtbot, BoundaryPlot())
    points = np.random.default_rng(0).normal(size=(200, 2))
    plot.set_data(points, points[:, 0] > 0)
    return plot


def finite(plot):
    return all(math.isfinite(end) for axis in plot.shown() for end in axis)


def test_the_fit_asks_for_predictions_across_the_data(fit):
    assert fit.inputs.dtype == np.float32
    assert fit.inputs.ndim == 2
    assert fit.inputs[0, 0] < 0 < 10 < fit.inputs[-1, 0]
    assert len(fit.points.points) == 50


def test_predictions_are_a_line_and_the_mouse_reads_it(qtbot, fit):
    fit.set_predictions(2 * fit.inputs[:, 0] + 1)
    np.testing.assert_allclose(fit.line.y, 2 * fit.line.x + 1, rtol=1e-5)
    hover(qtbot, fit, 5.0, 8.0)
    assert "prediction = <b>1" in fit.readout.text()


def test_predictions_for_other_data_are_not_drawn(fit, boundary):
    fit.set_predictions(np.zeros(7))
    assert len(fit.line.x) == 0
    boundary.set_predictions(np.zeros(7))
    assert np.isnan(boundary.map.shares).all()


def test_new_data_forget_the_old_line(fit):
    fit.set_predictions(np.ones(len(fit.inputs)))
    fit.set_data(np.array([[1.0], [2.0]]), np.array([0.0, 1.0]))
    assert len(fit.line.x) == 0
    assert fit.shown()[0][1] < 3


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_no_prediction_upsets_the_fit(fit, value):
    before = fit.shown()
    fit.set_predictions(np.full(len(fit.inputs), value))
    fit.grab()
    assert fit.shown() == before


@pytest.mark.parametrize("data", [np.empty((0, 1)), np.full((3, 1), np.nan), np.ones((3, 1))])
def test_no_data_upset_the_fit(fit, data):
    fit.set_data(data, np.ones(len(data)))
    fit.view_all()
    fit.grab()
    assert finite(fit)


def test_the_boundary_asks_for_a_grid_around_the_data(boundary):
    inputs = boundary.inputs
    assert inputs.dtype == np.float32
    assert inputs.shape[1] == 2
    points = np.concatenate([markers.points for markers in boundary.classes])
    assert (inputs.min(axis=0) < points.min(axis=0)).all()
    assert (inputs.max(axis=0) > points.max(axis=0)).all()


def test_classes_differ_by_colour_and_by_symbol(boundary):
    zero, one = boundary.classes
    assert zero.symbol != one.symbol
    assert zero.colours != one.colours
    assert (one.points[:, 0] > 0).all()
    assert len(zero.points) + len(one.points) == 200


def test_probabilities_become_a_map_with_a_line_at_one_half(qtbot, boundary):
    x = boundary.inputs[:, 0]
    boundary.set_predictions(1 / (1 + np.exp(-3 * x)))
    assert boundary.map.levels == (0.0, 1.0)
    assert boundary.map.line_count > 10
    side = boundary.map.shares.shape[1]
    assert boundary.map.shares[0, 0] < 0.1
    assert boundary.map.shares[-1, side - 1] > 0.9
    hover(qtbot, boundary, 2.0, 0.0)
    assert "class 1: <b>9" in boundary.readout.text()


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1.0])
def test_no_probability_upsets_the_boundary(boundary, value):
    boundary.set_predictions(np.full(len(boundary.inputs), value))
    boundary.grab()
    assert finite(boundary)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_classes_take_the_themes_colours(boundary, theme):
    boundary.set_theme(theme)
    assert [markers.colours for markers in boundary.classes] == [[c] for c in theme.classes]
