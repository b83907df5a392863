"""Questions about how good a model is, as the engine answers them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LinearRegression
from sklearn.metrics import accuracy_score, confusion_matrix, log_loss, r2_score
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler

from gd_studio.engine.answers import Answerer, QuestionError
from gd_studio.link.questions import Evaluate, Predict, RankFeatures
from tests.helpers.experiments import function, model_on

IRIS = model_on("iris", "softmax", "cross-entropy", split=0.3, standardise=True)
DIABETES = model_on("diabetes", "linear", "mse", split=0.3, standardise=True)


def test_a_classifier_is_judged_on_both_parts() -> None:
    rng = np.random.default_rng(0)
    weight = rng.normal(size=(3, 4)).astype(np.float32)
    bias = rng.normal(size=3).astype(np.float32)
    flat = np.concatenate([weight.ravel(), bias])
    evaluation = Answerer().answer(Evaluate(IRIS, flat))

    x, y = load_iris(return_X_y=True)
    parts = train_test_split(x, y, test_size=0.3, random_state=42)
    scaler = StandardScaler().fit(parts[0])
    for part, features, targets in (
        (evaluation.train, parts[0], parts[2]),
        (evaluation.test, parts[1], parts[3]),
    ):
        scores = scaler.transform(features) @ weight.T.astype(float) + bias
        chances = torch.from_numpy(scores).softmax(dim=1).numpy()
        codes = scores.argmax(axis=1)
        assert part.metrics["loss"] == pytest.approx(log_loss(targets, chances), rel=1e-5)
        assert part.metrics["accuracy"] == accuracy_score(targets, codes)
        np.testing.assert_array_equal(part.confusion, confusion_matrix(targets, codes))
        np.testing.assert_array_equal(part.targets, targets)
        np.testing.assert_array_equal(part.predictions, codes)


def test_coefficients_in_own_units_are_those_of_least_squares_on_the_raw_data() -> None:
    x, y = load_diabetes(return_X_y=True)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.3, random_state=42)
    scaled = LinearRegression().fit(StandardScaler().fit_transform(x_train), y_train)
    raw = LinearRegression().fit(x_train, y_train)
    flat = np.array([*scaled.coef_, scaled.intercept_], dtype=np.float32)
    evaluation = Answerer().answer(Evaluate(DIABETES, flat))

    found = evaluation.coefficients
    np.testing.assert_allclose(found.standardised[0], scaled.coef_, rtol=1e-5)
    np.testing.assert_allclose(found.own_units[0], raw.coef_, rtol=1e-4)
    assert found.intercepts[1, 0] == pytest.approx(raw.intercept_, rel=1e-5)
    expected = r2_score(y_test, raw.predict(x_test))
    assert evaluation.test.metrics["r2"] == pytest.approx(expected, abs=1e-5)


def test_predictions_are_asked_for_in_the_data_s_own_units() -> None:
    x, y = load_diabetes(return_X_y=True)
    x_train, x_test, y_train, _ = train_test_split(x, y, test_size=0.3, random_state=42)
    scaled = LinearRegression().fit(StandardScaler().fit_transform(x_train), y_train)
    flat = np.array([*scaled.coef_, scaled.intercept_], dtype=np.float32)
    found = Answerer().answer(Predict(DIABETES, flat, x_test.astype(np.float32)))
    expected = LinearRegression().fit(x_train, y_train).predict(x_test)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


def test_logits_are_told_as_probabilities() -> None:
    for loss in ("bce", "bce-with-logits"):
        experiment = model_on("moons", {"key": "mlp", "hidden": "3"}, loss)
        flat = np.linspace(-1, 1, experiment.layout.size, dtype=np.float32)
        inputs = np.array([[0.0, 0.5], [1.0, -0.5]], dtype=np.float32)
        found = Answerer().answer(Predict(experiment, flat, inputs))
        w1, b1, w2, b2 = experiment.layout.split(flat).values()
        hidden = np.maximum(inputs @ w1.T + b1, 0)
        expected = 1 / (1 + np.exp(-(hidden @ w2.T + b2)))
        np.testing.assert_allclose(found, expected[:, 0], rtol=1e-5)


def test_only_what_the_model_looks_at_matters() -> None:
    flat = np.zeros(11, dtype=np.float32)
    flat[2] = 50.0
    told: list[float] = []
    importances = Answerer().answer(RankFeatures(DIABETES, flat), progress=told.append)
    assert importances.part == "test"
    assert importances.score == "R²"
    assert importances.mean[2] > 0
    assert (np.delete(importances.mean, 2) == 0).all()
    assert told == sorted(told)
    assert told[0] == 0
    assert 0.9 < told[-1] <= 1


def test_a_ranking_that_nobody_wants_any_more_is_given_up() -> None:
    flat = np.ones(11, dtype=np.float32)
    told: list[float] = []
    with pytest.raises(QuestionError, match="nobody waited"):
        Answerer().answer(
            RankFeatures(DIABETES, flat), progress=told.append, withdrawn=lambda: len(told) > 3
        )
    assert len(told) == 4


def test_a_function_is_not_judged() -> None:
    with pytest.raises(QuestionError, match="not judged"):
        Answerer().answer(Evaluate(function(), np.zeros(2, np.float32)))
