"""Starts that can be moved, added and taken away by mouse and keyboard."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal

from gd_studio.desktop.plots.markers import Markers

Array = npt.NDArray[Any]
Place = Callable[[float, float], tuple[float, float]]

_HINT = "Drag to move this start · right-click or Delete to remove it"


class StartHandles(Markers):
    """Rings at the starts, on top of the paths, that follow the mouse.

    Parameters
    ----------
    place
        Where a start goes when it is dragged to ``(x, y)``: onto a curve, say.
    hint
        What is said at one under the mouse.

    Signals
    -------
    dragged, moved
        Its index, x and y: while it is dragged, and where it was let go.
    removed, chosen
        Its index: it was right-clicked, or clicked.
    """

    dragged = Signal(int, float, float)
    moved = Signal(int, float, float)
    removed = Signal(int)
    chosen = Signal(int)

    def __init__(self, place: Place = lambda x, y: (x, y), hint: str = _HINT) -> None:
        super().__init__("ring")
        self._place = place
        self._hint = hint
        self._held: int | None = None
        self.hovered: int | None = None

    def hoverEvent(self, event: Any) -> None:
        """Tell by the cursor what can be held; pyqtgraph calls."""
        found = None
        if not event.isExit():
            found = self.nearest(event.pos().x(), event.pos().y())
        if found is not None:
            event.acceptClicks(Qt.MouseButton.RightButton)
            event.acceptDrags(Qt.MouseButton.LeftButton)
        if found != self.hovered:
            self.hovered = found
            if found is None:
                self.unsetCursor()
                self.setToolTip("")
            else:
                self.setCursor(Qt.CursorShape.SizeAllCursor)
                self.setToolTip(self._hint)

    def mouseDragEvent(self, event: Any) -> None:
        """Move the start that is held; pyqtgraph calls."""
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        if event.isStart():
            at = event.buttonDownPos()
            self._held = self.nearest(at.x(), at.y())
        if self._held is None:
            event.ignore()
            return
        event.accept()
        x, y = self._place(event.pos().x(), event.pos().y())
        points = self.points.copy()
        points[self._held] = x, y
        self.set_points(points, self.colours)
        self.dragged.emit(self._held, x, y)
        if event.isFinish():
            index, self._held = self._held, None
            self.moved.emit(index, x, y)

    def mouseClickEvent(self, event: Any) -> None:
        """Take away the start that is right-clicked; pyqtgraph calls."""
        found = self.nearest(event.pos().x(), event.pos().y())
        if found is None:
            event.ignore()
            return
        # A left click on a start adds none beneath it.
        event.accept()
        if event.button() == Qt.MouseButton.RightButton:
            self.removed.emit(found)
        elif event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(found)

    def remove_hovered(self) -> None:
        """Take away the start under the mouse."""
        if self.hovered is not None and self.hovered < len(self.points):
            self.removed.emit(self.hovered)

    @property
    def is_held(self) -> bool:
        """Whether the user is dragging one just now."""
        return self._held is not None

    @property
    def held(self) -> int | None:
        """Which one the user is dragging just now."""
        return self._held

    def show_at(self, points: Array, colours: list[str]) -> None:
        """Show the starts, unless one is being dragged."""
        if not self.is_held:
            self.set_points(np.asarray(points), colours or "#000000")
