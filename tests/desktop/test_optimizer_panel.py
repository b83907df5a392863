"""The panel of the optimizer."""

import pytest

from gd_studio.catalog import OPTIMIZERS
from gd_studio.desktop.panels.optimizer_panel import OptimizerPanel
from gd_studio.experiment import FieldProblem, OptimizerChoice
from tests.desktop.person import choose, retype, said


@pytest.fixture
def panel(qtbot):
    panel = OptimizerPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_every_optimizer_comes_back_as_it_was_set(qtbot, panel, key):
    settings = {"lr": 0.07, "weight_decay": 1e-5}
    known = {name: settings[name] for name in settings if name in OPTIMIZERS[key].defaults}
    spec = OptimizerChoice.model_validate({"key": key, **known})
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(spec)
    assert panel.value() == spec


def test_a_typed_learning_rate_is_told_once(qtbot, panel):
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().settings["lr"]))
    retype(qtbot, panel.choice.form.field("lr"), "5")
    assert told == [5.0]


def test_a_wrong_learning_rate_keeps_the_last_right_one_and_is_a_problem(qtbot, panel):
    retype(qtbot, panel.choice.form.field("lr"), "-1")
    assert panel.value().settings["lr"] == 0.001
    assert panel.problems() == (FieldProblem("lr", "has to be between 0 and 1e30"),)
    qtbot.waitUntil(
        lambda: said(panel.choice.form.sentence("lr")) == "Has to be between 0 and 1e30"
    )
    retype(qtbot, panel.choice.form.field("lr"), "2")
    assert panel.problems() == ()
    assert panel.value().settings["lr"] == 2.0


def test_settings_that_do_not_go_together_are_explained_at_their_field(qtbot, panel):
    before = panel.value()
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.choice.form.field("nesterov").click()
    assert panel.value() == before
    assert [problem.field for problem in panel.problems()] == ["nesterov"]
    sentence = panel.choice.form.sentence("nesterov")
    qtbot.waitUntil(lambda: "momentum above 0" in said(sentence))
    retype(qtbot, panel.choice.form.field("momentum"), "0.9")
    assert panel.problems() == ()
    assert said(sentence) == ""
    assert panel.value().settings["nesterov"] is True


def test_another_optimizer_has_none_of_the_problems_of_the_first(qtbot, panel):
    retype(qtbot, panel.choice.form.field("lr"), "abc")
    choose(panel.choice.combo, "Adam")
    assert panel.problems() == ()
    assert panel.value().key == "adam"
