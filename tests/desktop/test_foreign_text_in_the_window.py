"""Whatever strangers have written into a file, a window shows its characters and obeys none."""

from __future__ import annotations

import ast
import csv
import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QApplication, QDialog, QLineEdit, QMessageBox

import gd_studio.desktop
from gd_studio.desktop.main_window import MainWindow
from gd_studio.desktop.plain_text import PlainLabel, for_action, for_title, rich, tooltip
from gd_studio.desktop.plots.painted_plot import PaintedPlot
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.experiment import Experiment
from gd_studio.files import load_experiment
from tests.desktop.person import retype
from tests.helpers.experiments import function, linear_regression
from tests.helpers.markup import HOSTILE, TAGS, obeyed, taken_for_markup, texts_in
from tests.helpers.windows import PATIENCE, acquaint, run_to_end, settle

SIZE = QSize(1440, 900)
CONTROLS = "\x1b[31m\u202eevil"
LONG = 10_000
TASKS = ("regression", "binary", "multi-class")
FILE = f"{HOSTILE.replace('/', ':')}.csv"


def column(name: str) -> str:
    return f"{HOSTILE}{CONTROLS}{name}{'x' * LONG}"


def experiment_of(folder: Path, task: str) -> Path:
    """Write a table with hostile names and categories, and an experiment on it."""
    rng = np.random.default_rng(0)
    inputs, classes = rng.normal(size=(60, 2)), [column("first"), column("second"), column("third")]
    is_regression = task == "regression"
    features = [column("a")] if is_regression else [column("a"), column("b")]
    codes = np.arange(60) % (2 if task == "binary" else 3)
    target = inputs.sum(axis=1) if is_regression else [classes[code] for code in codes]
    with (folder / FILE).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([*features, column("y")])
        for row, wanted in zip(inputs, target, strict=True):
            writer.writerow([*row[: len(features)], wanted])
    used = [] if is_regression else classes[: 2 if task == "binary" else 3]
    table = {
        "columns": [
            *({"name": name} for name in features),
            {
                "name": column("y"),
                "kind": "number" if is_regression else "category",
                "categories": used,
            },
        ],
        "target": column("y"),
        "task": task,
    }
    model, loss = {
        "regression": ("linear", "mse"),
        "binary": ("logistic", "bce"),
        "multi-class": ("softmax", "cross-entropy"),
    }[task]
    data: dict[str, Any] = {
        "title": HOSTILE,
        "notes": f"{HOSTILE}{CONTROLS}\n{'x' * 3000}",
        "problem": {
            "kind": "model",
            "dataset": {"key": "table", "path": FILE, "table": table},
            "split": {"test": 0.3},
            "model": {"key": model},
            "loss": {"key": loss},
        },
        "optimizer": {"key": "sgd", "lr": 0.1},
        "training": {"epochs": 5, "batch_size": 20},
        "variations": [
            {"name": f"{HOSTILE} {number}", "changes": {"optimizer.lr": number}}
            for number in (0.1, 0.2)
        ],
    }
    path = folder / f"{FILE}.json"
    path.write_text(json.dumps(data), encoding="utf-8")
    return path


@pytest.fixture(scope="module", autouse=True)
def _forms(_lasting_window, tmp_path_factory) -> None:
    folders = {task: tmp_path_factory.mktemp(task) for task in TASKS}
    known = [load_experiment(experiment_of(folders[task], task)) for task in TASKS]
    acquaint(_lasting_window, *known, function(), linear_regression())


def shown(qtbot, window: MainWindow, path: Path) -> None:
    """Open a file, and run what is in it."""
    window.documents.open_experiment(path)
    qtbot.waitUntil(lambda: window.studio.subject is not None, timeout=PATIENCE)
    settle(qtbot, window)
    run_to_end(qtbot, window)
    qtbot.waitUntil(lambda: window.trainer.active is None, timeout=PATIENCE)
    for dock in window.docks:
        dock.raise_()
        settle(qtbot, window)


def axes_of(plot: PlotFrame) -> list[Any]:
    return [plot.view.x_axis, plot.view.y_axis] if plot.isVisible() else []


def dialogs(window: MainWindow) -> list[QDialog]:
    return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]


