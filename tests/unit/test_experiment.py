from __future__ import annotations

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gd_studio.experiment import Experiment, ExperimentError, assign
from tests.helpers.experiments import function, linear_regression
from tests.helpers.recordings import CURVE, LINE, VALLEY
from tests.helpers.tables import experiment_on

finite = st.floats(-1e30, 1e30)
positive = st.floats(0.0, 1e30)

optimizers = st.one_of(
    st.fixed_dictionaries({"key": st.just("sgd")}, optional={"lr": positive, "dampening": finite}),
    st.fixed_dictionaries(
        {"key": st.just("adam")},
        optional={"lr": positive, "beta1": st.floats(0, 0.999), "amsgrad": st.booleans()},
    ),
)
line_problems = st.builds(
    lambda samples, noise: {
        "kind": "model",
        "dataset": {"key": "noisy-line", "samples": samples, "noise": noise},
        "model": {"key": "linear"},
        "loss": {"key": "mse"},
    },
    st.integers(2, 100_000),
    positive,
)
function_problems = st.builds(
    lambda starts: {"kind": "function", "function": {"key": "rosenbrock"}, "starts": starts},
    st.lists(st.tuples(finite, finite), max_size=5),
)
experiments = st.builds(
    lambda problem, optimizer, steps, seed, title: {
        "problem": problem,
        "optimizer": optimizer,
        "training": {"steps": steps},
        "seed": seed,
        "title": title,
    },
    st.one_of(line_problems, function_problems),
    optimizers,
    st.integers(1, 1_000_000_000),
    st.integers(0, 2**63 - 1),
    st.text(st.characters(exclude_categories=["C", "Z"], include_characters=" "), max_size=200),
)


def problems(data: Any) -> dict[str, str]:
    with pytest.raises(ExperimentError) as error:
        Experiment.parse(data)
    return {problem.field: problem.message for problem in error.value.problems}


@given(experiments)
def test_json_reads_back_to_an_equal_experiment(data: dict[str, Any]) -> None:
    experiment = Experiment.parse(data)
    text = experiment.to_json()
    assert Experiment.from_json(text) == experiment
    assert Experiment.from_json(text).to_json() == text


def test_what_is_left_out_takes_its_default() -> None:
    written = json.loads(Experiment.parse(LINE).to_json())
    assert written["problem"]["dataset"] == {
        "key": "noisy-line",
        "samples": 100,
        "noise": 1.0,
        "slope": 2.0,
        "intercept": 1.0,
    }
    assert written["optimizer"]["momentum"] == 0.0
    assert (written["seed"], written["device"], written["format"]) == (42, "cpu", 1)


def test_all_problems_are_reported_at_once() -> None:
    found = problems(
        {
            **LINE,
            "optimizer": {"key": "adam", "lr": -1, "beta1": 1.0},
            "seed": -1,
            "device": "gpu",
            "colour": "red",
        }
    )
    assert set(found) == {"optimizer.lr", "optimizer.beta1", "seed", "device", "colour"}


def test_nothing_is_an_experiment_without_its_parts() -> None:
    assert problems({}) == {
        "problem": "is missing",
        "optimizer": "is missing",
        "training": "is missing",
    }


def test_a_newer_file_is_refused_with_what_to_do() -> None:
    assert "update" in problems({**LINE, "format": 2})["format"]


@pytest.mark.parametrize("training", [{}, {"epochs": 1, "steps": 1}])
def test_training_is_either_epochs_or_steps(training: dict[str, int]) -> None:
    assert problems({**LINE, "training": training}) == {"training": "give either epochs or steps"}


def test_a_function_is_trained_for_steps_and_not_for_epochs() -> None:
    assert "training.steps" in problems({**VALLEY, "training": {"epochs": 3}})["training.epochs"]


def test_a_loss_of_probabilities_needs_a_model_that_predicts_them() -> None:
    circle = {"kind": "model", "dataset": {"key": "circle"}, "loss": {"key": "bce"}}
    found = problems({**LINE, "problem": {**circle, "model": {"key": "linear"}}})
    assert "between 0 and 1" in found["problem.loss.key"]
    fits = Experiment.parse({**LINE, "problem": {**circle, "model": {"key": "perceptron"}}})
    assert fits.layout.size == 41


def test_a_loss_has_to_fit_the_task_of_the_data() -> None:
    problem = {**LINE["problem"], "loss": {"key": "bce"}}
    assert "regression" in problems({**LINE, "problem": problem})["problem.loss.key"]


def test_a_start_has_a_coordinate_for_each_variable() -> None:
    problem = {**VALLEY["problem"], "starts": [[1.0], [1.0, 2.0], [1.0, 2.0, 3.0]]}
    assert set(problems({**VALLEY, "problem": problem})) == {"problem.starts.0", "problem.starts.2"}


