from __future__ import annotations

import itertools
import math
import subprocess
import sys
from typing import get_args

import numpy as np
import pytest

from gd_studio.catalog import Task
from gd_studio.engine.evaluation import (
    coefficients,
    evaluate_part,
    headline,
    metrics,
    rank_features,
)
from gd_studio.link.metric_names import METRIC_HELP, METRIC_LABELS, TASK_METRICS

TASKS: tuple[Task, ...] = get_args(Task)

# Two classes. Predicted above a half: 0 0 1 0 1 | 1 1 0, so that TN 3, FP 2, TP 2, FN 1.
TWO = np.array([0, 0, 0, 0, 0, 1, 1, 1])
TWO_SCORES = np.array([0.1, 0.4, 0.7, 0.2, 0.8, 0.6, 0.9, 0.15])

# Three classes. Predicted: 0 0 1 | 1 1 | 0.
THREE = np.array([0, 0, 0, 1, 1, 2])
THREE_SCORES = np.array(
    [
        [0.7, 0.2, 0.1],
        [0.5, 0.3, 0.2],
        [0.2, 0.6, 0.2],
        [0.1, 0.8, 0.1],
        [0.25, 0.4, 0.35],
        [0.6, 0.1, 0.3],
    ]
)


def ordered_share(members, scores) -> float:
    """The ROC AUC by its meaning: pairs in which the member has the higher score; ties are half."""
    pairs = list(itertools.product(scores[members], scores[~members]))
    return sum((a > b) + 0.5 * (a == b) for a, b in pairs) / len(pairs)


def area(false_positive, true_positive) -> float:
    return float(np.trapezoid(true_positive, false_positive))


def approximately(expected: dict[str, float]):
    return pytest.approx(expected, abs=1e-12, nan_ok=True)


def test_a_regression_is_judged_by_the_definitions() -> None:
    y, p = np.array([1.0, 2.0, 3.0, 6.0]), np.array([1.5, 2.0, 2.0, 5.0])
    found = metrics("regression", y, p, loss=0.25)
    assert list(found) == ["loss", "r2", "mae", "rmse"]
    # Squared residuals 0.25, 0, 1, 1; around the mean of 3 the targets have 4 + 1 + 0 + 9.
    expected = {"loss": 0.25, "r2": 1 - 2.25 / 14, "mae": 2.5 / 4, "rmse": math.sqrt(2.25 / 4)}
    assert found == approximately(expected)


def test_two_classes_are_judged_as_counted_by_hand() -> None:
    found = metrics("binary", TWO, TWO_SCORES, loss=0.5)
    assert list(found) == ["loss", "accuracy", "precision", "recall", "f1", "roc_auc"]
    # Of 15 pairs, 0.6 is the higher score in 3, 0.9 in 5 and 0.15 in 1.
    assert found == approximately(
        {
            "loss": 0.5,
            "accuracy": 5 / 8,
            "precision": 2 / 4,
            "recall": 2 / 3,
            "f1": 4 / 7,
            "roc_auc": 9 / 15,
        }
    )


def test_a_probability_of_one_half_is_class_0_as_it_is_in_training() -> None:
    assert metrics("binary", np.array([0, 1]), np.array([0.5, 0.6]), 0.0)["accuracy"] == 1.0


def test_several_classes_are_judged_as_counted_by_hand() -> None:
    found = metrics("multi-class", THREE, THREE_SCORES, loss=1.0)
    assert list(found) == ["loss", *TASK_METRICS["multi-class"]]
    # Class 0: TP 2, FP 1, FN 1. Class 1: TP 2, FP 1, FN 0. Class 2: TP 0, FP 0, FN 1, so that its
    # precision counts as 0.
    members = np.equal.outer(THREE, np.arange(3))
    one_against_rest = [ordered_share(members[:, k], THREE_SCORES[:, k]) for k in range(3)]
    assert found == approximately(
        {
            "loss": 1.0,
            "accuracy": 4 / 6,
            "precision_macro": (2 / 3 + 2 / 3 + 0) / 3,
            "recall_macro": (2 / 3 + 1 + 0) / 3,
            "f1_macro": (4 / 6 + 4 / 5 + 0) / 3,
            "precision_micro": 4 / 6,
            "recall_micro": 4 / 6,
            "f1_micro": 4 / 6,
            "roc_auc_macro": sum(one_against_rest) / 3,
            "roc_auc_micro": ordered_share(members.ravel(), THREE_SCORES.ravel()),
        }
    )


