"""The choice between single and double precision."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QLabel

from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.desktop.panels.precision_panel import PrecisionPanel
from gd_studio.experiment import FieldProblem
from gd_studio.link.environment import Device, Environment
from tests.helpers.experiments import linear_regression


@pytest.fixture
def panel(qtbot):
    panel = PrecisionPanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def column(qtbot):
    column = PanelColumn()
    qtbot.addWidget(column)
    column.show()
    return column


def button(widget, text):
    return next(b for b in widget.findChildren(QAbstractButton) if b.text() == text)


def test_it_is_single_until_double_is_chosen(qtbot, panel):
    assert panel.value() == "float32"
    assert button(panel, "Single (float32)").isChecked()
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value()))
    for _ in range(2):
        qtbot.mouseClick(button(panel, "Double (float64)"), Qt.MouseButton.LeftButton)
    assert told == ["float64"]


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_what_is_set_comes_back_and_is_not_told(qtbot, panel, precision):
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(precision)
    assert panel.value() == precision


def test_it_says_what_it_is_and_what_is_wrong_with_it(panel):
    (label,) = (each for each in panel.findChildren(QLabel) if each.text() == "Precision")
    assert "digits" in label.toolTip()
    assert "digits" in label.buddy().accessibleDescription()
    panel.set_problems((FieldProblem("", "there is none"),))
    assert "There is none" in [each.text() for each in panel.findChildren(QLabel)]


def test_an_experiment_has_what_is_chosen(qtbot, column):
    column.set_experiment(linear_regression())
    told = []
    column.experiment_changed.connect(told.append)
    qtbot.mouseClick(button(column, "Double (float64)"), Qt.MouseButton.LeftButton)
    assert told == [linear_regression(precision="float64")]
    column.set_experiment(linear_regression())
    assert button(column, "Single (float32)").isChecked()


def test_a_device_without_doubles_is_a_problem_until_single_is_chosen(qtbot, column):
    devices = (Device("cpu", "CPU"), Device("mps", "MPS · Apple GPU"))
    column.device.set_environment(Environment({}, devices, 1))
    experiment = linear_regression(precision="float64")
    column.set_experiment(experiment)
    qtbot.mouseClick(button(column, "MPS · Apple GPU"), Qt.MouseButton.LeftButton)
    assert [problem.field for problem in column.problems()] == ["precision"]
    assert column.experiment() == experiment
    texts = [label.text() for label in column.precision.findChildren(QLabel)]
    assert any("'mps' has no float64" in text for text in texts)

    qtbot.mouseClick(button(column, "Single (float32)"), Qt.MouseButton.LeftButton)
    assert column.problems() == ()
    assert column.experiment() == linear_regression(device="mps")
