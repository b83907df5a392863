"""The panel of the problem."""

import pytest

from gd_studio.catalog import DATASETS, FUNCTIONS, LOSSES, MODELS
from gd_studio.desktop.panels.problem_panel import ProblemPanel
from gd_studio.experiment import Experiment, FunctionProblem, ModelProblem
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
    function(random_starts=64),
    function(starts=((1.23456789012345, -2.0), (0.1, 1e-12))),
    function(function={"key": "custom", "formula": "  x1 * x2 "}, starts=((1, 2),)),
    function(starts=tuple((i / 7, i / 3) for i in range(1000))),
]


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.kind)
def test_what_is_set_comes_back(qtbot, panel, spec):
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(spec)
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
