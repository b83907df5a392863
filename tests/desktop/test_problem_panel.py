"""The panel of the problem."""

import pytest

from gd_studio.catalog import DATASETS, FUNCTIONS, LOSSES, MODELS, Table, TableColumn
from gd_studio.desktop.panels.problem_panel import ProblemPanel
from gd_studio.experiment import (
    Experiment,
    FieldProblem,
    FunctionProblem,
    ModelProblem,
    Split,
    TableData,
)
from tests.desktop.person import choose, retype, said


@pytest.fixture
def panel(qtbot):
    panel = ProblemPanel()
    qtbot.addWidget(panel)
    panel.resize(308, 600)
    panel.show()
    return panel


def function(**changes):
    return FunctionProblem.model_validate({"function": {"key": "quadratic-bowl"}, **changes})


def model(**changes):
    data = {"dataset": {"key": "circle"}, "model": {"key": "perceptron"}, "loss": {"key": "bce"}}
    return ModelProblem.model_validate({**data, **changes})


def table(target="species", **changes):
    """Leaves of two kinds of measurement and a colour; classes, or for "length" a regression."""
    columns = (
        TableColumn("length"),
        TableColumn("width"),
        TableColumn("colour", "category", ("green", "red")),
        TableColumn("note", "ignore"),
        TableColumn("species", "category", ("oak", "beech", "ash")),
    )
    task = "multi-class" if target == "species" else "regression"
    return TableData(path="/home/x/leaves.csv", table=Table(columns, target, task, **changes))


def every_fitting_model():
    for dataset in DATASETS:
        for model_key in MODELS:
            for loss in LOSSES:
                data = {"dataset": {"key": dataset}, "model": {"key": model_key}}
                try:
                    yield ModelProblem.model_validate({**data, "loss": {"key": loss}})
                except ValueError:
                    continue


SPECS = [
    *(FunctionProblem.model_validate({"function": {"key": key}}) for key in FUNCTIONS),
    *every_fitting_model(),
    model(split={}),
    model(split={"test": 1 / 3, "seed": 2**32 - 1, "stratified": True}, standardise=True),
    model(split={"test": 5e-324, "stratified": False}),
    model(split={"test": 0.1 + 0.2}, standardise=True),
    model(dataset=table(), model={"key": "mlp"}, loss={"key": "cross-entropy"}, split={}),
    model(dataset=table("length", missing="mean"), model={"key": "linear"}, loss={"key": "l1"}),
    function(random_starts=64),
    function(starts=((1.23456789012345, -2.0), (0.1, 1e-12))),
    function(function={"key": "custom", "formula": "  x1 * x2 "}, starts=((1, 2),)),
    function(starts=tuple((i / 7, i / 3) for i in range(1000))),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.kind)
def test_what_is_set_comes_back(qtbot, panel, spec):
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(spec)
        panel.page.read()  # as after an edit that changes nothing
    assert panel.value() == spec
    assert panel.problems() == ()


def test_both_kinds_are_remembered_while_the_other_is_shown(qtbot, panel):
    panel.set_value(model())
    panel.set_value(function(random_starts=3))
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value()))
    panel.kinds.setCurrentIndex(1)
    panel.kinds.setCurrentIndex(0)
    assert told == [model(), function(random_starts=3)]
    assert panel.function.isVisible()
    assert not panel.model.isVisible()


# --- a function -----------------------------------------------------------------------------------


def test_a_function_with_its_settings_is_shown_as_mathematics(qtbot, panel):
    panel.set_value(function(function={"key": "quadratic-bowl", "condition": 25.0}))
    assert "25·<i>y</i><sup>2</sup>" in panel.function.choice.formula.text()
    retype(qtbot, panel.function.choice.form.field("condition"), "40")
    assert "40·<i>y</i>" in panel.function.choice.formula.text()


