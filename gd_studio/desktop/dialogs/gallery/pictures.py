"""The examples' pictures, and what is drawn in place of one that is not there."""

from __future__ import annotations

import math
import zlib
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPixmap, QPolygonF

from gd_studio.desktop.look.theme import RUN_COLOURS, Theme
from gd_studio.disk import read_regular
from gd_studio.files.examples import picture_path

_MOST_BYTES = 10_000_000
"""Of a picture's file; one of ours has some hundred thousand."""

_RINGS = 9
_STEPS = 11
_DIMMED = 36


class Pictures:
    """Pictures at the size they are shown at: read when first asked for, then kept."""

    def __init__(self) -> None:
        self._images: dict[str, QImage] = {}
        self._scaled: dict[str, QPixmap] = {}

    def picture(self, key: str, size: QSize, theme: Theme) -> QPixmap:
        """Return the picture of the example `key`, covering `size` in pixels of the screen."""
        known = self._scaled.get(key)
        if known is None or known.size() != size:
            known = self._scaled[key] = self._made(key, size, theme)
        return known

    def forget_sizes(self) -> None:
        """Draw everything anew from now on: the theme has changed."""
        self._scaled.clear()

    def _made(self, key: str, size: QSize, theme: Theme) -> QPixmap:
        image = self._images.get(key)
        if image is None:
            image = self._images[key] = _read(picture_path(key))
        return placeholder(key, size, theme) if image.isNull() else _covering(image, size, theme)


def _read(path: Path) -> QImage:
    """Return the picture in a file; a null image where the file is missing or damaged."""
    try:
        return QImage.fromData(read_regular(path, _MOST_BYTES))
    except OSError:
        return QImage()


def _covering(image: QImage, size: QSize, theme: Theme) -> QPixmap:
    """Scale an image so that it fills `size`; what stands out at the sides is cut off."""
    scaled = image.scaled(
        size,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    left, top = (scaled.width() - size.width()) // 2, (scaled.height() - size.height()) // 2
    pixmap = QPixmap.fromImage(scaled.copy(left, top, size.width(), size.height()))
    if theme.is_dark:
        # The pictures are of light windows, which would dazzle on a dark one.
        painter = QPainter(pixmap)
        painter.fillRect(pixmap.rect(), QColor(0, 0, 0, _DIMMED))
        painter.end()
    return pixmap


def placeholder(key: str, size: QSize, theme: Theme) -> QPixmap:
    """Draw a descent on a landscape: for each key another one, and always the same."""
    chance = zlib.crc32(key.encode())
    tilt = -22.0 + chance % 45
    centre = QPointF(0.42 + (chance >> 8) % 17 / 100, 0.45 + (chance >> 16) % 15 / 100)
    width, height = size.width(), size.height()
    pixmap = QPixmap(size)
    pixmap.fill(_ramp_colour(theme, 1.0))
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(centre.x() * width, centre.y() * height)
    painter.rotate(tilt)
    reach = 0.72 * width
    line = QColor(theme.contour[0])
    line.setAlpha(theme.contour[1])
    painter.setPen(QPen(line, max(1.0, width / 320)))
    for ring in range(_RINGS, 0, -1):
        share = ring / _RINGS
        painter.setBrush(_ramp_colour(theme, share - 1 / _RINGS))
        painter.drawEllipse(_ellipse(reach * share, 0.56 * reach * share))
    _draw_descent(painter, reach, theme)
    painter.end()
    return pixmap


def _draw_descent(painter: QPainter, reach: float, theme: Theme) -> None:
    """Draw steps that swing across the valley and shrink towards its ground."""
    points = []
    for step in range(_STEPS):
        left = 0.76**step
        side = 0.24 * math.cos(math.pi * step) * left**1.3
        points.append(QPointF(-0.5 * reach * left, side * reach))
    stroke = reach / 70
    for colour, width in ((theme.casing, 2.2 * stroke), (RUN_COLOURS[1], stroke)):
        pen = QPen(QColor(colour), width)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF(points))
    painter.setPen(QPen(QColor(theme.casing), stroke / 2))
    painter.setBrush(QColor(RUN_COLOURS[1]))
    for point in (points[0], points[-1]):
        painter.drawEllipse(point, 2 * stroke, 2 * stroke)


def _ellipse(width: float, height: float) -> QRectF:
    return QRectF(-width, -height, 2 * width, 2 * height)


def _ramp_colour(theme: Theme, share: float) -> QColor:
    red, green, blue = theme.landscape[round(255 * share)].tolist()
    return QColor(red, green, blue)
