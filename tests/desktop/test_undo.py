"""Undo and redo of what is done to the experiment, by keyboard, mouse and menu."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from gd_studio.catalog import Table, TableColumn
from gd_studio.desktop.editing.words import changed_fields, in_words
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.experiment import TableData
from gd_studio.files import load_example
from gd_studio.recording import RunState
from tests.desktop.mouse import drag
from tests.desktop.person import choose, retype
from tests.helpers.experiments import circle_perceptron, function, linear_regression, model_on
from tests.helpers.windows import (
    PATIENCE,
    acquaint,
    open_experiment,
    press,
    run_to_end,
    settle,
)

NEVER, ALWAYS = 0, 3_600_000
"""Pauses in milliseconds between which edits of a field are one."""

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window) -> None:
    acquaint(
        _lasting_window,
        *(function(key) for key in ("rosenbrock", "quadratic-bowl", "himmelblau")),
        function("custom", settings={"formula": "p**2"}, starts=[[1.0]]),
        circle_perceptron(),
        load_example("circle-perceptron"),
        model_on("iris", "softmax", "cross-entropy"),
        linear_regression(),
    )


@pytest.fixture
def together(window, monkeypatch):
    """However slow the machine is, what is typed here is typed in one go."""
    monkeypatch.setattr(window.editing, "pause", ALWAYS)


@pytest.fixture
def apart(window, monkeypatch):
    """However quick it is, nothing is done in one go."""
    monkeypatch.setattr(window.editing, "pause", NEVER)


def learning_rate(window):
    return window.panels.optimizer.choice.form.field("lr")


def momentum(window):
    return window.panels.optimizer.choice.form.field("momentum")


def by_key(qtbot, window, key: str = "Z", modifiers=CONTROL) -> None:
    """Press Ctrl and a key, wherever the focus is."""
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=PATIENCE)
    at = window.focusWidget() or window
    qtbot.keyClick(at, getattr(Qt.Key, f"Key_{key}"), modifiers)


def shown(window):
    """What the panels show, read from them anew."""
    return type(window.panels.experiment()).parse(window.panels._data())


def texts(window) -> tuple[str, str]:
    """What Undo and Redo say; empty for one that cannot be taken."""
    undo, redo = (window.actions_of_window[key] for key in ("undo", "redo"))
    return undo.text() if undo.isEnabled() else "", redo.text() if redo.isEnabled() else ""


# --- fields -----------------------------------------------------------------------------------


def test_a_learning_rate_that_was_typed_is_undone_and_redone(qtbot, window, together) -> None:
    before = window.panels.experiment()
    assert texts(window) == ("", "")
    retype(qtbot, learning_rate(window), "0.05")
    assert texts(window) == ("Undo learning rate", "")

    by_key(qtbot, window)
    assert learning_rate(window).text() == "0.01"
    assert shown(window) == window.studio.experiment == window.panels.experiment() == before
    assert "lr=0.01" in window.stage.code.script
    assert texts(window) == ("", "Redo learning rate")
    by_key(qtbot, window, "Z", CONTROL | SHIFT)
    assert learning_rate(window).text() == "0.05"
    assert shown(window) == window.studio.experiment
    assert window.studio.experiment.optimizer.settings["lr"] == 0.05
    assert "lr=0.05" in window.stage.code.script
    assert texts(window) == ("Undo learning rate", "")


def test_both_keys_of_redo_do_it(qtbot, window, apart) -> None:
    retype(qtbot, learning_rate(window), "3")
    for modifiers, key in ((CONTROL, "Y"), (CONTROL | SHIFT, "Z")):
        by_key(qtbot, window)
        assert learning_rate(window).value() == 0.01
        by_key(qtbot, window, key, modifiers)
        assert learning_rate(window).value() == 3


def test_another_function_and_back_brings_its_settings_its_starts_and_its_landscape(
    qtbot, window
) -> None:
    experiment = function("quadratic-bowl", settings={"condition": 4.0}, starts=[[0.5, -1.0]])
    open_experiment(qtbot, window, experiment)
    page = window.panels.problem.function
    formula = page.choice.formula.text()
    choose(page.choice.combo, "Himmelblau")
    settle(qtbot, window)
    assert window.studio.subject.experiment.problem.function.key == "himmelblau"
    assert page.choice.formula.text() != formula
    assert texts(window) == ("Undo function", "")

    window.actions_of_window["undo"].trigger()
    settle(qtbot, window)
    assert shown(window) == experiment
    assert page.choice.formula.text() == formula
    assert page.choice.form.field("condition").value() == 4.0
    assert window.studio.subject.experiment == experiment
    assert window.studio.subject.focus is None
    landscape = window.stage.landscape.map
    assert landscape.paths.starts.points.tolist() == [[0.5, -1.0]]
    height = 0.5 * (0.5**2 + 4.0 * (-1.0) ** 2)
    assert landscape.value_at(0.5, -1.0) == pytest.approx(height, rel=0.01)


def test_what_changes_with_a_choice_comes_back_with_it(qtbot, window, apart) -> None:
    experiment = circle_perceptron(
        training={"epochs": 20, "batch_size": 16, "l2": 0.5, "patience": 3}, seed=5
    )
    open_experiment(qtbot, window, experiment)
    panels = window.panels
    seen = [experiment]
    for change in (
        lambda: choose(panels.problem.model.dataset.combo, "Iris"),
        lambda: choose(panels.optimizer.choice.combo, "SGD"),
        lambda: qtbot.mouseClick(panels.training.batches.dice, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(panels.problem.kinds, Qt.Key.Key_Left),
    ):
        change()
        assert panels.experiment() != seen[-1]
        seen.append(panels.experiment())
    said = ["Undo kind of problem", "Undo seed", "Undo optimizer", "Undo data set"]
    for text, expected in zip(said, reversed(seen[:-1]), strict=True):
        assert texts(window)[0] == text
        window.actions_of_window["undo"].trigger()
        assert shown(window) == panels.experiment() == window.studio.experiment == expected
    for expected in seen[1:]:
        window.actions_of_window["redo"].trigger()
        assert shown(window) == panels.experiment() == window.studio.experiment == expected
    assert texts(window)[1] == ""


# --- what is one edit -------------------------------------------------------------------------


def test_what_is_typed_in_one_go_is_one_edit_and_another_field_begins_a_new_one(
    qtbot, window, together
) -> None:
    retype(qtbot, learning_rate(window), "0.025")
    retype(qtbot, momentum(window), "0.95")
    assert window.editing.stack.count() == 2
    assert texts(window) == ("Undo momentum", "")
    by_key(qtbot, window)
    assert (learning_rate(window).value(), momentum(window).value()) == (0.025, 0.0)
    by_key(qtbot, window)
    assert (learning_rate(window).value(), momentum(window).value()) == (0.01, 0.0)


def test_after_a_pause_the_same_field_begins_a_new_edit(qtbot, window, apart) -> None:
    learning_rate(window).setFocus()
    for _ in range(3):
        qtbot.keyClick(learning_rate(window), Qt.Key.Key_Up)
    for expected in (0.03, 0.02, 0.01):
        by_key(qtbot, window)
        assert learning_rate(window).value() == expected


def test_what_is_typed_after_an_undo_is_an_edit_of_its_own(qtbot, window, together) -> None:
    retype(qtbot, learning_rate(window), "3")
    retype(qtbot, momentum(window), "0")  # as it is: no edit
    by_key(qtbot, window)
    by_key(qtbot, window, "Y")
    retype(qtbot, learning_rate(window), "7")
    by_key(qtbot, window)
    assert learning_rate(window).value() == 3


def test_an_edit_that_leads_back_in_one_go_is_none(qtbot, window, together) -> None:
    learning_rate(window).setFocus()
    qtbot.keyClick(learning_rate(window), Qt.Key.Key_Up)
    assert window.isWindowModified()
    qtbot.keyClick(learning_rate(window), Qt.Key.Key_Down)
    assert texts(window) == ("", "")
    assert not window.isWindowModified()


# --- wrong texts ------------------------------------------------------------------------------


def test_undo_takes_a_wrong_text_back_before_it_takes_an_edit_back(qtbot, window, apart) -> None:
    retype(qtbot, momentum(window), "-5")  # too little: no edit
    assert window.editing.stack.count() == 0
    assert texts(window) == ("Undo typing", "")
    by_key(qtbot, window)
    assert momentum(window).text() == "0"
    assert window.panels.problems() == ()
    assert texts(window) == ("", "")

    retype(qtbot, learning_rate(window), "3")
    retype(qtbot, momentum(window), "-5")
    window.actions_of_window["undo"].trigger()
    assert (learning_rate(window).text(), momentum(window).text()) == ("3", "0")
    assert window.actions_of_window["run"].isEnabled()
    window.actions_of_window["undo"].trigger()
    assert learning_rate(window).text() == "0.01"


def test_redo_puts_right_what_is_typed_wrongly(qtbot, window, apart) -> None:
    retype(qtbot, learning_rate(window), "3")
    by_key(qtbot, window)
    retype(qtbot, momentum(window), "-5")
    by_key(qtbot, window, "Y")
    assert (learning_rate(window).text(), momentum(window).text()) == ("3", "0")
    assert window.panels.problems() == ()


def test_a_device_that_is_not_here_is_nothing_to_take_back(window) -> None:
    window.open_experiment(linear_regression(device="cuda:7"))
    assert [problem.field for problem in window.panels.problems()] == ["device"]
    assert texts(window) == ("", "")


# --- where the focus is -----------------------------------------------------------------------


def test_a_formula_and_a_list_of_starts_leave_the_keys_to_the_window(
    qtbot, window, together
) -> None:
    bowl = function("custom", settings={"formula": "x**2 + y**2"}, starts=[[1.0, 2.0]])
    open_experiment(qtbot, window, bowl)
    page = window.panels.problem.function
    formula = page.choice.form.field("formula").edit
    retype(qtbot, formula, "x**2 + 3*y**2")
    page.starts.list.setFocus()
    qtbot.keyClick(page.starts.list, Qt.Key.Key_End)
    qtbot.keyClicks(page.starts.list, "5")
    assert window.studio.experiment.problem.starts == ((1.0, 25.0),)
    assert texts(window) == ("Undo starts", "")
    by_key(qtbot, window)
    assert page.starts.list.toPlainText() == "1, 2"
    assert texts(window) == ("Undo formula", "Redo starts")
    formula.setFocus()
    by_key(qtbot, window)
    assert formula.text() == "x**2 + y**2"
    assert shown(window) == bowl
    by_key(qtbot, window)  # nothing is left, of the field's own neither
    assert formula.text() == "x**2 + y**2"


def test_a_run_that_is_being_renamed_has_an_undo_of_its_own(qtbot, window, apart) -> None:
    retype(qtbot, learning_rate(window), "3")
    experiment = window.panels.experiment()
    run_to_end(qtbot, window)
    window.runs.setFocus()
    qtbot.keyClick(window.runs, Qt.Key.Key_F2)
    editor = window.runs.findChild(QLineEdit)
    name = editor.text()
    editor.selectAll()
    qtbot.keyClicks(editor, "quick")
    qtbot.keyClick(editor, Qt.Key.Key_Z, CONTROL)

    assert editor.text() == name
    assert window.panels.experiment() == experiment
    qtbot.keyClick(editor, Qt.Key.Key_Escape)


# --- starts on the map ------------------------------------------------------------------------


def test_starts_placed_and_dragged_on_the_map_go_back(qtbot, window, apart) -> None:
    open_experiment(qtbot, window, function("himmelblau", starts=[[0.0, 0.0], [3.0, 3.0]]))
    settle(qtbot, window)
    plot = window.stage.landscape.map
    drag(qtbot, plot, (0.0, 0.0), (-2.0, 1.0))
    settle(qtbot, window)
    moved = window.panels.experiment().problem.starts
    assert moved[0] == pytest.approx((-2.0, 1.0), abs=0.1)
    assert moved[1] == (3.0, 3.0)
    assert texts(window) == ("Undo starts", "")

    by_key(qtbot, window)
    settle(qtbot, window)
    assert window.panels.experiment().problem.starts == ((0.0, 0.0), (3.0, 3.0))
    assert window.panels.problem.function.starts.list.toPlainText() == "0, 0\n3, 3"
    assert sorted(plot.paths.starts.points.tolist()) == [[0.0, 0.0], [3.0, 3.0]]
    by_key(qtbot, window, "Y")
    settle(qtbot, window)
    assert window.panels.experiment().problem.starts == moved


def test_starts_added_one_after_the_other_are_undone_one_by_one_and_a_drag_in_one(
    qtbot, window, together
) -> None:
    one = ((0.0, 0.0),)
    open_experiment(qtbot, window, function("himmelblau", starts=one))
    put = window.panels.problem.set_starts
    put([*one, (1.0, 1.0)])
    put([*one, (1.0, 1.0), (2.0, 2.0)])
    for x in (2.1, 2.4, 3.0):
        put([*one, (1.0, 1.0), (x, 2.0)])
    window.actions_of_window["undo"].trigger()
    assert window.panels.experiment().problem.starts == (*one, (1.0, 1.0))
    window.actions_of_window["undo"].trigger()
    assert window.panels.experiment().problem.starts == one
    assert texts(window)[0] == ""


# --- documents --------------------------------------------------------------------------------


def test_the_title_is_marked_as_long_as_the_experiment_is_not_the_saved_one(
    qtbot, window, together, tmp_path
) -> None:
    def rate_is(number: float, *, modified: bool) -> None:
        assert learning_rate(window).value() == number
        assert window.isWindowModified() is modified

    rate_is(0.01, modified=False)
    retype(qtbot, learning_rate(window), "2")
    rate_is(2, modified=True)
    by_key(qtbot, window)
    rate_is(0.01, modified=False)
    by_key(qtbot, window, "Y")
    window.documents.save_experiment(tmp_path / "two.json")
    assert "two.json" in window.windowTitle()
    rate_is(2, modified=False)
    retype(qtbot, learning_rate(window), "3")
    rate_is(3, modified=True)
    by_key(qtbot, window)
    rate_is(2, modified=False)
    by_key(qtbot, window)
    rate_is(0.01, modified=True)
    assert "two.json" in window.windowTitle()


def test_what_could_not_be_saved_stays_marked_and_keeps_its_name(
    qtbot, window, apart, tmp_path
) -> None:
    title = window.windowTitle()
    retype(qtbot, learning_rate(window), "2")
    window.documents.save_experiment(tmp_path / "nowhere" / "two.json")
    assert window.isWindowModified()
    assert window.windowTitle() == title


def test_opening_an_example_begins_anew(qtbot, window, apart) -> None:
    retype(qtbot, learning_rate(window), "2")
    by_key(qtbot, window)
    retype(qtbot, learning_rate(window), "3")
    window.documents.open_example("circle-perceptron")
    settle(qtbot, window)
    assert texts(window) == ("", "")
    assert not window.isWindowModified()
    by_key(qtbot, window)
    assert shown(window) == load_example("circle-perceptron")

    retype(qtbot, learning_rate(window), "2")
    by_key(qtbot, window)
    assert shown(window) == load_example("circle-perceptron")


def test_a_model_that_is_loaded_and_forgotten_is_an_edit(qtbot, window, tmp_path) -> None:
    trained = run_to_end(qtbot, window)
    weight, bias = trained.finished.parameters.tolist()
    path = tmp_path / "line.safetensors"
    window.documents.save_model(path)
    title = window.windowTitle()
    window.documents.load_model(path)
    settle(qtbot, window)
    assert texts(window) == ("Undo loaded parameters", "")
    assert window.isWindowModified()
    assert window.windowTitle() == title
    window.actions_of_window["forget-model"].trigger()
    assert window.panels.experiment().initial_parameters is None
    window.editing.undo()
    loaded = window.panels.experiment().initial_parameters
    assert loaded == {"weight": [[weight]], "bias": [bias]}
    settle(qtbot, window)
    assert window.studio.subject.preview.start.tolist() == [weight, bias]
    window.editing.undo()
    assert window.panels.experiment() == linear_regression()
    assert not window.actions_of_window["forget-model"].isEnabled()


def test_a_table_that_is_chosen_is_an_edit(qtbot, window, tmp_path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("x,y\n" + "".join(f"{i},{2 * i}\n" for i in range(40)))
    before = window.panels.experiment()
    columns = (TableColumn("x"), TableColumn("y"))
    table = Table(columns=columns, target="y", task="regression")
    window.documents.table_chosen.emit(TableData(path=str(path), table=table))
    settle(qtbot, window)
    assert texts(window) == ("Undo data", "")
    assert window.panels.problem.model.card.isVisible()
    window.actions_of_window["undo"].trigger()
    settle(qtbot, window)
    assert shown(window) == before
    assert not window.panels.problem.model.card.isVisible()
    window.actions_of_window["redo"].trigger()
    settle(qtbot, window)
    assert window.panels.experiment().problem.dataset.path == str(path)


# --- runs -------------------------------------------------------------------------------------


def test_undo_during_a_run_changes_the_panels_and_not_the_run(qtbot, window, together) -> None:
    window.open_experiment(linear_regression(training={"epochs": 10_000_000}))
    retype(qtbot, learning_rate(window), "0.002")
    press(qtbot, window, "run")
    run = window.table.rows[-1].run
    qtbot.waitUntil(lambda: run.steps > 100, timeout=PATIENCE)
    by_key(qtbot, window)
    at = run.steps
    qtbot.waitUntil(lambda: run.steps > at + 100, timeout=PATIENCE)

    assert learning_rate(window).value() == 0.01
    assert run.state is RunState.RUNNING
    assert run.experiment.optimizer.settings["lr"] == 0.002
    assert window.studio.subject.focus.run is run


# --- menu and words ---------------------------------------------------------------------------


def test_the_edit_menu_lies_between_file_and_run_and_says_what_it_would_do(
    qtbot, window, together
) -> None:
    menus = [action.menu() for action in window.menuBar().actions()]
    assert [menu.title() for menu in menus[:3]] == ["&File", "&Edit", "&Run"]
    undo, redo = menus[1].actions()[:2]
    assert [key.toString() for key in undo.shortcuts()] == ["Ctrl+Z"]
    assert [key.toString() for key in redo.shortcuts()] == ["Ctrl+Shift+Z", "Ctrl+Y"]
    retype(qtbot, learning_rate(window), "2")
    assert undo.text() == "Undo learning rate"
    undo.trigger()
    assert redo.text() == "Redo learning rate"
    assert undo.text() == "Undo"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (linear_regression(), linear_regression(seed=1), "seed"),
        (linear_regression(), linear_regression(training={"steps": 10}), "epochs"),
        (
            linear_regression(),
            linear_regression(training={"epochs": 1000, "batch_size": 8}),
            "batch size",
        ),
        (
            linear_regression(),
            linear_regression(training={"epochs": 1000, "clip_value": 1.0}),
            "clipping",
        ),
        (linear_regression(), circle_perceptron(), "data set"),
        (linear_regression(), function(), "kind of problem"),
        (
            circle_perceptron(),
            circle_perceptron(optimizer={"key": "adam", "amsgrad": True, "lr": 0.01}),
            "AMSGrad",
        ),
        (function(), function(starts=[[1.0, 2.5]]), "starts"),
        (function(), function("himmelblau", starts=[[0.0, 0.0]]), "function"),
        (
            linear_regression(),
            linear_regression(variations=[{"name": "slow", "changes": {"optimizer.lr": 0.1}}]),
            "runs to compare",
        ),
    ],
)
def test_an_edit_is_called_by_what_the_panels_call_its_first_field(before, after, said) -> None:
    assert in_words(changed_fields(before, after)[0], after) == said
    assert changed_fields(before, before) == ()


def test_a_device_is_told_from_a_wrong_text(qtbot) -> None:
    panels = PanelColumn()
    qtbot.addWidget(panels)
    assert not panels.has_wrong_text()
    qtbot.keyClicks(panels.optimizer.choice.form.field("lr"), "x")
    assert panels.has_wrong_text()