def shut(qtbot, window: MainWindow) -> None:
    for dialog in dialogs(window):
        dialog.close()
    qtbot.waitUntil(lambda: not dialogs(window), timeout=PATIENCE)


@pytest.mark.parametrize("task", TASKS)
def test_nothing_in_the_window_obeys_an_experiment_nor_grows_with_it(
    task: str, qtbot, window: MainWindow, tmp_path: Path
) -> None:
    shown(qtbot, window, experiment_of(tmp_path, task))
    assert obeyed(window) == []
    assert TAGS in texts_in(window)
    for axis in (axis for p in window.findChildren(PlotFrame) for axis in axes_of(p)):
        assert axis.label.boundingRect().width() <= max(axis.width(), axis.height()) + 10
    assert window.size() == SIZE
    least = window.minimumSizeHint()
    assert least.width() <= SIZE.width()
    assert least.height() <= SIZE.height()
    for plot in window.findChildren(PlotFrame):
        (x0, x1), (y0, y1) = plot.shown()
        plot.readout.say(plot.describe((x0 + x1) / 2, (y0 + y1) / 2), plot.rect().center())
        assert plot.readout.width() <= SIZE.width() // 2
        plot.readout.hide()


def test_no_dialog_obeys_a_name_nor_grows_with_it(
    qtbot, window: MainWindow, tmp_path: Path
) -> None:
    path = experiment_of(tmp_path, "multi-class")
    shown(qtbot, window, path)
    run = window.table.rows[-1].run
    window.documents.open_table(tmp_path / FILE)
    settle(qtbot, window)
    window.opener.open_gallery()
    window.opener.ask_branch(run)
    window.opener.show_about()
    window.opener.show_handbook()
    for framed in window.findChildren(PlotFrame):
        framed.show_data()
    for painted in window.findChildren(PaintedPlot):
        painted.show_data()
    opened = dialogs(window)
    assert len(opened) > 5
    assert obeyed(*opened) == []
    assert TAGS in texts_in(*opened)
    for dialog in opened:
        assert dialog.width() <= SIZE.width()
        assert dialog.height() <= SIZE.height()
    shut(qtbot, window)


def test_no_message_obeys_what_it_quotes(
    qtbot, window: MainWindow, tmp_path: Path, monkeypatch
) -> None:
    shut(qtbot, window)
    wrong = tmp_path / f"{HOSTILE.replace('/', ':')}.json"
    wrong.write_text(json.dumps({f"{HOSTILE}{CONTROLS}{'x' * LONG}": 1}))
    for load in (window.documents.open_experiment, window.documents.load_model):
        load(wrong)
        assert TAGS.replace("/", ":") in window.notice.text
        assert obeyed(window.notice) == []
        assert "\x1b" not in texts_in(window.notice)
    window.documents.save_experiment(wrong)
    assert TAGS.replace("/", ":") in window.status.text()
    assert obeyed(window.status) == []

    asked: list[QMessageBox] = []

    def answer(box: QMessageBox) -> int:
        asked.append(box)
        return int(QMessageBox.StandardButton.No)

    monkeypatch.setattr(QMessageBox, "exec", answer)
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getSaveFileName",
        lambda *_: (str(wrong.with_suffix("")), "Experiment (*.json)"),
    )
    window.documents.ask_save_experiment()
    (box,) = asked
    assert box.textFormat() == Qt.TextFormat.PlainText
    assert TAGS.replace("/", ":") in box.text()


def test_a_run_is_not_renamed_to_what_is_no_line_of_text(qtbot, window: MainWindow) -> None:
    window.open_experiment(function())
    settle(qtbot, window)
    run = run_to_end(qtbot, window)
    index = window.table.index(len(window.table.rows) - 1, 0)
    before = run.name
    for typed in ("a\nb", "a\x1bb", "a\u202eb", "a\u2028b"):
        assert not window.table.setData(index, typed)
        assert run.name == before
        assert "name of a run" in window.status.text()
    assert window.table.setData(index, HOSTILE)
    assert run.name == HOSTILE
    assert obeyed(window) == []


