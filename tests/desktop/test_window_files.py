from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
import torch
from PySide6.QtWidgets import QMessageBox

from gd_studio.experiment.experiment import FORMAT
from gd_studio.files import load_experiment
from tests.helpers.experiments import circle_perceptron, linear_regression
from tests.helpers.windows import PATIENCE, open_experiment, run_to_end, settle


@pytest.mark.parametrize("suffix", ["safetensors", "pt"])
def test_a_saved_model_can_be_loaded_again_and_runs_start_from_it(
    qtbot, window, tmp_path, suffix
) -> None:
    trained = run_to_end(qtbot, window)
    path = tmp_path / f"model.{suffix}"
    window.documents.save_model(path)
    qtbot.waitUntil(path.exists, timeout=PATIENCE)
    if suffix == "pt":
        state = {name: t.numpy() for name, t in torch.load(path, weights_only=True).items()}
    else:
        state = safetensors.numpy.load_file(path)
    weight, bias = trained.finished.parameters.tolist()
    assert state["weight"].tolist() == [[weight]]
    assert state["bias"].tolist() == [bias]

    window.documents.load_model(path)
    qtbot.waitUntil(
        lambda: window.panels.experiment().initial_parameters is not None, timeout=PATIENCE
    )
    settle(qtbot, window)
    again = run_to_end(qtbot, window)
    assert again.recording.start.tolist() == [weight, bias]
    assert again.recording.loss[0] < trained.recording.loss[100]
    window.actions_of_window["forget-model"].trigger()
    assert window.panels.experiment().initial_parameters is None


@pytest.mark.parametrize("suffix", ["safetensors", "pt"])
def test_a_model_goes_from_double_precision_to_single_and_back(
    qtbot, window, tmp_path, suffix
) -> None:
    single = window.panels.experiment()
    double = single.replace(precision="float64")
    open_experiment(qtbot, window, double)
    trained = run_to_end(qtbot, window)
    assert trained.finished.parameters.dtype == np.float64
    path = tmp_path / f"model.{suffix}"
    window.documents.save_model(path)
    qtbot.waitUntil(path.exists, timeout=PATIENCE)

    starts = {}
    for name, experiment in (("float64", double), ("float32", single)):
        open_experiment(qtbot, window, experiment)
        window.documents.load_model(path)
        qtbot.waitUntil(
            lambda: window.panels.experiment().initial_parameters is not None, timeout=PATIENCE
        )
        settle(qtbot, window)
        starts[name] = run_to_end(qtbot, window).recording.start
    assert starts["float64"].tobytes() == trained.finished.parameters.tobytes()
    assert starts["float32"].tobytes() == trained.finished.parameters.astype(np.float32).tobytes()


def test_a_model_that_does_not_fit_is_refused_with_its_names(qtbot, window, tmp_path) -> None:
    path = tmp_path / "other.safetensors"
    wrong = {"weight": np.ones((3, 1), np.float32), "extra": np.ones(2, np.float32)}
    safetensors.numpy.save_file(wrong, path)
    before = window.panels.experiment()
    window.documents.load_model(path)

    assert "missing: bias" in window.notice.text
    assert "unexpected: extra" in window.notice.text
    assert "weight" in window.notice.text
    assert "[3, 1]" in window.notice.text
    assert window.panels.experiment() == before


@pytest.mark.parametrize("name", ["model.safetensors", "model.pt"])
def test_a_damaged_model_file_is_refused_and_nothing_changes(qtbot, window, tmp_path, name) -> None:
    path = tmp_path / name
    path.write_bytes(b"\x10\x00\x00\x00\x00\x00\x00\x00{broken")
    before = window.panels.experiment()
    window.documents.load_model(path)
    qtbot.waitUntil(lambda: window.notice.text != "", timeout=PATIENCE)

    assert name in window.notice.text
    assert window.panels.experiment() == before


def test_an_experiment_survives_saving_and_opening(qtbot, window, tmp_path) -> None:
    experiment = circle_perceptron(title="A circle", seed=7)
    open_experiment(qtbot, window, experiment)
    path = tmp_path / "circle.json"
    window.documents.save_experiment(path)
    assert load_experiment(path) == experiment
    open_experiment(qtbot, window, linear_regression())
    window.documents.open_experiment(path)
    settle(qtbot, window)

    assert window.panels.experiment() == experiment
    assert "A circle" in window.windowTitle()


