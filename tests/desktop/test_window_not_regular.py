"""Pipes, folders and impossible names in the window: it says so, and waits for nobody."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QSize

from gd_studio.desktop.dialogs.gallery import pictures
from gd_studio.desktop.dialogs.handbook import dialog as handbook_dialog
from gd_studio.desktop.dialogs.table import TableDialog
from gd_studio.desktop.look.theme import LIGHT
from tests.helpers.windows import PATIENCE

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="pipes have no names there"),
    # Before a reader refused a pipe, it waited for somebody to write into it.
    pytest.mark.timeout(60),
]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("pipe", "cannot be read: it is a pipe, not a file"),
        ("folder", "cannot be read: it is a folder, not a file"),
        ("x" * 300, "cannot be read: file name too long"),
        ("a\0b", "cannot be read: no file can have such a name"),
        ("half \ud83d", "cannot be read: no file can have such a name"),
    ],
)
def test_what_cannot_be_read_is_said_at_once(window, tmp_path, name, sentence) -> None:
    for suffix, open_it in (
        ("gdstudio", window.documents.open_experiment),
        ("safetensors", window.documents.load_model),
        ("pt", window.documents.load_model),
    ):
        path = tmp_path / f"{name}.{suffix}"
        if name == "pipe":
            os.mkfifo(path)
        elif name == "folder":
            path.mkdir()
        window.notice.clear()
        open_it(path)
        assert sentence in window.notice.text


@pytest.mark.parametrize("name", ["pipe.csv", "x" * 300, "a\0b.csv"])
def test_a_table_that_cannot_be_read_is_refused_in_its_dialog(
    qtbot, window, tmp_path, name
) -> None:
    if name == "pipe.csv":
        os.mkfifo(tmp_path / name)
    window.documents.open_table(tmp_path / name)
    (dialog,) = window.findChildren(TableDialog)
    qtbot.waitUntil(dialog.refusal.isVisible, timeout=PATIENCE)
    assert dialog.refusal.reason.text().startswith("The file cannot be read: ")
    dialog.reject()


def test_a_picture_that_is_a_pipe_is_drawn_as_one_that_is_missing(
    qapp, tmp_path, monkeypatch
) -> None:
    os.mkfifo(tmp_path / "example.png")
    monkeypatch.setattr(pictures, "picture_path", lambda key: tmp_path / f"{key}.png")
    size = QSize(60, 40)
    drawn = pictures.Pictures().picture("example", size, LIGHT).toImage()
    assert drawn == pictures.placeholder("example", size, LIGHT).toImage()


def test_a_handbook_that_is_a_pipe_is_said_to_be_one(qtbot, tmp_path, monkeypatch) -> None:
    os.mkfifo(tmp_path / "handbook.md")
    monkeypatch.setattr(handbook_dialog, "handbook", lambda: Path(tmp_path / "handbook.md"))
    dialog = handbook_dialog.HandbookDialog(LIGHT)
    qtbot.addWidget(dialog)
    dialog.show_section("Formulas")
    assert "it is a pipe, not a file" in dialog.page.toPlainText()