def test_a_wrong_formula_leaves_the_last_right_problem(qtbot, panel):
    panel.set_value(function(function={"key": "custom", "formula": "x**2"}))
    field = panel.function.choice.form.field("formula")
    retype(qtbot, field.edit, "x + sn(x)")
    assert panel.value().function.settings["formula"] == "x"
    assert [problem.field for problem in panel.problems()] == ["function.formula"]
    assert "did you mean 'sin'?" in field.shown.text()


def test_a_domain_from_high_to_low_is_explained_at_its_upper_end(qtbot, panel):
    panel.set_value(function(function={"key": "custom"}))
    form = panel.function.choice.form
    retype(qtbot, form.field("high"), "-8")
    assert [problem.field for problem in panel.problems()] == ["function.high"]
    qtbot.waitUntil(lambda: "above the lower end" in said(form.sentence("high")))
    assert panel.value().function.settings["high"] == 3.0


def test_starts_placed_in_the_plot_are_told_once_and_summarised(panel):
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().starts))
    panel.set_starts([[1, 2], [3, 4], [0.5, 0.25]])
    assert told == [((1.0, 2.0), (3.0, 4.0), (0.5, 0.25))]
    assert panel.function.starts.summary.text() == "3 placed starts"
    assert panel.function.starts.list.toPlainText() == "1, 2\n3, 4\n0.5, 0.25"


def test_clear_goes_back_to_random_starts(panel):
    panel.set_value(function(starts=((1, 2),), random_starts=5))
    panel.function.starts.clear_button.click()
    assert panel.value() == function(random_starts=5)
    assert panel.function.starts.count.isVisible()


def test_starts_can_be_typed_and_a_wrong_one_is_explained(qtbot, panel):
    panel.set_value(function(starts=((1.23456789, 2),)))
    starts = panel.function.starts
    starts.list.appendPlainText("3 4")
    # The first keeps the digits that are not shown.
    assert panel.value().starts == ((1.23456789, 2.0), (3.0, 4.0))
    starts.list.appendPlainText("5")
    assert [problem.field for problem in panel.problems()] == ["starts.2"]
    qtbot.waitUntil(lambda: said(starts._list_sentence) != "")
    assert said(starts._list_sentence) == "Start 3: 2 numbers are needed (x, y), not 1"
    assert len(panel.value().starts) == 2


def test_place_begins_with_a_start_in_the_domain(panel):
    panel.function.starts.place_button.click()
    ((x, y),) = panel.value().starts
    (x_low, x_high), (y_low, y_high) = panel.value().resolved.domain
    assert x_low <= x <= x_high
    assert y_low <= y <= y_high


def test_no_starts_at_all_are_a_problem_and_a_wrong_number_of_random_ones_too(qtbot, panel):
    panel.set_value(function(starts=((1, 2),)))
    panel.function.starts.list.setPlainText("")
    assert panel.value().starts == ((1.0, 2.0),)
    assert len(panel.problems()) == 1
    panel.set_value(function())
    assert panel.problems() == ()
    retype(qtbot, panel.function.starts.count, "0")
    assert [problem.field for problem in panel.problems()] == ["random_starts"]
    assert panel.value().random_starts == 1


def test_starts_for_two_variables_wait_while_there_is_one(qtbot, panel):
    panel.set_value(
        function(function={"key": "custom", "formula": "x**2 + y**2"}, starts=((1, 2),))
    )
    field = panel.function.choice.form.field("formula")
    retype(qtbot, field.edit, "x**2")
    assert panel.value().starts == ()
    retype(qtbot, field.edit, "x*y")
    assert panel.value().starts == ((1.0, 2.0),)
    assert panel.problems() == ()


# --- a model --------------------------------------------------------------------------------------


def test_only_losses_that_fit_can_be_chosen_and_the_others_say_why(panel):
    panel.set_value(model(model={"key": "linear"}, loss={"key": "mse"}))
    combo = panel.model.loss.combo
    item = combo.model().item(combo.findData("bce"))
    assert not item.isEnabled()
    assert "between 0 and 1" in item.toolTip()
    choose(panel.model.model.combo, "Perceptron")
    assert item.isEnabled()


