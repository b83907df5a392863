"""Data of one's own in the window: from a CSV file through its dialog to a run."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from sklearn import datasets

from gd_studio.desktop.dialogs.table import TableDialog
from gd_studio.desktop.dialogs.table.column_model import At
from gd_studio.desktop.main_window import MainWindow
from gd_studio.experiment import Experiment, TableData
from gd_studio.link.messages import FinishReason
from gd_studio.recording import Run, RunState
from tests.desktop.person import choose
from tests.desktop.test_table_dialog import entry, the_menu
from tests.helpers.experiments import linear_regression, model_on
from tests.helpers.windows import PATIENCE, acquaint, open_experiment, press, run_to_end, settle

LEFT = Qt.MouseButton.LeftButton
MODELS = {
    "iris": ("softmax", "cross-entropy"),
    "wine": ("softmax", "cross-entropy"),
    "breast-cancer": ("logistic", "bce"),
    "diabetes": ("linear", "mse"),
}


def built_in(key: str) -> Experiment:
    """A model on a data set that comes with the program, in batches of samples split off."""
    return model_on(
        key,
        *MODELS[key],
        split=0.3,
        standardise=True,
        optimizer={"key": "adam", "lr": 0.05},
        training={"epochs": 5, "batch_size": 32},
    )


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window) -> None:
    acquaint(_lasting_window, *map(built_in, MODELS), linear_regression())


@pytest.fixture
def chosen(monkeypatch, tmp_path) -> Path:
    """The file that the user chooses whenever one is asked for."""
    path = tmp_path / "own.csv"
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: (str(path), ""))
    return path


def write(path: Path, columns: dict[str, list]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def load(key: str) -> tuple[list[list[float]], list[int]]:
    """The columns of the features, and the targets."""
    x, y = getattr(datasets, f"load_{key.replace('-', '_')}")(return_X_y=True)
    return x.T.tolist(), y.tolist()


def ask(qtbot, window: MainWindow) -> TableDialog:
    """Click the button for data of one's own, and wait for what the dialog proposes."""
    model = window.panels.problem.model
    is_own = model.card is not None and model.card.isVisible()
    qtbot.mouseClick(model.card.change_button if is_own else model.table_button, LEFT)
    dialog = opened(window)
    qtbot.waitUntil(lambda: dialog.table.isVisible(), timeout=PATIENCE)
    return dialog


def opened(window: MainWindow) -> TableDialog:
    (dialog,) = [found for found in window.findChildren(TableDialog) if found.isVisible()]
    return dialog


def use(qtbot, dialog: TableDialog, name: str, label: str) -> None:
    """Click the use of a column, and the one that is wanted."""
    columns = dialog.table.columns
    names = [column.name for column in columns.columns.draft.report.columns]
    index = columns.model().index(names.index(name), At.ROLE)
    columns.scrollTo(index)
    qtbot.mouseClick(columns.viewport(), LEFT, pos=columns.visualRect(index).center())
    menu = the_menu()
    qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry(menu, label)).center())


def accept(qtbot, window: MainWindow, dialog: TableDialog) -> None:
    assert dialog.ok_button.isEnabled(), dialog.outcome.text()
    qtbot.mouseClick(dialog.ok_button, LEFT)
    settle(qtbot, window)


def iris(path: Path) -> None:
    """Species by their names, and a number of each flower that says nothing."""
    features, targets = load("iris")
    species = [["setosa", "versicolor", "virginica"][code] for code in targets]
    names = ("sepal length", "sepal width", "petal length", "petal width")
    flowers = {"flower": list(range(1, 151))}
    write(path, {**flowers, **dict(zip(names, features, strict=True)), "species": species})


def ignore_the_number(qtbot, dialog: TableDialog) -> None:
    use(qtbot, dialog, "flower", "Ignore")


def wine(path: Path) -> None:
    """Numbered cultivars under a name that does not say that they are classes."""
    features, targets = load("wine")
    write(path, {**{f"m{i}": f for i, f in enumerate(features)}, "cultivar": targets})


def ask_for_classes(qtbot, dialog: TableDialog) -> None:
    assert dialog.table.goal.task.key == "regression"
    choose(dialog.table.goal.task, "Multi-class classification")


def breast_cancer(path: Path) -> None:
    """The target in front."""
    features, targets = load("breast-cancer")
    write(path, {"benign": targets, **{f"m{i}": f for i, f in enumerate(features)}})


def choose_the_first(qtbot, dialog: TableDialog) -> None:
    assert dialog.table.goal.target.key == "m29"
    choose(dialog.table.goal.target, "benign")


def diabetes(path: Path) -> None:
    features, targets = load("diabetes")
    write(path, {**{f"m{i}": f for i, f in enumerate(features)}, "progression": targets})


def take_as_proposed(qtbot, dialog: TableDialog) -> None:
    pass


def same_at_every_step(one: Run, other: Run) -> bool:
    return (
        np.array_equal(one.recording.parameters, other.recording.parameters)
        and np.array_equal(one.recording.loss, other.recording.loss)
        and np.array_equal(one.recording.test_loss, other.recording.test_loss)
    )


def told_beside_diagnoses(window) -> list[str]:
    """What is said beside that fifty steps have hardly begun to fit the diabetes."""
    return [line for line in window.notice.text.splitlines() if ": Crawls: " not in line]


