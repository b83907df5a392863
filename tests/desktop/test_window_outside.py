"""An experiment that wants to read what is not in its folder: the window asks."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from gd_studio.desktop.dialogs.outside import OutsideDialog
from gd_studio.desktop.dialogs.table import TableDialog
from gd_studio.files import save_experiment
from tests.helpers.tables import experiment_on, write_table
from tests.helpers.windows import settle


@pytest.fixture
def file(tmp_path) -> Path:
    """A stranger's experiment, which names a table elsewhere."""
    write_table(tmp_path / "private" / "theirs.csv")
    (tmp_path / "downloads").mkdir()
    file = tmp_path / "downloads" / "from a stranger.gdstudio"
    save_experiment(file, experiment_on("../private/theirs.csv", title="Harmless"))
    return file


def asked(window) -> OutsideDialog | None:
    dialogs = [d for d in window.findChildren(OutsideDialog) if d.isVisible()]
    return dialogs[0] if dialogs else None


def press(qtbot, window, label: str) -> None:
    dialog = asked(window)
    (button,) = [b for b in dialog.findChildren(QPushButton) if b.text() == label]
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: asked(window) is None)


def test_nothing_is_read_before_the_user_agrees(qtbot, window, file, tmp_path) -> None:
    before = window.panels.experiment()
    window.documents.open_experiment(file)

    dialog = asked(window)
    assert dialog.text() == "This experiment wants to read a file that is not in its folder."
    assert str(tmp_path / "private" / "theirs.csv") in dialog.informativeText()
    assert dialog.textFormat() == Qt.TextFormat.PlainText
    assert dialog.defaultButton().text() == "Do not open"
    assert window.panels.experiment() == before

    press(qtbot, window, "Do not open")
    assert window.panels.experiment() == before
    window.documents.open_experiment(file)  # a no is not remembered
    press(qtbot, window, "Let it read")
    assert window.panels.experiment().title == "Harmless"
    settle(qtbot, window)
    assert window.studio.subject.preview.samples == 12


def test_a_yes_is_remembered_until_the_experiment_is_another(qtbot, window, file) -> None:
    window.documents.open_experiment(file)
    press(qtbot, window, "Let it read")
    window.documents.open_experiment(file)
    assert asked(window) is None

    save_experiment(file, experiment_on("../private/theirs.csv", title="Another"))
    window.documents.open_experiment(file)
    press(qtbot, window, "Do not open")
    assert window.panels.experiment().title == "Harmless"


def test_a_table_that_was_chosen_by_hand_is_not_asked_for(qtbot, window, file, tmp_path) -> None:
    window.documents.open_table(tmp_path / "private" / "theirs.csv")
    window.findChild(TableDialog).reject()
    window.documents.open_experiment(file)
    assert asked(window) is None
    assert window.panels.experiment().title == "Harmless"


def test_an_experiment_that_was_saved_here_is_not_asked_about(
    qtbot, window, file, tmp_path
) -> None:
    window.documents.open_experiment(file)
    press(qtbot, window, "Let it read")
    settle(qtbot, window)
    mine = tmp_path / "kept" / "mine.gdstudio"
    mine.parent.mkdir()
    window.documents.save_experiment(mine)
    window.documents.open_experiment(mine)
    assert asked(window) is None