def test_a_class_without_samples_is_left_out_of_the_averages() -> None:
    here = THREE < 2
    found = metrics("multi-class", THREE[here], THREE_SCORES[here], 0.0)
    areas = [ordered_share(THREE[here] == k, THREE_SCORES[here, k]) for k in range(2)]
    assert found["roc_auc_macro"] == pytest.approx(sum(areas) / 2)
    # Class 0: TP 2, FN 1. Class 1: TP 2, FN 0.
    assert found["recall_macro"] == pytest.approx((2 / 3 + 1) / 2)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_data_of_any_precision_are_judged_alike(dtype: type) -> None:
    scores: np.ndarray = THREE_SCORES.astype(dtype)
    found = metrics("multi-class", THREE.astype(dtype), scores, 0.0)
    assert found == approximately(metrics("multi-class", THREE, THREE_SCORES, 0.0))


def test_r_squared_of_a_single_sample_or_of_equal_targets_is_not_defined() -> None:
    one = metrics("regression", np.array([2.0]), np.array([3.0]), 1.0)
    assert one == approximately({"loss": 1.0, "r2": math.nan, "mae": 1.0, "rmse": 1.0})
    for predicted in ([2.0, 2.0], [2.0, 3.0]):
        found = metrics("regression", np.array([2.0, 2.0]), np.array(predicted), 0.0)
        assert math.isnan(found["r2"])
        assert math.isfinite(found["mae"])


def test_with_a_single_class_there_is_no_roc_auc() -> None:
    zeros = metrics("binary", np.zeros(2), np.array([0.2, 0.4]), 0.0)
    assert zeros["accuracy"] == 1.0
    assert [zeros[name] for name in ("precision", "recall", "f1")] == [0.0, 0.0, 0.0]
    assert math.isnan(zeros["roc_auc"])
    ones = metrics("binary", np.ones(2), np.array([0.2, 0.7]), 0.0)
    assert math.isnan(ones["roc_auc"])
    assert ones["recall"] == 0.5
    many = metrics("multi-class", np.zeros(6), THREE_SCORES, 0.0)
    assert math.isnan(many["roc_auc_macro"])
    assert math.isnan(many["roc_auc_micro"])


def test_the_precision_is_zero_where_nothing_is_predicted_positive() -> None:
    found = metrics("binary", TWO, TWO_SCORES / 10, 0.0)
    assert found["precision"] == 0.0
    assert found["recall"] == 0.0
    assert found["f1"] == 0.0


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_diverged_model_has_only_a_loss(task: Task, bad: float) -> None:
    targets, scores = (THREE, THREE_SCORES) if task == "multi-class" else (TWO, TWO_SCORES)
    scores = scores.copy()
    scores[0] = bad
    found = metrics(task, targets, scores, loss=math.inf)
    assert found == approximately({"loss": math.inf, **dict.fromkeys(TASK_METRICS[task], math.nan)})
    classes = {"regression": (), "binary": ("a", "b"), "multi-class": ("a", "b", "c")}[task]
    part = evaluate_part(task, classes, targets, scores, math.inf)
    assert part.confusion.sum() == (0 if task == "regression" else len(targets) - 1)
    assert part.roc == ()
    assert np.isnan(part.predictions).tolist() == [True] + [False] * (len(targets) - 1)


def test_enormous_predictions_give_no_warning() -> None:
    y = np.array([0.0, 1.0, 2.0])
    found = metrics("regression", y, np.array([1e200, -1e200, 0.0]), 0.0)
    assert math.isnan(found["r2"])
    assert math.isnan(found["rmse"])
    top = np.finfo(np.float32).max
    evaluate_part("regression", (), y, np.array([top, -top, 0], dtype=np.float32), 0.0)
    scores = np.array([top, -top, 0], dtype=np.float32)
    part = evaluate_part("binary", ("a", "b"), np.array([1, 0, 0]), scores, 0.0)
    assert part.metrics["roc_auc"] == 1.0


@pytest.mark.parametrize("task", TASKS)
def test_a_part_without_samples_can_be_evaluated(task: Task) -> None:
    many = task == "multi-class"
    classes = ("a", "b", "c")[: {"regression": 0, "binary": 2, "multi-class": 3}[task]]
    part = evaluate_part(task, classes, np.empty(0), np.empty((0, 3) if many else 0), math.nan)
    assert all(math.isnan(value) for value in part.metrics.values())
    assert part.confusion.shape == (len(classes), len(classes))
    assert part.roc == ()
    assert part.targets.shape == part.predictions.shape == (0,)


