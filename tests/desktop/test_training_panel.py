"""The panel of the training."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from gd_studio.desktop.panels.training_panel import SeededTraining, TrainingPanel
from gd_studio.experiment import FieldProblem, Training
from tests.desktop.person import choose, retype, said

ABOUT_DATA = {"batch_size": 64, "l1": 0.1, "l2": 0.01, "patience": 7}


@pytest.fixture
def panel(qtbot):
    panel = TrainingPanel()
    qtbot.addWidget(panel)
    panel.resize(308, 500)
    panel.show()
    return panel


def seeded(seed=42, **training):
    return SeededTraining(Training.model_validate(training), seed)


def trainings(**fixed):
    """Any training; its length in steps where nothing else is said."""
    count = st.integers(1, 1_000_000_000)
    positive = st.none() | st.floats(1e-300, 1e30)
    clip = st.sampled_from(("clip_norm", "clip_value"))
    fields = {
        "shuffle": st.booleans(),
        "restore_best": st.booleans(),
        "stop_gradient_norm": positive,
        "stop_loss_change": positive,
        "batch_size": st.none() | count,
        "l1": st.floats(0, 1e30),
        "l2": st.floats(0, 1e30),
        "patience": st.none() | count,
        **{name: st.just(value) for name, value in fixed.items()},
    }
    length = st.dictionaries(st.sampled_from(("epochs", "steps")), count, min_size=1, max_size=1)
    clipped = st.dictionaries(clip, st.floats(1e-300, 1e30), max_size=1)
    parts = st.tuples(length, clipped, st.fixed_dictionaries(fields))
    return parts.map(lambda p: Training.model_validate({**p[0], **p[1], **p[2]}))


# --- the value ------------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(trainings(), st.integers(0, 2**63 - 1))
def test_what_is_set_comes_back_from_the_fields(qtbot, panel, training, seed):
    spec = SeededTraining(training, seed)
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(spec)
        panel.read()  # as after an edit that changes nothing
    assert panel.value() == spec
    assert panel.problems() == ()


def test_any_training_of_a_function_comes_back(qtbot, panel):
    panel.set_has_data(False)
    spec = seeded(7, steps=9, shuffle=False, clip_value=0.5, stop_loss_change=1e-9)
    with qtbot.assertNotEmitted(panel.value_changed):
        panel.set_value(spec)
    assert panel.value() == spec
    panel.draw_seed()
    assert panel.value().training.stop_loss_change == 1e-9


EDITS = {
    "length": lambda qtbot, panel: retype(qtbot, panel.length, "5"),
    "unit": lambda qtbot, panel: choose(panel.unit, "Steps"),
    "batches": lambda qtbot, panel: panel.batches.kind.button("mini").click(),
    "seed": lambda qtbot, panel: panel.batches.dice.click(),
    "l1": lambda qtbot, panel: retype(qtbot, opened(panel.penalties).field("training.l1"), "2"),
    "clip": lambda qtbot, panel: opened(panel.clipping).kind.button("norm").click(),
    "patience": lambda qtbot, panel: opened(panel.stopping).patience.switch.click(),
}


def opened(fold):
    fold.set_open(True)
    return fold.form


@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_an_edit_is_told_once(qtbot, panel, edit):
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value()))
    edit(qtbot, panel)
    assert len(told) == 1
    assert told[0] != seeded(epochs=1000)


# --- how long -------------------------------------------------------------------------------------


def shown_labels(panel):
    return {label.text() for label in panel.findChildren(QLabel) if label.isVisible()}


def test_data_has_epochs_or_steps_and_a_function_only_steps(qtbot, panel):
    assert "Steps" not in shown_labels(panel)
    choose(panel.unit, "Steps")
    assert panel.value().training == Training(steps=1000)
    assert panel.length.accessibleName() == "Steps"
    choose(panel.unit, "Epochs")
    panel.set_has_data(False)
    assert "Steps" in shown_labels(panel)
    assert not panel.unit.isVisible()
    assert panel.value().training == Training(steps=1000)
    panel.set_has_data(True)
    assert panel.value().training == Training(epochs=1000)


def test_choosing_the_unit_that_is_chosen_tells_nothing(qtbot, panel):
    with qtbot.assertNotEmitted(panel.value_changed):
        choose(panel.unit, "Epochs")


def test_typing_changes_the_length(qtbot, panel):
    retype(qtbot, panel.length, "250")
    assert panel.value() == seeded(epochs=250)


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


# --- batches and the seed -------------------------------------------------------------------------


def test_the_size_and_the_shuffling_of_batches_are_asked_where_there_are_some(qtbot, panel):
    batches = panel.batches
    assert not batches.batch_size.isVisible()
    assert not batches.shuffle.isVisible()
    batches.kind.button("mini").click()
    retype(qtbot, batches.batch_size, "16")
    batches.shuffle.click()
    assert panel.value().training == Training(epochs=1000, batch_size=16, shuffle=False)
    batches.kind.button("single").click()
    assert batches.shuffle.isVisible()
    assert not batches.batch_size.isVisible()
    assert panel.value().training.batch_size == 1
    batches.kind.button("mini").click()
    assert panel.value().training.batch_size == 16


def test_the_arrow_keys_choose_between_segments(qtbot, panel):
    kind = panel.batches.kind
    kind.button("full").setFocus()
    qtbot.keyClick(kind.button("full"), Qt.Key.Key_Right)
    assert kind.value() == "mini"
    assert panel.value().training.batch_size == 32


def test_a_wrong_batch_size_is_no_problem_once_there_are_no_batches(qtbot, panel):
    panel.batches.kind.button("mini").click()
    retype(qtbot, panel.batches.batch_size, "0")
    assert [problem.field for problem in panel.problems()] == ["training.batch_size"]
    panel.batches.kind.button("full").click()
    assert panel.problems() == ()


def test_a_negative_seed_is_refused(qtbot, panel):
    retype(qtbot, panel.seed, "-1")
    assert panel.value().seed == 42
    assert panel.problems() == (
        FieldProblem("seed", "has to be between 0 and 9223372036854775807"),
    )


def test_the_die_draws_another_seed_and_tells_once(qtbot, panel):
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value().seed))
    qtbot.mouseClick(panel.batches.dice, Qt.MouseButton.LeftButton)
    assert len(told) == 1
    assert told[0] != 42
    assert panel.seed.text() == str(told[0])


# --- what is folded away --------------------------------------------------------------------------


def test_what_is_seldom_set_is_folded_away_and_made_when_it_is_unfolded(panel):
    for fold in (panel.penalties, panel.clipping, panel.stopping):
        assert not fold.is_open()
        assert not fold.is_made
        assert fold.header.summary() == ""
        fold.set_open(True)
        assert fold.form.isVisible()


def test_what_is_set_is_unfolded_and_said_in_the_header(panel):
    panel.set_value(seeded(epochs=5, l2=0.001, clip_norm=1.0, patience=10, stop_loss_change=1e-8))
    folds = (panel.penalties, panel.clipping, panel.stopping)
    assert all(fold.is_open() for fold in folds)
    assert [fold.header.summary() for fold in folds] == [
        "L2 0.001",
        "norm ≤ 1",
        "patience 10, change < 1e-8",
    ]


def test_the_clipping_is_by_norm_or_by_value_or_none(qtbot, panel):
    form = opened(panel.clipping)
    assert not form.limit.isVisible()
    form.kind.button("norm").click()
    retype(qtbot, form.limit, "2.5")
    assert panel.value().training.clip_norm == 2.5
    form.kind.button("value").click()
    assert panel.value().training.clip_norm is None
    assert panel.value().training.clip_value == 2.5
    retype(qtbot, form.limit, "0")
    assert [problem.field for problem in panel.problems()] == ["training.clip_value"]
    form.kind.button("").click()
    assert panel.problems() == ()
    assert panel.value().training == Training(epochs=1000)


def test_an_optional_number_is_there_while_its_switch_is_on(qtbot, panel):
    patience = opened(panel.stopping).patience
    restore = panel.stopping.form.field("training.restore_best")
    assert not patience.number.isVisible()
    assert not restore.isVisible()
    patience.switch.click()
    retype(qtbot, patience.number, "3")
    assert panel.value().training.patience == 3
    assert restore.isVisible()
    retype(qtbot, patience.number, "x")
    assert [problem.field for problem in panel.problems()] == ["training.patience"]
    patience.switch.click()
    assert panel.problems() == ()
    assert panel.value().training.patience is None


def test_l2_explains_what_it_has_to_do_with_weight_decay(panel):
    tooltip = opened(panel.penalties).field("training.l2").toolTip()
    for part in ("λ = 2·l2", "Adam", "Loshchilov &amp; Hutter, 2019"):
        assert part in tooltip


def test_a_problem_found_elsewhere_unfolds_its_part(qtbot, panel):
    panel.set_problems((FieldProblem("training.l1", "is too much"),))
    assert panel.penalties.is_open()
    sentence = panel.penalties.form.sentence("training.l1")
    qtbot.waitUntil(lambda: said(sentence) == "Is too much")


def test_a_function_has_nothing_of_what_needs_data_and_it_comes_back(qtbot, panel):
    spec = seeded(epochs=5, clip_norm=1.0, stop_gradient_norm=1e-5, shuffle=False, **ABOUT_DATA)
    panel.set_value(spec)
    panel.set_has_data(False)
    assert panel.value() == seeded(steps=5, clip_norm=1.0, stop_gradient_norm=1e-5)
    assert panel.value().training.only_for_models == {}
    assert not panel.penalties.isVisible()
    assert not panel.batches.kind.isVisible()
    assert not panel.stopping.form.patience.isVisible()
    assert panel.stopping.header.summary() == "gradient < 1e-5"
    panel.set_has_data(True)
    assert panel.value() == spec
    assert panel.stopping.form.patience.isVisible()


def test_the_noise_of_a_function_stays_when_something_else_is_edited(qtbot, panel):
    panel.set_has_data(False)
    panel.set_value(seeded(steps=30, gradient_noise=0.5))
    retype(qtbot, panel.seed, "7")
    assert panel.value() == seeded(7, steps=30, gradient_noise=0.5)


def test_the_noise_is_asked_of_a_function_and_never_of_data(qtbot, panel):
    assert not panel.noise.isVisible()
    panel.set_has_data(False)
    assert panel.noise.isVisible()
    retype(qtbot, opened(panel.noise).field("training.gradient_noise"), "0.5")
    assert panel.value().training.gradient_noise == 0.5
    panel.set_has_data(True)
    assert panel.value().training.gradient_noise == 0


def test_a_wrong_penalty_is_no_problem_of_a_function(qtbot, panel):
    retype(qtbot, opened(panel.penalties).field("training.l1"), "-1")
    assert len(panel.problems()) == 1
    panel.set_has_data(False)
    assert panel.problems() == ()


def test_setting_again_and_again_makes_no_new_widgets(panel):
    specs = [seeded(epochs=5), seeded(steps=5, clip_norm=1.0, stop_loss_change=1.0, **ABOUT_DATA)]
    for spec in specs:
        panel.set_value(spec)
    before = len(panel.findChildren(QWidget))
    for spec in specs * 5:
        panel.set_value(spec)
    assert len(panel.findChildren(QWidget)) == before