def test_a_loss_that_stops_fitting_is_replaced_and_comes_back(panel):
    panel.set_value(model())
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().loss.key))
    choose(panel.model.dataset.combo, "Noisy line")
    choose(panel.model.dataset.combo, "Circle")
    assert told == ["mse", "bce"]
    assert panel.problems() == ()


def test_a_model_that_does_not_fit_the_data_cannot_be_chosen_and_says_why(panel):
    panel.set_value(model())
    combo = panel.model.model.combo
    for key, reason in (
        ("cnn", "needs images"),
        ("softmax", "is for a multi-class task"),
        ("polynomial", "is for a regression task"),
    ):
        item = combo.model().item(combo.findData(key))
        assert not item.isEnabled()
        assert reason in item.toolTip()
    choose(panel.model.dataset.combo, "Digits")
    assert combo.model().item(combo.findData("cnn")).isEnabled()


def test_a_model_that_stops_fitting_is_replaced_and_comes_back_with_its_settings(panel):
    panel.set_value(model(model={"key": "perceptron", "hidden": 7}))
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value()))
    choose(panel.model.dataset.combo, "Iris")
    choose(panel.model.dataset.combo, "Sine")
    choose(panel.model.dataset.combo, "Circle")
    assert [(spec.model.key, spec.loss.key) for spec in told] == [
        ("softmax", "cross-entropy"),
        ("linear", "mse"),
        ("perceptron", "bce"),
    ]
    assert panel.value() == model(model={"key": "perceptron", "hidden": 7})
    assert panel.problems() == ()


def test_the_table_of_layers_follows_the_model(qtbot, panel):
    panel.set_value(model())
    assert panel.model.layers.rows == (
        ("Linear(2, 10)", "10", "30"),
        ("ReLU", "10", "0"),
        ("Linear(10, 1)", "1", "11"),
        ("Sigmoid", "1", "0"),
        ("Total", "", "41"),
    )
    retype(qtbot, panel.model.model.form.field("hidden"), "3")
    assert panel.model.layers.rows[-1] == ("Total", "", "13")
    choose(panel.model.loss.combo, "Binary cross-entropy with logits")
    assert [row[0] for row in panel.model.layers.rows[:-1]] == [
        "Linear(2, 3)",
        "ReLU",
        "Linear(3, 1)",
    ]


def test_a_deep_model_does_not_make_the_table_higher(qtbot, panel):
    deep = {"key": "mlp", "hidden": ", ".join(["4"] * 32)}
    panel.set_value(model(model={**deep, "hidden": ", ".join(["4"] * 8)}))
    panel.adjustSize()
    height = panel.model.layers.sizeHint().height()
    panel.set_value(model(model=deep))
    assert len(panel.model.layers.rows) == 67
    assert panel.model.layers.sizeHint().height() == height < 260


# --- the test part --------------------------------------------------------------------------------


def test_a_test_part_has_a_share_a_seed_and_perhaps_the_shares_of_classes(qtbot, panel):
    panel.set_value(model())
    split = panel.model.split
    assert not split.seed.isVisible()
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().split))
    split.test.switch.click()
    retype(qtbot, split.test.number, "2")
    retype(qtbot, split.seed, "7")
    split.stratified.click()
    split.test.switch.click()
    assert told == [
        Split(),
        Split(test=0.02),
        Split(test=0.02, seed=7),
        Split(test=0.02, seed=7, stratified=True),
        None,
    ]


def test_a_wrong_share_is_a_problem_of_the_split(qtbot, panel):
    panel.set_value(model(split={}))
    retype(qtbot, panel.model.split.test.number, "100")
    assert panel.problems() == (FieldProblem("split.test", "has to be above 0 and below 100"),)
    assert panel.value().split == Split(test=0.1)  # as it was typed when it was last right


