"""How cells with more than a text are drawn: bars, histograms, and worked updates."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from gd_studio.desktop.inspector.cells import Bar, Cell, Entry, Histogram
from gd_studio.desktop.look.theme import LIGHT, Theme

CELL = Qt.ItemDataRole.UserRole
"""The role under which a model gives the painter a whole cell."""

_MARGIN = 7
_BAR = 4
_HISTOGRAM = 106
_SMALLER = 0.82
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop


class CellPainter(QStyledItemDelegate):
    """Draws cells in the colours of `theme`."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        """Draw one cell; Qt calls."""
        cell = index.data(CELL)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(option.font)
        rect: QRect = option.rect
        box = rect.adjusted(_MARGIN, 0, -_MARGIN, 0)
        if isinstance(cell, Bar):
            self._bar(painter, box, cell)
        elif isinstance(cell, Histogram):
            self._histogram(painter, box, cell)
        elif isinstance(cell, Entry):
            self._entry(painter, box, cell)
        else:
            align = _RIGHT if index.column() else _LEFT
            self._text(painter, box, cell.text, self.theme.text, align)
        if option.state & QStyle.StateFlag.State_HasFocus and index.column() == 0:
            # Where the keyboard is in the table.
            painter.fillRect(QRect(rect.left(), rect.top() + 3, 2, rect.height() - 6), self._accent)
        painter.restore()

    @property
    def _accent(self) -> QColor:
        return QColor(self.theme.accent)

    def _text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        colour: str,
        align: Qt.AlignmentFlag,
    ) -> None:
        painter.setPen(QColor(colour))
        metrics = painter.fontMetrics()
        if metrics.horizontalAdvance(text) > box.width():
            # Names often differ at their ends.
            text = metrics.elidedText(text, Qt.TextElideMode.ElideMiddle, box.width())
        painter.drawText(box, align, text)

    def _bar(self, painter: QPainter, box: QRect, cell: Bar) -> None:
        theme = self.theme
        height = painter.fontMetrics().height()
        top = box.top() + (box.height() - height - _BAR - 2) // 2
        line = QRect(box.left(), top, box.width(), height)
        colour = theme.warning if cell.alarming else theme.text
        self._text(painter, line, cell.text, colour, _RIGHT)
        track = QRectF(box.left(), line.bottom() + 3, box.width(), _BAR)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(theme.raised))
        painter.drawRoundedRect(track, _BAR / 2, _BAR / 2)
        if cell.signed:
            middle = track.center().x()
            end = middle + cell.share * track.width() / 2
            filled = QRectF(min(middle, end), track.top(), abs(end - middle), _BAR)
        else:
            filled = QRectF(track.left(), track.top(), cell.share * track.width(), _BAR)
        painter.setBrush(QColor(theme.warning if cell.alarming else theme.accent))
        if filled.width() > 0:
            painter.drawRoundedRect(filled, _BAR / 2, _BAR / 2)
        if cell.signed:
            painter.fillRect(
                QRectF(track.center().x() - 0.5, track.top() - 2, 1, _BAR + 4), QColor(theme.muted)
            )

    def _histogram(self, painter: QPainter, box: QRect, cell: Histogram) -> None:
        theme = self.theme
        painter.setFont(_smaller(painter.font()))
        height = painter.fontMetrics().height()
        foot = QRect(box.left(), box.bottom() - height - 1, box.width(), height)
        centred = Qt.AlignmentFlag.AlignCenter
        self._text(painter, foot, cell.text, theme.muted, centred)
        room = QRectF(box.left(), box.top() + 5, box.width(), foot.top() - box.top() - 6)
        painter.fillRect(QRectF(room.left(), room.bottom(), room.width(), 1), QColor(theme.border))
        if not len(cell.counts):
            return
        # Whole pixels: bars with soft edges would seem to have gaps of different widths.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        heights = cell.counts / cell.counts.max() * room.height()
        # What is there at all can be seen.
        heights = np.where(cell.counts > 0, np.maximum(heights, 1.0), 0.0)
        lefts = np.round(room.left() + np.linspace(0, room.width(), len(heights) + 1))
        low, top = float(cell.edges[0]), float(cell.edges[-1])
        if low < 0 < top:
            zero = room.left() + room.width() * -low / (top - low)
            painter.fillRect(QRectF(zero, room.top(), 1, room.height()), QColor(theme.muted))
        accent = self._accent
        gap = 1.0 if room.width() >= 3 * len(heights) else 0.0
        for left, right, high in zip(lefts[:-1], lefts[1:], heights, strict=True):
            bar = QRectF(left, room.bottom() - high, max(1.0, right - left - gap), high)
            painter.fillRect(bar, accent)

    def _entry(self, painter: QPainter, box: QRect, cell: Entry) -> None:
        theme = self.theme
        plain, bold = painter.font(), _bold(painter.font())
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(theme.border))
        high = painter.fontMetrics().height()
        line = QRect(box.left(), box.top() + 6, box.width(), high)
        painter.setFont(bold)
        self._text(painter, line, cell.after, theme.accent, _RIGHT)
        line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(cell.after))
        painter.setFont(plain)
        before = f"{cell.before} → "
        self._text(painter, line, before, theme.text, _RIGHT)
        line.setRight(line.right() - painter.fontMetrics().horizontalAdvance(before) - _MARGIN)
        painter.setFont(bold)
        self._text(painter, line, cell.label, theme.text, _LEFT)
        painter.setFont(plain)
        line = QRect(box.left(), line.bottom() + 3, box.width(), high)
        if cell.state:
            self._text(painter, line, cell.state, theme.muted, _LEFT)
            line.translate(0, high + 2)
        painter.setPen(QColor(theme.text))
        painter.drawText(QRect(line.topLeft(), box.bottomRight()), _WRAP, cell.worked)


def natural_width(cell: Cell, metrics: QFontMetrics) -> int:
    """How wide a column has to be for a cell; what is wrapped makes do with any width."""
    if isinstance(cell, Entry):
        return 0
    if isinstance(cell, Histogram):
        return max(_HISTOGRAM, round(_SMALLER * metrics.horizontalAdvance(cell.text)) + 2 * _MARGIN)
    return metrics.horizontalAdvance(cell.text) + 2 * _MARGIN


def entry_height(cell: Entry, width: int, metrics: QFontMetrics) -> int:
    """How high an entry is in a column `width` pixels wide."""
    room = QRect(0, 0, max(1, width - 2 * _MARGIN), 10_000)
    worked = metrics.boundingRect(room, _WRAP, cell.worked).height()
    return 6 + (metrics.height() + 2) * (2 if cell.state else 1) + worked + 8


def _bold(font: QFont) -> QFont:
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def _smaller(font: QFont) -> QFont:
    smaller = QFont(font)
    smaller.setPointSizeF(max(7.0, _SMALLER * font.pointSizeF()))
    return smaller