@pytest.mark.parametrize(
    ("key", "write_file", "change"),
    [
        ("iris", iris, ignore_the_number),
        ("wine", wine, ask_for_classes),
        ("breast-cancer", breast_cancer, choose_the_first),
        ("diabetes", diabetes, take_as_proposed),
    ],
)
def test_a_file_of_the_same_samples_gives_the_same_run(
    qtbot,
    window,
    chosen,
    key: str,
    write_file: Callable[[Path], None],
    change: Callable[..., None],
) -> None:
    open_experiment(qtbot, window, built_in(key))
    expected = run_to_end(qtbot, window)
    write_file(chosen)
    dialog = ask(qtbot, window)
    change(qtbot, dialog)
    accept(qtbot, window, dialog)
    experiment = window.panels.experiment()
    run = run_to_end(qtbot, window)

    assert isinstance(experiment.problem.dataset, TableData)
    assert experiment.problem.dataset.path == str(chosen)
    assert experiment.problem.model == expected.experiment.problem.model
    assert len(run.recording.evaluated_steps) == 6
    assert same_at_every_step(run, expected)
    assert run.score == expected.score
    assert told_beside_diagnoses(window) == []


def test_a_file_that_vanishes_before_the_run_is_told_and_the_next_run_works(
    qtbot, window, chosen
) -> None:
    open_experiment(qtbot, window, built_in("diabetes"))
    diabetes(chosen)
    accept(qtbot, window, ask(qtbot, window))
    content = chosen.read_bytes()
    chosen.unlink()
    press(qtbot, window, "run")
    lost = window.table.rows[-1].run
    qtbot.waitUntil(lambda: lost.is_over, timeout=PATIENCE)

    assert lost.state is RunState.FAILED
    assert lost.name in window.notice.text
    assert f"there is no file '{chosen}'" in window.notice.text
    settle(qtbot, window)
    chosen.write_bytes(content)
    run = run_to_end(qtbot, window)
    assert run.finished.reason is FinishReason.COMPLETED
    assert told_beside_diagnoses(window) == []
    assert window.studio.subject.focus.run is run


def test_a_file_that_changes_between_two_runs_is_read_anew(qtbot, window, chosen) -> None:
    open_experiment(qtbot, window, built_in("diabetes"))
    diabetes(chosen)
    accept(qtbot, window, ask(qtbot, window))
    first = run_to_end(qtbot, window)
    features, targets = load("diabetes")
    halved = [target / 2 for target in targets]
    write(chosen, {**{f"m{i}": f for i, f in enumerate(features)}, "progression": halved})
    second = run_to_end(qtbot, window)

    assert len(second.recording.loss) == len(first.recording.loss)
    np.testing.assert_allclose(second.preview.targets, first.preview.targets / 2)
    assert not np.array_equal(second.recording.latest, first.recording.latest)


def test_cancel_changes_nothing(qtbot, window, chosen) -> None:
    experiment = built_in("iris")
    open_experiment(qtbot, window, experiment)
    iris(chosen)
    dialog = ask(qtbot, window)
    ignore_the_number(qtbot, dialog)
    qtbot.mouseClick(dialog.cancel_button, LEFT)
    settle(qtbot, window)

    assert window.panels.experiment() == experiment
    assert window.studio.experiment == experiment
    assert window.panels.problem.model.table_button.isVisible()


def test_cancel_keeps_the_table_that_was_there(qtbot, window, chosen) -> None:
    open_experiment(qtbot, window, built_in("iris"))
    iris(chosen)
    dialog = ask(qtbot, window)
    ignore_the_number(qtbot, dialog)
    accept(qtbot, window, dialog)
    before = window.panels.experiment()
    dialog = ask(qtbot, window)
    assert dialog.table.draft.roles["flower"] == "ignore"
    use(qtbot, dialog, "petal width", "Ignore")
    qtbot.mouseClick(dialog.cancel_button, LEFT)
    settle(qtbot, window)

    assert window.panels.experiment() == before


def test_an_experiment_with_a_table_is_the_same_when_it_is_opened_again(
    qtbot, window, chosen, tmp_path
) -> None:
    open_experiment(qtbot, window, built_in("iris"))
    iris(chosen)
    dialog = ask(qtbot, window)
    ignore_the_number(qtbot, dialog)
    accept(qtbot, window, dialog)
    experiment = window.panels.experiment()
    expected = run_to_end(qtbot, window)
    saved = tmp_path / "iris.json"
    window.documents.save_experiment(saved)
    open_experiment(qtbot, window, linear_regression())
    window.documents.open_experiment(saved)
    settle(qtbot, window)

    assert window.panels.experiment() == experiment
    assert window.panels.problem.model.card.name.text() == "own.csv"
    assert same_at_every_step(run_to_end(qtbot, window), expected)


def test_a_file_that_is_no_table_is_refused_and_another_can_be_chosen(
    qtbot, window, chosen
) -> None:
    open_experiment(qtbot, window, built_in("iris"))
    chosen.write_text("alone\n1\n2\n", encoding="utf-8")
    qtbot.mouseClick(window.panels.problem.model.table_button, LEFT)
    dialog = opened(window)
    qtbot.waitUntil(lambda: dialog.refusal.isVisible(), timeout=PATIENCE)
    iris(chosen)
    qtbot.mouseClick(dialog.refusal.other_button, LEFT)
    qtbot.waitUntil(lambda: dialog.table.isVisible(), timeout=PATIENCE)
    ignore_the_number(qtbot, dialog)
    accept(qtbot, window, dialog)

    dataset = window.panels.experiment().problem.dataset
    assert [c.name for c in dataset.table.feature_columns] == [
        "sepal length", "sepal width", "petal length", "petal width",
    ]  # fmt: skip