def test_a_regression_has_no_classes_to_balance_and_they_come_back(panel):
    panel.set_value(model(split={"stratified": True}))
    stratified = panel.model.split.stratified
    choose(panel.model.dataset.combo, "Noisy line")
    assert not stratified.isEnabled()
    assert "no classes" in stratified.toolTip()
    assert panel.value().split == Split()
    choose(panel.model.dataset.combo, "Moons")
    assert stratified.isEnabled()
    assert "no classes" not in stratified.toolTip()
    assert panel.value().split == Split(stratified=True)


def test_standardising_is_one_click_and_explained(panel):
    panel.set_value(model())
    panel.model.split.standardise.click()
    assert panel.value() == model(standardise=True)
    assert "StandardScaler" in panel.model.split.standardise.toolTip()


# --- a table of one's own -------------------------------------------------------------------------


def test_a_table_takes_the_place_of_the_data_set(qtbot, panel):
    panel.set_value(model())
    with qtbot.waitSignals([panel.value_changed]):
        panel.set_table(table())
    assert panel.value().dataset == table()
    assert (panel.value().model.key, panel.value().loss.key) == ("softmax", "cross-entropy")
    card = panel.model.card
    assert card.isVisible()
    assert not panel.model.dataset.isVisible()
    assert card.name.text() == "leaves.csv"
    assert card.task.text() == "4 features → species, 3 classes"
    assert card.columns.text() == "length, width, colour"
    assert "/home/x/leaves.csv" in card.toolTip()
    panel.set_table(table("length"))
    assert card.task.text() == "6 features → length, a number"
    assert panel.model.card is card


def test_one_can_go_back_to_a_built_in_set(panel):
    panel.set_value(model())
    panel.set_table(table())
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value()))
    panel.model.card.built_in_button.click()
    assert told == [model()]
    assert not panel.model.card.isVisible()
    assert panel.model.dataset.isVisible()


def test_own_data_are_asked_for_and_changed_by_somebody_else(qtbot, panel):
    panel.set_value(model())
    with qtbot.waitSignal(panel.table_wanted):
        panel.model.table_button.click()
    panel.set_table(table())
    with qtbot.waitSignal(panel.table_wanted):
        panel.model.card.change_button.click()


def test_a_table_for_a_function_leads_to_the_model_in_one_change(panel):
    panel.set_value(model())
    panel.set_value(function())
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().kind))
    panel.set_table(table())
    assert told == ["model"]
    assert panel.model.isVisible()


def test_a_wrong_number_of_a_data_set_is_no_problem_once_there_is_a_table(qtbot, panel):
    panel.set_value(model())
    retype(qtbot, panel.model.dataset.form.field("samples"), "1")
    panel.set_table(table())
    assert panel.problems() == ()


def test_a_problem_of_the_table_stands_in_its_card(panel):
    panel.set_value(model(dataset=table(), model={"key": "mlp"}, loss={"key": "cross-entropy"}))
    panel.set_problems((FieldProblem("dataset.path", "there is no such file"),))
    assert said(panel.model.card.sentence) == "There is no such file"


def test_a_wrong_number_of_samples_is_a_problem_of_the_data_set(qtbot, panel):
    panel.set_value(model())
    retype(qtbot, panel.model.dataset.form.field("samples"), "1")
    (problem,) = panel.problems()
    assert problem.field == "dataset.samples"
    assert panel.value() == model()


def test_its_paths_are_those_of_an_experiment(qtbot, panel):
    """So that what `Experiment` complains about finds its field."""
    data = {
        "problem": {"kind": "function", "function": {"key": "quadratic-bowl", "condition": 0}},
        "optimizer": {"key": "sgd"},
        "training": {"steps": 5},
    }
    with pytest.raises(ValueError, match=r"problem\.function\.condition"):
        Experiment.parse(data)
    panel.set_value(function())
    retype(qtbot, panel.function.choice.form.field("condition"), "0")
    assert [problem.field for problem in panel.problems()] == ["function.condition"]
