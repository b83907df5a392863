"""What pictures without axes have in common: a title line, tool tips, a table, a short menu."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, QSize, Qt, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QContextMenuEvent,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QHelpEvent,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QMenu, QToolTip, QVBoxLayout, QWidget

from gd_studio.desktop.look.theme import LIGHT, Theme
from gd_studio.desktop.plain_text import PlainLabel, tooltip
from gd_studio.desktop.plots.data_table import Columns, DataDialog


class PaintedPlot(QWidget):
    """A picture under a title line, painted by :meth:`draw` on :attr:`canvas`.

    Parameters
    ----------
    title
        Above the picture; also its accessible name.
    """

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.title_label = PlainLabel()
        self.title_label.setObjectName("plotTitle")
        title_font = self.title_label.font()
        title_font.setWeight(QFont.Weight.DemiBold)
        self.title_label.setFont(title_font)
        self.caption_label = PlainLabel()
        self.caption_label.setObjectName("plotCaption")
        self.caption_label.setWordWrap(True)
        self.caption_label.hide()
        for label in (self.title_label, self.caption_label):
            label.setContentsMargins(10, 0, 10, 0)
        self.canvas = _Canvas(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(2, 8, 2, 2)
        column.setSpacing(2)
        column.addWidget(self.title_label)
        column.addWidget(self.caption_label)
        column.addWidget(self.canvas, 1)
        self._menu: QMenu | None = None
        self.data_action = self._action("Show data…", "Ctrl+D")
        self.data_action.triggered.connect(self.show_data)
        self.copy_action = self._action("Copy image", QKeySequence.StandardKey.Copy)
        self.copy_action.triggered.connect(self.copy_image)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_title(title)
        self.set_theme(LIGHT)

    # --- what a picture says of itself ---------------------------------------------------------

    def draw(self, painter: QPainter) -> None:
        """Paint the picture; `painter` has the font of :meth:`small_font`."""

    def arrange(self, room: QRectF) -> None:
        """Lay the picture out in the canvas, ``room``; called before painting and on resizing."""

    def describe(self, at: QPointF) -> str:
        """What is at a place of the canvas, in words; empty for nothing."""
        return ""

    def data(self) -> Columns:
        """The numbers behind what is drawn."""
        return Columns((), ())

    # --- what others may do --------------------------------------------------------------------

    def set_title(self, title: str) -> None:
        """Change the title line."""
        self.title_label.setText(title)
        self.setAccessibleName(title)

    def set_title_visible(self, visible: bool) -> None:
        """Show the title line, or leave it out where a dock says the same just above."""
        self.title_label.setVisible(visible)

    def set_caption(self, caption: str) -> None:
        """Say more in a quiet line under the title; empty for none."""
        self.caption_label.setText(caption)
        self.caption_label.setVisible(bool(caption))
        self.setAccessibleDescription(caption)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        self.setStyleSheet(
            f"#plotTitle {{ color: {theme.text}; }} #plotCaption {{ color: {theme.muted}; }}"
        )
        self.refresh()

    @Slot()
    def show_data(self) -> None:
        """Open a table of the numbers behind the picture."""
        DataDialog(self.accessibleName(), self.data(), self).open()

    @Slot()
    def copy_image(self) -> None:
        """Put the picture on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.grab())

    # --- for those that paint ------------------------------------------------------------------

    def refresh(self) -> None:
        """Lay out and paint again."""
        self.arrange(QRectF(self.canvas.rect()))
        self.canvas.update()

    def small_font(self) -> QFont:
        """The font of what is written in the picture: that of the axes of other plots."""
        font = QFont(self.font())
        font.setPointSizeF(max(7.5, 0.9 * font.pointSizeF()))
        return font

    def metrics(self) -> QFontMetricsF:
        """Of :meth:`small_font`."""
        return QFontMetricsF(self.small_font())

    def elided(self, text: str, width: float) -> str:
        """The text, cut short with an ellipsis where it is wider."""
        return self.metrics().elidedText(text, Qt.TextElideMode.ElideRight, width)

    # --- inside --------------------------------------------------------------------------------

    def _action(self, text: str, keys: str | QKeySequence.StandardKey) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        self.addAction(action)
        return action

    def sizeHint(self) -> QSize:
        """Qt asks."""
        return QSize(520, 360)

    def minimumSizeHint(self) -> QSize:
        """Qt asks."""
        return QSize(220, 160)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu; Qt calls."""
        if self._menu is None:
            self._menu = QMenu(self)
            self._menu.addActions(self.actions())
        self._menu.popup(event.globalPos())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The background, and a ring around the plot that the keys go to; Qt calls."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.plot_background))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.theme.accent), 1.5))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


class _Canvas(QWidget):
    """Where the picture is painted, and what is under a resting mouse is told."""

    def __init__(self, plot: PaintedPlot) -> None:
        super().__init__(plot)
        self._plot = plot

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._plot.refresh()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._plot.small_font())
        self._plot.draw(painter)
        painter.end()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            at: QPoint = event.pos()
            told = tooltip(self._plot.describe(QPointF(at)))
            QToolTip.showText(event.globalPos(), told, self)
            return True
        return super().event(event)
