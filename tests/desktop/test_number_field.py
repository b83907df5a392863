"""A field for a number."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from tests.desktop.person import retype


@pytest.fixture
def field(qtbot):
    field = NumberField(0.01, Bounds(minimum=0, below=1))
    qtbot.addWidget(field)
    field.show()
    return field


@pytest.mark.parametrize("value", [0.5, 1e-12, 0.123456789012345, 0.0])
def test_what_is_set_is_what_comes_back_to_the_last_bit(field, value):
    field.set_value(value)
    field.setFocus()
    field.clearFocus()
    assert field.value() == value


def test_typing_changes_the_value_once_for_each_new_value(qtbot, field):
    seen = []
    field.value_changed.connect(lambda: seen.append(field.value()))
    retype(qtbot, field, "0.05")
    assert seen == [0.0, 0.05]


def test_setting_from_code_is_silent(qtbot, field):
    with qtbot.assertNotEmitted(field.value_changed), qtbot.assertNotEmitted(field.problem_changed):
        field.set_value(0.7)


@pytest.mark.parametrize("text", ["abc", "1", "-0.5", "0,5", "1e"])
def test_a_wrong_text_leaves_the_last_right_value(qtbot, field, text):
    retype(qtbot, field, "0.25")
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    qtbot.keyClicks(field, text)
    assert field.problem()
    assert 0 <= field.value() < 1


def test_an_empty_field_says_that_a_number_is_needed_and_keeps_its_value(qtbot, field):
    field.selectAll()
    qtbot.keyClick(field, Qt.Key.Key_Delete)
    assert (field.problem(), field.value()) == ("a number is needed", 0.01)


def test_escape_takes_a_wrong_text_back(qtbot, field):
    retype(qtbot, field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Escape)
    assert (field.problem(), field.text(), field.value()) == ("", "0.01", 0.01)


def test_leaving_tidies_a_right_text_and_leaves_a_wrong_one(qtbot, field):
    retype(qtbot, field, "5E-03")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "0.005"
    retype(qtbot, field, "oops")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    assert field.text() == "oops"


def test_arrow_keys_step_and_page_keys_go_by_ten(qtbot, field):
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert field.value() == 0.02
    qtbot.keyClick(field, Qt.Key.Key_PageDown)
    assert field.value() == 0.002
    qtbot.keyClick(field, Qt.Key.Key_Down)
    assert field.value() == 0.001


def test_a_step_from_a_wrong_text_starts_at_the_last_right_value(qtbot, field):
    retype(qtbot, field, "abc")
    qtbot.keyClick(field, Qt.Key.Key_Up)
    assert (field.value(), field.problem()) == (0.02, "")


def test_the_wheel_over_a_field_without_the_focus_changes_nothing(field):
    field.clearFocus()
    event = QWheelEvent(
        QPointF(5, 5),
        field.mapToGlobal(QPointF(5, 5)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(field, event)
    assert field.value() == 0.01
    assert not event.isAccepted()
