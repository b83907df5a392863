from __future__ import annotations

import json
from pathlib import Path

import pytest

from gd_studio.catalog import UnknownKeyError
from gd_studio.experiment import Experiment, ExperimentError
from gd_studio.experiment.experiment import FORMAT
from gd_studio.files import (
    FileProblem,
    example_keys,
    load_example,
    load_experiment,
    save_experiment,
)
from tests.helpers.experiments import model_on
from tests.helpers.recordings import LINE


def test_what_was_saved_is_loaded_again(tmp_path: Path) -> None:
    experiment = Experiment.parse({**LINE, "seed": 7, "title": "Ünïcode λ", "notes": "a\nb"})
    save_experiment(tmp_path / "e.json", experiment)
    assert load_experiment(tmp_path / "e.json") == experiment


def test_all_problems_of_a_file_are_reported_at_once_with_their_paths(tmp_path: Path) -> None:
    path = tmp_path / "e.json"
    path.write_text(
        """{"problem": {"kind": "model", "dataset": {"key": "circl"},
            "model": {"key": "perceptron", "hidden": 0}, "loss": {"key": "bce"}},
            "optimizer": {"key": "sgd", "lr": -1, "momentun": 0.1},
            "training": {"epochs": 0}, "sed": 3}"""
    )
    with pytest.raises(ExperimentError) as error:
        load_experiment(path)
    assert [problem.field for problem in error.value.problems] == [
        "problem.dataset.key",
        "problem.model.hidden",
        "optimizer.lr",
        "optimizer.momentun",
        "training.epochs",
        "sed",
    ]
    assert "did you mean 'circle'?" in error.value.problems[0].message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"\xff\xfe{", "no text file"),
        (bytes(range(256)), "no text file"),
        (b" " * 16_000_001, "larger than 16 MB"),
    ],
    ids=["utf-16", "binary", "too large"],
)
def test_what_is_no_experiment_file_is_a_problem(
    tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "e.json"
    path.write_bytes(content)
    with pytest.raises(FileProblem, match=sentence) as problem:
        load_experiment(path)
    assert str(path) in str(problem.value)


@pytest.mark.parametrize("content", ["", "{", '{"seed": NaN}', "[" * 100_000, "[]", "3"])
def test_what_is_no_experiment_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "e.json").write_text(content)
    with pytest.raises(ExperimentError):
        load_experiment(tmp_path / "e.json")


def test_of_a_newer_file_nothing_is_said_but_that_it_is_newer(tmp_path: Path) -> None:
    path = tmp_path / "e.gdstudio"
    path.write_text(json.dumps({**LINE, "format": FORMAT + 1, "unheard_of": 3, "optimizer": 4}))
    before = path.read_bytes()
    with pytest.raises(ExperimentError) as error:
        load_experiment(path)
    (problem,) = error.value.problems
    assert problem.field == ""
    assert problem.message.startswith("was made by a newer GD Studio")
    assert f"has format {FORMAT + 1}" in problem.message
    assert problem.message.endswith("update GD Studio to open it")
    assert path.read_bytes() == before


@pytest.mark.parametrize("name", ["e.gdstudio", "e.json", "e", "lr 0.1"])
def test_the_name_of_a_file_makes_no_difference(tmp_path: Path, name: str) -> None:
    experiment = Experiment.parse(LINE)
    save_experiment(tmp_path / name, experiment)
    assert load_experiment(tmp_path / name) == experiment
    assert (tmp_path / name).read_text() == experiment.to_json()


def test_a_missing_file_and_a_folder_are_problems(tmp_path: Path) -> None:
    with pytest.raises(FileProblem, match="does not exist"):
        load_experiment(tmp_path / "missing.json")
    with pytest.raises(FileProblem, match="cannot be read"):
        load_experiment(tmp_path)


def test_the_mark_that_windows_editors_put_first_does_no_harm(tmp_path: Path) -> None:
    experiment = Experiment.parse(LINE)
    (tmp_path / "e.json").write_text(experiment.to_json(), encoding="utf-8-sig")
    assert load_experiment(tmp_path / "e.json") == experiment


def test_the_four_examples_hold_and_say_what_to_look_for() -> None:
    assert set(example_keys()) >= {
        "circle-perceptron",
        "custom-function",
        "linear-regression",
        "two-dimensional-landscape",
    }
    for key in example_keys():
        example = load_example(key)
        assert example.title
        assert example.notes.count(".") >= 2


def test_the_examples_are_the_runs_that_they_are_meant_to_be() -> None:
    line, circle = load_example("linear-regression"), load_example("circle-perceptron")
    assert line.optimizer.settings["lr"] == 0.01
    assert line.training.total_steps(100) == circle.training.total_steps(100) == 1000
    assert circle.layout.size == 2 * 10 + 10 + 10 + 1
    landscape = load_example("two-dimensional-landscape")
    assert landscape.layout.shapes == ((10, 2),)
    assert landscape.training.total_steps(100) == 30
    assert load_example("custom-function").layout.labels == ("p",)


def test_an_unknown_example_offers_the_nearest_one() -> None:
    with pytest.raises(UnknownKeyError, match="did you mean 'linear-regression'"):
        load_example("linear-regresion")


def test_a_table_without_a_folder_lies_beside_its_experiment(tmp_path: Path) -> None:
    columns = [{"name": "x"}, {"name": "y"}]
    content = {"columns": columns, "target": "y", "task": "regression"}
    experiment = model_on({"key": "table", "path": "own.csv", "table": content}, "linear", "mse")
    save_experiment(tmp_path / "e.json", experiment)
    loaded = load_experiment(tmp_path / "e.json")
    assert loaded.problem.dataset.path == str(tmp_path / "own.csv")
    save_experiment(tmp_path / "e2.json", loaded)
    assert load_experiment(tmp_path / "e2.json") == loaded
