"""The handbook's text: what becomes of Markdown, in light and dark."""

from __future__ import annotations

import re
from statistics import mean

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QPalette, QTextTable

from gd_studio.desktop.dialogs.handbook.page import HandbookPage
from gd_studio.desktop.look.theme import DARK, LIGHT, Theme
from tests.desktop.test_handbook import HEADINGS, TEXT, at_the_top, click, opened, selected
from tests.desktop.test_theme import contrast


@pytest.fixture
def page(qtbot) -> HandbookPage:
    page = HandbookPage(TEXT, LIGHT)
    qtbot.addWidget(page)
    with qtbot.waitExposed(page):
        page.show()
    return page


def code_frames(page: HandbookPage) -> list[str]:
    return [
        frame.firstCursorPosition().block().text()
        for frame in page.document().rootFrame().childFrames()
        if not isinstance(frame, QTextTable)
    ]


def test_no_line_of_code_and_no_cell_of_a_table_gets_lost(page) -> None:
    shown = page.toPlainText()
    fenced = [line for code in re.findall(r"^```json\n(.*?)^```", TEXT, re.M | re.S) for line in
              code.splitlines()]  # fmt: skip
    indented = re.findall(r"^    (.+)$", re.sub(r"(?ms)^```.*?^```", "", TEXT), re.M)
    assert len(fenced) > 50
    assert len(indented) > 5
    lines = shown.splitlines()
    for line in fenced + indented:
        assert line in lines
    rows = re.findall(r"^\|(.+)\|$", TEXT, re.M)
    cells = [cell for row in rows for cell in re.sub(r"[*`]", "", row).split(" | ")]
    assert len(cells) > 60
    for cell in cells:
        assert cell.strip(" |-") in shown


def test_pieces_of_code_keep_apart_and_empty_headers_are_left_out(qtbot) -> None:
    page = HandbookPage(
        "```json\n1\n\n2\n```\n\n```json\n3\n```\n\n| | |\n|---|---|\n| a | b |\n", LIGHT
    )
    qtbot.addWidget(page)
    assert code_frames(page) == ["1", "3"]
    assert "1\n\n2\n" in page.toPlainText()
    [table] = [f for f in page.document().rootFrame().childFrames() if isinstance(f, QTextTable)]
    assert (table.rows(), table.columns()) == (1, 2)


def test_links_are_text(qtbot) -> None:
    page = HandbookPage("See [Architecture](architecture.md) or https://example.org.", LIGHT)
    qtbot.addWidget(page)
    page.show()
    assert page.toPlainText() == "See Architecture or https://example.org."
    assert "href" not in page.document().toHtml()
    for x in range(0, page.viewport().width(), 10):
        assert page.anchorAt(QPoint(x, 24)) == ""


def test_lines_are_as_long_as_can_be_read_however_wide_the_page(page) -> None:
    def line_lengths() -> list[int]:
        block, lengths = page.document().begin(), []
        while block.isValid():
            layout = block.layout()
            lengths += [layout.lineAt(n).textLength() for n in range(layout.lineCount() - 1)]
            block = block.next()
        return lengths

    for width in (1000, 1700):
        page.resize(width, 700)
        page.document().size()  # lays everything out
        # Narrow columns of tables and lines of code are in there too.
        assert max(line_lengths()) < 100
        assert 60 < mean(n for n in line_lengths() if n > 60) < 90
        left = page.viewport().x()
        right = page.width() - left - page.viewport().width()
        assert abs(left - right) < 20
    page.resize(100, 700)
    assert page.document().size().width() <= page.viewport().width()


# --- light and dark ---------------------------------------------------------------------------


def backgrounds(page: HandbookPage) -> set[str]:
    """The colours that lie behind words of the text and behind code."""
    found, block = set(), page.document().begin()
    while block.isValid():
        fragments = block.begin()
        while not fragments.atEnd():
            brush = fragments.fragment().charFormat().background()
            if brush.style() != Qt.BrushStyle.NoBrush:
                found.add(brush.color().name())
            fragments += 1
        block = block.next()
    frames = page.document().rootFrame().childFrames()
    return found | {
        frame.frameFormat().background().color().name()
        for frame in frames
        if not isinstance(frame, QTextTable)
    }


@pytest.mark.parametrize(("theme", "other"), [(LIGHT, 2), (DARK, 1)])
def test_another_theme_is_worn_at_once_and_the_place_is_kept(
    qtbot, window, theme: Theme, other: int
) -> None:
    before = {LIGHT: window.themes.actions()[1], DARK: window.themes.actions()[2]}[theme]
    before.trigger()
    window.actions_of_window["handbook"].trigger()
    dialog = opened(window)
    for worn in (theme, DARK if theme is LIGHT else LIGHT):
        assert backgrounds(dialog.page) == {worn.window, worn.raised}
        picture = dialog.page.grab().toImage()
        assert QColor(picture.pixel(picture.width() // 2, 12)).name() == worn.base
        text = dialog.page.palette().color(QPalette.ColorRole.Text).name()
        for background in (worn.base, *backgrounds(dialog.page)):
            assert contrast(text, background) >= 4.5
        if worn is theme:
            click(qtbot, dialog, HEADINGS[-2])
            qtbot.keyClicks(dialog.search, "exit status")
            read, found = at_the_top(dialog), selected(dialog)
            window.themes.actions()[other].trigger()
    assert (at_the_top(dialog), selected(dialog)) == (read, found)
    dialog.close()
    window.themes.actions()[1].trigger()
