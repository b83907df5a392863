"""The surface that a plot is painted on: pans and zooms by mouse, wheel and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.plots.axis import ThemedAxis
from gd_studio.desktop.plots.ranges import BOUNDLESS, Range, Reach

_PAN = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}
_ZOOM = {Qt.Key.Key_Plus: 0.8, Qt.Key.Key_Equal: 0.8, Qt.Key.Key_Minus: 1.25}
_PAN_SHARE = 0.1


class PlotViewBox(pg.ViewBox):
    """The area between the axes. What nothing in it takes up comes out as signals.

    Signals
    -------
    clicked
        With the left button: where, as x and y.
    menu_wanted
        Where on the screen.
    all_wanted
        By a double click.
    """

    clicked = Signal(float, float)
    menu_wanted = Signal(QPoint)
    all_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(enableMenu=False, defaultPadding=0.0)
        self.disableAutoRange()
        self.reach: Callable[[], tuple[Reach, Reach]] = lambda: (BOUNDLESS, BOUNDLESS)
        """Asked how far the user may go along both axes whenever he goes."""
        self.takes_double_click: Callable[[float, float], bool] = lambda x, y: False
        """Told where a double click was; what it does not take shows everything."""

    # Not pyqtgraph's limits: those hold back a program as well, and a view that has come to one
    # would slide sideways when the wheel is turned on.

    def scaleBy(
        self, s: Any = None, center: Any = None, x: float | None = None, y: float | None = None
    ) -> None:
        """Zoom; pyqtgraph calls for the mouse and the wheel."""
        factors = tuple(s) if s is not None else (x, y)
        middle = self.viewRect().center() if center is None else center
        self._go(
            [
                None if factor is None else reach.scaled(now, factor, about)
                for factor, about, reach, now in zip(
                    factors, (middle.x(), middle.y()), self.reach(), self._ends(), strict=True
                )
            ]
        )

    def translateBy(self, t: Any = None, x: float | None = None, y: float | None = None) -> None:
        """Pan; pyqtgraph calls for the mouse."""
        by = (t.x(), t.y()) if t is not None else (x, y)
        self._go(
            [
                None if way is None else reach.moved(now, way)
                for way, reach, now in zip(by, self.reach(), self._ends(), strict=True)
            ]
        )

    def _ends(self) -> tuple[Range, Range]:
        (x0, x1), (y0, y1) = self.viewRange()
        return (float(x0), float(x1)), (float(y0), float(y1))

    def _go(self, ranges: list[Range | None]) -> None:
        x, y = ranges
        if x is not None or y is not None:
            self.setRange(xRange=x, yRange=y, padding=0)

    def mouseClickEvent(self, event: Any) -> None:
        """Tell of the click; pyqtgraph calls."""
        event.accept()
        if event.button() == Qt.MouseButton.RightButton:
            self.menu_wanted.emit(event.screenPos().toPoint())
        elif event.button() == Qt.MouseButton.LeftButton:
            place = self.mapToView(event.pos())
            if not event.double():
                self.clicked.emit(place.x(), place.y())
            elif not self.takes_double_click(place.x(), place.y()):
                self.all_wanted.emit()


class PlotView(pg.GraphicsView):
    """A view box between two axes.

    Signals
    -------
    pointer_moved
        Where the mouse is, as a place of the viewport.
    pointer_left
        The mouse is outside of the axes.
    moved_by_user
        The user has panned or zoomed.
    all_wanted
        The user wants to see everything (Home, double click).
    pressed_twice
        A double click has begun; ``all_wanted`` follows when it is over.
    menu_wanted
        Where on the screen.
    delete_pressed
        The Delete key.
    focus_changed
        Whether keys go here.
    """

    pointer_moved = Signal(QPoint)
    pointer_left = Signal()
    moved_by_user = Signal()
    all_wanted = Signal()
    pressed_twice = Signal()
    menu_wanted = Signal(QPoint)
    delete_pressed = Signal()
    focus_changed = Signal(bool)

    def __init__(self, x_label: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=None)
        # One rectangle to paint: where there are several, Qt clips every line against each of them,
        # which takes five times as long as painting what lies between.
        self.setViewportUpdateMode(self.ViewportUpdateMode.BoundingRectViewportUpdate)
        self.box = PlotViewBox()
        self.takes_key: Callable[[QKeyEvent], bool] = lambda event: False
        """Told of each key; what it does not take pans and zooms."""
        self.x_axis = ThemedAxis("bottom", x_label)
        self.y_axis = ThemedAxis("left", y_label)
        layout = self.centralLayout
        layout.setContentsMargins(2, 8, 20, 2)
        layout.setSpacing(0)
        layout.addItem(self.y_axis, 0, 0)
        layout.addItem(self.box, 0, 1)
        layout.addItem(self.x_axis, 1, 1)
        layout.setRowStretchFactor(0, 100)
        layout.setColumnStretchFactor(1, 100)
        for axis in (self.x_axis, self.y_axis):
            axis.linkToView(self.box)
        self.box.sigRangeChangedManually.connect(self._on_moved)
        self.box.all_wanted.connect(self.all_wanted)
        self.box.menu_wanted.connect(self.menu_wanted)

    def show_grid(self) -> None:
        """Draw lines through the plot at the ticks."""
        for axis in (self.x_axis, self.y_axis):
            axis.setGrid(255)

    def _on_moved(self, *_: Any) -> None:
        self.moved_by_user.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows pan, plus and minus zoom, Home shows everything; Qt calls."""
        key = Qt.Key(event.key())
        if self.takes_key(event):
            pass
        elif key in _PAN:
            width, height = self.box.viewRect().width(), self.box.viewRect().height()
            right, up = _PAN[key]
            self.box.translateBy(x=_PAN_SHARE * right * width, y=_PAN_SHARE * up * height)
            self.moved_by_user.emit()
        elif key in _ZOOM:
            self.box.scaleBy((_ZOOM[key], _ZOOM[key]))
            self.moved_by_user.emit()
        elif key == Qt.Key.Key_Home:
            self.all_wanted.emit()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.delete_pressed.emit()
        else:
            event.ignore()
            return
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell where the mouse is; Qt calls."""
        super().mouseMoveEvent(event)
        at = event.position().toPoint()
        if self.place_at(at) is not None:
            self.pointer_moved.emit(at)
        else:
            self.pointer_left.emit()

    def place_at(self, at: QPoint) -> tuple[float, float] | None:
        """The x and y of the plot at a place of the viewport; ``None`` outside of the axes."""
        spot = self.mapToScene(at)
        if not self.box.sceneBoundingRect().contains(spot):
            return None
        place: QPointF = self.box.mapSceneToView(spot)
        return place.x(), place.y()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell as soon as it begins; Qt calls."""
        self.pressed_twice.emit()
        super().mouseDoubleClickEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Qt calls."""
        super().leaveEvent(event)
        self.pointer_left.emit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """The keyboard's menu key; clicks come through the view box, after what lies in it."""
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.menu_wanted.emit(self.mapToGlobal(self.rect().center()))
        event.accept()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt calls."""
        super().focusInEvent(event)
        self.focus_changed.emit(True)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Qt calls."""
        super().focusOutEvent(event)
        self.focus_changed.emit(False)
