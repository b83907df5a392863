"""The column of all panels, as one editor of an experiment."""

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from gd_studio.catalog import DATASETS, FUNCTIONS, LOSSES, MODELS, OPTIMIZERS
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.experiment import Experiment, FieldProblem
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


# --- the look -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [300, 340])
@pytest.mark.parametrize("experiment", [on_function(), on_data()], ids=["function", "data"])
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


def test_the_tab_key_goes_from_top_to_bottom(qtbot):
    column = PanelColumn()
    plots = QPushButton("What stands to the right of the column")
    window = QWidget()
    qtbot.addWidget(window)
    layout = QHBoxLayout(window)
    layout.addWidget(column)
    layout.addWidget(plots)
    window.resize(600, 860)
    window.show()
    column.set_experiment(on_data())
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


def test_every_field_that_takes_the_focus_has_a_name(column):
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
