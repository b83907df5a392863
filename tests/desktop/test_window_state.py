"""What the optimizer remembers, in the window, against plain loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.scenes.state import EFFECTIVE, StateScene
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression, model_on
from tests.helpers.windows import acquaint, look_at, open_experiment, run_to_end, settle

STEPS = 25


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window) -> None:
    lbfgs = linear_regression(optimizer={"key": "lbfgs"})
    scheduled = function(schedule={"key": "exponential", "gamma": 0.9})
    acquaint(_lasting_window, lbfgs, circle_perceptron(), scheduled, linear_regression())


def plain_state(
    model: nn.Module, loss: nn.Module, data: Any, make: Callable[..., torch.optim.Optimizer]
) -> list[dict[str, np.ndarray]]:
    """What the optimizer of a plain loop remembers after each step, by torch's names."""
    optimizer = make(model.parameters())
    x, y = data
    found = []
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss(model(x), y).backward()
        optimizer.step()
        states = [optimizer.state[p] for p in model.parameters()]
        found.append(
            {
                name: torch.cat([state[name].reshape(-1) for state in states]).numpy().copy()
                for name in states[0]
                if name != "step"
            }
        )
    return found


def shown(window: MainWindow) -> np.ndarray:
    """The lines' values: a row for each step, a column for each line."""
    return np.stack([line.store.value for line in window.stage.state.plot.lines()], axis=1)


def show(qtbot, window: MainWindow, quantity: str) -> StateScene:
    """Choose a quantity as a person does, from the box."""
    scene = window.stage.state
    place = scene.quantity.findData(quantity)
    assert place >= 0, [scene.quantity.itemData(i) for i in range(scene.quantity.count())]
    scene.quantity.setCurrentIndex(place)
    scene.quantity.activated.emit(place)
    settle(qtbot, window)
    return scene


def begin(qtbot, window: MainWindow, experiment: Any) -> StateScene:
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Optimizer state")
    run_to_end(qtbot, window)
    return window.stage.state


def test_a_step_that_is_one_for_all_parameters_is_not_kept_twice(qtbot, window: MainWindow) -> None:
    scene = begin(qtbot, window, function(training={"steps": STEPS}))
    recording = window.table.rows[-1].run.recording
    assert scene.quantity.currentData() == EFFECTIVE
    (line,) = scene.plot.lines()
    assert line.store.value.tolist() == [0.01] * STEPS
    assert np.shares_memory(line.store.value, recording.lr)
    assert np.shares_memory(line.store.step, recording.step)


def test_the_moments_of_adam_are_those_of_a_plain_loop(qtbot, window: MainWindow) -> None:
    scene = begin(qtbot, window, circle_perceptron(training={"epochs": STEPS}))
    data = plain.circle(42)
    model = plain.perceptron()
    expected = plain_state(
        model, nn.BCELoss(), data, lambda parameters: torch.optim.Adam(parameters, lr=0.01)
    )
    assert [scene.quantity.itemData(i) for i in range(scene.quantity.count())] == [
        "exp_avg",
        "exp_avg_sq",
        EFFECTIVE,
    ]
    assert scene.quantity.itemText(0) == "m (exp_avg)"
    for name in ("exp_avg", "exp_avg_sq"):
        show(qtbot, window, name)
        assert (shown(window) == np.stack([state[name] for state in expected])).all()

    show(qtbot, window, EFFECTIVE)
    second = np.stack([state["exp_avg_sq"] for state in expected]).astype(np.float64)
    bias = 1 - 0.999 ** np.arange(1, STEPS + 1)[:, None]
    np.testing.assert_allclose(shown(window), 0.01 / (np.sqrt(second / bias) + 1e-8), rtol=1e-6)
    assert "lr / (√v̂ + ε)" in scene.plot.caption_label.text()


def test_the_lines_of_momentum_have_the_names_of_the_parameters(qtbot, window: MainWindow) -> None:
    scene = begin(
        qtbot,
        window,
        linear_regression(
            optimizer={"key": "sgd", "lr": 0.004, "momentum": 0.9}, training={"epochs": STEPS}
        ),
    )
    data = plain.noisy_line(42)
    expected = plain_state(
        nn.Linear(1, 1),
        nn.MSELoss(),
        data,
        lambda parameters: torch.optim.SGD(parameters, lr=0.004, momentum=0.9),
    )
    show(qtbot, window, "momentum_buffer")
    assert (shown(window) == np.stack([state["momentum_buffer"] for state in expected])).all()
    assert "weight" in scene.plot.legend.text()
    assert "bias" in scene.plot.legend.text()
    text = scene.plot.describe(10.0, 0.0)
    assert text.startswith("Step 10")
    assert "weight" in text


def test_of_many_parameters_one_is_set_off_from_the_others(qtbot, window: MainWindow) -> None:
    scene = begin(qtbot, window, circle_perceptron(training={"epochs": STEPS}))
    assert scene.parameter.count() == 42
    assert len({line.stroke.colour.name() for line in scene.plot.lines()}) > 30
    place = scene.parameter.findData("0.weight[3,1]")
    scene.parameter.setCurrentIndex(place)
    scene.parameter.activated.emit(place)
    opacities = [line.stroke.opacity() for line in scene.plot.lines()]
    assert opacities.count(1.0) == 1
    assert opacities[place - 1] == 1.0
    assert "0.weight[3,1]" in scene.plot.legend.text()
    assert scene.plot.describe(20.0, 0.0).count("<tr>") == 10
    assert scene.plot.describe(20.0, 0.0).index("0.weight[3,1]") < 120


@pytest.mark.parametrize(
    ("experiment", "sentence"),
    [
        (
            linear_regression(optimizer={"key": "lbfgs"}, training={"epochs": 3}),
            "looks at the loss of all parameters at once",
        ),
        (
            model_on(
                "circle",
                {"key": "perceptron", "hidden": 40},
                "bce",
                optimizer={"key": "adam", "lr": 0.01},
                training={"epochs": 3},
            ),
            "is not recorded for 161 parameters",
        ),
    ],
    ids=["a search along its own directions", "too many parameters"],
)
def test_where_there_is_nothing_it_says_why(
    qtbot, window: MainWindow, experiment: Any, sentence: str
) -> None:
    scene = begin(qtbot, window, experiment)
    assert sentence in scene.plot.hint.text()
    assert scene.plot.hint.isVisible()
    assert not scene.plot.lines()


def test_plain_descent_remembers_nothing_and_its_step_is_the_learning_rate(
    qtbot, window: MainWindow
) -> None:
    scene = begin(
        qtbot,
        window,
        function(training={"steps": 20}, schedule={"key": "exponential", "gamma": 0.9}),
    )
    assert "SGD without momentum remembers nothing" in scene.plot.caption_label.text()
    np.testing.assert_allclose(shown(window)[:, 0], 0.01 * 0.9 ** np.arange(20))


def test_nothing_is_drawn_while_nobody_looks(qtbot, window: MainWindow) -> None:
    open_experiment(qtbot, window, circle_perceptron(training={"epochs": STEPS}))
    run_to_end(qtbot, window)
    assert not window.stage.state.plot.lines()
    look_at(qtbot, window, "Optimizer state")
    qtbot.waitUntil(lambda: len(window.stage.state.plot.lines()) == 41)
    assert len(shown(window)) == STEPS
