"""A field for a formula."""

import pytest

from gd_studio.desktop.look.theme import DARK, LIGHT, apply_theme
from gd_studio.desktop.panels.formula_field import FormulaField
from tests.desktop.person import retype


@pytest.fixture
def field(qtbot):
    field = FormulaField("x**2")
    qtbot.addWidget(field)
    field.resize(300, 80)
    field.show()
    return field


def test_a_right_formula_is_shown_as_mathematics(field):
    assert "<i>x</i><sup>2</sup>" in field.shown.text()
    assert field.problem() == ""


def test_a_typed_formula_is_the_value(qtbot, field):
    told = []
    field.value_changed.connect(lambda: told.append(field.value()))
    retype(qtbot, field.edit, "x*y")
    assert told == ["x", "x*y"]  # "x*" in between is none
    assert field.value() == "x*y"


def test_a_wrong_formula_says_why_and_keeps_the_last_right_one(qtbot, field):
    retype(qtbot, field.edit, "x + sn(x)")
    assert field.shown.text() == "Unknown function 'sn' at column 5; did you mean 'sin'?"
    assert field.edit.accessibleDescription() == field.shown.text()
    assert field.value() == "x"
    retype(qtbot, field.edit, "y**2")
    assert field.problem() == ""
    assert "<sup>2</sup>" in field.shown.text()


def test_setting_from_code_is_silent_and_mends(qtbot, field):
    retype(qtbot, field.edit, "sn(x)")
    with qtbot.assertNotEmitted(field.value_changed), qtbot.assertNotEmitted(field.problem_changed):
        field.set_value("cos(x)")
    assert (field.value(), field.problem(), field.edit.text()) == ("cos(x)", "", "cos(x)")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_the_wrong_characters_are_drawn_in_the_colour_of_what_is_wrong(qapp, qtbot, theme):
    before = qapp.palette(), qapp.styleSheet()
    apply_theme(qapp, theme)
    try:
        field = FormulaField("x**2")
        qtbot.addWidget(field)
        field.resize(300, 80)
        field.show()
        retype(qtbot, field.edit, "x + snsnsn(x)")
        image = field.edit.grab().toImage()
        wrong = {
            (x, y)
            for x in range(4, image.width() - 4)
            for y in range(4, image.height() - 4)
            if _near(image.pixelColor(x, y), theme.danger)
        }
        begin = field.edit.fontMetrics().horizontalAdvance("x + ")
        end = field.edit.fontMetrics().horizontalAdvance("x + snsnsn(")
        assert wrong
        assert begin < min(x for x, _ in wrong)
        assert max(x for x, _ in wrong) < end + 12
    finally:
        qapp.setStyleSheet(before[1])
        qapp.setPalette(before[0])


def _near(colour, name):
    red, green, blue = (int(name[i : i + 2], 16) for i in (1, 3, 5))
    parts = zip((colour.red(), colour.green(), colour.blue()), (red, green, blue), strict=True)
    return all(abs(a - b) < 24 for a, b in parts)