def test_a_name_that_is_no_line_of_text_is_a_problem_of_its_field(
    qtbot, window: MainWindow
) -> None:
    variations = [{"name": n, "changes": {"optimizer.lr": 0.1}} for n in ("one", "two")]
    window.open_experiment(function().replace(variations=variations))
    settle(qtbot, window)
    form = window.panels.variations.forms[0]
    QApplication.clipboard().setText("a\u202eb")
    form.name.setFocus()
    form.name.selectAll()
    form.name.paste()
    (problem,) = window.panels.problems()
    assert problem.field == "variations.0.name"
    assert "cannot be printed" in problem.message
    retype(qtbot, form.name, "one")
    assert window.panels.problems() == ()


def test_half_a_character_that_is_pasted_never_gets_into_a_text(qtbot) -> None:
    field = QLineEdit()
    qtbot.addWidget(field)
    QApplication.clipboard().setText("a\ud800b")
    field.paste()
    field.text().encode()


def test_the_title_of_a_window_is_all_of_a_name() -> None:
    window = QDialog()
    window.setWindowTitle(f"{for_title('a[*]b')}[*] – GD Studio")
    window.setWindowModified(False)
    assert window.windowTitle() == "a[*][*]b[*] – GD Studio"
    assert for_title("a\nb\x1b") == "a\\x0ab\\x1b"


@pytest.mark.parametrize("text", [HOSTILE, "a &amp; b", "1 < 2 > 0", "<", "a\nb", "&lt;b&gt;"])
def test_what_is_shown_as_rich_text_has_all_characters_of_a_text(text: str) -> None:

    for html in (rich(text), tooltip(text)):
        document = QTextDocument()
        document.setHtml(html)
        assert document.toPlainText().replace("\u2028", "\n") == text
        assert not taken_for_markup(html, Qt.TextFormat.AutoText)
    assert GuiQt.mightBeRichText(tooltip(text))


def test_a_tooltip_of_nothing_is_none_and_that_of_a_novel_is_cut() -> None:
    assert tooltip("") == ""
    assert tooltip("", "a") == tooltip("a")
    assert len(tooltip("x" * LONG)) < 1000


def test_an_action_has_no_mnemonic_of_a_stranger() -> None:
    assert for_action("R&D &Foul") == "R&&D &&Foul"


def test_a_label_shows_characters_and_spells_controls_out(qtbot) -> None:
    label = PlainLabel(f"{HOSTILE}{CONTROLS}")
    qtbot.addWidget(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
    assert label.text() == f"{HOSTILE}\\x1b[31m\\u202eevil"
    label.setText(f"{CONTROLS}\n{CONTROLS}")
    assert label.text() == "\\x1b[31m\\u202eevil\n\\x1b[31m\\u202eevil"


@pytest.mark.source
def test_no_module_makes_a_label_that_guesses_whether_its_text_is_rich() -> None:
    folder = Path(gd_studio.desktop.__file__).parent
    made = [
        f"{path.relative_to(folder)}:{node.lineno}"
        for path in folder.rglob("*.py")
        if path.name != "plain_text.py"
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.Call) and ast.unparse(node.func) == "QLabel")
        or (isinstance(node, ast.ClassDef) and "QLabel" in map(ast.unparse, node.bases))
        or (isinstance(node, ast.Call) and ast.unparse(node.func).startswith("QMessageBox."))
    ]
    assert made == []


def test_an_experiment_in_a_file_of_any_name_is_opened(tmp_path: Path) -> None:
    experiment: Experiment = load_experiment(experiment_of(tmp_path, "binary"))
    assert experiment.title == HOSTILE


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux alone")
def test_a_file_in_a_folder_whose_name_is_no_text_is_opened_or_refused_in_words(
    qtbot, window: MainWindow, tmp_path: Path
) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    own = folder / os.fsdecode(b"own\xe9.json")
    own.write_text(function().to_json())
    window.documents.open_experiment(own)
    settle(qtbot, window)
    assert window.notice.text == ""
    assert "own" in window.windowTitle()  # Qt leaves the rest of the name out
    window.documents.save_experiment(own)
    assert window.status.text().startswith("Saved own")
    window.documents.open_experiment(experiment_of(folder, "regression"))
    assert "folder whose name is no text" in window.notice.text
