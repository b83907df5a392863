"""The column of all panels, as one editor of an experiment."""

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from gd_studio.catalog import (
    DATASETS,
    FUNCTIONS,
    LOSSES,
    MODELS,
    OPTIMIZERS,
    Table,
    TableColumn,
)
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.experiment import Experiment, FieldProblem, TableData
from gd_studio.files import load_example
from gd_studio.link.environment import Device, Environment
from tests.desktop.person import choose, retype, said

ENVIRONMENT = Environment({}, (Device("cpu", "CPU"),), 2)


@pytest.fixture
def column(qtbot):
    column = PanelColumn()
    qtbot.addWidget(column)
    column.resize(340, 860)
    column.show()
    return column


def on_function(**changes):
    return Experiment.parse(
        {
            "problem": {"kind": "function", "function": {"key": "quadratic-bowl"}},
            "optimizer": {"key": "sgd", "lr": 0.01},
            "training": {"steps": 300},
            **changes,
        }
    )


def on_data(**changes):
    return Experiment.parse(
        {
            "problem": {
                "kind": "model",
                "dataset": {"key": "circle"},
                "model": {"key": "perceptron"},
                "loss": {"key": "bce"},
            },
            "optimizer": {"key": "adam", "lr": 0.01},
            "training": {"epochs": 300},
            **changes,
        }
    )


def varied(*variations, **changes):
    """Several runs; the learning rate of each, or its changes."""
    return on_data(
        variations=[
            {"name": f"run {i}", "changes": v if isinstance(v, dict) else {"optimizer.lr": v}}
            for i, v in enumerate(variations)
        ],
        **changes,
    )


def with_everything_set(**changes):
    return on_data(
        problem={
            "kind": "model",
            "dataset": {"key": "digits"},
            "split": {"test": 0.25, "seed": 7, "stratified": True},
            "standardise": True,
            "model": {"key": "cnn"},
            "loss": {"key": "cross-entropy"},
        },
        training={
            "epochs": 20,
            "batch_size": 64,
            "l1": 1e-4,
            "l2": 0.001,
            "clip_norm": 1.0,
            "patience": 5,
            "stop_gradient_norm": 1e-6,
            "stop_loss_change": 1e-8,
        },
        **changes,
    )


def every_experiment():
    for key in FUNCTIONS:
        yield on_function(problem={"kind": "function", "function": {"key": key}})
    for key in OPTIMIZERS:
        yield on_data(optimizer={"key": key})
    for dataset in DATASETS:
        for model in MODELS:
            for loss in LOSSES:
                parts = {"dataset": dataset, "model": model, "loss": loss}
                problem = {name: {"key": key} for name, key in parts.items()}
                try:
                    yield on_data(problem={"kind": "model", **problem})
                except ValueError:
                    continue
    yield on_data(training={"steps": 12}, title="A title", notes="Some notes", seed=3)
    yield on_function(initial_parameters={"position": [[1.0, 2.0]]})
    yield on_data(device="cuda:0")
    yield on_data(precision="float64")
    yield with_everything_set()
    yield on_function(training={"steps": 9, "shuffle": False, "clip_value": 1.0})
    yield varied(0.1, {"optimizer.lr": 1, "training.epochs": 5}, {"problem.model.hidden": 3})
    yield varied({}, {"optimizer.key": "sgd", "optimizer.nesterov": False})


@pytest.mark.parametrize("experiment", list(every_experiment()), ids=lambda e: e.problem.kind)
def test_every_experiment_comes_back_as_it_was_set(qtbot, column, experiment):
    with qtbot.assertNotEmitted(column.experiment_changed):
        column.set_experiment(experiment)
    assert column.experiment() == experiment
    assert column.problems() == ()


def test_it_begins_with_an_experiment(column):
    assert Experiment.from_json(column.experiment().to_json()) == column.experiment()


