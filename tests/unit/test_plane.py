from __future__ import annotations

from typing import Any

import numpy as np

from gd_studio.recording.plane import plane_of
from tests.helpers.recordings import CURVE, LINE, VALLEY, finished_run

PERCEPTRON: dict[str, Any] = {
    "problem": {
        "kind": "model",
        "dataset": {"key": "circle"},
        "model": {"key": "perceptron", "hidden": 1},
        "loss": {"key": "bce"},
    },
    "optimizer": {"key": "sgd"},
    "training": {"epochs": 1},
}


def test_a_function_is_drawn_along_its_variables_with_a_path_for_each_start() -> None:
    problem = {**VALLEY["problem"], "starts": [[-1.0, 1.0], [0.5, 0.5]]}
    run = finished_run({**VALLEY, "problem": problem}, [[-1, 1, 0.5, 0.5], [-0.9, 0.9, 0.6, 0.6]])
    plane = plane_of(run)
    assert plane.axes == (0, 1)
    assert plane.labels == ("x", "y")
    np.testing.assert_allclose(plane.paths[0], np.array([[-1, 1], [-0.9, 0.9]]))
    np.testing.assert_allclose(plane.paths[1], [[0.5, 0.5], [0.6, 0.6]])
    np.testing.assert_array_equal(plane.minima, [[1.0, 1.0]])
    assert plane.held == 0


def test_a_function_of_one_variable_has_one_axis() -> None:
    plane = plane_of(finished_run(CURVE, [[1.0], [0.5]]))
    assert plane.axes == (0,)
    assert plane.labels == ("p",)
    assert plane.ranges == ((-2.0, 2.0),)
    assert plane.minima.shape == (0, 1)


def test_a_line_is_drawn_over_weight_and_bias() -> None:
    plane = plane_of(finished_run(LINE, [[0, 0], [1, 3]]))
    assert plane.labels == ("weight", "bias")
    assert plane.held == 0


def test_of_many_parameters_the_two_that_moved_farthest_are_the_axes() -> None:
    plane = plane_of(finished_run(PERCEPTRON, [[0, 0, 0, 0, 0], [0.1, -3.0, 0.2, 0.3, 2.0]]))
    assert plane.axes == (1, 4)
    assert plane.labels == ("0.weight[0,1]", "2.bias")
    assert plane.held == 3
    np.testing.assert_array_equal(plane.paths[0], [[0, 0], [-3, 2]])


def test_a_diverging_model_is_drawn_where_it_came_from() -> None:
    points = [[0.0, 0.0]] + [[(-3.0) ** i, (-2.0) ** i] for i in range(30)]
    loss = [3.0 * 9.0**i for i in range(30)]
    (low, high), _ = plane_of(finished_run(LINE, points, loss)).ranges
    # The loss is enormous from step 4 on, which begins at 9.
    assert -10 < low < -3
    assert 1 <= high < 20
