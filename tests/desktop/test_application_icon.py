"""The icon of the window, and that its PNG files are what the drawings show."""

import locale
from xml.etree import ElementTree

import numpy as np
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from gd_studio.catalog.resources import resources
from gd_studio.desktop import app

ICONS = resources() / "icons"

TINY = {
    "svg", "title", "defs", "linearGradient", "radialGradient", "stop",
    "g", "path", "rect", "circle",
}  # fmt: skip
"""Of SVG Tiny 1.2: no clipping, masks or filters, which not every desktop draws."""

PREMULTIPLIED = QImage.Format.Format_ARGB32_Premultiplied


@pytest.fixture
def application(qapp, monkeypatch):
    """The application as the program makes it, from the one that the tests have."""
    name, file, icon = qapp.applicationName(), qapp.desktopFileName(), qapp.windowIcon()
    numbers = locale.setlocale(locale.LC_NUMERIC)
    monkeypatch.setattr(app, "FileOpener", lambda _arguments: qapp)
    yield app.create_application()
    locale.setlocale(locale.LC_NUMERIC, numbers)
    qapp.setWindowIcon(icon)
    qapp.setDesktopFileName(file)
    qapp.setApplicationName(name)


def pixels(image):
    image = image.convertToFormat(PREMULTIPLIED)
    flat = np.frombuffer(image.constBits(), np.uint8)
    return flat.reshape(image.height(), image.width(), 4).astype(int)


def rendered(drawing, size):
    image = QImage(size, size, PREMULTIPLIED)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    renderer = QSvgRenderer(str(drawing))
    assert renderer.isValid()
    renderer.render(painter, QRectF(0, 0, size, size))
    painter.end()
    return image


def test_the_window_has_the_icon_of_the_application(application, window):
    icon = window.windowIcon()
    assert not icon.isNull()
    large = icon.pixmap(256).toImage()
    assert large.width() == 256
    assert large.pixelColor(0, 0).alpha() == 0
    assert large.pixelColor(128, 128).alpha() == 255


def test_the_smallest_icon_shows_where_the_descent_starts_and_ends(application, window):
    small = window.windowIcon().pixmap(16).toImage()
    assert small.width() == 16
    start, end = small.pixelColor(4, 4), small.pixelColor(10, 10)
    assert min(start.red(), start.green(), start.blue()) > 230
    assert end.red() > 230
    assert end.blue() < 120


@pytest.mark.parametrize(
    ("picture", "drawing", "size"),
    [
        ("gd-studio-16.png", "gd-studio-small.svg", 16),
        ("gd-studio-24.png", "gd-studio-small.svg", 24),
        ("gd-studio.png", "gd-studio.svg", 256),
    ],
)
def test_the_pictures_are_what_the_drawings_show(qapp, picture, drawing, size):
    kept = QImage(str(ICONS / picture))
    assert (kept.width(), kept.height()) == (size, size)
    difference = np.abs(pixels(kept) - pixels(rendered(ICONS / drawing, size)))
    # Another version of Qt may smooth edges in another way; another drawing differs by far more.
    assert difference.mean() < 1.5


@pytest.mark.parametrize("name", ["gd-studio", "gd-studio-small", "gd-studio-experiment"])
def test_the_drawings_keep_to_what_every_desktop_can_draw(qapp, name):
    drawing = ICONS / f"{name}.svg"
    tags = {element.tag.rpartition("}")[2] for element in ElementTree.parse(drawing).iter()}
    assert tags <= TINY
    shown = rendered(drawing, 64)
    assert shown.pixelColor(0, 0).alpha() == 0
    assert shown.pixelColor(32, 32).alpha() == 255
