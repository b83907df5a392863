"""A section with a header that folds it away."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFocusEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QVBoxLayout, QWidget

from gd_studio.desktop.panels.paint import paint_chevron

MARGIN = 16
"""From the edge of the column to what is in it."""


BY_KEYBOARD = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)
"""Why something has the focus when it is to be shown: not to who opens the window."""


class SectionHeader(QAbstractButton):
    """A title with an arrow: space and enter fold and unfold, left folds, right unfolds."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ringed = False
        self.setText(title)
        self.setCheckable(True)
        self.setChecked(True)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        # Tab reaches it; a click leaves the focus where it is.
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        """Be as high as a field and its spacing."""
        return QSize(120, self.fontMetrics().height() + 24)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Fold and unfold as a tree does."""
        match event.key():
            case Qt.Key.Key_Left:
                self.setChecked(False)
            case Qt.Key.Key_Right:
                self.setChecked(True)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.toggle()
            case _:
                super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show a ring to who comes with the keyboard, not to who opens the window."""
        self._ringed = event.reason() in BY_KEYBOARD
        super().focusInEvent(event)

    def is_ringed(self) -> bool:
        """Whether the keyboard has brought the focus here."""
        return self._ringed and self.hasFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title, the arrow, and a ring where the keyboard has brought the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, box = self.palette(), self.rect()
        if self.is_ringed():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
            painter.drawRoundedRect(QRectF(box).adjusted(6.5, 5.5, -6.5, -4.5), 4, 4)
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        painter.drawText(
            box.adjusted(MARGIN, 1, -MARGIN, 0), Qt.AlignmentFlag.AlignVCenter, self.text()
        )
        paint_chevron(
            painter,
            self,
            QPointF(box.width() - MARGIN - 14, box.height() / 2 + 0.5),
            angle=0 if self.isChecked() else -90,
            loud=self.underMouse(),
        )


class Ruled(QWidget):
    """A part of the column, with a hairline under it."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the hairline."""
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.Mid))
        painter.drawLine(0, self.height() - 1, self.width(), self.height() - 1)


class Section(Ruled):
    """`widget` under a header with `title`."""

    def __init__(self, title: str, widget: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.header = SectionHeader(title, self)
        self._body = QWidget(self)
        self._inner = QVBoxLayout(self._body)
        self._inner.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        self._inner.setSpacing(12)
        self._inner.addWidget(widget)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.header)
        layout.addWidget(self._body)
        self.header.toggled.connect(self._toggled)
        self._toggled(True)

    def add(self, widget: QWidget) -> None:
        """Put another widget under what is there."""
        self._inner.addWidget(widget)

    def is_open(self) -> bool:
        """Whether its widget is shown."""
        return self.header.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold it."""
        self.header.setChecked(is_open)

    @Slot(bool)
    def _toggled(self, is_open: bool) -> None:
        self.header.setAccessibleDescription("unfolded" if is_open else "folded")
        self._body.setVisible(is_open)