def test_a_formula_that_is_none_is_a_problem_of_its_field() -> None:
    function = {"key": "custom", "formula": "__import__('os')"}
    found = problems({**CURVE, "problem": {"kind": "function", "function": function}})
    assert list(found) == ["problem.function.formula"]


def test_nesterov_needs_momentum() -> None:
    optimizer = {"key": "sgd", "nesterov": True}
    assert "momentum" in problems({**LINE, "optimizer": optimizer})["optimizer.nesterov"]
    Experiment.parse({**LINE, "optimizer": {**optimizer, "momentum": 0.9}})


def test_initial_parameters_have_to_fit() -> None:
    given = Experiment.parse({**LINE, "initial_parameters": {"weight": [[1.0]], "bias": [2.0]}})
    assert given.initial_parameters == {"weight": [[1.0]], "bias": [2.0]}
    found = problems({**LINE, "initial_parameters": {"weight": [1.0], "b": [2.0]}})
    assert "initial_parameters" in found


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_numbers_are_finite(number: float) -> None:
    assert list(problems({**LINE, "optimizer": {"key": "sgd", "lr": number}})) == ["optimizer.lr"]


@pytest.mark.parametrize("text", ["", "{", "nonsense", '{"seed": Infinity}', "[" * 100_000])
def test_what_is_not_json_is_told(text: str) -> None:
    with pytest.raises(ExperimentError, match="not JSON"):
        Experiment.from_json(text)


def test_an_experiment_does_not_change() -> None:
    experiment = Experiment.parse(LINE)
    with pytest.raises(ValidationError, match="frozen"):
        experiment.seed = 3  # type: ignore[misc]


def test_replacing_gives_another_one_or_says_what_is_wrong() -> None:
    experiment = Experiment.parse(LINE)
    assert experiment.replace(seed=7).seed == 7
    assert experiment.seed == 42
    with pytest.raises(ExperimentError, match="seed"):
        experiment.replace(seed=-7)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("optimizer.lr", True, "has to be a number, not true"),
        ("optimizer.lr", "0.1", 'has to be a number, not "0.1"'),
        ("optimizer.lr", 1e308, "1e+30"),
        ("optimizer.nesterov", 1, "has to be true or false, not 1"),
        ("seed", "42", "has to be a whole number"),
        ("device", "gpu", "has to be cpu, cuda, cuda:0 or mps"),
        ("precision", "double", 'has to be float32 or float64, not "double"'),
        ("title", "two\nlines", "cannot be printed"),
    ],
)
def test_a_value_of_another_kind_is_refused_in_plain_words(path, value, said) -> None:
    data = json.loads(linear_regression().to_json())
    *parents, name = path.split(".")
    owner = data
    for parent in parents:
        owner = owner[parent]
    owner[name] = value
    with pytest.raises(ExperimentError) as error:
        Experiment.parse(data)

    (problem,) = error.value.problems
    assert problem.field == path
    assert said in problem.message


@pytest.mark.parametrize("start", [[1e300, 2.0], [float("inf"), 0.0]])
def test_a_start_beyond_single_precision_is_refused(start) -> None:
    with pytest.raises(ExperimentError, match=r"problem\.starts\.0\.0"):
        function("rosenbrock", starts=[start])


@pytest.mark.parametrize(("low", "high"), [(-1e308, 1e308), (1e11, 1e11 + 1), (2.0, 1.0)])
def test_a_domain_that_cannot_be_drawn_is_refused(low, high) -> None:
    with pytest.raises(ExperimentError, match=r"problem\.function\.(low|high)"):
        function("custom", settings={"formula": "p**2", "low": low, "high": high}, starts=[[1.0]])


def test_variations_are_a_list_of_runs() -> None:
    assert problems({**LINE, "variations": 5}) == {
        "variations": "has to be a list of runs, each with a name and changes"
    }


TABLE: dict[str, Any] = {"columns": [{"name": "x"}, {"name": "y"}], "target": "y"}
PASSED = {"columns": [{"name": "x"}, {"name": "passed", "kind": "category"}], "target": "passed"}


