from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.dialogs.gallery import pictures
from gd_studio.desktop.dialogs.gallery.card_painter import CARD
from gd_studio.desktop.dialogs.gallery.cards import Card, all_cards
from gd_studio.desktop.dialogs.gallery.dialog import GalleryDialog
from gd_studio.desktop.dialogs.gallery.pictures import Pictures, placeholder
from gd_studio.desktop.look.theme import DARK, LIGHT
from gd_studio.files import example_keys, load_example
from tests.helpers.experiments import linear_regression
from tests.helpers.windows import open_experiment, settle

SIZE = QSize(200, 125)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def host(qtbot) -> QWidget:
    """What the dialog belongs to, and goes with."""
    host = QWidget()
    qtbot.addWidget(host)
    return host


@pytest.fixture
def gallery(qtbot, host) -> GalleryDialog:
    dialog = GalleryDialog(LIGHT, host)
    with qtbot.waitExposed(dialog):
        dialog.open()
    return dialog


def titles(gallery: GalleryDialog) -> list[str]:
    return [card.title for card in gallery.grid.cards]


def click(gallery: GalleryDialog, row: int, *, twice: bool = False) -> None:
    grid = gallery.grid
    index = grid.model().index(row, 0)
    grid.scrollTo(index)
    at = grid.visualRect(index).center()
    QTest.mouseClick(grid.viewport(), LEFT, pos=at)
    if twice:
        QTest.mouseDClick(grid.viewport(), LEFT, pos=at)


# --- the cards --------------------------------------------------------------------------------


def test_every_example_has_a_card_with_its_title_and_notes(gallery) -> None:
    assert [card.key for card in gallery.grid.cards] == example_keys()
    for card in gallery.grid.cards:
        experiment = load_example(card.key)
        assert (card.title, card.notes) == (experiment.title, experiment.notes)
        assert len(card.runs) == len(experiment.variations)


def test_a_card_says_which_model_data_set_and_optimizer_it_is_about() -> None:
    cards = {card.key: card for card in all_cards()}
    assert cards["circle-perceptron"].subjects == ("Perceptron", "Circle", "Adam")
    assert cards["two-dimensional-landscape"].subjects == ("Sine product", "SGD")


def test_a_card_counts_its_runs_and_what_differs_between_them(monkeypatch) -> None:
    compared = linear_regression().replace(
        variations=(
            {"name": "SGD", "changes": {}},
            {"name": "Adam", "changes": {"optimizer.key": "adam"}},
        )
    )
    monkeypatch.setattr("gd_studio.desktop.dialogs.gallery.cards.load_example", lambda _: compared)
    monkeypatch.setattr("gd_studio.desktop.dialogs.gallery.cards.example_keys", lambda: ["two"])
    (card,) = all_cards()
    assert card.count == "2 runs"
    assert card.runs == ("SGD", "Adam")
    assert card.subjects == ("Linear", "Noisy line", "2 optimizers")


