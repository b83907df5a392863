"""What all plots have in common: a title line, a themed view, a readout, a short menu."""

from __future__ import annotations

import pyqtgraph as pg
from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QAction,
    QColor,
    QFont,
    QGuiApplication,
    QKeySequence,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from gd_studio.desktop.look.theme import LIGHT, Theme
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.plots.data_table import Columns, DataDialog
from gd_studio.desktop.plots.ranges import BOUNDLESS, Range, Reach, sound
from gd_studio.desktop.plots.view import PlotView

_FRAME_MS = 16
_SETTLED_MS = 80


class PlotFrame(QWidget):
    """A plot under a title line.

    Parameters
    ----------
    title
        Above the plot; also its accessible name.
    x_label, y_label
        What the axes measure.

    Signals
    -------
    range_changed
        ``((x0, x1), (y0, y1))``, a little after the user has panned, zoomed or asked for all.
    hovered
        Where the mouse rests, as x and y; at most once a frame.
    """

    range_changed = Signal(object)
    hovered = Signal(float, float)

    def __init__(
        self, title: str, x_label: str, y_label: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.theme = LIGHT
        self.follows = True
        """Whether the ranges are the plot's to choose; not after the user has moved them."""
        self.view = PlotView(x_label, y_label, self)
        self.box = self.view.box
        self.title_label = PlainLabel(title)
        self.note_label = PlainLabel()
        self.caption_label = PlainLabel()
        self.readout = _Readout(self.view.viewport())
        self._lay_out()
        self.set_title(title)

        self._vertical = pg.InfiniteLine(angle=90)
        self._horizontal = pg.InfiniteLine(angle=0)
        for line in (self._vertical, self._horizontal):
            line.setZValue(40)
            line.hide()
            self.box.addItem(line, ignoreBounds=True)

        self._pointer: QPoint | None = None
        self._hover_timer = self._timer(_FRAME_MS, self._show_hover)
        self._range_timer = self._timer(_SETTLED_MS, self._tell_range)
        self._menu: QMenu | None = None
        self.all_action = self._action("View all", self.view_all, "Home")
        self.data_action = self._action("Show data…", self.show_data, "Ctrl+D")
        self.copy_action = self._action(
            "Copy image", self.copy_image, QKeySequence.StandardKey.Copy
        )
        self.box.reach = self.reach
        # What lies under a resting mouse changes with the ranges.
        self.box.sigRangeChanged.connect(self._hover_soon)
        self.box.sigResized.connect(self._hover_soon)
        self.view.pointer_moved.connect(self._on_pointer)
        self.view.pointer_left.connect(self._on_pointer_left)
        self.view.moved_by_user.connect(self.stay)
        self.view.all_wanted.connect(self.view_all)
        self.view.menu_wanted.connect(self.show_menu)
        self.view.focus_changed.connect(self._on_focus)
        self.setFocusProxy(self.view)
        self.set_theme(LIGHT)

    # --- what a plot says of itself ------------------------------------------------------------

    def home(self) -> tuple[Range, Range] | None:
        """The ranges that show everything; ``None`` where there is nothing to show."""
        return None

    def reach(self) -> tuple[Reach, Reach]:
        """How far the user may pan and zoom along both axes."""
        home = self.home()
        if home is None:
            return BOUNDLESS, BOUNDLESS
        return Reach.around(home[0]), Reach.around(home[1])

    def describe(self, x: float, y: float) -> str:
        """The readout (rich text) at a place; empty for none."""
        return ""

    def data(self) -> Columns:
        """The numbers behind what is drawn."""
        return Columns((), ())

    def cross(self, x: float, y: float) -> tuple[float | None, float | None]:
        """Where the crosshair's lines are for the mouse at a place; ``None`` for no line."""
        return x, y

    # --- what others may do ------------------------------------------------------------------

    def set_title(self, title: str) -> None:
        """Change the title line."""
        self.title_label.setText(title)
        self.setAccessibleName(title)
        self.view.setAccessibleName(f"Plot: {title}")

    def set_title_visible(self, visible: bool) -> None:
        """Show the title line, or leave it out where a dock says the same just above."""
        self.title_label.setVisible(visible)

    def set_caption(self, caption: str) -> None:
        """Say more in a quiet line under the title; empty for none."""
        self.caption_label.setText(caption)
        self.caption_label.setVisible(bool(caption))

    def set_note(self, note: str) -> None:
        """Say at the right of the title line what the plot cannot show; empty for none."""
        self.note_label.setText(note)
        self.note_label.setVisible(bool(note))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.theme = theme
        # The font's size in points would differ from screen to screen within a picture of it.
        font = QFont(self.font())
        font.setPointSizeF(max(7.5, 0.9 * font.pointSizeF()))
        for axis in (self.view.x_axis, self.view.y_axis):
            axis.set_theme(theme, font)
        line = QPen(QColor(theme.muted), 1)
        line.setCosmetic(True)
        self._vertical.setPen(line)
        self._horizontal.setPen(line)
        self.view.setBackground(theme.plot_background)
        # Not by palettes: a style sheet's style puts old ones back when a widget moves.
        self.setStyleSheet(
            f"#plotTitle {{ color: {theme.text}; }} #plotNote {{ color: {theme.warning}; }}"
            f"#plotCaption {{ color: {theme.muted}; }} #plotLegend {{ color: {theme.plot_text}; }}"
            f"#plotReadout {{ background: {theme.base}; border: 1px solid {theme.border};"
            f" border-radius: 4px; }} #plotReadout QLabel {{ color: {theme.text}; }}"
            f"#plotHint {{ color: {theme.muted}; background: {theme.plot_background}; }}"
        )
        self.update()

    def show_range(self, x: Range | None, y: Range | None) -> None:
        """Show these ranges; what is not finite, or ``None``, stays as it is."""
        now_x, now_y = self.shown()
        x = sound(*x) if x is not None else None
        y = sound(*y) if y is not None else None
        if x is not None and x != now_x:
            self.box.setXRange(*x, padding=0)
        if y is not None and y != now_y:
            self.box.setYRange(*y, padding=0)

    def shown(self) -> tuple[Range, Range]:
        """The ranges in view: ``((x0, x1), (y0, y1))``."""
        (x0, x1), (y0, y1) = self.box.viewRange()
        return (float(x0), float(x1)), (float(y0), float(y1))

    @Slot()
    def view_all(self) -> None:
        """Show everything, and follow the data from now on."""
        self.follows = True
        home = self.home()
        if home is not None:
            self.show_range(*home)
        self._range_timer.start()

    @Slot()
    def show_data(self) -> None:
        """Open a table of the numbers behind the plot."""
        DataDialog(self.accessibleName(), self.data(), self).open()

    @Slot()
    def stay(self) -> None:
        """Leave the ranges to the user from now on, until everything is asked for again."""
        self.follows = False
        self._range_timer.start()

    @Slot()
    def copy_image(self) -> None:
        """Put a picture of the plot on the clipboard."""
        QGuiApplication.clipboard().setPixmap(self.grab())

    @Slot(QPoint)
    def show_menu(self, at: QPoint) -> None:
        """Open the menu at a place of the screen."""
        if self._menu is None:
            self._menu = QMenu(self)
            self._menu.addActions(self.actions())
        self._menu.popup(at)

    def sizeHint(self) -> QSize:
        """Qt asks."""
        return QSize(520, 360)

    def minimumSizeHint(self) -> QSize:
        """Qt asks."""
        return QSize(220, 160)

    # --- inside ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        self.title_label.setObjectName("plotTitle")
        self.note_label.setObjectName("plotNote")
        self.caption_label.setObjectName("plotCaption")
        title_font = self.title_label.font()
        title_font.setWeight(QFont.Weight.DemiBold)
        self.title_label.setFont(title_font)
        header = QHBoxLayout()
        header.setContentsMargins(10, 0, 10, 0)
        header.setSpacing(8)
        header.addWidget(self.title_label)
        header.addStretch(1)
        header.addWidget(self.note_label)
        self.caption_label.setContentsMargins(10, 0, 10, 0)
        self.caption_label.setWordWrap(True)
        self.caption_label.hide()
        self.note_label.hide()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(2, 8, 2, 2)
        self.column.setSpacing(2)
        self.column.addLayout(header)
        self.column.addWidget(self.caption_label)
        self.column.addWidget(self.view, 1)

    def _timer(self, milliseconds: int, then: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(then)
        return timer

    def _action(self, text: str, then: object, keys: object) -> QAction:
        action = QAction(text, self)
        action.setShortcut(QKeySequence(keys))  # type: ignore[call-overload]
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        action.triggered.connect(then)
        self.addAction(action)
        return action

    @Slot(QPoint)
    def _on_pointer(self, at: QPoint) -> None:
        self._pointer = at
        self._hover_soon()

    @Slot()
    def _hover_soon(self, *_: object) -> None:
        if self._pointer is not None and not self._hover_timer.isActive():
            self._hover_timer.start()

    @Slot()
    def _on_pointer_left(self) -> None:
        self._pointer = None
        self._hover_timer.stop()
        for item in (self._vertical, self._horizontal, self.readout):
            item.hide()

    @Slot()
    def _show_hover(self) -> None:
        place = self.view.place_at(self._pointer) if self._pointer is not None else None
        if self._pointer is None or place is None:
            self._on_pointer_left()
            return
        x, y = place
        text = self.describe(x, y)
        for line, value in zip((self._vertical, self._horizontal), self.cross(x, y), strict=True):
            line.setVisible(value is not None and bool(text))
            if value is not None:
                line.setValue(value)
        self.readout.say(text, self._pointer)
        self.hovered.emit(x, y)

    @Slot()
    def _tell_range(self) -> None:
        self.range_changed.emit(self.shown())

    @Slot(bool)
    def _on_focus(self, _: bool) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The background, and a ring around the plot that the keys go to; Qt calls."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self.theme.plot_background))
        if self.view.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self.theme.accent), 1.5))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 4, 4)
        painter.end()


class _Readout(QFrame):
    """A small box beside the mouse that tells the values there."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._room = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setObjectName("plotReadout")
        self._label = PlainLabel(self)
        self._label.setTextFormat(Qt.TextFormat.RichText)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(8, 4, 8, 4)
        layout.addWidget(self._label)
        self.hide()

    def text(self) -> str:
        """What it says."""
        return self._label.text()

    def say(self, text: str, spot: QPoint) -> None:
        """Show `text` near `spot`, inside of the parent; empty hides it."""
        if not text:
            self.hide()
            return
        if text != self._label.text():
            self._label.setText(text)
            self.adjustSize()
        room = self._room.rect()
        left = spot.x() + 14
        if left + self.width() > room.right():
            left = spot.x() - 14 - self.width()
        top = spot.y() - 14 - self.height()
        if top < room.top():
            top = spot.y() + 14
        self.move(max(0, left), min(top, max(0, room.bottom() - self.height())))
        self.show()
