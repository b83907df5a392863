"""An axis in the theme's colours, painted once and kept until its range changes."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QGraphicsSceneResizeEvent

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import rich
from gd_studio.desktop.plots.numbers import power_of_ten, round_step, write_number, write_ticks
from gd_studio.foreign_text import shortened

Ticks = list[tuple[float, list[float]]]

_LABEL_WIDTH = 58.0
"""Of a label on the bottom axis with the space beside it, as a rule."""

_MOST_IN_READOUT = 28
"""Characters of a name: a table's column may be called as it likes."""

_LABEL_GAP = 16.0
_SLACK = 24.0


class ThemedAxis(pg.AxisItem):
    """An axis with plain numbers and the name of what it measures.

    On a log scale the axis is handed log10 of its values.
    """

    _label_written = ""

    def __init__(self, orientation: str, label: str) -> None:
        super().__init__(orientation)
        # 'Loss (x1e-3)' is a riddle: the numbers on the axis are the values.
        self.enableAutoSIPrefix(False)
        self._least_room = 30
        self.setStyle(
            autoReduceTextSpace=False,
            tickAlpha=255,
            tickTextOffset=6,
            hideOverlappingLabels=False,
            tickLength=0,
        )
        # Below the view box, whose own height pyqtgraph puts at -100.
        self.setZValue(-200)
        self.set_name(label)
        # Ticks and grid stay pixels until the range changes; a new point only copies them.
        self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_theme(self, theme: Theme, font: QFont) -> None:
        """Take the theme's colours and a font for numbers and label."""
        self.setPen(theme.plot_axis)
        self.setTickPen(theme.plot_grid)
        self.setTextPen(theme.plot_text)
        self.setTickFont(font)
        self.label.setFont(font)
        self.labelStyle["color"] = theme.plot_text
        self._updateLabel()
        self.update()

    def set_name(self, name: str) -> None:
        """Say what the axis measures; empty for no label."""
        self.setLabel(name)
        self.showLabel(bool(name))
        self.resizeEvent()  # which puts the label into the middle

    def in_readout(self) -> str:
        """Return the name as rich text, cut where it is long."""
        return rich(shortened(self.labelText, _MOST_IN_READOUT))

    def labelString(self) -> str:
        """The name as rich text; pyqtgraph asks, and would take the name itself for some."""
        style = "; ".join(f"{name}: {value}" for name, value in self.labelStyle.items())
        length = self.width() if self.orientation == "bottom" else self.height()
        metrics, name = QFontMetricsF(self.label.font()), shortened(self.labelText)
        if length > 0:  # or it has no place yet
            name = metrics.elidedText(name, Qt.TextElideMode.ElideRight, length)
        return f'<span style="{style}">{rich(name)}</span>'

    def resizeEvent(self, event: QGraphicsSceneResizeEvent | None = None) -> None:
        """Write as much of the name as there is room for; Qt calls."""
        if self.label is not None:  # as it is in a plot that has been closed
            html = self.labelString()
            if html != self._label_written:
                self._label_written = html
                self.label.setHtml(html)
        super().resizeEvent(event)

    def set_least_room(self, pixels: int) -> None:
        """Keep so much room for the numbers, however short they are."""
        self._least_room = pixels
        self._updateMaxTextSize(pixels)

    def set_logarithmic(self, logarithmic: bool) -> None:
        """Label log10 values as what they stand for, or values as they are."""
        self.setLogMode(logarithmic, logarithmic)
        self.picture = None
        self.update()

    def _updateMaxTextSize(self, x: float) -> None:
        """Make room for labels `x` pixels wide (on the bottom axis: high); pyqtgraph calls."""
        if self.orientation == "left":
            x = max(x, self._least_room)
            # An axis that breathes with its labels makes the whole plot jump, so not for a digit.
            self.style["autoReduceTextSpace"] = x < self.textWidth - _SLACK
        super()._updateMaxTextSize(x)

    def boundingRect(self) -> QRectF:
        """With room for the halves of labels that reach beyond its ends; Qt asks."""
        across = self.orientation == "bottom"
        return super().boundingRect().adjusted(-24 * across, -8, 24 * across, 8 * (not across))

    def tickStrings(self, values: list[float], scale: float, spacing: float) -> list[str]:
        """The labels; pyqtgraph asks."""
        if not self.logMode:
            return write_ticks(values, spacing)
        if spacing >= 1 and _decades(*self.range) > 0:
            return [power_of_ten(round(value)) for value in values]
        # Even steps between two decades have one number of places, as on any axis.
        numbers = [10.0**value for value in values]
        apart = min((b - a for a, b in itertools.pairwise(numbers)), default=1.0)
        if spacing < 0.2:
            return write_ticks(numbers, spacing_of(apart))
        return [write_number(number) for number in numbers]

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:  # noqa: N803
        """Where the ticks are; pyqtgraph asks."""
        # A label on the bottom axis is wide, one on the left axis is low.
        if self.orientation == "left":
            return self._ticks(minVal, maxVal, size / 40)
        ticks = self._ticks(minVal, maxVal, size / _LABEL_WIDTH)
        wide = self._widest_label(ticks) + _LABEL_GAP
        if wide > _LABEL_WIDTH:
            # Fewer ticks: their labels are no longer than these.
            ticks = self._ticks(minVal, maxVal, size / wide)
        return ticks

    def _ticks(self, low: float, high: float, most: float) -> Ticks:
        if self.logMode:
            return log_ticks(low, high, max(3.0, most))
        return even_ticks(low, high, max(2.0, most))

    def _widest_label(self, ticks: Ticks) -> float:
        measure = QFontMetricsF(self.style["tickFont"] or QFont())
        labels = (text for step, at in ticks for text in self.tickStrings(at, 1.0, step))
        return max((measure.horizontalAdvance(text) for text in labels), default=0.0)