def test_a_change_in_any_panel_is_one_new_experiment(qtbot, column):
    column.set_experiment(on_function(title="Kept", notes="as well"))
    told = []
    column.experiment_changed.connect(told.append)
    retype(qtbot, column.optimizer.choice.form.field("lr"), "2")
    retype(qtbot, column.training.length, "9")
    retype(qtbot, column.training.seed, "7")
    column.problem.set_starts([[1, 1]])
    assert [e.optimizer.settings["lr"] for e in told] == [2.0] * 4
    assert told[-1] == on_function(
        title="Kept",
        notes="as well",
        optimizer={"key": "sgd", "lr": 2.0},
        training={"steps": 9},
        seed=7,
        problem={
            "kind": "function",
            "function": {"key": "quadratic-bowl"},
            "starts": ((1.0, 1.0),),
        },
    )
    assert column.experiment() == told[-1]


def test_steps_become_epochs_with_data_in_one_change(column):
    column.set_experiment(on_function())
    told = []
    column.experiment_changed.connect(told.append)
    column.problem.kinds.setCurrentIndex(1)
    assert [(e.problem.kind, e.training.epochs, e.training.steps) for e in told] == [
        ("model", 300, None)
    ]
    column.problem.kinds.setCurrentIndex(0)
    assert told[-1].training.steps == 300


def test_what_needs_data_goes_with_it_and_comes_back(column):
    experiment = with_everything_set()
    column.set_experiment(experiment)
    told = []
    column.experiment_changed.connect(told.append)
    column.problem.kinds.setCurrentIndex(0)
    column.problem.kinds.setCurrentIndex(1)
    assert told[0].training.only_for_models == {}
    assert told[0].training.clip_norm == 1.0
    assert told[1] == experiment
    assert column.problems() == ()


def test_problems_have_the_paths_of_the_experiment_and_go_when_mended(qtbot, column):
    told = []
    column.problems_changed.connect(told.append)
    before = column.experiment()
    retype(qtbot, column.optimizer.choice.form.field("lr"), "x")
    retype(qtbot, column.training.seed, "-")
    assert [problem.field for problem in told[-1]] == ["optimizer.lr", "seed"]
    assert column.problems() == told[-1]
    assert column.experiment() == before
    column.set_experiment(on_data())
    assert told[-1] == () == column.problems()


def test_a_device_that_is_not_here_is_a_problem(column):
    column.set_experiment(on_data(device="cuda:0"))
    column.device.set_environment(ENVIRONMENT)
    assert [problem.field for problem in column.problems()] == ["device"]
    assert column.experiment().device == "cuda:0"


def test_problems_found_elsewhere_are_shown_at_their_fields(qtbot, column):
    column.set_problems(
        (
            FieldProblem("optimizer.lr", "is too brave"),
            FieldProblem("problem.function.key", "is not for today"),
        )
    )
    form = column.optimizer.choice.form
    qtbot.waitUntil(lambda: said(form.sentence("lr")) == "Is too brave")
    assert said(column.problem.function.choice._sentence) == "Is not for today"


def test_problems_found_elsewhere_leave_those_of_the_panels_shown(qtbot, column):
    form = column.optimizer.choice.form
    form.field("nesterov").click()  # without momentum
    column.set_problems((FieldProblem("optimizer.lr", "is too brave"),))
    column.set_problems(())
    qtbot.waitUntil(lambda: "momentum above 0" in said(form.sentence("nesterov")))
    assert said(form.sentence("lr")) == ""


def test_a_models_start_is_kept_while_it_fits(qtbot, column):
    small = {"kind": "model", "dataset": {"key": "noisy-line"}, "model": {"key": "linear"}}
    initial = {"weight": [[1.5]], "bias": [0.5]}
    column.set_experiment(
        on_data(problem={**small, "loss": {"key": "mse"}}, initial_parameters=initial)
    )
    retype(qtbot, column.problem.model.dataset.form.field("noise"), "2")
    retype(qtbot, column.optimizer.choice.form.field("lr"), "1")
    assert column.experiment().initial_parameters == initial
    choose(column.problem.model.dataset.combo, "Circle")  # which has two features
    assert column.experiment().initial_parameters is None
    assert column.problems() == ()