def test_a_screen_reader_is_told_what_is_on_a_card(gallery) -> None:
    index = gallery.grid.model().index(0, 0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Linear regression, Linear, Noisy line, SGD"
    assert "slope" in index.data(Qt.ItemDataRole.AccessibleDescriptionRole)
    for widget in (gallery.search, gallery.grid, gallery.notes):
        assert widget.accessibleName()


# --- looking and choosing ---------------------------------------------------------------------


def test_the_first_example_is_selected_and_its_notes_are_shown(gallery) -> None:
    assert gallery.grid.card == gallery.grid.cards[0]
    assert gallery.grid.card.notes in gallery.notes.toPlainText()
    assert gallery.grid.hasFocus()


def test_a_click_on_a_card_shows_its_notes(gallery) -> None:
    click(gallery, 2)
    shown = gallery.notes.toPlainText()
    assert gallery.grid.cards[2].title in shown
    assert gallery.grid.cards[2].notes in shown
    assert gallery.isVisible()


def test_arrow_keys_go_from_card_to_card(gallery) -> None:
    grid = gallery.grid
    QTest.keyClick(grid, Qt.Key.Key_Right)
    assert grid.card == grid.cards[1]
    QTest.keyClick(grid, Qt.Key.Key_Down)
    assert grid.card == grid.cards[1 + grid.columns]
    assert grid.card.notes in gallery.notes.toPlainText()
    QTest.keyClick(grid, Qt.Key.Key_Up)
    QTest.keyClick(grid, Qt.Key.Key_Left)
    assert grid.card == grid.cards[0]


def test_a_double_click_opens_an_example(qtbot, gallery) -> None:
    key = gallery.grid.cards[1].key
    with qtbot.waitSignal(gallery.chosen) as chosen:
        click(gallery, 1, twice=True)
    assert chosen.args == [key]


def test_enter_opens_the_selected_example(qtbot, gallery) -> None:
    QTest.keyClick(gallery.grid, Qt.Key.Key_Right)
    key = gallery.grid.cards[1].key
    with qtbot.waitSignal(gallery.accepted), qtbot.waitSignal(gallery.chosen) as chosen:
        QTest.keyClick(gallery.grid, Qt.Key.Key_Return)
    assert chosen.args == [key]


def test_the_button_opens_the_selected_example(qtbot, gallery) -> None:
    click(gallery, 1)
    key = gallery.grid.cards[1].key
    with qtbot.waitSignal(gallery.chosen) as chosen:
        qtbot.mouseClick(gallery.button, LEFT)
    assert chosen.args == [key]


def test_escape_closes_without_opening_anything(qtbot, gallery) -> None:
    with qtbot.assertNotEmitted(gallery.chosen), qtbot.waitSignal(gallery.rejected):
        QTest.keyClick(gallery.grid, Qt.Key.Key_Escape)


# --- the search -------------------------------------------------------------------------------


def test_the_search_takes_words_in_any_order_from_titles_and_notes(qtbot, gallery) -> None:
    qtbot.keyClicks(gallery.search, "LANDSCAPE ten")
    assert "Two-dimensional landscape" in titles(gallery)
    assert "Custom function" not in titles(gallery)
    for card in gallery.grid.cards:
        text = " ".join((card.title, card.notes, *card.subjects)).lower()
        assert "landscape" in text
        assert "ten" in text


def test_what_is_selected_stays_so_while_the_search_finds_it(qtbot, gallery) -> None:
    click(gallery, 1)
    card = gallery.grid.card
    qtbot.keyClicks(gallery.search, card.title)
    assert gallery.grid.card == card
    gallery.search.clear()
    assert gallery.grid.card == card
    assert titles(gallery) == [card.title for card in all_cards()]


def test_the_search_goes_on_to_the_first_that_it_finds(qtbot, gallery) -> None:
    gallery.search.setFocus()
    qtbot.keyClicks(gallery.search, "circle perceptron")
    assert gallery.grid.card.key == "circle-perceptron"
    QTest.keyClick(gallery.search, Qt.Key.Key_Down)
    assert gallery.grid.hasFocus()
    with qtbot.waitSignal(gallery.chosen) as chosen:
        QTest.keyClick(gallery.grid, Qt.Key.Key_Return)
    assert chosen.args == ["circle-perceptron"]


def test_nothing_can_be_opened_where_nothing_is_found(qtbot, gallery) -> None:
    qtbot.keyClicks(gallery.search, "zebra")
    gallery.grab()
    assert gallery.grid.card is None
    assert not gallery.button.isEnabled()
    assert gallery.notes.toPlainText() == ""
    with qtbot.assertNotEmitted(gallery.chosen):
        QTest.keyClick(gallery.search, Qt.Key.Key_Return)
    gallery.search.clear()
    assert gallery.button.isEnabled()


# --- the looks --------------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "columns"), [(700, 2), (980, 3), (1500, 4), (2400, 4)])
def test_cards_fill_the_width_in_two_to_four_columns(qtbot, gallery, width, columns) -> None:
    gallery.resize(width, 600)
    qtbot.waitUntil(lambda: gallery.grid.columns == columns)
    gallery.grab()
    grid = gallery.grid
    places = [grid.visualRect(grid.model().index(row, 0)) for row in range(columns + 1)]
    assert len({place.top() for place in places[:-1]}) == 1
    assert places[-1].top() > places[0].top()
    assert all(one.right() < other.left() for one, other in pairwise(places[:-1]))
    assert 0 <= grid.viewport().width() - places[-2].right() <= columns + 1


@pytest.mark.parametrize("content", [None, b"", b"no picture", "cut off"])
@pytest.mark.qt_log_ignore("libpng error", extend=True)
def test_a_missing_or_damaged_picture_gives_the_placeholder(
    qapp, tmp_path, monkeypatch, content
) -> None:
    path = tmp_path / "picture.png"
    monkeypatch.setattr(pictures, "picture_path", lambda _: path)
    if content == "cut off":
        image = QImage(640, 400, QImage.Format.Format_RGB32)
        image.fill(QColor("red"))
        image.save(str(path))
        content = path.read_bytes()[:200]
    if content is not None:
        path.write_bytes(content)
    found = Pictures().picture("linear-regression", SIZE, LIGHT).toImage()
    assert found == placeholder("linear-regression", SIZE, LIGHT).toImage()


def test_a_picture_fills_its_place_whatever_its_shape(qapp, tmp_path, monkeypatch) -> None:
    path = tmp_path / "picture.png"
    monkeypatch.setattr(pictures, "picture_path", lambda _: path)
    image = QImage(300, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#2563c9"))
    image.save(str(path))
    found = Pictures().picture("any", SIZE, LIGHT).toImage()
    assert found.size() == SIZE
    assert found.pixelColor(0, 0) == found.pixelColor(199, 124) == QColor("#2563c9")


def test_placeholders_of_two_examples_differ(qapp) -> None:
    one, other = (placeholder(key, SIZE, LIGHT).toImage() for key in ("one", "other"))
    assert one != other


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)
def test_a_card_wears_the_colours_of_either_theme(qtbot, gallery, theme) -> None:
    gallery.set_theme(theme)
    drawn = gallery.grid.viewport().grab().toImage()
    place = gallery.grid.visualRect(gallery.grid.model().index(1, 0))
    ground = drawn.pixelColor(place.left() + 8, place.bottom() - 20)
    assert ground == QColor(theme.base)


def test_a_long_title_and_many_runs_can_be_drawn(qtbot, gallery) -> None:
    long = Card(
        "long", "A title of many words " * 6, "<b>Notes & signs</b>", ("word " * 9,) * 4, ()
    )
    many = replace(long, runs=tuple(f"run <{i}>" for i in range(64)))
    gallery.grid.show_cards((long, many))
    gallery.grab()
    click(gallery, 1)
    assert gallery.grid.currentIndex().data(CARD).count == "64 runs"
    assert "<b>Notes & signs</b>" in gallery.notes.toPlainText()
    assert "run <63>" in gallery.notes.toPlainText()


# --- in the window ----------------------------------------------------------------------------


def test_the_window_opens_what_is_chosen_in_the_gallery(qtbot, window) -> None:
    open_experiment(qtbot, window, linear_regression())
    window.actions_of_window["gallery"].trigger()
    (gallery,) = window.findChildren(GalleryDialog)
    gallery.search.setText("circle perceptron")
    QTest.keyClick(gallery.search, Qt.Key.Key_Return)
    settle(qtbot, window)
    assert window.panels.experiment() == load_example("circle-perceptron")
    assert "Circle perceptron" in window.windowTitle()
