"""The table of a model's layers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QFrame, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from gd_studio.catalog import LayerSummary
from gd_studio.desktop.panels.paint import RADIUS

_MOST_ROWS = 9
"""More are scrolled."""
_PADDING = 8
_COLUMNS = ("Layer", "Output", "Parameters")

Row = tuple[str, str, str]


def rows_of(layers: tuple[LayerSummary, ...]) -> tuple[Row, ...]:
    """Return a row of texts for each layer, and one for their total."""
    rows = [
        (layer.name, " × ".join(map(str, layer.shape)), f"{layer.parameters:,}") for layer in layers
    ]
    total = sum(layer.parameters for layer in layers)
    return (*rows, ("Total", "", f"{total:,}"))


class _Lines(QWidget):
    """Rows of three columns, the numbers at the right."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: tuple[Row, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def widths(self) -> tuple[int, int]:
        """Return the widths of the two columns of numbers."""
        advance = self.fontMetrics().horizontalAdvance
        rows = (_COLUMNS, *self.rows)
        return max(advance(row[1]) for row in rows), max(advance(row[2]) for row in rows)

    def row_height(self) -> int:
        """Return the height of a row."""
        return self.fontMetrics().height() + 6

    def sizeHint(self) -> QSize:
        """Be as high as the rows."""
        return QSize(200, len(self.rows) * self.row_height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw those rows that are in sight."""
        painter, height = QPainter(self), self.row_height()
        for i in range(event.rect().top() // height, event.rect().bottom() // height + 1):
            if i < len(self.rows):
                self.paint_row(painter, self.rows[i], i * height, quiet=self.rows[i][2] == "0")

    def paint_row(self, painter: QPainter, row: Row, top: int, *, quiet: bool = False) -> None:
        """Draw a row as wide as this: numbers end at the right of their columns."""
        metrics, height = self.fontMetrics(), self.row_height()
        middle, last = self.widths()
        end = self.width() - _PADDING
        first = end - last - middle - 3 * _PADDING
        role = QPalette.ColorRole.PlaceholderText if quiet else QPalette.ColorRole.WindowText
        painter.setPen(self.palette().color(role))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        name = metrics.elidedText(row[0], Qt.TextElideMode.ElideRight, max(0, first))
        painter.drawText(QRectF(_PADDING, top, first, height), Qt.AlignmentFlag.AlignVCenter, name)
        painter.drawText(QRectF(_PADDING, top, end - last - 2 * _PADDING, height), right, row[1])
        painter.drawText(QRectF(end - last, top, last, height), right, row[2])


class LayerTable(QWidget):
    """What each layer is, what comes out of it, and how many numbers it learns."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._total: Row = ("Total", "", "0")
        self._lines = _Lines()
        self._area = QScrollArea(self)
        self._area.setWidget(self._lines)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName("Layers")
        height = self._lines.row_height()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, height + 2, 1, height + 2)
        layout.addWidget(self._area)

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown, that of the total included."""
        return (*self._lines.rows, self._total)

    def set_layers(self, layers: tuple[LayerSummary, ...]) -> None:
        """Show a model's table."""
        rows = rows_of(layers)
        if rows == self.rows:
            return
        self._lines.rows, self._total = rows[:-1], rows[-1]
        shown = min(len(layers), _MOST_ROWS)
        self._area.setFixedHeight(shown * self._lines.row_height())
        scrolls = len(layers) > _MOST_ROWS
        self._area.setFocusPolicy(Qt.FocusPolicy.TabFocus if scrolls else Qt.FocusPolicy.NoFocus)
        self._lines.setFixedHeight(len(layers) * self._lines.row_height())
        self._area.setAccessibleDescription("; ".join(", ".join(row) for row in rows))
        self._lines.update()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, the header and the total."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        height = self._lines.row_height()
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        edge = self.palette().color(QPalette.ColorRole.Mid)
        painter.setPen(QPen(edge, 1))
        painter.drawRoundedRect(box, RADIUS, RADIUS)
        bottom = self.height() - height - 2
        for y in (height + 1, bottom):
            painter.drawLine(QPointF(0, y + 0.5), QPointF(self.width(), y + 0.5))
        painter.translate(1, 0)  # as far in as the lines, which end before their scroll bar
        self._lines.paint_row(painter, _COLUMNS, 1, quiet=True)
        self._lines.paint_row(painter, self._total, bottom + 1)
