"""What a model makes of its data: the fitted line and the decision boundary."""

import math

import numpy as np
import pytest
from PySide6.QtCore import QPointF

from gd_studio.desktop.look.blend import blend
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


def test_points_of_a_test_are_hollow(fit, boundary):
    assert not fit.legend.isVisible()
    fit.set_data(np.array([1.0, 2.0]), np.array([3.0, 4.0]), np.array([9.0]), np.array([30.0]))
    assert fit.test_points.hollow
    assert not fit.points.hollow
    assert fit.test_points.points.tolist() == [[9.0, 30.0]]
    assert fit.shown()[0][1] > 9
    assert fit.shown()[1][1] > 30
    assert fit.inputs[-1, 0] > 9
    assert fit.data().headings[-2:] == ("test: Feature", "test: Target")

    boundary.set_data(np.zeros((2, 2)), np.array([0, 1]), np.array([[5.0, 5.0]]), np.array([1]))
    assert [len(markers.points) for markers in boundary.test_classes] == [0, 1]
    assert all(markers.hollow for markers in boundary.test_classes)
    assert boundary.shown()[0][1] > 5
    assert boundary.data().values[3].tolist() == [0.0, 0.0, 1.0]
    for plot in (fit, boundary):
        assert "train" in plot.legend.text()
        assert "test" in plot.legend.text()
        assert plot.legend.isVisible()


@pytest.mark.parametrize("count", [4, 3_000])
def test_a_hollow_point_has_paper_inside(qtbot, count):
    plot = shown(qtbot, FitPlot())
    inside = []
    for test in (False, True):
        points = np.full(count, 5.0), np.full(count, 5.0)
        nothing = np.empty(0), np.empty(0)
        plot.set_data(*(nothing if test else points), *(points if test else nothing))
        at = plot.view.mapFromScene(plot.box.mapViewToScene(QPointF(5.0, 5.0)))
        image = plot.view.viewport().grab().toImage()
        inside.append(image.pixelColor(at).lightness())
    assert inside[0] < inside[1] - 60


@pytest.fixture
def species(qtbot):
    plot = shown(qtbot, BoundaryPlot())
    plot.set_classes(("left", "middle", "right & far"))
    x = np.linspace(-3, 3, 60)
    plot.set_data(np.stack((x, np.sin(9 * x)), axis=1), np.arange(60) // 20)
    return plot


def thirds(plot):
    x = plot.inputs[:, :1]
    scores = np.exp(-3 * (x - np.array([-2.0, 0.0, 2.0])) ** 2)
    return scores / scores.sum(axis=1, keepdims=True)


def test_several_classes_differ_by_colour_and_by_symbol(species):
    assert [len(markers.points) for markers in species.classes] == [20, 20, 20]
    assert len({markers.symbol for markers in species.classes}) == 3
    assert [markers.colours for markers in species.classes] == [
        [colour] for colour in species.theme.class_colours[:3]
    ]
    assert "right&nbsp;&amp;&nbsp;far" in species.legend.text()
    assert set(species.data().values[2]) == {0.0, 1.0, 2.0}


def test_the_winner_colours_the_map_and_is_paler_where_it_is_unsure(qtbot, species):
    species.set_predictions(thirds(species))
    assert not species.map.isVisible()
    winners = species.class_map.winners
    assert winners[0, 0] == 0
    assert winners[0, 36] == 1
    assert winners[-1, -1] == 2
    sure = species.class_map.shares[0]
    assert sure[0] > 0.99
    assert sure[np.flatnonzero(np.diff(winners[0]))].max() < 0.7
    assert species.class_map.line_count > 10
    hover(qtbot, species, 2.0, 0.0)
    assert "right &amp; far: <b>100.0 %</b>" in species.readout.text()


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_map_of_several_classes_takes_the_themes_colours(species, theme):
    species.set_theme(theme)
    species.set_predictions(np.tile((1.0, 0.0, 0.0), (len(species.inputs), 1)))
    at = species.view.mapFromScene(species.box.mapViewToScene(QPointF(-3.2, 1.1)))
    painted = species.view.viewport().grab().toImage().pixelColor(at)
    assert painted.name() == blend(theme.plot_background, theme.class_colours[0], 0.5)


def test_a_map_for_another_number_of_classes_is_not_drawn(species):
    species.set_predictions(np.full(len(species.inputs), 0.5))
    assert np.isnan(species.class_map.shares).all()
    species.set_predictions(thirds(species))
    species.set_classes(("no", "yes"))
    assert species.map.isVisible()
    assert not species.class_map.isVisible()
    assert len(species.data()) == 0
    species.set_data(np.eye(2), np.array([0, 1]))
    species.set_predictions(np.full(len(species.inputs), 0.75))
    assert "yes: <b>75.0 %</b>" in species.describe(0.5, 0.5)


@pytest.mark.parametrize("value", [np.nan, np.inf, 0.0, 1.0])
def test_no_probability_upsets_several_classes(species, value):
    species.set_predictions(np.full((len(species.inputs), 3), value))
    species.grab()
    assert finite(species)
