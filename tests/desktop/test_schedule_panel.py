"""The panel of the learning-rate schedule."""

from __future__ import annotations

import pytest

from gd_studio.catalog import SCHEDULES
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.desktop.panels.schedule_panel import SchedulePanel
from gd_studio.experiment import FieldProblem, ScheduleChoice
from tests.desktop.person import choose, retype, said
from tests.helpers.experiments import function, linear_regression

STEP = {"key": "step", "step_size": 7, "gamma": 0.7}
COSINE = {"key": "cosine", "T_max": 31, "eta_min": 0.001}
WARMUP = {"key": "linear", "start_factor": 0.2, "end_factor": 1.0, "total_iters": 20}

NESTED = {
    "a warm-up": {"key": "sequential", "milestones": "20", "schedules": [WARMUP, COSINE]},
    "a warm-up before nothing": {
        "key": "sequential",
        "milestones": "20",
        "schedules": [WARMUP, {"key": "constant"}],
    },
    "a warm-up before two": {
        "key": "sequential",
        "milestones": "20, 50",
        "schedules": [WARMUP, STEP, COSINE],
    },
    "two warm-ups": {
        "key": "sequential",
        "milestones": "20, 40",
        "schedules": [WARMUP, WARMUP, COSINE],
    },
    "a warm-up before rates of its own": {
        "key": "sequential",
        "milestones": "20",
        "schedules": [WARMUP, {"key": "one-cycle", "max_lr": 0.3}],
    },
    "a warm-up, written without a space": {
        "key": "sequential",
        "milestones": "20,50",
        "schedules": [WARMUP, STEP, COSINE],
    },
    "no warm-up: it does not rise to the whole rate": {
        "key": "sequential",
        "milestones": "20",
        "schedules": [{**WARMUP, "end_factor": 0.5}, COSINE],
    },
    "no warm-up: it goes on too long": {
        "key": "sequential",
        "milestones": "20",
        "schedules": [{**WARMUP, "total_iters": 21}, COSINE],
    },
    "four in turn": {
        "key": "sequential",
        "milestones": "5, 9, 100",
        "schedules": [COSINE, {"key": "drawn", "points": "0: 1,5:0.25"}, STEP, STEP],
    },
    "three at once": {
        "key": "chained",
        "schedules": [{"key": "lambda", "formula": "1/(t+1)"}, STEP, {"key": "exponential"}],
    },
}


@pytest.fixture
def panel(qtbot):
    panel = SchedulePanel()
    qtbot.addWidget(panel)
    panel.show()
    return panel


@pytest.fixture
def form(panel):
    """The panel's form, unfolded."""
    panel.fold.set_open(True)
    return panel.form


@pytest.fixture
def column(qtbot):
    column = PanelColumn()
    qtbot.addWidget(column)
    column.show()
    return column


def goes_through(qtbot, panel, spec) -> None:
    """Show `spec` in a fresh form and in a used one, and look at what the fields make of it."""
    for _ in range(2):
        with qtbot.assertNotEmitted(panel.value_changed):
            panel.set_value(spec)
        assert panel.value() == spec
        with qtbot.assertNotEmitted(panel.value_changed):
            panel.form.parts.value_changed.emit()  # the fields are read anew
        assert panel.value() == spec
        assert panel.problems() == ()
        panel.set_value(ScheduleChoice(key="plateau"))


@pytest.mark.parametrize("key", list(SCHEDULES))
def test_every_schedule_comes_back_as_it_was_set(qtbot, panel, key):
    goes_through(qtbot, panel, ScheduleChoice(key=key))


@pytest.mark.parametrize("key", [key for key in SCHEDULES if ScheduleChoice(key=key).can_warm_up])
def test_every_schedule_after_a_warm_up_comes_back_as_it_was_set(qtbot, panel, key):
    goes_through(qtbot, panel, ScheduleChoice(key=key).with_warmup(33))


@pytest.mark.parametrize("data", NESTED.values(), ids=NESTED.keys())
def test_schedules_made_of_others_come_back_as_they_were_set(qtbot, panel, data):
    goes_through(qtbot, panel, ScheduleChoice.model_validate(data))


def test_a_constant_rate_is_folded_away_and_anything_else_is_in_the_header(panel):
    assert not panel.fold.is_open()
    assert panel.fold.header.summary() == ""
    panel.set_value(ScheduleChoice.model_validate(NESTED["a warm-up"]))
    assert panel.fold.is_open()
    assert panel.fold.header.summary() == "warm-up 20, cosine"
    panel.set_value(ScheduleChoice(key="constant"))
    assert not panel.fold.is_open()


