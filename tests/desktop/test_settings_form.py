"""The form of an entry's parameters."""

import pytest
from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QLineEdit, QWidget

from gd_studio.catalog import DATASETS, FUNCTIONS, LOSSES, MODELS, OPTIMIZERS, Entry, Parameter
from gd_studio.desktop.panels.form import SettingsForm
from gd_studio.desktop.panels.number_field import NumberField
from tests.desktop.person import retype, said

EVERY_ENTRY = [
    entry
    for catalog in (DATASETS, FUNCTIONS, LOSSES, MODELS, OPTIMIZERS)
    for entry in catalog.values()
]

ENTRY = Entry(
    key="one-of-each",
    label="One of each",
    summary="A parameter of every kind.",
    parameters=(
        Parameter("rate", "Rate", 0.1, "A rate", above=0.0, maximum=2.0),
        Parameter("count", "Count", 3, "A count", minimum=1, maximum=9),
        Parameter("on", "On", False, "A switch"),
        Parameter("name", "Name", "anna", "Any text"),
        Parameter("side", "Side", "left", "A side", choices=("left", "right")),
        Parameter("formula", "Formula", "x**2", "A formula"),
    ),
)


@pytest.fixture
def form(qtbot):
    form = SettingsForm(ENTRY)
    qtbot.addWidget(form)
    form.show()
    return form


def other(parameter):
    """A value that is allowed and not the default."""
    match parameter.kind:
        case "switch":
            return not parameter.default
        case "text" if parameter.choices:
            return parameter.choices[-1]
        case "text":
            return "sin(x1) + x2" if parameter.name == "formula" else "text"
        case "integer":
            return parameter.default + 1
    if parameter.below is not None:
        return (parameter.default + parameter.below) / 2
    return parameter.default / 3 + (parameter.minimum or 0.0)


@pytest.mark.parametrize("entry", EVERY_ENTRY, ids=lambda entry: entry.key)
def test_every_entry_comes_back_as_it_was_set(qtbot, entry):
    form = SettingsForm(entry)
    qtbot.addWidget(form)
    assert form.value() == entry.defaults
    settings = {parameter.name: other(parameter) for parameter in entry.parameters}
    with qtbot.assertNotEmitted(form.value_changed):
        form.set_value(settings)
    assert form.value() == settings
    assert form.problems() == {}


def test_each_kind_of_parameter_has_its_field(form):
    kinds = {
        name: type(form.field(name)) for name in ("rate", "count", "on", "name", "side", "formula")
    }
    assert kinds["rate"] is kinds["count"] is NumberField
    assert issubclass(kinds["on"], QCheckBox)
    assert issubclass(kinds["name"], QLineEdit)
    assert issubclass(kinds["side"], QComboBox)
    assert kinds["formula"].__name__ == "FormulaField"


def test_every_field_has_a_name_for_a_screen_reader_and_a_label_that_leads_to_it(form):
    labels = {label.text(): label.buddy() for label in form.findChildren(QLabel) if label.buddy()}
    for parameter in ENTRY.parameters:
        assert labels[parameter.label] is form.field(parameter.name)
        assert form.field(parameter.name).accessibleName() == parameter.label


def test_the_tooltip_has_the_help_the_bounds_and_the_default(form):
    tooltip = form.field("rate").toolTip()
    for part in ("A rate", "above 0", "2 or less", "default 0.1"):
        assert part in tooltip


def test_a_wrong_number_is_explained_under_its_field_once_typing_pauses(qtbot, form):
    retype(qtbot, form.field("rate"), "abc")
    assert said(form.sentence("rate")) == ""  # not while one is typing
    qtbot.waitUntil(lambda: said(form.sentence("rate")) != "")
    assert said(form.sentence("rate")) == "Is not a number; write it as 0.001 or 1e-3"
    assert form.value()["rate"] == 0.1
    assert form.problems() == {"rate": "is not a number; write it as 0.001 or 1e-3"}


def test_leaving_the_field_explains_at_once(qtbot, form):
    retype(qtbot, form.field("count"), "0")
    qtbot.keyClick(form.field("count"), Qt.Key.Key_Tab)
    assert said(form.sentence("count")) == "Has to be between 1 and 9"
    assert form.field("count").accessibleDescription() == "Has to be between 1 and 9"
    assert form.value()["count"] == 3


def test_a_right_number_takes_the_sentence_away(qtbot, form):
    retype(qtbot, form.field("count"), "0")
    qtbot.keyClick(form.field("count"), Qt.Key.Key_Tab)
    retype(qtbot, form.field("count"), "5")
    assert said(form.sentence("count")) == ""
    assert form.field("count").accessibleDescription() == "A count"
    assert form.problems() == {}
    assert form.value()["count"] == 5


def test_a_wrong_formula_is_explained_and_keeps_the_last_right_one(qtbot, form):
    field = form.field("formula")
    retype(qtbot, field.edit, "sn(x)")
    assert "did you mean 'sin'?" in field.shown.text()
    assert form.value()["formula"] == "x**2"
    assert "did you mean" in form.problems()["formula"]


@pytest.mark.parametrize(
    ("name", "act", "value"),
    [
        ("rate", lambda qtbot, field: retype(qtbot, field, "2"), 2.0),
        ("count", lambda qtbot, field: qtbot.keyClick(field, Qt.Key.Key_Up), 4),
        ("on", lambda qtbot, field: field.click(), True),
        ("name", lambda qtbot, field: retype(qtbot, field, "b"), "b"),
        ("side", lambda qtbot, field: qtbot.keyClick(field, Qt.Key.Key_Down), "right"),
    ],
)
def test_one_change_by_the_user_is_told_once(qtbot, form, name, act, value):
    told = []
    form.value_changed.connect(lambda: told.append(form.value()[name]))
    act(qtbot, form.field(name))
    assert told == [value]


def test_what_somebody_else_finds_wrong_is_shown_at_its_field(qtbot, form):
    form.set_problems({"on": "needs a rate above 1"})
    qtbot.waitUntil(lambda: said(form.sentence("on")) == "Needs a rate above 1")
    assert form.problems() == {}  # the form itself finds nothing wrong
    form.set_problems({})
    assert said(form.sentence("on")) == ""


def test_setting_values_takes_wrong_texts_away(qtbot, form):
    retype(qtbot, form.field("rate"), "abc")
    form.set_value({"rate": 0.5})
    assert form.problems() == {}
    assert form.value() == {**ENTRY.defaults, "rate": 0.5}


def test_setting_values_again_and_again_makes_no_new_widgets(qtbot, form):
    before = len(form.findChildren(QWidget))
    for i in range(20):
        form.set_value({"rate": 0.1 + i / 20})
        retype(qtbot, form.field("rate"), "abc")
    QCoreApplication.processEvents()
    assert len(form.findChildren(QWidget)) == before
