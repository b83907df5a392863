from __future__ import annotations

import pytest

from gd_studio.experiment import Experiment, ExperimentError, assign
from tests.helpers.recordings import LINE, VALLEY

EXPERIMENT = Experiment.parse(LINE)


def complaints(*assignments: str) -> list[str]:
    with pytest.raises(ExperimentError) as error:
        assign(EXPERIMENT, assignments)
    return [str(problem) for problem in error.value.problems]


def test_fields_are_set_by_their_paths_and_the_rest_stays() -> None:
    changed = assign(EXPERIMENT, ["optimizer.lr=0.1", "seed=7", "problem.dataset.samples=20"])
    assert changed.optimizer.settings["lr"] == 0.1
    assert changed.seed == 7
    assert changed == EXPERIMENT.replace(
        optimizer={"key": "sgd", "lr": 0.1},
        seed=7,
        problem={**LINE["problem"], "dataset": {"key": "noisy-line", "samples": 20}},
    )


def test_nothing_to_set_changes_nothing() -> None:
    assert assign(EXPERIMENT, []) == EXPERIMENT


def test_values_are_json_and_else_text() -> None:
    assert assign(EXPERIMENT, ["title=a = b"]).title == "a = b"
    assert assign(EXPERIMENT, ['title="7"']).title == "7"
    starts = assign(Experiment.parse(VALLEY), ["problem.starts=[[1, 2], [3, 4]]"])
    assert starts.layout.shapes == ((2, 2),)


def test_a_key_is_set_first_and_brings_its_defaults() -> None:
    changed = assign(EXPERIMENT, ["optimizer.beta1=0.5", "optimizer.key=adam"])
    assert changed.optimizer.key == "adam"
    assert changed.optimizer.settings["beta1"] == 0.5
    assert changed.optimizer.settings["lr"] == 0.001


@pytest.mark.parametrize("path", ["training.epochs", "training.steps"])
def test_epochs_and_steps_take_each_other_out(path: str) -> None:
    assert assign(EXPERIMENT, [f"{path}=5"]).training.total_steps(100) == 5


def test_an_unknown_path_offers_the_nearest_one() -> None:
    assert complaints("optimizer.momentun=0.9", "sed=3") == [
        "optimizer.momentun: there is no such field; did you mean 'optimizer.momentum'?",
        "sed: there is no such field; did you mean 'seed'?",
    ]


def test_what_is_far_from_every_field_gets_no_far_fetched_offer() -> None:
    assert complaints("training.foo=1", "lr=1", "dataset.noise=1", "optimzer.lr=1") == [
        "training.foo: there is no such field",
        "lr: there is no such field; did you mean 'optimizer.lr'?",
        "dataset.noise: there is no such field; did you mean 'problem.dataset.noise'?",
        "optimzer.lr: there is no such field; did you mean 'optimizer.lr'?",
    ]


def test_a_setting_that_a_choice_does_not_have_is_told_with_those_it_has() -> None:
    assert complaints("optimizer.key=by-hand", "optimizer.momentum=0.9") == [
        "optimizer.momentum: by-hand has no momentum; it has lr"
    ]


def test_all_values_that_do_not_fit_are_told_with_their_paths() -> None:
    first, second = complaints("optimizer.lr=-1", "seed=many")
    assert first.startswith("optimizer.lr: ")
    assert first.endswith("not -1")
    assert second.startswith("seed: ")
    assert second.endswith('not "many"')


def test_a_path_without_a_value_says_how_to_give_one() -> None:
    assert complaints("seed") == ["seed: give a value, as path=value"]


def test_an_unknown_key_offers_the_nearest_one() -> None:
    (complaint,) = complaints("optimizer.key=adma")
    assert complaint == "optimizer.key: there is no optimizer 'adma'; did you mean 'adam'?"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("optimiser.key", "there is no such field; did you mean 'optimizer.key'?"),
        ("problem.modle.key", "there is no such field; did you mean 'problem.model.key'?"),
        ("problem.function.key", "there is no such field"),
        ("optimizer.lr.key", "there is no such field"),
        ("optimizer.foo.key", "there is no such field"),
        ("optimizer.key.key", "there is no such field"),
        (".key", "there is no such field"),
    ],
)
def test_a_choice_that_an_experiment_does_not_have_is_told(path: str, said: str) -> None:
    (complaint,) = complaints(f"{path}=adam")
    assert complaint.startswith(f"{path}: {said}")


def test_what_holds_several_fields_is_told_to_be_set_field_by_field() -> None:
    assert complaints("optimizer=adam", "training={}")[0] == (
        "optimizer: is set field by field; did you mean 'optimizer.key'?"
    )
    (complaint,) = complaints("training={}")
    assert complaint.startswith("training: is set field by field: training.epochs, training.steps,")


def test_a_key_may_need_the_settings_that_are_given_with_it() -> None:
    # The defaults of the new choice alone would not fit: Adagrad has no momentum to be cycled, and
    # the default network on wine has more parameters than Newton's method is for.
    cycled = assign(EXPERIMENT, ["schedule.key=one-cycle", "optimizer.key=adam"])
    cycled = assign(cycled, ["schedule.cycle_momentum=true"])
    calm = assign(cycled, ["optimizer.key=adagrad", "schedule.cycle_momentum=false"])
    assert (calm.optimizer.key, calm.schedule.settings["cycle_momentum"]) == ("adagrad", False)
    small = assign(
        EXPERIMENT,
        [
            "problem.dataset.key=wine",
            "problem.loss.key=cross-entropy",
            "problem.model.key=mlp",
            "problem.model.hidden=4",
            "optimizer.key=newton",
        ],
    )
    assert small.problem.model.settings["hidden"] == "4"


def test_a_table_is_set_with_its_path_and_columns() -> None:
    columns = '{"columns": [{"name": "a"}, {"name": "b"}], "target": "b", "task": "regression"}'
    table = assign(
        EXPERIMENT,
        [
            "problem.dataset.key=table",
            "problem.dataset.path=/t.csv",
            f"problem.dataset.table={columns}",
        ],
    )
    assert table.problem.dataset.path == "/t.csv"


def test_a_test_part_is_set_where_there_was_none_and_taken_out_again() -> None:
    split = assign(EXPERIMENT, ["problem.split.test=0.25"])
    assert split.problem.split is not None
    assert (split.problem.split.test, split.problem.split.seed) == (0.25, 42)
    assert assign(split, ["problem.split=null"]) == EXPERIMENT


def test_the_width_of_a_single_layer_may_be_written_as_a_number() -> None:
    mlp = assign(EXPERIMENT, ["problem.model.key=mlp", "problem.model.hidden=8"])
    assert mlp.problem.model.settings["hidden"] == "8"
