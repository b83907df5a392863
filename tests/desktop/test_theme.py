"""Light and dark."""

import itertools

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon, QPalette
from PySide6.QtWidgets import QApplication

from gd_studio.desktop.look.icons import NAMES, icon
from gd_studio.desktop.look.overlay_colours import overlay_colour
from gd_studio.desktop.look.theme import DARK, LIGHT, RUN_COLOURS, ThemeKeeper, apply_theme
from gd_studio.desktop.overlays import Overlay

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


@pytest.fixture(autouse=True)
def _as_it_was(qapp):
    style, palette, sheet = qapp.style().objectName(), qapp.palette(), qapp.styleSheet()
    yield
    qapp.setStyleSheet(sheet)
    qapp.setStyle(style)
    qapp.setPalette(palette)


def linear(colour):
    parts = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)


def contrast(one, other):
    high, low = sorted(float(linear(c) @ [0.2126, 0.7152, 0.0722]) for c in (one, other))[::-1]
    return (high + 0.05) / (low + 0.05)


@THEMES
@pytest.mark.parametrize("background", ["window", "base", "raised"])
@pytest.mark.parametrize("words", ["text", "muted"])
def test_words_stand_out_from_every_background(theme, words, background):
    assert contrast(getattr(theme, words), getattr(theme, background)) >= 4.5


@THEMES
def test_all_other_words_stand_out_from_where_they_are(theme):
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    assert contrast(theme.plot_text, theme.plot_background) >= 4.5
    for words in (theme.accent, theme.danger, theme.warning):
        assert contrast(words, theme.base) >= 4.5


@THEMES
def test_runs_stand_out_from_the_plot(theme):
    assert min(contrast(colour, theme.plot_background) for colour in RUN_COLOURS) >= 2.2


# Machado, Oliveira and Fernandes (2009), at full severity.
SIGHTS = {
    "normal": np.eye(3),
    "red-blind": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216],
                  [-0.003882, -0.048116, 1.051998]],
    "green-blind": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413],
                    [-0.011820, 0.042940, 0.968881]],
    "blue-blind": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602],
                   [0.004733, 0.691367, 0.303900]],
}  # fmt: skip


def oklab(rgb):
    to_lms = [[0.41222147, 0.53633254, 0.05144599], [0.21190350, 0.68069955, 0.10739696],
              [0.08830246, 0.28171884, 0.62997870]]  # fmt: skip
    to_lab = [[0.21045426, 0.79361779, -0.00407205], [1.97799850, -2.42859221, 0.45059371],
              [0.02590404, 0.78277177, -0.80867577]]  # fmt: skip
    return np.array(to_lab) @ np.cbrt(np.clip(np.array(to_lms) @ rgb, 0, None))


@pytest.mark.parametrize("sight", SIGHTS)
def test_runs_can_be_told_apart_by_everybody(sight):
    seen = [oklab(np.array(SIGHTS[sight]) @ linear(colour)) for colour in RUN_COLOURS]
    nearest = min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2))
    assert len(RUN_COLOURS) >= 8
    assert nearest > 0.08


@THEMES
@pytest.mark.parametrize("sight", SIGHTS)
def test_overlays_can_be_told_apart_by_everybody(theme, sight):
    colours = [overlay_colour(overlay, theme) for overlay in Overlay]
    seen = [oklab(np.array(SIGHTS[sight]) @ linear(colour)) for colour in colours]
    assert min(np.linalg.norm(a - b) for a, b in itertools.combinations(seen, 2)) > 0.14
    assert all(contrast(colour, theme.plot_background) >= 3 for colour in colours)


@THEMES
def test_the_landscapes_colours_go_evenly_from_light_to_dark_or_back(theme):
    lightness = np.array([oklab(linear("#" + bytes(c).hex()))[0] for c in theme.landscape])
    steps = np.diff(lightness) * np.sign(lightness[-1] - lightness[0])
    assert theme.landscape.shape == (256, 3)
    assert (steps > -0.003).all()
    assert abs(lightness[-1] - lightness[0]) > 0.5


@THEMES
def test_it_dresses_the_whole_application(qapp, theme):
    apply_theme(qapp, theme)
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == theme.window
    assert qapp.palette().color(QPalette.ColorRole.Highlight).name() == theme.accent
    assert theme.accent in qapp.styleSheet()


def test_the_desktops_scheme_is_worn(qapp):
    assert apply_theme(qapp, Qt.ColorScheme.Dark) is DARK
    assert apply_theme(qapp, Qt.ColorScheme.Light) is LIGHT


def test_it_follows_the_desktop_until_the_user_chooses(qapp, qtbot, monkeypatch):
    asked = {"scheme": LIGHT}
    monkeypatch.setattr("gd_studio.desktop.look.theme.system_theme", lambda: asked["scheme"])
    keeper = ThemeKeeper(qapp)
    try:
        asked["scheme"] = DARK
        with qtbot.waitSignal(keeper.theme_changed) as changed:
            QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert changed.args == [DARK]
        keeper.choose("light")
        with qtbot.assertNotEmitted(keeper.theme_changed):
            QApplication.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Dark)
        assert keeper.theme is LIGHT
    finally:
        keeper.deleteLater()


@THEMES
@pytest.mark.parametrize("name", NAMES)
def test_icons_are_drawn_in_every_size_and_pale_when_disabled(qapp, name, theme):
    drawn = icon(name, theme)
    for size in (16, 24, 48):
        able = drawn.pixmap(size, size).toImage()
        unable = drawn.pixmap(size, size, QIcon.Mode.Disabled).toImage()
        opacities = [
            max(image.pixelColor(i, j).alpha() for i in range(size) for j in range(size))
            for image in (able, unable)
        ]
        assert opacities[0] > 240
        assert 40 < opacities[1] < 200