def test_one_click_warms_up_first_and_another_takes_that_back(qtbot, panel, form):
    panel.set_value(ScheduleChoice.model_validate(COSINE))
    told = []
    panel.value_changed.connect(lambda: told.append(panel.value()))
    form.warmup.switch.click()
    warmup = {"key": "linear", "start_factor": 0.01, "end_factor": 1.0, "total_iters": 100}
    assert panel.value().model_dump() == {
        "key": "sequential",
        "milestones": "100",
        "schedules": (warmup, COSINE),
    }
    retype(qtbot, form.warmup.number, "20")
    retype(qtbot, form.field("warmup.start_factor"), "0.2")
    assert panel.value() == ScheduleChoice.model_validate(NESTED["a warm-up"])
    form.warmup.switch.click()
    assert panel.value() == ScheduleChoice.model_validate(COSINE)
    assert told[0].warmup == 100
    assert told[-1] == panel.value()


def test_a_plateau_and_rates_of_their_own_cannot_warm_up(panel, form):
    form.warmup.switch.click()
    for key in ("plateau", "one-cycle", "cyclic", "chained"):
        choose(form.choice.combo, SCHEDULES[key].label)
        assert form.warmup.isHidden()
        assert panel.value() == ScheduleChoice(key=key)
    choose(form.choice.combo, "Constant")
    assert not form.warmup.isHidden()
    assert panel.value().warmup == 100


def test_a_warm_up_is_a_tenth_of_the_run_to_begin_with(panel, form):
    panel.set_moves(640)
    form.warmup.switch.click()
    assert panel.value().warmup == 64


def test_what_is_drawn_begins_over_the_length_of_the_run(panel, form):
    panel.set_moves(640)
    choose(form.choice.combo, "Drawn")
    assert panel.value().settings["points"] == "0: 1, 320: 0.5, 480: 0.1, 640: 0.01"
    choose(form.choice.combo, "Cosine")
    assert panel.value().settings["T_max"] == 640


def test_points_from_the_plot_are_in_the_text_field(qtbot, panel, form):
    panel.set_value(ScheduleChoice(key="drawn").with_warmup(50))
    with qtbot.waitSignal(panel.value_changed):
        panel.set_points([(0, 1.0), (70, 0.125)])
    assert form.choice.form.field("points").text() == "0: 1, 70: 0.125"
    assert panel.value() == ScheduleChoice(key="drawn", points="0: 1, 70: 0.125").with_warmup(50)


def test_a_wrong_text_is_explained_at_its_field_and_keeps_the_last_right_one(qtbot, panel, form):
    choose(form.choice.combo, "Multi-step")
    retype(qtbot, form.choice.form.field("milestones"), "30, 20")
    sentence = "20 has to be larger than 30, which stands before it"
    assert panel.problems() == (FieldProblem("milestones", sentence),)
    qtbot.waitUntil(lambda: said(form.choice.form.sentence("milestones")) == sentence)
    assert panel.value().key == "multi-step"
    assert panel.value().milestones == ()
    retype(qtbot, form.choice.form.field("milestones"), "30, 120")
    assert panel.problems() == ()
    assert panel.value().settings["milestones"] == "30, 120"


def test_what_is_wrong_after_a_warm_up_has_its_path_in_the_whole_schedule(qtbot, panel, form):
    panel.set_value(ScheduleChoice.model_validate(NESTED["a warm-up"]))
    retype(qtbot, form.choice.form.field("T_max"), "0")
    assert [problem.field for problem in panel.problems()] == ["schedules.1.T_max"]
    qtbot.waitUntil(lambda: "between 1 and" in said(form.choice.form.sentence("T_max")))
    retype(qtbot, form.choice.form.field("T_max"), "31")
    retype(qtbot, form.warmup.number, "0")
    assert [problem.field for problem in panel.problems()] == ["schedules.0.total_iters"]
    qtbot.waitUntil(lambda: "between 1 and" in said(form.sentence("warmup.total_iters")))
    assert panel.value().warmup == 20


def test_parts_are_added_and_removed_with_their_milestones(panel, form):
    panel.set_moves(1000)
    choose(form.choice.combo, "One after the other")
    keys = lambda: [part.key for part in panel.value().schedules]  # noqa: E731
    assert keys() == ["constant", "cosine"]
    assert panel.value().milestones == (500,)
    form.parts.add_button.click()
    assert keys() == ["constant", "cosine", "exponential"]
    assert panel.value().milestones == (500, 750)
    choose(form.parts.forms[1].combo, "Step")
    assert keys() == ["constant", "step", "exponential"]
    remove = list(form.parts.removers)
    assert all(button.isVisible() for button in remove)
    remove[0].click()
    assert keys() == ["step", "exponential"]
    assert panel.value().milestones == (750,)
    assert panel.problems() == ()
    assert not any(button.isVisible() for button in remove[1:])  # two there have to be


