"""Help → About."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QTextDocumentFragment
from PySide6.QtWidgets import QDialogButtonBox

from gd_studio import __version__, crash_log
from gd_studio.desktop.dialogs.about import AboutDialog


@pytest.fixture(autouse=True)
def state(tmp_path, monkeypatch) -> Path:
    for variable in ("XDG_STATE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(variable, str(tmp_path))
    return tmp_path


@pytest.fixture
def opened():
    """What links open, in place of the programs of this computer."""

    class Opened(QObject):
        def __init__(self) -> None:
            super().__init__()
            self.places: list[str] = []

        @Slot(QUrl)
        def open(self, url: QUrl) -> None:
            self.places.append(url.toLocalFile())

    opened = Opened()
    QDesktopServices.setUrlHandler("file", opened, "open")
    yield opened
    QDesktopServices.unsetUrlHandler("file")


def about(window) -> AboutDialog:
    window.actions_of_window["about"].trigger()
    [dialog] = [d for d in window.findChildren(AboutDialog) if d.isVisible()]
    return dialog


def text(label) -> str:
    return QTextDocumentFragment.fromHtml(label.text()).toPlainText()


def follow_first_link(qtbot, label) -> None:
    """Go to the first link in a text by the Tab key, and open it by Enter."""
    label.activateWindow()
    label.setFocus()
    qtbot.waitUntil(label.hasFocus)
    qtbot.keyClick(label, Qt.Key.Key_Tab)
    qtbot.keyClick(label, Qt.Key.Key_Return)


def crash() -> None:
    try:
        raise ZeroDivisionError
    except ZeroDivisionError as error:
        crash_log.record(type("OfThisTest", (Exception,), {})().with_traceback(error.__traceback__))


def test_it_tells_versions_licences_and_where_the_crash_log_would_be(qtbot, window, state) -> None:
    dialog = about(window)

    assert __version__ in dialog.windowTitle() + text(dialog.title)
    for name, version in window.environment.versions.items():
        assert name in text(dialog.versions)
        assert version in text(dialog.versions)
    told = text(dialog.notes)
    assert str(crash_log.path()) in told
    assert str(state) in told
    assert "Nothing written so far" in told
    assert "href" not in dialog.notes.text()
    assert "MIT" in told
    assert "Qt and PySide6" in told
    assert "LGPL-3.0" in told
    assert "pip" in told
    assert not crash_log.path().parent.exists()
    button = dialog.findChild(QDialogButtonBox).button(QDialogButtonBox.StandardButton.Close)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    assert dialog.isHidden()


def test_where_there_is_a_log_its_folder_opens_and_its_path_can_be_copied(
    qtbot, window, opened
) -> None:
    crash()
    dialog = about(window)
    follow_first_link(qtbot, dialog.notes)

    assert opened.places == [str(crash_log.path().parent)]
    assert "Nothing written" not in text(dialog.notes)
    qtbot.keyClick(dialog.notes, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert str(crash_log.path()) in dialog.notes.selectedText()
    dialog.close()


def test_what_a_native_crash_left_is_in_the_log_when_it_is_asked_for(window) -> None:
    folder = crash_log.path().parent
    folder.mkdir(parents=True)
    (folder / "native-1.txt").write_text("GD Studio 0.0\nFatal Python error: Aborted\n")
    dialog = about(window)

    assert "Open its folder" in text(dialog.notes)
    assert "Fatal Python error: Aborted\n" in crash_log.path().read_text()
    dialog.close()


def test_an_installed_program_leads_to_the_licences_of_its_parts(
    qtbot, window, opened, state, monkeypatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(state / "a folder & more" / "gd-studio"))
    (state / "a folder & more").mkdir()
    dialog = about(window)
    assert "is missing" in text(dialog.notes)
    dialog.close()

    texts = state / "a folder & more" / "THIRD-PARTY.md"
    texts.write_text("# Third-party parts")
    dialog = about(window)
    follow_first_link(qtbot, dialog.notes)
    assert opened.places == [str(texts)]
    assert "pip" not in text(dialog.notes)
    dialog.close()
