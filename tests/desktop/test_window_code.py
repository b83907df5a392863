"""The script of the experiment, as the window shows and saves it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractSpinBox

from gd_studio.desktop.main_window import MainWindow
from gd_studio.files import load_example
from gd_studio.script import write_script
from tests.desktop.person import choose, retype
from tests.helpers.experiments import function, linear_regression, model_on
from tests.helpers.scripts import people
from tests.helpers.windows import PATIENCE, acquaint, look_at, open_experiment, run_to_end

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window) -> None:
    example = load_example("purchase-likelihood")
    acquaint(_lasting_window, example, function(), linear_regression())


@pytest.fixture
def folder(monkeypatch, tmp_path) -> Path:
    """Where the user saves whatever is to be saved, as descent.py."""
    path = tmp_path / "scripts"
    path.mkdir()
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getSaveFileName",
        lambda *_: (str(path / "descent.py"), ""),
    )
    return path


def shown(window: MainWindow) -> str:
    return window.stage.code.text.toPlainText()


def save(qtbot, window: MainWindow) -> None:
    qtbot.mouseClick(window.stage.code.save_button, LEFT)


def run_script(folder: Path) -> dict[str, torch.Tensor]:
    """Run the saved script where nothing of the program can be imported by accident."""
    command = [sys.executable, "-I", "descent.py", "end.pt"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return torch.load(folder / "end.pt", weights_only=True)


def test_the_script_follows_what_is_typed_into_the_panels(qtbot, window) -> None:
    look_at(qtbot, window, "Code")
    assert shown(window) == write_script(linear_regression())
    spins = window.panels.training.findChildren(QAbstractSpinBox)
    epochs = next(spin for spin in spins if spin.isVisible() and spin.text() == "1000")
    retype(qtbot, epochs, "25")
    expected = linear_regression(training={"epochs": 25})
    qtbot.waitUntil(lambda: shown(window) == write_script(expected), timeout=PATIENCE)
    choose(window.panels.optimizer.choice.combo, "Adam")
    qtbot.waitUntil(lambda: "torch.optim.Adam(" in shown(window), timeout=PATIENCE)

    assert shown(window) == write_script(window.panels.experiment())
    open_experiment(qtbot, window, function("himmelblau", starts=[[1.0, 2.0]]))
    qtbot.waitUntil(
        lambda: shown(window) == write_script(window.panels.experiment()), timeout=PATIENCE
    )
    assert "MSELoss" not in shown(window)


def test_what_was_changed_behind_a_tab_is_written_when_it_comes_to_the_front(
    qtbot, window, monkeypatch
) -> None:
    written: list[int] = []

    def write(experiment, name):
        written.append(experiment.seed)
        return write_script(experiment, name)

    monkeypatch.setattr("gd_studio.desktop.code.view.write_script", write)
    for seed in (5, 6, 7):
        open_experiment(qtbot, window, linear_regression(seed=seed))
    qtbot.wait(300)
    assert written == []
    look_at(qtbot, window, "Code")
    qtbot.waitUntil(lambda: "manual_seed(7)" in shown(window), timeout=PATIENCE)
    assert written == [7]


def test_of_several_runs_the_chosen_one_is_shown_and_saved(qtbot, window, folder) -> None:
    variations = [
        {"name": name, "changes": {"optimizer.lr": lr}}
        for name, lr in (("slow", 0.001), ("quick", 0.02))
    ]
    experiment = linear_regression(training={"epochs": 30}, variations=variations)
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Code")
    code = window.stage.code
    runs = dict(experiment.runs())
    assert code.run_box.isVisible()
    assert shown(window) == write_script(runs["slow"], "slow")
    choose(code.run_box, "quick")
    assert shown(window) == write_script(runs["quick"], "quick")
    save(qtbot, window)

    assert (folder / "descent.py").read_text(encoding="utf-8") == shown(window)
    assert [path.name for path in folder.iterdir()] == ["descent.py"]
    assert window.status.text() == "Saved descent.py"


def test_the_saved_script_ends_with_the_bits_of_the_run_in_the_window(
    qtbot, window, folder
) -> None:
    experiment = model_on(
        "purchase",
        "logistic",
        "bce",
        split=0.3,
        standardise=True,
        optimizer={"key": "adam", "lr": 0.02},
        training={"epochs": 15, "batch_size": 64},
    )
    open_experiment(qtbot, window, experiment)
    look_at(qtbot, window, "Code")
    save(qtbot, window)
    run = run_to_end(qtbot, window)

    assert sorted(path.name for path in folder.iterdir()) == ["descent-data.csv", "descent.py"]
    end = run_script(folder)
    flat = torch.cat([end[name].reshape(-1) for name in experiment.layout.names]).numpy()
    assert np.array_equal(flat, run.finished.parameters)
    assert run.steps == 15 * 11


def test_a_folder_with_another_file_of_the_table_s_name_is_refused(qtbot, window, folder) -> None:
    open_experiment(qtbot, window, model_on("purchase", "logistic", "bce"))
    look_at(qtbot, window, "Code")
    other = folder / "descent-data.csv"
    other.write_text("mine\n", encoding="utf-8")
    save(qtbot, window)

    assert "other content" in window.notice.text
    assert other.read_text(encoding="utf-8") == "mine\n"
    assert not (folder / "descent.py").exists()


def test_a_table_is_copied_beside_the_saved_script_by_a_name_of_our_own(
    qtbot, window, folder, tmp_path
) -> None:
    table = tmp_path / "numpy.py"
    experiment = model_on(people(table, ",", holes=False), "logistic", "bce")
    open_experiment(qtbot, window, experiment.replace(training={"epochs": 2}))
    look_at(qtbot, window, "Code")
    save(qtbot, window)
    qtbot.waitUntil(lambda: window.status.text() == "Saved descent.py", timeout=PATIENCE)

    assert sorted(path.name for path in folder.iterdir()) == ["descent-data.csv", "descent.py"]
    assert (folder / "descent-data.csv").read_bytes() == table.read_bytes()
    assert (folder / "descent.py").read_text(encoding="utf-8") == shown(window)
    run_script(folder)


def test_a_file_that_is_not_the_table_is_not_copied(qtbot, window, folder, tmp_path) -> None:
    table = tmp_path / "people.csv"
    open_experiment(qtbot, window, model_on(people(table, ",", holes=False), "logistic", "bce"))
    look_at(qtbot, window, "Code")
    table.write_text("-----BEGIN OPENSSH PRIVATE KEY-----\n")
    save(qtbot, window)
    qtbot.waitUntil(lambda: "descent.py" in window.notice.text, timeout=PATIENCE)

    assert window.notice.text.startswith("descent.py was not saved: people.csv: the file has a ")
    assert list(folder.iterdir()) == []