def test_what_is_wrong_with_a_part_is_said_at_that_part(qtbot, panel, form):
    panel.set_value(ScheduleChoice.model_validate(NESTED["four in turn"]))
    retype(qtbot, form.parts.forms[2].form.field("gamma"), "-1")
    assert [problem.field for problem in panel.problems()] == ["schedules.2.gamma"]
    sentence = form.parts.forms[2].form.sentence("gamma")
    qtbot.waitUntil(lambda: said(sentence).startswith("Has to be"))
    retype(qtbot, form.parts.forms[2].form.field("gamma"), "0.5")
    assert panel.problems() == ()
    assert panel.value().schedules[2].settings["gamma"] == 0.5


def test_too_few_milestones_are_said_at_the_milestones(qtbot, panel, form):
    panel.set_value(ScheduleChoice.model_validate(NESTED["four in turn"]))
    retype(qtbot, form.choice.form.field("milestones"), "5, 9")
    assert panel.problems() == (FieldProblem("milestones", "4 parts need 3 milestones, not 2"),)
    assert panel.value() == ScheduleChoice.model_validate(NESTED["four in turn"])


def test_a_part_that_cannot_stand_where_it_is_is_offered_grey(panel):
    panel.set_value(ScheduleChoice.model_validate(NESTED["three at once"]))
    first, second, _ = panel.form.parts.forms
    offered = lambda form, label: bool(  # noqa: E731
        form.combo.model().item(form.combo.findText(label)).isEnabled()
    )
    assert offered(first, "Drawn")
    assert not offered(second, "Drawn")
    assert not offered(first, "One cycle")
    assert first.combo.findText("On a plateau") == -1


def test_a_schedule_moves_on_by_epochs_where_there_are_some(qtbot, column):
    experiment = linear_regression(schedule=COSINE, training={"epochs": 40, "batch_size": 10})
    column.set_experiment(experiment)
    told = []
    column.experiment_changed.connect(told.append)
    column.schedule.form.per.button("epoch").click()
    assert told == [
        linear_regression(
            schedule=COSINE, training={"epochs": 40, "batch_size": 10, "schedule_per": "epoch"}
        )
    ]
    assert not column.schedule.form.per.isHidden()
    column.set_experiment(function(schedule=STEP))
    assert column.schedule.form.per.isHidden()
    assert column.experiment() == function(schedule=STEP)
    column.set_experiment(told[0])
    assert column.experiment() == told[0]
    column.schedule.form.per.button("step").click()
    assert column.experiment() == experiment


def test_momentum_that_the_optimizer_has_not_is_said_at_the_schedule(qtbot, column):
    column.set_experiment(
        linear_regression(optimizer={"key": "adagrad"}, schedule={"key": "one-cycle"})
    )
    form = column.schedule.form
    before = column.experiment()
    form.choice.form.field("cycle_momentum").click()
    assert column.experiment() == before
    assert [problem.field for problem in column.problems()] == ["schedule.cycle_momentum"]
    sentence = form.choice.form.sentence("cycle_momentum")
    qtbot.waitUntil(lambda: said(sentence) == "Adagrad has no momentum that could be cycled")


def test_momentum_in_a_part_after_a_warm_up_is_said_at_that_part(qtbot, column):
    turns = {
        "key": "sequential",
        "milestones": "20, 50",
        "schedules": [WARMUP, COSINE, {"key": "one-cycle"}],
    }
    column.set_experiment(linear_regression(optimizer={"key": "adagrad"}, schedule=turns))
    form = column.schedule.form
    assert form.warmup.value() == 20
    form.parts.forms[1].form.field("cycle_momentum").click()
    assert [p.field for p in column.problems()] == ["schedule.schedules.2.cycle_momentum"]
    sentence = form.parts.forms[1].form.sentence("cycle_momentum")
    qtbot.waitUntil(lambda: said(sentence) == "Adagrad has no momentum that could be cycled")


def test_the_length_of_a_run_is_known_once_its_samples_are_counted(column):
    experiment = linear_regression(training={"epochs": 40, "batch_size": 30})
    column.set_experiment(experiment)
    column.set_samples(experiment, 100)  # four batches an epoch
    choose(column.schedule.form.choice.combo, "Cosine")
    assert column.experiment().schedule.settings["T_max"] == 160