def even_ticks(low: float, high: float, most: float) -> Ticks:
    """At most about `most` round steps apart, from `low` to `high`."""
    if not high > low:
        return []
    step = round_step((high - low) / most)
    # A hair's breadth more: an end that is a round number may have been rounded itself.
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [(step, [i * step for i in range(first, last + 1)])]


def spacing_of(apart: float) -> float:
    """The power of ten that steps `apart` are multiples of."""
    return 10.0 ** math.floor(math.log10(apart) + 1e-9)


_HIGHEST = 308.0
"""The greatest power of ten that a number can hold."""


def _decades(low: float, high: float) -> int:
    return math.floor(high) - math.ceil(low)


def log_ticks(low: float, high: float, most: float) -> Ticks:
    """About `most` ticks between 10**low and 10**high, as log10.

    Decades; where there are too few, their 1, 2 and 5; else even steps of the value itself.
    """
    decades = _decades(low, high)
    if decades >= 2 or (decades == 1 and high - low > 1.6):
        stride = max(1, math.ceil((decades + 1) / max(2.0, most)))
        first = math.ceil(math.ceil(low) / stride) * stride
        values = [float(v) for v in range(first, math.floor(high) + 1, stride)]
        if len(values) < 2:
            values = [float(math.ceil(low)), float(math.floor(high))]
        return [(float(stride), values)]
    if high - low > 0.7:
        candidates = [
            exponent + math.log10(m)
            for exponent in range(math.floor(low), math.ceil(high) + 1)
            for m in (1, 2, 5)
        ]
        return [(0.3, [v for v in candidates if low <= v <= high])]
    if high > _HIGHEST:
        return []
    bottom, top = 10.0**low, 10.0**high
    if not top > bottom:
        return []
    step = round_step((top - bottom) / max(2.0, most))
    even = np.arange(math.ceil(bottom / step), math.floor(top / step) + 1) * step
    return [(0.1, np.log10(even[even > 0]).tolist())]
