"""The key in a corner of a plot: which colour is what, and its numbers under the mouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import PlainLabel

Mark = Literal["arrow", "ellipse", "dashes", "none"]

_MARGIN = 8
_SHARE = 0.5
"""Of the plot's height that it takes in one column; beyond, it has two."""

_CLEARANCE = 16
"""Pixels that it keeps from what it must not hide."""


@dataclass(frozen=True)
class KeyRow:
    """What is drawn, in which colour, its name, and what it tells under the mouse.

    A row whose mark is ``"none"`` says in a quiet colour that there is nothing to draw.
    """

    mark: Mark
    colour: str
    name: str
    told: str


class OverlayKey(QFrame):
    """Rows in a corner of a room, hidden while there are none."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("overlayKey")
        self.setAccessibleName("Key of the overlays")
        self.rows: tuple[KeyRow, ...] = ()
        self._lines: list[_Line] = []
        self._corner = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(8, 5, 8, 5)
        self._grid.setHorizontalSpacing(14)
        self._grid.setVerticalSpacing(0)
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        ground = QColor(theme.base)
        self.setStyleSheet(
            f"#overlayKey {{ background: rgba({ground.red()}, {ground.green()}, {ground.blue()},"
            f" 225); border: 1px solid {theme.border}; border-radius: 4px; }}"
            f"#overlayKey QLabel {{ color: {theme.text}; }}"
            f"#overlayKey QLabel:disabled {{ color: {theme.muted}; }}"
        )

    def set_rows(self, rows: Sequence[KeyRow], room: QRect, spots: Sequence[QPoint]) -> None:
        """Show these and no others in a corner of `room` where they hide none of `spots`."""
        if tuple(rows) != self.rows:
            self.rows = tuple(rows)
            while len(self._lines) < len(self.rows):
                self._lines.append(_Line(self))
            for index, line in enumerate(self._lines):
                line.setVisible(index < len(self.rows))
            for line, row in zip(self._lines, self.rows, strict=False):
                line.show_row(row)
        self.setVisible(bool(self.rows))
        if self.rows:
            self._place(room, spots)

    def _place(self, room: QRect, spots: Sequence[QPoint]) -> None:
        count = len(self.rows)
        height = max(line.sizeHint().height() for line in self._lines[:count])
        columns = 1 if count * height <= _SHARE * room.height() else 2
        for index, line in enumerate(self._lines[:count]):
            self._grid.addWidget(line, index // columns, index % columns)
        self._grid.invalidate()
        self._grid.activate()
        self.resize(self.sizeHint())  # with its border
        inside = room.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        right, bottom = inside.right() - self.width(), inside.bottom() - self.height()
        corners = [QPoint(x, y) for y in (inside.top(), bottom) for x in (right, inside.left())]
        # It stays where it is until it would be in the way: the point that is shown moves about.
        if self._gap(corners[self._corner], spots) < _CLEARANCE:
            gaps = [self._gap(corner, spots) for corner in corners]
            self._corner = gaps.index(max(gaps))
        self.move(corners[self._corner])

    def _gap(self, corner: QPoint, spots: Sequence[QPoint]) -> int:
        """How far the nearest spot is from where the key would be, below zero inside of it."""
        place = QRect(corner, self.size())
        gaps = [
            max(
                max(place.left() - spot.x(), spot.x() - place.right()),
                max(place.top() - spot.y(), spot.y() - place.bottom()),
            )
            for spot in spots
        ]
        return min(gaps, default=_CLEARANCE)


class _Line(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._mark = _Mark(self)
        self._label = PlainLabel(self)
        font = self._label.font()
        font.setPointSizeF(max(7.5, 0.9 * font.pointSizeF()))
        self._label.setFont(font)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(6)
        self._row.addWidget(self._mark)
        self._row.addWidget(self._label, 1)

    def show_row(self, row: KeyRow) -> None:
        self._mark.show_mark(row.mark, row.colour)
        self._label.setText(row.name)
        self._label.setEnabled(row.mark != "none")
        # At once, and not by the event that tells of it: the key is as large as its rows.
        self._label.ensurePolished()
        self._label.updateGeometry()
        self._row.invalidate()
        self.updateGeometry()
        self.setToolTip(f"<p>{row.told}</p>")


class _Mark(QWidget):
    """A small picture of what is drawn."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._mark: Mark = "none"
        self._colour = ""
        self.setFixedSize(QSize(20, 12))

    def show_mark(self, mark: Mark, colour: str) -> None:
        self._mark, self._colour = mark, colour
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = QColor(self._colour)
        pen = QPen(colour, 2.5 if self._mark == "arrow" else 2.0)
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        middle = self.height() / 2
        if self._mark == "ellipse":
            painter.setPen(pen)
            painter.drawEllipse(QPointF(self.width() / 2, middle), 7.5, 4.0)
        elif self._mark != "none":
            if self._mark == "dashes":
                pen.setDashPattern((2.5, 1.5))
            painter.setPen(pen)
            end = self.width() - (6 if self._mark == "arrow" else 0)
            painter.drawLine(QPointF(0, middle), QPointF(end, middle))
        if self._mark == "arrow":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            tip = self.width()
            corners = ((tip, middle), (tip - 9, middle - 5), (tip - 9, middle + 5))
            painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in corners]))
        painter.end()
