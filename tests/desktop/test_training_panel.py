"""The panel of the training."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gd_studio.desktop.panels.training_panel import SeededTraining, TrainingPanel
from gd_studio.experiment import FieldProblem, Training
from tests.desktop.person import retype


@pytest.fixture
def panel(qtbot):
    panel = TrainingPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.mark.parametrize(
    "spec",
    [
        SeededTraining(Training(epochs=250), 7),
        SeededTraining(Training(steps=1_000_000_000), 0),
        SeededTraining(Training(steps=1), 2**63 - 1),
    ],
)
def test_what_is_set_comes_back(qtbot, panel, spec):
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(spec)
    assert panel.value() == spec


def test_a_function_has_steps_and_data_has_epochs(panel):
    names = {label.text() for label in panel.findChildren(QLabel)}
    assert "Epochs" in names
    panel.set_has_epochs(False)
    names = {label.text() for label in panel.findChildren(QLabel)}
    assert "Steps" in names
    assert "Epochs" not in names
    assert panel.value().training == Training(steps=1000)


def test_typing_changes_the_length(qtbot, panel):
    retype(qtbot, panel.length, "250")
    assert panel.value() == SeededTraining(Training(epochs=250), 42)


@pytest.mark.parametrize("text", ["0", "1.5", "many", "2000000000"])
def test_a_wrong_length_is_a_problem_and_no_value(qtbot, panel, text):
    panel.length.selectAll()
    qtbot.keyClick(panel.length, Qt.Key.Key_Delete)
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().training.epochs))
    qtbot.keyClicks(panel.length, text)
    assert [problem.field for problem in panel.problems()] == ["training.epochs"]
    assert 0 not in told
    assert 2_000_000_000 not in told


def test_a_negative_seed_is_refused(qtbot, panel):
    retype(qtbot, panel.seed, "-1")
    assert panel.value().seed == 42
    assert panel.problems() == (
        FieldProblem("seed", "has to be between 0 and 9223372036854775807"),
    )


def test_the_die_draws_another_seed_and_tells_once(qtbot, panel):
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().seed))
    qtbot.mouseClick(panel.dice, Qt.MouseButton.LeftButton)
    assert len(told) == 1
    assert told[0] != 42
    assert panel.seed.text() == str(told[0])