def test_the_confusion_has_the_true_class_in_rows() -> None:
    part = evaluate_part("binary", ("no", "yes"), TWO, TWO_SCORES, 0.0)
    assert part.confusion.tolist() == [[3, 2], [1, 2]]
    part = evaluate_part("multi-class", ("a", "b", "c"), THREE, THREE_SCORES, 0.0)
    assert part.confusion.tolist() == [[2, 1, 0], [0, 2, 0], [1, 0, 0]]
    assert part.confusion.dtype == np.int64
    assert part.targets.tolist() == THREE.tolist()
    assert part.predictions.tolist() == [0, 0, 1, 1, 1, 0]


def test_the_confusion_has_classes_that_do_not_occur() -> None:
    part = evaluate_part("multi-class", ("a", "b", "c"), THREE[:2], THREE_SCORES[:2], 0.0)
    assert part.confusion.tolist() == [[2, 0, 0], [0, 0, 0], [0, 0, 0]]
    part = evaluate_part("binary", ("no", "yes"), TWO[:1], TWO_SCORES[:1], 0.0)
    assert part.confusion.tolist() == [[1, 0], [0, 0]]


def test_a_regression_has_neither_confusion_nor_curves() -> None:
    part = evaluate_part("regression", (), np.arange(3.0), np.arange(3.0) + 1, 1.0)
    assert part.confusion.shape == (0, 0)
    assert part.roc == ()
    assert part.predictions.tolist() == [1.0, 2.0, 3.0]


def test_the_roc_curve_of_two_classes_is_named_after_the_positive_one() -> None:
    ((name, false_positive, true_positive),) = evaluate_part(
        "binary", ("no", "yes"), TWO, TWO_SCORES, 0.0
    ).roc
    assert name == "yes"
    # From the highest score down: 1, 0, 0, 1, 0, 0, 1, 0; midpoints of lines are dropped.
    assert false_positive == pytest.approx([0, 0, 2 / 5, 2 / 5, 4 / 5, 4 / 5, 1])
    assert true_positive == pytest.approx([0, 1 / 3, 1 / 3, 2 / 3, 2 / 3, 1, 1])


def test_each_class_that_occurs_has_a_roc_curve_against_the_rest() -> None:
    here = THREE != 1
    part = evaluate_part("multi-class", ("a", "b", "c"), THREE[here], THREE_SCORES[here], 0.0)
    assert [name for name, *_ in part.roc] == ["a", "c"]
    for code, (_, false_positive, true_positive) in zip((0, 2), part.roc, strict=True):
        expected = ordered_share(THREE[here] == code, THREE_SCORES[here, code])
        assert area(false_positive, true_positive) == pytest.approx(expected)


def test_much_data_make_curves_and_samples_that_are_not_too_long() -> None:
    generator = np.random.default_rng(0)
    targets = generator.integers(0, 2, 20_001)
    scores = generator.normal(targets, 1.5)
    part = evaluate_part("binary", ("no", "yes"), targets, scores, 0.0)
    (_, false_positive, true_positive) = part.roc[0]
    assert len(false_positive) == len(true_positive) == 500
    assert (false_positive[0], true_positive[0]) == (0, 0)
    assert (false_positive[-1], true_positive[-1]) == (1, 1)
    assert area(false_positive, true_positive) == pytest.approx(part.metrics["roc_auc"], abs=1e-3)
    assert part.confusion.sum() == 20_001

    line = np.arange(20_001.0)
    part = evaluate_part("regression", (), line, line + 1, 1.0)
    assert part.targets.shape == (2000,)
    assert (part.targets[0], part.targets[-1]) == (0, 20_000)
    assert set(np.diff(part.targets)) <= {10.0, 11.0}
    assert part.predictions.tolist() == (part.targets + 1).tolist()


