"""Help → Handbook."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

import gd_studio
from gd_studio.catalog.resources import handbook
from gd_studio.desktop.dialogs.handbook.dialog import HandbookDialog
from gd_studio.desktop.look.theme import LIGHT
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.link.environment import Device

TEXT = (Path(__file__).parents[2] / "docs" / "handbook.md").read_text(encoding="utf-8")
HEADINGS = re.findall(r"^## (.+)$", TEXT, re.M)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def host(qtbot) -> QWidget:
    """What the dialog belongs to, and goes with."""
    host = QWidget()
    qtbot.addWidget(host)
    return host


@pytest.fixture
def dialog(qtbot, host) -> HandbookDialog:
    dialog = HandbookDialog(LIGHT, host)
    with qtbot.waitExposed(dialog):
        dialog.show()
    return dialog


def opened(window) -> HandbookDialog:
    [dialog] = [d for d in window.findChildren(HandbookDialog) if d.isVisible()]
    return dialog


def click(qtbot, dialog: HandbookDialog, section: str) -> None:
    [item] = dialog.sections.findItems(section, Qt.MatchFlag.MatchExactly)
    at = dialog.sections.visualItemRect(item).center()
    qtbot.mouseClick(dialog.sections.viewport(), LEFT, pos=at)


def at_the_top(dialog: HandbookDialog) -> str:
    return str(dialog.page.cursorForPosition(QPoint(40, 36)).block().text())


def selected(dialog: HandbookDialog) -> tuple[str, int]:
    """What is selected, and where; it is in sight."""
    cursor = dialog.page.textCursor()
    assert dialog.page.viewport().rect().contains(dialog.page.cursorRect())
    return cursor.selectedText(), cursor.selectionStart()


# --- opening ----------------------------------------------------------------------------------


def test_f1_opens_it_beside_the_window_and_once_more_brings_it_to_the_front(qtbot, window) -> None:
    assert window.actions_of_window["handbook"].shortcut().toString() == "F1"
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    first = opened(window)
    assert not first.isModal()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.actions_of_window["handbook"].trigger()
    assert opened(window) is first
    qtbot.waitUntil(first.isActiveWindow)

    qtbot.keyClick(first, Qt.Key.Key_Escape)
    assert first.isHidden()
    window.actions_of_window["handbook"].trigger()
    again = opened(window)
    assert again is not first
    again.close()


def test_the_device_panel_leads_to_what_it_says_about_gpus(qtbot, window) -> None:
    panel, environment = window.panels.device, window.environment
    none = (Device("cpu", "CPU"), Device("cuda", "CUDA", "It is not there.", "Install it."))
    panel.set_environment(replace(environment, devices=none))
    links = {link.text(): link for link in panel.findChildren(LinkButton)}
    assert links["Handbook → GPU"].isHidden()
    qtbot.mouseClick(links["How to use a GPU"], LEFT)
    assert not links["Handbook → GPU"].isHidden()
    qtbot.mouseClick(links["Handbook → GPU"], LEFT)
    assert at_the_top(opened(window)) == "GPU"
    assert opened(window).sections.currentItem().text() == "GPU"

    click(qtbot, opened(window), "Files")
    qtbot.mouseClick(links["Handbook → GPU"], LEFT)
    assert at_the_top(opened(window)) == "GPU"
    opened(window).close()
    panel.set_environment(environment)


def test_it_lies_in_the_repository_or_in_the_installed_package(tmp_path, monkeypatch) -> None:
    assert handbook().read_text(encoding="utf-8") == TEXT
    package = tmp_path / "gd_studio"
    (package / "resources").mkdir(parents=True)
    (package / "resources" / "handbook.md").write_text("# Another")
    monkeypatch.setattr(gd_studio, "__file__", str(package / "__init__.py"))
    assert handbook().read_text() == "# Another"


# --- what it shows ----------------------------------------------------------------------------


def test_its_sections_are_the_headings_and_a_click_on_one_scrolls_there(qtbot, dialog) -> None:
    listed = [dialog.sections.item(row).text() for row in range(dialog.sections.count())]
    assert listed == HEADINGS
    *others, last = HEADINGS
    for section in reversed(others):
        click(qtbot, dialog, section)
        assert at_the_top(dialog) == section
        assert dialog.sections.currentItem().text() == section

    click(qtbot, dialog, last)
    bar = dialog.page.verticalScrollBar()
    assert bar.value() == bar.maximum()  # it is too short to get to the top
    assert dialog.sections.currentItem().text() == last


def test_the_list_follows_what_is_read_and_the_marked_section_can_be_gone_back_to(
    qtbot, dialog
) -> None:
    click(qtbot, dialog, HEADINGS[2])
    bar = dialog.page.verticalScrollBar()
    bar.setValue(bar.value() + 100)
    assert dialog.sections.currentRow() == 2
    assert at_the_top(dialog) != HEADINGS[2]
    click(qtbot, dialog, HEADINGS[2])
    assert at_the_top(dialog) == HEADINGS[2]
    bar.setValue(bar.value() - 100)
    assert dialog.sections.currentRow() == 1
    bar.setValue(0)
    assert dialog.sections.currentRow() == 0


def test_the_list_is_gone_through_by_keys(qtbot, dialog) -> None:
    dialog.activateWindow()
    dialog.sections.setFocus()
    qtbot.waitUntil(dialog.sections.hasFocus)
    qtbot.keyClick(dialog.sections, Qt.Key.Key_Down)
    assert at_the_top(dialog) == HEADINGS[1]


# --- finding ----------------------------------------------------------------------------------


def test_words_are_selected_one_after_the_other_and_from_the_top_again(qtbot, dialog) -> None:
    text = dialog.page.toPlainText().lower()
    places = [match.start() for match in re.finditer("saddle", text)]
    assert len(places) > 2
    qtbot.keyClicks(dialog.search, "Saddle")
    for place in (*places, places[0]):
        word, where = selected(dialog)
        assert (word.lower(), where) == ("saddle", place)
        qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.told.text() == ""
    assert dialog.isVisible()


def test_what_is_nowhere_is_said_until_something_else_is_typed(qtbot, dialog) -> None:
    qtbot.keyClicks(dialog.search, "saddlex")
    assert dialog.told.text() == "Not found"
    assert dialog.search.accessibleDescription() == "Not found"
    assert not dialog.page.textCursor().hasSelection()
    qtbot.keyClick(dialog.search, Qt.Key.Key_Return)
    assert dialog.told.text() == "Not found"
    qtbot.keyClick(dialog.search, Qt.Key.Key_Backspace)
    assert dialog.told.text() == ""
    assert selected(dialog)[0].lower() == "saddle"
    dialog.search.clear()
    assert dialog.told.text() == ""
    assert not dialog.page.textCursor().hasSelection()


def test_it_is_looked_for_from_the_section_that_was_gone_to(qtbot, dialog) -> None:
    dialog.show_section("GPU")
    qtbot.keyClicks(dialog.search, "pytorch")
    text = dialog.page.toPlainText()
    assert selected(dialog)[1] == text.index("PyTorch", text.index("\nGPU\n"))


def test_the_keys_for_finding_lead_to_the_field(qtbot, dialog) -> None:
    dialog.activateWindow()
    qtbot.waitUntil(dialog.page.hasFocus)
    qtbot.keyClick(dialog, Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(dialog.search.hasFocus)
