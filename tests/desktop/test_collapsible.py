"""A section that folds."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from gd_studio.desktop.panels.collapsible import Section


@pytest.fixture
def section(qtbot):
    section = Section("Optimizer", QLabel("inside"))
    qtbot.addWidget(section)
    section.show()
    return section


def test_it_is_open_first(section):
    assert section.is_open()
    assert section.findChild(QLabel).isVisible()


def test_a_click_folds_and_unfolds(qtbot, section):
    qtbot.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert not section.findChild(QLabel).isVisible()
    qtbot.mouseClick(section.header, Qt.MouseButton.LeftButton)
    assert section.findChild(QLabel).isVisible()


@pytest.mark.parametrize(
    ("key", "before", "after"),
    [
        (Qt.Key.Key_Space, True, False),
        (Qt.Key.Key_Return, False, True),
        (Qt.Key.Key_Left, True, False),
        (Qt.Key.Key_Left, False, False),
        (Qt.Key.Key_Right, False, True),
        (Qt.Key.Key_Right, True, True),
    ],
)
def test_keys_fold_and_unfold(qtbot, section, key, before, after):
    section.set_open(before)
    qtbot.keyClick(section.header, key)
    assert section.is_open() is after


def test_a_screen_reader_hears_its_title_and_whether_it_is_folded(section):
    assert section.header.text() == "Optimizer"
    section.set_open(False)
    assert section.header.accessibleDescription() == "folded"
