"""Files dropped on the window, as a file manager hands them over."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from gd_studio.desktop.dialogs.table import TableDialog
from gd_studio.desktop.main_window import MainWindow
from gd_studio.files import save_experiment
from tests.helpers.experiments import circle_perceptron
from tests.helpers.windows import settle

_COPY = Qt.DropAction.CopyAction
_HELD = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def drop(window: MainWindow, onto: QWidget, *urls: QUrl) -> bool:
    """Drag files over the middle of a widget and let go of them; whether they are taken."""
    dragged = QMimeData()
    dragged.setUrls(list(urls))
    # Qt finds the widget itself, as for what comes from the system.
    place = onto.mapTo(window, onto.rect().center())
    events = (
        QDragEnterEvent(place, _COPY, dragged, *_HELD),
        QDragMoveEvent(place, _COPY, dragged, *_HELD),
        QDropEvent(QPointF(place), _COPY, dragged, *_HELD),
    )
    for event in events:
        QApplication.sendEvent(window.windowHandle(), event)
        if not event.isAccepted():
            return False
    return True


def file(path: Path) -> QUrl:
    return QUrl.fromLocalFile(str(path))


@pytest.mark.parametrize("name", ["50 % größer.gdstudio", "e.json", "E.GDSTUDIO"])
@pytest.mark.parametrize("where", ["panels", "plot", "bar"])
def test_an_experiment_that_is_dropped_is_opened(qtbot, window, tmp_path, name, where) -> None:
    experiment = circle_perceptron(title="A circle")
    save_experiment(tmp_path / name, experiment)
    plot = window.stage.widgets["Landscape"]
    widget = {"panels": window.panels, "plot": plot, "bar": window.transport}[where]
    assert drop(window, widget, file(tmp_path / name))
    settle(qtbot, window)
    assert window.panels.experiment() == experiment
    assert "A circle" in window.windowTitle()


def test_what_is_wrong_with_a_dropped_file_is_said(window, tmp_path) -> None:
    path = tmp_path / "wrong.gdstudio"
    path.write_text("[]")
    before = window.panels.experiment()
    assert drop(window, window.panels, file(path))
    assert window.notice.text == "wrong.gdstudio was not opened: it has to be an object."
    assert window.panels.experiment() == before


def test_a_table_that_is_dropped_is_asked_about_and_nothing_else_meanwhile(
    qtbot, window, tmp_path
) -> None:
    path = tmp_path / "exam.csv"
    path.write_text("hours,grade\n1,2.5\n2,3.5\n3,4.5\n")
    assert drop(window, window.panels, file(path))
    (dialog,) = [d for d in window.findChildren(QDialog) if d.isVisible()]
    assert isinstance(dialog, TableDialog)
    assert not drop(window, window.panels, file(path))
    dialog.reject()
    settle(qtbot, window)


def test_a_model_that_is_dropped_is_where_runs_start(qtbot, window, tmp_path) -> None:
    path = tmp_path / "model.safetensors"
    parameters = {"weight": np.array([[3.0]], np.float32), "bias": np.array([4.0], np.float32)}
    safetensors.numpy.save_file(parameters, path)
    assert drop(window, window.panels, file(path))
    settle(qtbot, window)
    assert window.panels.experiment().initial_parameters == {"weight": [[3.0]], "bias": [4.0]}


def test_what_the_window_has_no_use_for_is_not_taken(window, tmp_path) -> None:
    one, two = tmp_path / "one.gdstudio", tmp_path / "two.gdstudio"
    for path in (one, two):
        save_experiment(path, circle_perceptron())
    before = window.panels.experiment()
    for urls in (
        [file(one), file(two)],
        [file(tmp_path / "picture.png")],
        [file(tmp_path)],
        [QUrl("https://gd-studio.example/one.gdstudio")],
        [],
    ):
        assert not drop(window, window.panels, *urls)
    assert window.panels.experiment() == before
    assert window.notice.text == ""