@pytest.mark.parametrize(
    ("table", "field", "said"),
    [
        (
            {**TABLE, "columns": ["hours"]},
            "columns.0",
            'has to be an object with a name, as {"name": "hours"}',
        ),
        ({**TABLE, "columns": 5}, "columns", "has to be a list, not 5"),
        ({**TABLE, "colour": 1}, "colour", "there is no such field"),
        ({**TABLE, "columns": [{"name": "x", "a": 1}]}, "columns.0.a", "there is no such field"),
        ({"columns": TABLE["columns"]}, "target", "is missing"),
        ({**PASSED, "task": "binary"}, "", "the column 'passed' lists no categories"),
        ({**PASSED, "task": "multi-class"}, "", "the column 'passed' lists no categories"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_in_plain_words(
    table: dict[str, Any], field: str, said: str
) -> None:
    dataset = {"key": "table", "path": "t.csv", "table": {"task": "regression", **table}}
    loss = {"key": "bce" if table.get("task") == "binary" else "mse"}
    problem = {**LINE["problem"], "dataset": dataset, "loss": loss}
    found = problems({**LINE, "problem": problem})
    assert found == {f"problem.dataset.table.{field}".rstrip("."): said}


def test_of_a_million_things_that_are_wrong_the_first_hundred_are_told() -> None:
    with pytest.raises(ExperimentError) as error:
        Experiment.parse({**LINE, **{f"field {i}": 0 for i in range(1000)}})
    told = error.value.problems
    assert len(told) == 101
    assert str(told[0]) == "field 0: there is no such field"
    assert str(told[-1]) == "there are 900 more things wrong"


def test_a_model_has_two_and_a_half_million_parameters_at_most() -> None:
    def model(layers: int) -> dict[str, Any]:
        hidden = {"key": "mlp", "hidden": ", ".join(["1024"] * layers)}
        return {**LINE, "problem": {**LINE["problem"], "model": hidden}}

    # 1 → 1024 → … → 1: each layer between has 1024² weights and 1024 biases.
    assert Experiment.parse(model(3)).layout.size == 2 * 1024 + 2 * (1024**2 + 1024) + 1025
    size = 2 * 1024 + 31 * (1024**2 + 1024) + 1025
    assert problems(model(32)) == {
        "problem.model.key": f"it has {size:,} parameters, and 2,500,000 are the most"
    }


def many_changes(n: int) -> list[dict[str, Any]]:
    return [{"after": i, "values": {"optimizer.lr": 0.1 + i / 10_000}} for i in range(n)]


TOO_MANY = "changes and variations together, too many to check:"


@pytest.mark.timeout(40)
def test_what_variations_bring_along_is_counted_as_well() -> None:
    wide = {
        "columns": [{"name": f"c{i}"} for i in range(7000)],
        "target": "c0",
        "task": "regression",
    }
    own = {"problem.dataset.table": wide, "changes": many_changes(50)}
    variations = [{"name": f"v{i}", "changes": own} for i in range(4)]
    data = experiment_on("a.csv").model_dump(mode="json")
    found = problems({**data, "training": {"steps": 2000}, "variations": variations})
    assert TOO_MANY in found["variations"]


def test_changes_of_many_variations_are_refused_before_all_are_checked() -> None:
    names: list[dict[str, Any]] = [
        {"name": f"v{i}", "changes": {"optimizer.lr": 0.1 + i}} for i in range(64)
    ]
    given = {**LINE, "changes": many_changes(1000), "variations": names}
    # 1000 of its own, and for each variation itself and as many.
    assert problems(given)["variations"].startswith(f"there are {1000 + 64 * 1001:,} {TOO_MANY}")
    of_each = [{**v, "changes": {**v["changes"], "changes": many_changes(1000)}} for v in names]
    found = problems({**LINE, "variations": of_each})
    assert found["variations"].startswith(f"there are {64 * 1001:,} {TOO_MANY}")


def test_changes_of_a_large_experiment_are_refused_before_all_are_checked() -> None:
    wide = {"key": "mlp", "hidden": "200, 200"}
    start = {
        "0.weight": [[0.5]] * 200,
        "0.bias": [0.5] * 200,
        "2.weight": [[0.5] * 200] * 200,
        "2.bias": [0.5] * 200,
        "4.weight": [[0.5] * 200],
        "4.bias": [0.5],
    }
    problem = {**LINE["problem"], "model": wide}
    large = {**LINE, "problem": problem, "initial_parameters": start}
    assert len(Experiment.parse({**large, "changes": many_changes(10)}).changes) == 10
    assert TOO_MANY in problems({**large, "changes": many_changes(1000)})["changes"]


def test_a_thousand_changes_of_a_small_experiment_hold() -> None:
    assert len(Experiment.parse({**LINE, "changes": many_changes(1000)}).changes) == 1000


@pytest.mark.parametrize("depth", [2, 500, 100_000])
def test_a_value_nested_too_deeply_is_refused_as_any_other(depth: int) -> None:
    with pytest.raises(ExperimentError) as error:
        assign(Experiment.parse(LINE), [f"optimizer.lr={'[' * depth}{']' * depth}"])
    (problem,) = error.value.problems
    assert problem.field == "optimizer.lr"
    assert "has to be a number" in problem.message
