"""What the window says about models: each number beside scikit-learn's on data prepared here."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from sklearn import datasets, metrics
from sklearn.dummy import DummyClassifier
from sklearn.inspection import permutation_importance
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
from torch import nn

from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.runs.table import SCORE, STEPS, TEST
from tests.helpers import plain_loops as plain
from tests.helpers.experiments import linear_regression, model_on
from tests.helpers.windows import (
    PATIENCE,
    acquaint,
    look_at,
    open_experiment,
    press,
    run_to_end,
    settle,
)

PURCHASE = Path(__file__).parents[2] / "resources" / "data" / "purchase.csv"
LEFT = Qt.MouseButton.LeftButton
ADAM = {"key": "adam", "lr": 0.05}


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window) -> None:
    acquaint(
        _lasting_window,
        model_on("iris", "softmax", "cross-entropy"),
        model_on("purchase", "logistic", "bce", split=0.3),
        model_on("digits", {"key": "cnn", "channels": 4}, "cross-entropy"),
        overfitter(),
        linear_regression(),
    )


@dataclass
class Prepared:
    """Samples split and standardised by scikit-learn."""

    train: np.ndarray
    test: np.ndarray
    train_targets: np.ndarray
    test_targets: np.ndarray
    scaler: StandardScaler


def prepare(x: np.ndarray, y: np.ndarray) -> Prepared:
    train, test, train_targets, test_targets = train_test_split(
        x, y, test_size=0.3, random_state=42
    )
    scaler = StandardScaler().fit(train)
    train, test = (scaler.transform(part).astype(np.float32) for part in (train, test))
    return Prepared(train, test, train_targets, test_targets, scaler)


def purchases() -> tuple[np.ndarray, np.ndarray]:
    levels = ["high school", "bachelor", "master", "doctorate"]
    with PURCHASE.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    x = [[float(r["age"]), float(r["income"]), levels.index(r["education"])] for r in rows]
    return np.array(x, dtype=float), np.array([r["purchased"] == "yes" for r in rows], dtype=int)


def trained(model: nn.Module, criterion: nn.Module, data: Prepared, epochs: int) -> np.ndarray:
    """The parameters that a plain loop with Adam ends with, flat."""
    targets = torch.from_numpy(data.train_targets)
    if not isinstance(criterion, nn.CrossEntropyLoss):
        targets = targets.float().view(-1, 1)
    make_optimizer = lambda p: torch.optim.Adam(p, lr=0.05)  # noqa: E731
    x = torch.from_numpy(data.train)
    return plain.train(model, criterion, x, targets, make_optimizer, epochs).parameters[-1].numpy()


def evaluate(
    qtbot, window: MainWindow, dataset: str, model: str, loss: str, epochs: int = 150
) -> Any:
    """Train on a part of a data set, look at the evaluation, and return the run."""
    experiment = model_on(
        dataset,
        model,
        loss,
        optimizer=ADAM,
        training={"epochs": epochs},
        split=0.3,
        standardise=True,
    )
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Evaluation")
    return run_to_end(qtbot, window)


def number(text: str) -> float:
    """Read a number as the window writes it."""
    mantissa, _, power = text.replace("−", "-").replace(",", "").partition("×10")
    raised = power.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-"))
    return float(mantissa) * 10.0 ** int(raised or 0)


def rows_of(table) -> dict[str, list[float]]:
    """What stands in a table of numbers, by the name in front."""
    return {
        table.text(row, 0): [number(table.text(row, c)) for c in range(1, table.columnCount())]
        for row in range(table.rowCount())
    }


def click_tab(qtbot, tabs, label: str) -> None:
    (place,) = [i for i in range(tabs.count()) if tabs.tabText(i) == label]
    assert tabs.isTabVisible(place)
    qtbot.mouseClick(tabs, LEFT, pos=tabs.tabRect(place).center())


def tabs_shown(tabs) -> list[str]:
    return [tabs.tabText(i) for i in range(tabs.count()) if tabs.isTabVisible(i)]


def counts(plot) -> list[list[int]]:
    """What stands in a confusion matrix."""
    columns = plot.data().values[1:]
    return np.stack(columns, axis=1).astype(int).tolist()


def table_cells(window: MainWindow, row: int) -> tuple[str, str]:
    index = window.table.index
    return index(row, TEST).data(), index(row, SCORE).data()


# --- the evaluation ------------------------------------------------------------------------------


def test_iris_is_judged_as_scikit_learn_does(qtbot, window) -> None:
    run = evaluate(qtbot, window, "iris", "softmax", "cross-entropy")
    data = prepare(*datasets.load_iris(return_X_y=True))
    torch.manual_seed(42)
    parameters = trained(nn.Linear(4, 3), nn.CrossEntropyLoss(), data, 150)
    assert np.array_equal(run.finished.parameters, parameters)
    weight, bias = parameters[:12].reshape(3, 4).astype(float), parameters[12:].astype(float)

    evaluation = window.stage.evaluation
    shown, expected = rows_of(evaluation.metrics), {}
    for column, (x, y) in enumerate(
        [(data.train, data.train_targets), (data.test, data.test_targets)]
    ):
        scores = torch.from_numpy(x @ weight.T + bias).softmax(dim=1).numpy()
        guess = scores.argmax(axis=1)
        expected = {
            "Loss": metrics.log_loss(y, scores),
            "Accuracy": metrics.accuracy_score(y, guess),
            "Precision (macro)": metrics.precision_score(y, guess, average="macro"),
            "Recall (macro)": metrics.recall_score(y, guess, average="macro"),
            "F1 (macro)": metrics.f1_score(y, guess, average="macro"),
            "Precision (micro)": metrics.precision_score(y, guess, average="micro"),
            "Recall (micro)": metrics.recall_score(y, guess, average="micro"),
            "F1 (micro)": metrics.f1_score(y, guess, average="micro"),
            "ROC AUC (macro)": metrics.roc_auc_score(y, scores, multi_class="ovr"),
            "ROC AUC (micro)": metrics.roc_auc_score(np.eye(3)[y].ravel(), scores.ravel()),
        }
        assert {name: row[column] for name, row in shown.items()} == {
            name: pytest.approx(value, rel=1e-3) for name, value in expected.items()
        }
        click_tab(qtbot, evaluation.parts, ("Train", "Test")[column])
        assert counts(evaluation.confusion) == metrics.confusion_matrix(y, guess).tolist()
        areas = [metrics.roc_auc_score(y == code, scores[:, code]) for code in range(3)]
        assert evaluation.roc.areas == pytest.approx(areas, abs=1e-9)
    test_loss, score = table_cells(window, 0)
    assert number(test_loss) == pytest.approx(expected["Loss"], rel=1e-4)
    assert score == f"{100 * expected['Accuracy']:.1f} % right"


def test_coefficients_are_told_as_trained_and_in_the_data_s_own_units(qtbot, window) -> None:
    run = evaluate(qtbot, window, "iris", "softmax", "cross-entropy")
    data = prepare(*datasets.load_iris(return_X_y=True))
    weight = run.finished.parameters[:12].reshape(3, 4).astype(float)
    bias = run.finished.parameters[12:].astype(float)
    evaluation = window.stage.evaluation
    click_tab(qtbot, evaluation.views, "Coefficients")
    shown = rows_of(evaluation.coefficients)
    own = weight / data.scaler.scale_
    features = ("sepal length", "sepal width", "petal length", "petal width")
    expected = {}
    for code, name in enumerate(("setosa", "versicolor", "virginica")):
        for column, feature in enumerate(features):
            expected[f"{name}: {feature}"] = [weight[code, column], own[code, column]]
        expected[f"{name}: intercept"] = [bias[code], bias[code] - own[code] @ data.scaler.mean_]

    assert evaluation.stack.currentWidget() is evaluation.coefficients
    assert shown == {name: pytest.approx(row, rel=1e-3) for name, row in expected.items()}


def test_importances_are_found_once_somebody_looks_at_them(qtbot, window, monkeypatch) -> None:
    topics: list[str] = []
    ask = window.scout.ask

    def note_topic(topic: str, *question: object) -> None:
        topics.append(topic)
        ask(topic, *question)

    monkeypatch.setattr(window.scout, "ask", note_topic)
    run = evaluate(qtbot, window, "iris", "softmax", "cross-entropy")
    evaluation = window.stage.evaluation
    assert "evaluation" in topics
    assert "importance" not in topics
    click_tab(qtbot, evaluation.views, "Importance")
    qtbot.waitUntil(lambda: len(evaluation.importance.data().values[0]) == 4, timeout=PATIENCE)
    data = prepare(*datasets.load_iris(return_X_y=True))
    weight, bias = run.finished.parameters[:12].reshape(3, 4), run.finished.parameters[12:]
    expected = permutation_importance(
        DummyClassifier(),  # the scoring below takes its place
        data.test,
        data.test_targets,
        scoring=lambda _, x, y: float(((x @ weight.T + bias).argmax(axis=1) == y).mean()),
        n_repeats=10,
        random_state=42,  # the experiment's seed
    )
    names, means, spreads = evaluation.importance.data().values
    order = {n: i for i, n in enumerate(("sepal length", "sepal width", "petal length"))}

    assert topics.count("importance") == 1
    found = [order.get(name, 3) for name in names]
    assert sorted(found) == [0, 1, 2, 3]
    np.testing.assert_allclose(means, expected.importances_mean[found], atol=1e-12)
    np.testing.assert_allclose(spreads, expected.importances_std[found], atol=1e-12)
    assert list(means) == sorted(means, reverse=True)


def test_diabetes_is_judged_as_scikit_learn_does(qtbot, window) -> None:
    run = evaluate(qtbot, window, "diabetes", "linear", "mse")
    data = prepare(*datasets.load_diabetes(return_X_y=True))
    torch.manual_seed(42)
    parameters = trained(nn.Linear(10, 1), nn.MSELoss(), data, 150)
    assert np.array_equal(run.finished.parameters, parameters)
    weight, bias = parameters[:10].astype(float), float(parameters[10])

    evaluation = window.stage.evaluation
    assert tabs_shown(evaluation.views) == ["Predicted", "Coefficients", "Importance"]
    shown = rows_of(evaluation.metrics)
    parts = [
        (data.train, data.train_targets, evaluation.predicted.train),
        (data.test, data.test_targets, evaluation.predicted.test),
    ]
    expected = {}
    for column, (x, y, markers) in enumerate(parts):
        guess = x @ weight + bias
        expected = {
            "Loss": metrics.mean_squared_error(y, guess),
            "R²": metrics.r2_score(y, guess),
            "Mean absolute error": metrics.mean_absolute_error(y, guess),
            "Root mean squared error": metrics.root_mean_squared_error(y, guess),
        }
        assert {name: row[column] for name, row in shown.items()} == {
            name: pytest.approx(value, rel=1e-3) for name, value in expected.items()
        }
        np.testing.assert_allclose(markers.points, np.stack([y, guess], axis=1), rtol=1e-4)
    test_loss, score = table_cells(window, 0)
    assert number(test_loss) == pytest.approx(expected["Loss"], rel=1e-5)
    assert number(score.removeprefix("R² ")) == pytest.approx(expected["R²"], rel=1e-4)
    click_tab(qtbot, evaluation.views, "Coefficients")
    coefficients = rows_of(evaluation.coefficients)
    own = weight / data.scaler.scale_
    assert coefficients["bmi"] == pytest.approx([weight[2], own[2]], rel=1e-3)
    own_intercept = bias - own @ data.scaler.mean_
    assert coefficients["intercept"] == pytest.approx([bias, own_intercept], rel=1e-3)


def test_purchases_are_judged_as_scikit_learn_does(qtbot, window) -> None:
    run = evaluate(qtbot, window, "purchase", "logistic", "bce")
    data = prepare(*purchases())
    torch.manual_seed(42)
    model = nn.Sequential(nn.Linear(3, 1), nn.Sigmoid())
    assert np.array_equal(run.finished.parameters, trained(model, nn.BCELoss(), data, 150))
    evaluation = window.stage.evaluation
    y = data.test_targets
    with torch.no_grad():
        scores = model(torch.from_numpy(data.test)).reshape(-1).numpy().astype(float)
    guess = (scores > 0.5).astype(int)
    expected = {
        "Loss": metrics.log_loss(y, scores),
        "Accuracy": metrics.accuracy_score(y, guess),
        "Precision": metrics.precision_score(y, guess),
        "Recall": metrics.recall_score(y, guess),
        "F1": metrics.f1_score(y, guess),
        "ROC AUC": metrics.roc_auc_score(y, scores),
    }

    assert {name: row[1] for name, row in rows_of(evaluation.metrics).items()} == {
        name: pytest.approx(value, rel=1e-3) for name, value in expected.items()
    }
    assert counts(evaluation.confusion) == metrics.confusion_matrix(y, guess).tolist()
    false, true, _ = metrics.roc_curve(y, scores)
    (curve,) = evaluation.roc.curves
    np.testing.assert_allclose([curve.x, curve.y], [false, true])
    assert table_cells(window, 0)[1] == f"{100 * expected['Accuracy']:.1f} % right"


def test_a_part_chosen_before_a_new_model_is_judged_is_not_that_of_the_last(qtbot, window) -> None:
    evaluate(qtbot, window, "iris", "softmax", "cross-entropy", epochs=5)
    evaluation = window.stage.evaluation
    experiment = model_on("purchase", "logistic", "bce", split=0.3, training={"epochs": 5})
    with qtbot.waitSignal(window.studio.subject_changed, timeout=PATIENCE):
        window.open_experiment(experiment)
    click_tab(qtbot, evaluation.parts, "Train")
    settle(qtbot, window)

    total = 1000 - 300
    assert np.sum(counts(evaluation.confusion)) == total
    click_tab(qtbot, evaluation.parts, "Test")
    assert np.sum(counts(evaluation.confusion)) == 300


def test_without_a_test_part_the_training_part_is_judged_alone(qtbot, window) -> None:
    experiment = model_on("iris", "softmax", "cross-entropy", training={"epochs": 5})
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Evaluation")
    run_to_end(qtbot, window)
    evaluation = window.stage.evaluation

    assert evaluation.metrics.columnCount() == 2
    assert evaluation.parts.isHidden()
    assert np.sum(counts(evaluation.confusion)) == 150
    assert table_cells(window, 0)[0] == "–"


# --- predictions ---------------------------------------------------------------------------------


def test_the_test_part_is_drawn_apart_in_the_fit(qtbot, window) -> None:
    experiment = model_on("noisy-line", "linear", "mse", split=0.25, training={"epochs": 100})
    open_experiment(qtbot, window, experiment)
    run = run_to_end(qtbot, window)
    x, y = (part.numpy().reshape(-1) for part in plain.noisy_line(42))
    train, test = train_test_split(np.stack([x, y], axis=1), test_size=0.25, random_state=42)
    fit = window.stage.prediction.fit
    weight, bias = run.finished.parameters

    np.testing.assert_array_equal(fit.points.points, train)
    np.testing.assert_array_equal(fit.test_points.points, test)
    np.testing.assert_allclose(fit.line.y, weight * fit.line.x + bias, rtol=1e-5)


def test_the_test_part_is_drawn_apart_in_the_boundary(qtbot, window) -> None:
    experiment = model_on(
        "moons", "logistic", "bce", split=0.25, standardise=True, training={"epochs": 100}
    )
    open_experiment(qtbot, window, experiment)
    run = run_to_end(qtbot, window)
    x, y = datasets.make_moons(n_samples=200, noise=0.15, random_state=42)
    train, test, train_y, test_y = train_test_split(x, y, test_size=0.25, random_state=42)
    boundary = window.stage.prediction.boundary
    for code in range(2):
        np.testing.assert_allclose(boundary.classes[code].points, train[train_y == code], rtol=1e-6)
        np.testing.assert_allclose(
            boundary.test_classes[code].points, test[test_y == code], rtol=1e-6
        )
    # Drawn in the data's own units, as trained on standardised ones.
    scaled = StandardScaler().fit(train).transform(boundary.inputs)
    weight, bias = run.finished.parameters[:2], run.finished.parameters[2]
    expected = 1 / (1 + np.exp(-(scaled @ weight + bias)))
    np.testing.assert_allclose(
        np.sort(boundary.map.shares.reshape(-1)), np.sort(expected), atol=1e-5
    )


def test_digits_are_shown_with_what_the_network_takes_them_for(qtbot, window) -> None:
    experiment = model_on(
        "digits",
        {"key": "cnn", "channels": 4},
        "cross-entropy",
        split=0.3,
        optimizer={"key": "adam", "lr": 0.01},
        training={"epochs": 1, "batch_size": 64},
    )
    open_experiment(qtbot, window, experiment)
    run = run_to_end(qtbot, window)
    x, y = datasets.load_digits(return_X_y=True)
    _, test, _, test_y = train_test_split(x / 16, y, test_size=0.3, random_state=42)
    network = nn.Sequential(
        nn.Unflatten(1, (1, 8, 8)),
        nn.Conv2d(1, 4, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Conv2d(4, 8, 3, padding=1),
        nn.ReLU(),
        nn.MaxPool2d(2),
        nn.Flatten(),
        nn.Linear(32, 10),
    )
    flat = torch.from_numpy(run.finished.parameters)
    nn.utils.vector_to_parameters(flat, network.parameters())
    with torch.no_grad():
        guess = network(torch.from_numpy(test[:60]).float()).argmax(dim=1).tolist()
    images = window.stage.prediction.images
    numbers, true, predicted = images.data().values

    assert window.stage.prediction.currentWidget() is images
    assert numbers.tolist() == list(range(1, 61))
    assert [int(name) for name in true] == test_y[:60].tolist()
    assert [int(name) for name in predicted] == guess
    wrong = int((test_y[:60] != guess).sum())
    assert images.caption_label.text() == f"{wrong} of 60 wrong"


# --- the lines of other runs ---------------------------------------------------------------------


def run_with(qtbot, window: MainWindow, **changes: Any) -> Any:
    open_experiment(qtbot, window, linear_regression(**changes))
    return run_to_end(qtbot, window)


def test_the_lines_of_other_runs_come_and_go_with_them(qtbot, window) -> None:
    runs = [
        run_with(qtbot, window, optimizer={"key": "sgd", "lr": lr}, training={"epochs": 20})
        for lr in (0.001, 0.002, 0.01)
    ]
    fit, table = window.stage.prediction.fit, window.table
    first, second, third = runs
    assert set(fit.others) == {first.name, second.name}
    for row in table.rows[:2]:
        line = fit.others[row.run.name]
        weight, bias = row.run.finished.parameters
        np.testing.assert_allclose(line.y, weight * line.x + bias, rtol=1e-4, atol=1e-5)
        assert line.colour.name() == row.colour
    weight, bias = third.finished.parameters
    np.testing.assert_allclose(fit.line.y, weight * fit.line.x + bias, rtol=1e-4)

    check = Qt.ItemDataRole.CheckStateRole
    table.setData(table.index(0, 0), Qt.CheckState.Unchecked, check)
    settle(qtbot, window)
    assert set(fit.others) == {second.name}
    table.setData(table.index(0, 0), Qt.CheckState.Checked, check)
    table.setData(table.index(1, 0), "the middle one")
    settle(qtbot, window)
    assert set(fit.others) == {first.name, "the middle one"}
    window.runs.select(table.rows[0])
    settle(qtbot, window)
    assert set(fit.others) == {"the middle one", third.name}
    window.runs.select(table.rows[1])
    window.runs.delete_selected()
    settle(qtbot, window)
    assert "the middle one" not in fit.others


def test_runs_of_the_same_name_have_a_line_each(qtbot, window) -> None:
    runs = [
        run_with(qtbot, window, optimizer={"key": "sgd", "lr": lr}, training={"epochs": 20})
        for lr in (0.001, 0.002, 0.01)
    ]
    for place in range(3):
        window.table.setData(window.table.index(place, 0), "all the same")
    settle(qtbot, window)
    middles = [float(np.median(line.y)) for line in window.stage.prediction.fit.others.values()]
    x = window.stage.prediction.fit.inputs.astype(float)
    expected = [float(np.median(r.parameters[0] * x + r.parameters[1])) for r in runs[:2]]

    assert sorted(middles) == pytest.approx(sorted(expected), rel=1e-4)


def test_lines_through_other_data_are_not_shown(qtbot, window) -> None:
    run_with(qtbot, window, training={"epochs": 20})
    run_with(qtbot, window, training={"epochs": 20}, seed=7)
    assert window.stage.prediction.fit.others == {}


# --- the loss after each epoch -------------------------------------------------------------------


def test_the_loss_plot_has_the_losses_of_both_parts_after_each_epoch(qtbot, window) -> None:
    experiment = model_on(
        "noisy-line",
        "linear",
        "mse",
        split=0.3,
        optimizer=ADAM,
        training={"epochs": 12, "batch_size": 10, "shuffle": False},
    )
    open_experiment(qtbot, window, experiment)
    run = run_to_end(qtbot, window)
    x, y = plain.noisy_line(42)
    model, criterion = nn.Linear(1, 1), nn.MSELoss()
    train, test = train_test_split(np.arange(100), test_size=0.3, random_state=42)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.05)
    losses = []
    for epoch in range(13):
        with torch.no_grad():
            losses.append([criterion(model(x[part]), y[part]).item() for part in (train, test)])
        for batch in np.split(train, 7) if epoch < 12 else ():
            optimizer.zero_grad()
            criterion(model(x[batch]), y[batch]).backward()
            optimizer.step()
    columns = window.stage.curves.loss.data()
    shown = dict(zip(columns.headings, columns.values, strict=True))

    judged = shown[f"{run.name}: judged after step"][:13]
    assert judged.tolist() == [7 * epoch for epoch in range(13)]
    np.testing.assert_allclose(shown[f"{run.name}: train"][:13], np.array(losses)[:, 0], rtol=1e-5)
    np.testing.assert_allclose(shown[f"{run.name}: test"][:13], np.array(losses)[:, 1], rtol=1e-5)
    assert shown[f"{run.name}: train"][:13].tolist() == run.recording.train_loss.tolist()
    assert number(table_cells(window, 0)[0]) == pytest.approx(losses[-1][1], rel=1e-4)


def overfitter(**training: Any) -> Any:
    return model_on(
        {"key": "sine", "samples": 24, "noise": 0.4},
        {"key": "mlp", "hidden": "32", "activation": "tanh"},
        "mse",
        split=0.5,
        optimizer={"key": "adam", "lr": 0.01},
        training={"epochs": 1500, **training},
    )


def test_a_run_that_overfits_is_marked_where_its_test_loss_was_lowest(qtbot, window) -> None:
    open_experiment(qtbot, window, overfitter())
    run = run_to_end(qtbot, window)
    loss = window.stage.curves.loss
    test = run.recording.test_loss
    best = int(test.argmin())
    assert test[-1] > 1.2 * test[best]
    qtbot.waitUntil(lambda: loss.overfitting is not None, timeout=PATIENCE)

    assert loss.overfitting.best_step == run.recording.evaluated_steps[best]
    assert loss.overfitting.best_loss == pytest.approx(test[best], rel=1e-3)
    assert loss.accessibleDescription().startswith(f"{run.name} overfits from epoch {best:,} on")
    press(qtbot, window, "reset")
    settle(qtbot, window)
    assert loss.overfitting is None
    table, runs = window.table, window.runs
    where = runs.visualRect(table.index(0, STEPS)).center()
    qtbot.mouseClick(runs.viewport(), LEFT, pos=where)
    qtbot.waitUntil(lambda: loss.overfitting is not None, timeout=PATIENCE)
    table.setData(table.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    qtbot.waitUntil(lambda: loss.overfitting is None, timeout=PATIENCE)


def test_early_stopping_ends_an_overfitting_run_at_its_lowest_test_loss(qtbot, window) -> None:
    open_experiment(qtbot, window, overfitter(patience=20))
    run = run_to_end(qtbot, window)
    test = run.recording.test_loss

    assert str(run.finished.reason) == "early-stopped"
    assert len(test) - 1 - int(test.argmin()) == 20
    assert number(table_cells(window, 0)[0]) == pytest.approx(test.min(), rel=1e-4)
    # The line drawn is that of the parameters restored.
    x, y = window.stage.prediction.fit.test_points.points.T
    line = window.stage.prediction.fit.line
    squares = (np.interp(x, line.x, line.y) - y) ** 2
    assert squares.mean() == pytest.approx(test.min(), rel=0.02)


def test_looking_at_every_dock_leaves_the_window_as_large_as_it_was(qtbot, window) -> None:
    window.resize(1100, 700)
    qtbot.waitUntil(lambda: window.width() == 1100 and window.height() == 700)
    for name in ("Step", "Code", "Evaluation", "Layers", "Fit", "Loss landscape"):
        look_at(qtbot, window, name)
        assert (window.width(), window.height()) == (1100, 700)
    window.resize(1440, 900)
