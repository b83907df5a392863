from __future__ import annotations

import io
import math
import pickle
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.link.questions import (
    CompareGradients,
    DecodeModel,
    EncodeModel,
    MapLandscape,
    Predict,
    ShowPreview,
)
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import circle_perceptron, function, linear_regression


def test_the_map_of_linear_regression_is_the_exact_loss_surface() -> None:
    question = MapLandscape(
        linear_regression(), np.zeros(2, np.float32), (0, 1), ((0.0, 4.0), (-2.0, 3.0)), (5, 6)
    )
    values = Answerer().answer(question)

    x, y = plain.noisy_line(42)
    assert values.shape == (6, 5)
    for i, weight in enumerate(np.linspace(0, 4, 5)):
        for j, bias in enumerate(np.linspace(-2, 3, 6)):
            expected = ((weight * x.double() + bias - y.double()) ** 2).mean().item()
            assert values[j, i] == pytest.approx(expected, rel=1e-6)


def test_the_map_of_a_slice_holds_all_other_parameters() -> None:
    x, y = plain.circle(42)
    model: Any = plain.perceptron()
    base = torch.cat([p.detach().reshape(-1) for p in model.parameters()]).numpy()
    question = MapLandscape(circle_perceptron(), base, (40, 3), ((-1.0, 1.0), (0.0, 2.0)), (3, 4))
    values = Answerer().answer(question)

    for i, output_bias in enumerate(np.linspace(-1, 1, 3)):
        for j, weight in enumerate(np.linspace(0, 2, 4)):
            with torch.no_grad():
                model[2].bias[0] = output_bias
                model[0].weight[1, 1] = weight
                expected = nn.functional.binary_cross_entropy(model(x), y).item()
            assert values[j, i] == pytest.approx(expected, rel=1e-5)


def test_the_map_of_a_function_is_the_function() -> None:
    question = MapLandscape(
        function("sine-product"), np.zeros(2, np.float32), (0, 1), ((0, 10), (0, 10)), (11, 7)
    )
    values = Answerer().answer(question)

    for i, x1 in enumerate(np.linspace(0, 10, 11)):
        for j, x2 in enumerate(np.linspace(0, 10, 7)):
            expected = math.sin(x1) * math.cos(x2) + math.sin(x1 / 2) * math.cos(x2 / 2)
            assert values[j, i] == pytest.approx(expected, abs=1e-6)


def test_the_curve_of_a_one_variable_function_is_not_finite_where_the_function_is_not() -> None:
    experiment = function("custom", settings={"formula": "log(p)"}, starts=[[1.0]])
    question = MapLandscape(experiment, np.zeros(1, np.float32), (0,), ((-1.0, 1.0),), (5,))
    values = Answerer().answer(question)

    assert not np.isfinite(values[:3]).any()
    np.testing.assert_allclose(values[3:], [math.log(0.5), 0.0], atol=1e-7)


def test_predictions_are_those_of_the_model_in_torch() -> None:
    torch.manual_seed(3)
    model = plain.perceptron()
    flat = torch.cat([p.detach().reshape(-1) for p in model.parameters()]).numpy()
    inputs = torch.rand(50, 2)
    predicted = Answerer().answer(Predict(circle_perceptron(), flat, inputs.numpy()))

    assert np.array_equal(predicted, model(inputs).detach().numpy().reshape(-1))


def test_a_preview_has_the_data_and_the_start_of_the_plain_loop() -> None:
    preview = Answerer().answer(ShowPreview(linear_regression(seed=5)))
    x, y = plain.noisy_line(5)
    model = nn.Linear(1, 1)

    assert np.array_equal(preview.features, x.numpy())
    assert np.array_equal(preview.targets, y.numpy().reshape(-1))
    assert preview.start.tolist() == [model.weight.item(), model.bias.item()]


def test_gradients_agree_in_all_three_ways() -> None:
    points = np.random.default_rng(0).uniform(0, 10, (40, 2))
    gradients = Answerer().answer(CompareGradients(function("sine-product"), points))
    x1, x2 = points.T
    expected = np.stack(
        (
            np.cos(x1) * np.cos(x2) + 0.5 * np.cos(x1 / 2) * np.cos(x2 / 2),
            -np.sin(x1) * np.sin(x2) - 0.5 * np.sin(x1 / 2) * np.sin(x2 / 2),
        ),
        axis=1,
    )

    np.testing.assert_allclose(gradients.autograd, expected, atol=1e-12)
    np.testing.assert_allclose(gradients.analytic, expected, atol=1e-12)
    np.testing.assert_allclose(gradients.central_difference, expected, atol=1e-8)


def test_gradients_of_a_formula_without_a_known_derivative_are_two() -> None:
    experiment = function("custom", settings={"formula": "p**3"}, starts=[[1.0]])
    gradients = Answerer().answer(CompareGradients(experiment, np.array([[2.0]])))

    assert gradients.analytic is None
    assert gradients.autograd.tolist() == [[12.0]]


def test_a_model_survives_the_way_through_a_pt_file() -> None:
    parameters: Any = {
        "0.weight": np.arange(6, dtype=np.float32).reshape(3, 2),
        "0.bias": np.ones(3, dtype=np.float32),
    }
    content = Answerer().answer(EncodeModel(parameters))
    state = torch.load(io.BytesIO(content), weights_only=True)
    back = Answerer().answer(DecodeModel(content))

    assert state["0.weight"].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert list(back) == ["0.weight", "0.bias"]
    assert np.array_equal(back["0.weight"], parameters["0.weight"])


def test_a_pt_file_keeps_doubles_and_makes_float32_of_other_widths() -> None:
    state = {
        "a": torch.tensor([0.1, 1e300], dtype=torch.float64),
        "b": torch.tensor([0.5], dtype=torch.bfloat16),
    }
    buffer = io.BytesIO()
    torch.save(state, buffer)
    back = Answerer().answer(DecodeModel(buffer.getvalue()))
    assert (back["a"].dtype, back["a"].tolist()) == (np.float64, [0.1, 1e300])
    assert (back["b"].dtype, back["b"].tolist()) == (np.float32, [0.5])
    again = torch.load(io.BytesIO(Answerer().answer(EncodeModel(back))), weights_only=True)
    assert torch.equal(again["a"], state["a"])


class _Malice:
    def __reduce__(self):
        return (exec, ("raise SystemExit('it was executed')",))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no archive at all",
        pickle.dumps({"weight": _Malice()}),
        Answerer().answer(EncodeModel({"weight": np.ones((1, 1), np.float32)}))[:-100],
    ],
)
def test_a_pt_file_that_is_damaged_or_malicious_is_refused(content) -> None:
    with pytest.raises(QuestionError, match="safe to load"):
        Answerer().answer(DecodeModel(content))


def test_a_pt_file_of_something_else_is_refused() -> None:
    buffer = io.BytesIO()
    torch.save([1, 2, 3], buffer)
    with pytest.raises(QuestionError, match="no state dict"):
        Answerer().answer(DecodeModel(buffer.getvalue()))


def test_the_map_of_a_slice_has_no_value_where_predictions_overflow() -> None:
    # Infinite in the hidden layer, times an output weight of 0: not a number.
    base, far = np.zeros(41, dtype=np.float32), (-1.7e308, 1.7e308)
    question = MapLandscape(circle_perceptron(), base, (0, 1), (far, far), (4, 4))
    values = Answerer().answer(question)

    assert values.shape == (4, 4)
    assert not np.isfinite(values).any()
