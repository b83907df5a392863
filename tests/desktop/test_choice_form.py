"""A choice from a catalogue, with the form of what is chosen."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from gd_studio.catalog import OPTIMIZERS, Catalog, Entry, OptimizerEntry, Parameter
from gd_studio.desktop.panels.choice_form import ChoiceForm
from gd_studio.experiment import OptimizerChoice
from tests.desktop.person import choose, retype, said


@pytest.fixture
def form(qtbot):
    form = ChoiceForm(OPTIMIZERS, "Optimizer")
    qtbot.addWidget(form)
    form.show()
    return form


@pytest.mark.parametrize("key", list(OPTIMIZERS))
def test_every_entry_comes_back_as_it_was_set(qtbot, form, key):
    choice = OptimizerChoice.model_validate({"key": key, "lr": 0.0123456789012})
    with qtbot.assertNotEmitted(form.value_changed):
        form.set_value(choice)
    assert form.value() == choice.model_dump()


def test_a_new_entry_in_the_catalogue_can_be_chosen_and_set(qtbot):
    entry = OptimizerEntry(
        key="test-descent",
        label="Test descent",
        summary="Made by a test.",
        torch_name="SGD",
        formula="p ← p − η g",
        parameters=(Parameter("eta", "Step size", 0.5, "η", above=0.0),),
    )
    OPTIMIZERS.add(entry)
    try:
        form = ChoiceForm(OPTIMIZERS, "Optimizer")
        qtbot.addWidget(form)
        form.show()
        choose(form.combo, "Test descent")
        retype(qtbot, form.form.field("eta"), "0.25")
    finally:
        OPTIMIZERS.discard("test-descent")
    assert form.value() == {"key": "test-descent", "eta": 0.25}
    assert form.summary.text() == "Made by a test."
    assert "<i>p</i> ← <i>p</i> − <i>η</i> <i>g</i>" in form.formula.text()


def test_each_part_of_an_update_rule_has_a_line_with_quantities_in_italics(form):
    choose(form.combo, "RMSprop")
    lines = form.formula.text().split("<br>")
    assert len(lines) == 3
    assert "<i>p</i> ← <i>p</i> − lr · <i>b</i>" in lines[2]


def test_settings_of_an_entry_are_remembered_while_another_is_chosen(qtbot, form):
    retype(qtbot, form.form.field("lr"), "0.5")
    choose(form.combo, "Adam")
    assert form.value()["lr"] == 0.001
    choose(form.combo, "SGD")
    assert form.value()["lr"] == 0.5


def test_choosing_tells_once_and_choosing_the_same_tells_nothing(qtbot, form):
    told = []
    form.value_changed.connect(lambda: told.append(form.value()["key"]))
    choose(form.combo, "Adam")
    choose(form.combo, "Adam")
    assert told == ["adam"]


def test_the_keyboard_chooses(qtbot, form):
    with qtbot.waitSignal(form.value_changed):
        qtbot.keyClick(form.combo, Qt.Key.Key_Down)
    assert form.value()["key"] == list(OPTIMIZERS)[1]


def test_what_cannot_be_chosen_is_grey_and_says_why(form):
    form.set_offer({"adam": "is for tests only"})
    row = form.combo.findData("adam")
    item = form.combo.model().item(row)
    assert not item.isEnabled()
    assert "Is for tests only" in item.toolTip()
    form.set_offer({})
    assert item.isEnabled()


def test_a_problem_of_the_choice_itself_stands_under_it(form):
    form.set_problems({"key": "does not fit"})
    assert said(form._sentence) == "Does not fit"


def test_only_the_form_of_what_is_chosen_is_shown_and_each_is_made_once(qtbot, form):
    for label in ("Adam", "SGD", "RMSprop", "Adagrad"):
        choose(form.combo, label)
    made = len(form.findChildren(QWidget))
    for _ in range(5):
        for label in ("Adam", "SGD", "RMSprop", "Adagrad"):
            choose(form.combo, label)
            assert [f for f in form._forms.values() if f.isVisible()] == [form.form]
    assert len(form.findChildren(QWidget)) == made


def test_an_entry_without_parameters_has_no_empty_form(qtbot):
    catalog = Catalog("thing", Entry(key="bare", label="Bare", summary="Nothing to set."))
    form = ChoiceForm(catalog, "Thing")
    qtbot.addWidget(form)
    form.show()
    assert not form.form.isVisible()
    assert form.value() == {"key": "bare"}