def test_coefficients_in_own_units_predict_the_same_from_features_as_they_are() -> None:
    generator = np.random.default_rng(1)
    x = generator.normal([1000.0, -3.0, 0.01], [50.0, 2.0, 0.001], size=(40, 3))
    mean, scale = x.mean(axis=0), x.std(axis=0)
    weight, bias = generator.normal(size=(2, 3)), generator.normal(size=2)
    found = coefficients(("a", "b", "c"), ("p", "q"), weight, bias, mean, scale)
    assert (found.features, found.outputs) == (("a", "b", "c"), ("p", "q"))
    assert found.standardised.tolist() == weight.tolist()
    assert found.intercepts.shape == (2, 2)
    trained = ((x - mean) / scale) @ found.standardised.T + found.intercepts[0]
    own = x @ found.own_units.T + found.intercepts[1]
    np.testing.assert_allclose(own, trained, rtol=0, atol=1e-12)


def test_coefficients_of_features_that_were_not_standardised_are_the_same_twice() -> None:
    weight = np.array([[1.5, -2.0]], dtype=np.float32)
    found = coefficients(("a", "b"), ("y",), weight, np.array([0.5], dtype=np.float32))
    assert found.own_units.tolist() == found.standardised.tolist() == [[1.5, -2.0]]
    assert found.intercepts.tolist() == [[0.5], [0.5]]
    assert found.own_units.dtype == found.intercepts.dtype == np.float64


def test_only_the_feature_that_a_model_uses_is_important() -> None:
    x = np.random.default_rng(2).normal(size=(60, 3)).astype(np.float32)
    y = 2 * x[:, 1]
    found = rank_features(
        lambda x: 2 * x[:, 1], x, y, ("a", "b", "c"), task="regression", part="test"
    )
    assert (found.features, found.score, found.part) == (("a", "b", "c"), "R²", "test")
    assert (found.mean[0], found.mean[2]) == (0.0, 0.0)
    assert (found.spread[0], found.spread[2]) == (0.0, 0.0)
    # R² of a shuffled target is −1 on average, and 1 before: twice the covariance is gone.
    assert found.mean[1] == pytest.approx(2.0, abs=0.3)
    assert found.spread[1] > 0.0


def test_classes_are_ranked_by_their_accuracy() -> None:
    x = np.tile([0.0, 1.0], 50)[:, None] * [1.0, 0.0]
    found = rank_features(
        lambda x: (x[:, 0] > 0.5).astype(np.int64),
        x.astype(np.float32),
        x[:, 0].astype(np.float32),
        ("used", "ignored"),
        task="binary",
        part="train",
        repeats=20,
    )
    assert found.score == "accuracy"
    assert found.mean[0] == pytest.approx(0.5, abs=0.1)
    assert found.mean[1] == 0.0


def test_a_ranking_is_reproduced_by_its_seed() -> None:
    x = np.random.default_rng(3).normal(size=(50, 2))

    def ranked(seed: int):
        return rank_features(
            lambda x: x.sum(axis=1),
            x,
            x.sum(axis=1),
            ("a", "b"),
            task="regression",
            part="test",
            repeats=3,
            seed=seed,
        ).mean.tolist()

    assert ranked(1) == ranked(1)
    assert ranked(1) != ranked(2)


def test_a_ranking_takes_5000_samples_and_asks_once_for_each_shuffle() -> None:
    asked = []

    def predict(x):
        asked.append(x.shape)
        return x[:, 0]

    x = np.arange(24_000.0).reshape(12_000, 2)
    rank_features(predict, x, x[:, 0], ("a", "b"), task="regression", part="test", repeats=2)
    assert asked == [(5000, 2)] * (1 + 2 * 2)


def test_a_diverged_model_has_no_ranking() -> None:
    x = np.ones((4, 1))
    found = rank_features(
        lambda x: x[:, 0] * math.nan, x, np.arange(4.0), ("a",), task="regression", part="test"
    )
    assert np.isnan(found.mean).all()
    assert np.isnan(found.spread).all()


def test_every_metric_has_a_label_and_an_explanation() -> None:
    shown = {"loss", *itertools.chain.from_iterable(TASK_METRICS.values())}
    assert set(METRIC_LABELS) == set(METRIC_HELP) == shown
    assert len(set(METRIC_LABELS.values())) == len(METRIC_LABELS)
    assert all(text.endswith(".") for text in METRIC_HELP.values())


def test_the_first_metric_is_r_squared_or_the_accuracy() -> None:
    assert [headline(task) for task in TASKS] == ["r2", "accuracy", "accuracy"]


def test_scikit_learn_is_not_loaded_before_it_is_needed() -> None:
    code = "import sys, gd_studio.engine.evaluation; print('sklearn' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