@pytest.fixture
def save_as(monkeypatch) -> Callable[[str], list[str]]:
    """What answers the dialog for saving; returns a list of what it was opened with."""

    def answer(name: str) -> list[str]:
        asked: list[str] = []

        def choose(_, title: str, suggestion: str, kinds: str) -> tuple[str, str]:
            asked.extend((title, suggestion, kinds))
            return name, kinds.split(";;")[0]

        monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getSaveFileName", choose)
        return asked

    return answer


@pytest.mark.parametrize(
    ("typed", "saved"),
    [
        ("mine", "mine.gdstudio"),
        ("mine.gdstudio", "mine.gdstudio"),
        ("Mine.GDSTUDIO", "Mine.GDSTUDIO"),
        ("mine.json", "mine.json"),
        ("lr 0.1, 50 %", "lr 0.1, 50 %.gdstudio"),
    ],
)
def test_an_experiment_is_saved_under_an_extension_of_its_own(
    window, tmp_path, save_as, typed, saved
) -> None:
    asked = save_as(str(tmp_path / typed))
    window.actions_of_window["save"].trigger()
    _, suggestion, kinds = asked
    assert Path(suggestion).name == "experiment.gdstudio"
    assert kinds == "GD Studio experiments (*.gdstudio *.json)"
    assert [path.name for path in tmp_path.iterdir()] == [saved]
    assert load_experiment(tmp_path / saved) == window.panels.experiment()
    window.documents.open_experiment(tmp_path / saved)
    assert window.notice.text == ""
    assert window.panels.experiment() == load_experiment(tmp_path / saved)


@pytest.mark.parametrize(("button", "is_replaced"), [("Yes", True), ("No", False)])
def test_what_the_dialog_could_not_ask_about_is_not_replaced_unasked(
    window, tmp_path, monkeypatch, save_as, button, is_replaced
) -> None:
    questions: list[str] = []

    def answer(box: QMessageBox) -> int:
        questions.append(box.text())
        return int(QMessageBox.StandardButton[button])

    monkeypatch.setattr(QMessageBox, "exec", answer)
    there = tmp_path / "mine.gdstudio"
    there.write_text("of old")
    save_as(str(tmp_path / "mine"))
    window.actions_of_window["save"].trigger()
    assert questions == ["mine.gdstudio is there already. Replace it?"]
    assert (there.read_text() != "of old") is is_replaced


def test_a_newer_experiment_is_refused_with_what_to_do(qtbot, window, tmp_path) -> None:
    path = tmp_path / "newer.gdstudio"
    path.write_text(json.dumps({**json.loads(linear_regression().to_json()), "format": FORMAT + 1}))
    content = path.read_bytes()
    open_experiment(qtbot, window, circle_perceptron(title="A circle"))
    before, title = window.panels.experiment(), window.windowTitle()
    window.documents.open_experiment(path)

    told = window.notice.text
    assert told.startswith("newer.gdstudio was not opened: it was made by a newer GD Studio ")
    assert told.endswith("update GD Studio to open it.")
    assert (window.panels.experiment(), window.windowTitle()) == (before, title)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("missing.gdstudio", "it does not exist."),
        ("folder", "it cannot be read: "),
        ("other.gdstudio", "it is no text file: "),
        ("text.gdstudio", "it is not JSON: "),
        ("list.gdstudio", "it has to be an object."),
    ],
)
def test_what_is_no_experiment_is_refused_with_the_reason(window, tmp_path, name, why) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "other.gdstudio").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "text.gdstudio").write_text("learning rate: 3")
    (tmp_path / "list.gdstudio").write_text("[]")
    before = window.panels.experiment()
    window.documents.open_experiment(tmp_path / name)
    assert window.notice.text.startswith(f"{name} was not opened: {why}")
    assert window.panels.experiment() == before


def test_a_wrong_experiment_is_refused_with_every_problem(qtbot, window, tmp_path) -> None:
    data = json.loads(linear_regression().to_json())
    data["seed"] = -1
    data["optimizer"]["lr"] = "fast"
    data["training"]["hours"] = 3
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(data))
    before = window.panels.experiment()
    window.documents.open_experiment(path)

    for field in ("seed", "optimizer.lr", "training.hours"):
        assert field in window.notice.text
    assert window.panels.experiment() == before


def test_a_folder_that_cannot_be_written_to_is_told(qtbot, window, tmp_path) -> None:
    window.documents.save_experiment(tmp_path / "nowhere" / "experiment.json")
    assert "was not saved" in window.notice.text