def test_placing_starts_replaces_the_start_that_was_set(column):
    column.set_experiment(on_function(initial_parameters={"position": [[1.0, 2.0]]}))
    column.problem.set_starts([[3, 4]])
    assert column.experiment().initial_parameters is None
    assert column.experiment().problem.starts == ((3.0, 4.0),)


# --- several runs ---------------------------------------------------------------------------------


def shown_runs(column):
    return [(v.name, dict(v.changes)) for v in column.experiment().variations]


def test_there_is_a_way_to_compare_runs_and_then_the_runs(column):
    column.set_experiment(on_data())
    section, button = column.sections["variations"], column.comparison.button
    assert not section.isVisible()
    told = []
    column.experiment_changed.connect(told.append)
    button.click()
    assert len(told) == 1
    assert shown_runs(column) == [
        ("lr 0.001", {"optimizer.lr": 0.001}),
        ("lr 0.01", {"optimizer.lr": 0.01}),
        ("lr 0.1", {"optimizer.lr": 0.1}),
    ]
    assert section.isVisible()
    assert not button.isVisible()
    column.variations.drop_button.click()
    assert told[-1] == on_data()
    assert not section.isVisible()
    assert button.isVisible()


def test_a_learning_rate_of_nothing_is_compared_at_its_default(column):
    column.set_experiment(on_data(optimizer={"key": "sgd", "lr": 0.0}))
    column.comparison.button.click()
    assert [name for name, _ in shown_runs(column)] == ["lr 0.0001", "lr 0.001", "lr 0.01"]


def test_the_name_and_the_number_of_a_run_are_edited_in_place(qtbot, column):
    column.set_experiment(on_data())
    column.comparison.button.click()
    first, second, _ = column.variations.forms
    told = []
    column.experiment_changed.connect(told.append)
    retype(qtbot, first.number, "5")
    assert len(told) == 1
    assert shown_runs(column)[0] == ("lr 5", {"optimizer.lr": 5.0})  # the name follows
    retype(qtbot, second.name, "b")
    retype(qtbot, second.number, "3")
    assert shown_runs(column)[1] == ("b", {"optimizer.lr": 3.0})


def test_the_changes_of_a_run_are_a_field_or_words(column):
    column.set_experiment(
        varied({"problem.model.hidden": 3}, {"optimizer.lr": 0.1, "optimizer.amsgrad": True})
    )
    number, words = column.variations.forms
    assert number.field("problem.model.hidden") is number.number
    assert number.number.accessibleName() == "Hidden units"
    texts = [label.text() for label in words.findChildren(QLabel)]
    assert "lr 0.1, amsgrad on" in texts
    assert words.number is None


def test_a_run_can_be_left_out(column):
    column.set_experiment(varied(0.1, 0.2))
    column.variations.forms[0].remove_button.click()
    assert shown_runs(column) == [("run 1", {"optimizer.lr": 0.2})]
    column.variations.forms[0].remove_button.click()
    assert column.experiment() == on_data()
    assert not column.sections["variations"].isVisible()


def test_an_edit_that_a_run_cannot_follow_is_shown_at_that_run(qtbot, column):
    column.set_experiment(varied(0.1, {"optimizer.beta1": 0.5}))
    before = column.experiment()
    choose(column.optimizer.choice.combo, "SGD")
    assert [problem.field for problem in column.problems()] == ["variations.1.optimizer.beta1"]
    assert column.experiment() == before
    second = column.variations.forms[1]
    qtbot.waitUntil(lambda: "sgd has no beta1" in said(second.sentence("optimizer.beta1")).lower())
    second.remove_button.click()
    assert column.problems() == ()
    assert column.experiment().optimizer.key == "sgd"


def test_a_wrong_number_and_a_missing_or_double_name_are_problems_of_their_run(qtbot, column):
    column.set_experiment(varied(0.1, 0.2))
    first, second = column.variations.forms
    retype(qtbot, first.number, "-1")
    assert [problem.field for problem in column.problems()] == ["variations.0.optimizer.lr"]
    retype(qtbot, first.number, "1")
    second.name.clear()
    qtbot.keyClicks(second.name, " ")
    assert [problem.field for problem in column.problems()] == ["variations.1.name"]
    retype(qtbot, second.name, "run 0")
    assert [problem.field for problem in column.problems()] == ["variations.1.name"]
    qtbot.waitUntil(lambda: "two called" in said(second.sentence("name")))
    qtbot.keyClicks(second.name, "!")
    assert column.problems() == ()
    assert [name for name, _ in shown_runs(column)] == ["run 0", "run 0!"]


