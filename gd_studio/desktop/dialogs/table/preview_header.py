"""The header of the preview: of each column its name, and what it is taken for."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QHeaderView, QWidget

KIND = Qt.ItemDataRole.UserRole
"""The role under which a header says what its column is taken for."""

PADDING = 8
"""Left and right of what is in a column."""


class PreviewHeader(QHeaderView):
    """The name of each column, and under it what the column is taken for."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.setHighlightSections(False)
        self.setSectionsClickable(False)

    def sizeHint(self) -> QSize:
        """Be as high as two lines."""
        return QSize(super().sizeHint().width(), 2 * self.fontMetrics().height() + 12)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw a line under all of it, beyond the last column as well."""
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        box = self.viewport().rect()
        painter.drawLine(box.bottomLeft(), box.bottomRight())
        painter.end()

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        """Draw both lines, each cut where it is too long; Qt calls."""
        model = self.model()
        name, alignment, what = (
            model.headerData(section, Qt.Orientation.Horizontal, role)
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.TextAlignmentRole, KIND)
        )
        palette = self.palette()
        is_target, is_ignored = what == "target", what == "ignored"
        quiet = palette.color(QPalette.ColorRole.PlaceholderText)
        loud = palette.color(QPalette.ColorRole.WindowText)
        accent = palette.color(QPalette.ColorRole.Accent)
        box = rect.adjusted(PADDING, 5, -PADDING, -6)
        half = box.height() // 2
        painter.save()
        painter.fillRect(rect, palette.color(QPalette.ColorRole.Window))
        lines = (
            (bold(self.font()), name, quiet if is_ignored else loud, box.adjusted(0, 0, 0, -half)),
            (small(self.font()), what, accent if is_target else quiet, box.adjusted(0, half, 0, 0)),
        )
        for font, text, colour, where in lines:
            painter.setFont(font)
            painter.setPen(colour)
            metrics = painter.fontMetrics()
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, where.width())
            painter.drawText(where, alignment, shown)
        painter.restore()


def bold(font: QFont) -> QFont:
    """The font of a column's name."""
    bold = QFont(font)
    bold.setWeight(QFont.Weight.DemiBold)
    return bold


def small(font: QFont) -> QFont:
    """The font of what it is taken for."""
    small = QFont(font)
    small.setPointSizeF(0.9 * font.pointSizeF())
    return small
