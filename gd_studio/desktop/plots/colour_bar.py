"""The bar beside a map that tells which colour is which value."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, QSize, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen
from PySide6.QtWidgets import QGraphicsWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.map_scale import MapScale
from gd_studio.desktop.plots.numbers import write_number

_GAP, _WIDTH, _SPACE = 12.0, 10.0, 5.0
_MOST_DIGITS = 8


class ColourBar(QGraphicsWidget):
    """A strip of the colour map with values of the function beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.scale_shown = MapScale(0.0, 1.0)
        self._strip = QImage()
        self._text = QColor("#000000")
        self._edge = QColor("#000000")
        self._font = QFont()
        self._labels: list[tuple[float, str]] = []
        self._labels_for: tuple[MapScale, int] | None = None
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)
        self._fit()

    def set_scale(self, scale: MapScale) -> None:
        """Show another scale."""
        self.scale_shown = scale
        self._label()
        self.update()

    def set_theme(self, theme: Theme, colours: npt.NDArray[np.uint8], font: QFont) -> None:
        """Take the theme's colours, the colour map and the font of the axes."""
        flipped = np.ascontiguousarray(colours[::-1])
        strip = QImage(flipped.data, 1, len(flipped), 3, QImage.Format.Format_RGB888)
        self._strip = strip.convertToFormat(QImage.Format.Format_RGB32)
        self._text, self._edge = QColor(theme.plot_text), QColor(theme.plot_axis)
        self._font = font
        self._labels_for = None
        self._label()
        self.update()

    @property
    def labels(self) -> list[str]:
        """What is written beside it, from low to high."""
        return [text for _, text in self._labels]

    def resizeEvent(self, event: Any) -> None:
        """Qt calls."""
        super().resizeEvent(event)
        self._label()

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw; Qt calls."""
        height = self.size().height()
        bar = QRectF(_GAP, 0.5, _WIDTH, height - 1)
        painter.drawImage(bar, self._strip)
        painter.setPen(QPen(self._edge, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(bar)
        painter.setFont(self._font)
        metrics = QFontMetricsF(self._font)
        for share, text in self._labels:
            y = bar.bottom() - share * bar.height()
            painter.setPen(QPen(self._edge, 1))
            painter.drawLine(QPointF(bar.right(), y), QPointF(bar.right() + 3, y))
            painter.setPen(self._text)
            base = y + 0.5 * metrics.capHeight()
            base = min(max(base, metrics.capHeight() + 1), height - 1)
            painter.drawText(QPointF(bar.right() + _SPACE + 1, base), text)

    def _label(self) -> None:
        most = max(2, int(self.size().height() / 45))
        if self._labels_for == (self.scale_shown, most):
            return
        self._labels_for = (self.scale_shown, most)
        scale = self.scale_shown
        ticks = scale.ticks(most)
        texts: list[str] = []
        digits = scale.digits
        # Near the bottom of a valley ticks can be closer than the digits of the whole range tell.
        while len(set(texts)) < len(ticks) and digits <= _MOST_DIGITS:
            texts = [write_number(value, digits) for value in ticks]
            digits += 1
        shares = scale.shares(np.array(ticks)).tolist()
        self._labels = list(zip(shares, texts, strict=True))
        self._fit()

    def _fit(self) -> None:
        metrics = QFontMetricsF(self._font)
        widest = max((metrics.horizontalAdvance(text) for text in self.labels), default=24.0)
        width = float(np.ceil(_GAP + _WIDTH + _SPACE + widest + 4))
        # In jumps: the plot would breathe with its labels.
        width = 12.0 * np.ceil(width / 12.0)
        if self.minimumWidth() != width:
            self.setMinimumWidth(width)
            self.setMaximumWidth(width)

    def sizeHint(self, which: Qt.SizeHint, constraint: QSizeF | QSize | None = None) -> QSizeF:
        """Qt asks."""
        if which == Qt.SizeHint.MaximumSize:
            return QSizeF(1e6, 1e6)
        return QSizeF(60, 40)