def test_a_table_is_asked_for_and_set_through_the_problem(qtbot, column):
    column.set_experiment(on_data())
    with qtbot.waitSignal(column.problem.table_wanted):
        column.problem.model.table_button.click()
    columns = (TableColumn("x"), TableColumn("kind", "category", ("a", "b")))
    data = TableData(path="/home/x/points.csv", table=Table(columns, "kind", "binary"))
    with qtbot.waitSignal(column.experiment_changed):
        column.problem.set_table(data)
    assert column.experiment().problem.dataset == data
    assert Experiment.from_json(column.experiment().to_json()) == column.experiment()


# --- the look -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [300, 340])
@pytest.mark.parametrize(
    "experiment",
    [on_function(), on_data(), with_everything_set(), varied(0.1, {"training.epochs": 3})],
    ids=["function", "data", "everything", "runs"],
)
def test_nothing_is_wider_than_the_column(column, width, experiment):
    column.set_experiment(experiment)
    column.device.set_environment(ENVIRONMENT)
    column.resize(width, 860)
    QCoreApplication.processEvents()
    content = column.widget()
    assert content.width() <= column.viewport().width()
    for widget in content.findChildren(QWidget):
        if widget.isVisible():
            right = widget.mapTo(content, QPoint(widget.width(), 0)).x()
            assert right <= content.width(), widget


@pytest.mark.parametrize("experiment", [on_data(), with_everything_set(), varied(0.1, 0.2, 0.3)])
def test_the_tab_key_goes_from_top_to_bottom(qtbot, experiment):
    column = PanelColumn()
    plots = QPushButton("What stands to the right of the column")
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    layout.addWidget(column)
    layout.addWidget(plots)
    window.resize(600, 860)
    window.show()
    column.set_experiment(experiment)
    column.device.set_environment(ENVIRONMENT)
    choose(column.optimizer.choice.combo, "RMSprop")
    QCoreApplication.processEvents()
    content = column.widget()
    order, widget = [], content.nextInFocusChain()
    while widget is not plots:
        tabbed = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None
        if tabbed and widget.isVisible() and widget.isEnabled() and content.isAncestorOf(widget):
            order.append(widget.mapTo(content, widget.rect().center()))
        widget = widget.nextInFocusChain()
    rows = [place.y() // 20 for place in order]
    assert len(order) > 12
    assert rows == sorted(rows)


@pytest.mark.parametrize("experiment", [on_data(), with_everything_set(), varied(0.1, 0.2)])
def test_every_field_that_takes_the_focus_has_a_name(column, experiment):
    column.set_experiment(experiment)
    column.device.set_environment(ENVIRONMENT)
    for widget in column.widget().findChildren(QWidget):
        if widget.window() is not column.window():
            continue  # the list that a combo box unfolds
        takes_focus = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and not widget.focusProxy()
        if takes_focus and not widget.objectName().startswith("qt_"):
            text = getattr(widget, "text", str)
            assert widget.accessibleName() or text(), widget


def test_setting_experiments_again_and_again_makes_no_new_widgets(column):
    experiments = list(every_experiment())
    for experiment in experiments:
        column.set_experiment(experiment)
    before = len(column.findChildren(QWidget))
    for experiment in experiments:
        column.set_experiment(experiment)
    assert len(column.findChildren(QWidget)) == before


def test_the_notes_of_an_example_stand_above_its_panels(column) -> None:
    example = load_example("linear-regression")
    column.set_experiment(example)
    assert column.notes.text() == example.notes
    assert not column.notes.isHidden()
    column.set_experiment(example.replace(notes=""))
    assert column.notes.isHidden()
