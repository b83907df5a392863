"""How a card is drawn: its picture, its title, and chips that say what it is about."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import (
    QMargins,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from gd_studio.desktop.dialogs.gallery.cards import Card
from gd_studio.desktop.dialogs.gallery.pictures import Pictures
from gd_studio.desktop.look.theme import Theme

CARD = Qt.ItemDataRole.UserRole
"""Where a model keeps the `Card`."""

Index = QModelIndex | QPersistentModelIndex

_MARGINS = QMargins(2, 2, 10, 10)
"""Around a card: room for the border of the one selected, and between it and its neighbours."""

_INSET = 10
_RADIUS = 8
_SHAPE = 10 / 16
_CHIP_ROWS = 2
_CHIP_GAP = 4
_CENTRE = Qt.AlignmentFlag.AlignCenter
_TITLE = Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap


class CardPainter(QStyledItemDelegate):
    """Draws cards as wide as `card_width`, the gap around them included."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self.theme = theme
        self.card_width = 220
        self._pictures = Pictures()
        self._title_font = QFont(parent.font())
        self._title_font.setWeight(QFont.Weight.DemiBold)
        self._chip_font = QFont(parent.font())
        self._chip_font.setPointSizeF(0.88 * parent.font().pointSizeF())

    def set_theme(self, theme: Theme) -> None:
        """Draw in the theme's colours from now on."""
        self.theme = theme
        self._pictures.forget_sizes()

    @property
    def size(self) -> QSize:
        """The size of every card, the gap around it included."""
        picture = round(_SHAPE * (self.card_width - _MARGINS.left() - _MARGINS.right()))
        title = QFontMetrics(self._title_font).height()
        chips = _CHIP_ROWS * self._chip_height + (_CHIP_ROWS - 1) * _CHIP_GAP
        height = picture + 8 + title + 6 + chips + _INSET
        return QSize(self.card_width, _MARGINS.top() + height + _MARGINS.bottom())

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self.size

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        card: Card = index.data(CARD)
        place: QRect = option.rect.marginsRemoved(_MARGINS)
        state: QStyle.StateFlag = option.state
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(place), _RADIUS, _RADIUS)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillPath(outline, QColor(self.theme.base))
        picture = QRect(place.topLeft(), QSize(place.width(), round(_SHAPE * place.width())))
        painter.setClipPath(outline)
        self._draw_picture(painter, card, picture)
        painter.setClipping(False)
        below = place.adjusted(_INSET, picture.height() + 8, -_INSET, -_INSET)
        self._draw_words(painter, card, below)
        if card.count:
            self._draw_count(painter, card.count, picture)
        self._draw_border(painter, QRectF(place), state)
        painter.restore()

    def _draw_picture(self, painter: QPainter, card: Card, place: QRect) -> None:
        ratio = painter.device().devicePixelRatio()
        size = QSize(round(place.width() * ratio), round(place.height() * ratio))
        painter.drawPixmap(place, self._pictures.picture(card.key, size, self.theme))
        painter.setPen(QPen(QColor(self.theme.border), 1))
        painter.drawLine(place.bottomLeft(), place.bottomRight())

    def _draw_words(self, painter: QPainter, card: Card, place: QRect) -> None:
        # A title of two lines takes the place of the second row of chips.
        metrics = QFontMetrics(self._title_font)
        lines = QRect(place.topLeft(), QSize(place.width(), 2 * metrics.height()))
        taken = metrics.boundingRect(lines, _TITLE, card.title).intersected(lines)
        painter.setFont(self._title_font)
        painter.setPen(QColor(self.theme.text))
        painter.drawText(lines, _TITLE, card.title)
        painter.setFont(self._chip_font)
        below = place.adjusted(0, taken.height() + 6, 0, 0)
        for chip, text in self._chips(card.subjects, below):
            self._draw_chip(painter, chip, text, self.theme.raised, self.theme.muted)

    def _chips(self, texts: tuple[str, ...], place: QRect) -> Iterator[tuple[QRect, str]]:
        """Put chips beside each other, and in rows under one another where there is no room."""
        metrics = QFontMetrics(self._chip_font)
        corner = place.topLeft()
        for text in texts:
            short = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width() - 14)
            width = metrics.horizontalAdvance(short) + 14
            if corner.x() > place.left() and corner.x() + width > place.right() + 1:
                corner = QPoint(place.left(), corner.y() + self._chip_height + _CHIP_GAP)
            if corner.y() + self._chip_height > place.bottom() + 1:
                return
            yield QRect(corner, QSize(width, self._chip_height)), short
            corner += QPoint(width + _CHIP_GAP, 0)

    def _draw_count(self, painter: QPainter, count: str, picture: QRect) -> None:
        painter.setFont(self._chip_font)
        width = QFontMetrics(self._chip_font).horizontalAdvance(count) + 16
        chip = QRect(0, 0, width, self._chip_height)
        chip.moveTopRight(picture.topRight() + QPoint(-8, 8))
        self._draw_chip(painter, chip, count, self.theme.accent, self.theme.on_accent)

    def _draw_chip(self, painter: QPainter, place: QRect, text: str, ground: str, ink: str) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(ground))
        painter.drawRoundedRect(place, place.height() / 2, place.height() / 2)
        painter.setPen(QColor(ink))
        painter.drawText(place, _CENTRE, text)

    def _draw_border(self, painter: QPainter, place: QRectF, state: QStyle.StateFlag) -> None:
        colour, width = self.theme.border, 1.0
        if state & QStyle.StateFlag.State_Selected:
            colour, width = self.theme.accent, 2.5
        elif state & QStyle.StateFlag.State_MouseOver:
            colour, width = self.theme.muted, 1.0
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(colour), width))
        painter.drawRoundedRect(place, _RADIUS, _RADIUS)

    @property
    def _chip_height(self) -> int:
        return QFontMetrics(self._chip_font).height() + 4
