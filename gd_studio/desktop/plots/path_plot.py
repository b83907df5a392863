"""What plots with paths have in common: paths, and starts that can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.markers import Markers
from gd_studio.desktop.plots.path_layer import PathLayer
from gd_studio.desktop.plots.plot_frame import PlotFrame
from gd_studio.desktop.plots.ranges import Range
from gd_studio.desktop.plots.start_handles import StartHandles

Array = npt.NDArray[Any]

ADD_HINT = "Click to add a start"

_CLICK_MS = 250
"""So long a click waits for the second one of a double click, which shows everything instead."""


class PathPlot(PlotFrame):
    """A plot on which paths go from their starts.

    Signals
    -------
    start_moved
        Its index and where it was let go, as x and y.
    start_dragged
        The same while it is dragged.
    start_added
        Where the empty plot was clicked, as x and y; once it is clear that the click is single.
    start_removed
        Its index.
    """

    start_moved = Signal(int, float, float)
    start_dragged = Signal(int, float, float)
    start_added = Signal(float, float)
    start_removed = Signal(int)

    def __init__(
        self, title: str, x_label: str, y_label: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(title, x_label, y_label, parent)
        self._home: tuple[Range, Range] | None = None
        self._editable = False
        self._back: tuple[int, int, Array] | None = None
        self.paths = PathLayer(self.box, self)
        self._forks: frozenset[int] = frozenset()
        self.changes = Markers("diamond")
        self.changes.setZValue(21.5)
        self.box.addItem(self.changes, ignoreBounds=True)
        self.handles = StartHandles(self.on_plot)
        self.handles.setZValue(30)
        self.handles.hide()
        self.box.addItem(self.handles, ignoreBounds=True)
        self.handles.moved.connect(self.start_moved)
        self.handles.dragged.connect(self.start_dragged)
        self.handles.removed.connect(self.start_removed)
        self._clicked = (0.0, 0.0)
        self._click_timer = self._timer(_CLICK_MS, self._add_start)
        self.box.clicked.connect(self._on_clicked)
        self.view.pressed_twice.connect(self._click_timer.stop)
        self.view.delete_pressed.connect(self.handles.remove_hovered)
        self._rethin_timer = self._timer(80, self.paths.rethin)
        self.box.sigRangeChanged.connect(self._on_range)
        self.box.sigResized.connect(self._on_range)

    def on_plot(self, x: float, y: float) -> tuple[float, float]:
        """Where a start goes that is put at ``(x, y)``."""
        return x, y

    def as_points(self, path: Array) -> Array:
        """A path in parameter space as points of the plot, ``(n, 2)``."""
        return path

    def data(self) -> Columns:
        """Every path: its number, the number of the step, and the point."""
        paths = self.paths.points()
        numbers = [np.full(len(path), float(i + 1)) for i, path in enumerate(paths)]
        steps = [np.arange(len(path), dtype=float) for path in paths]
        points = np.concatenate(paths) if paths else np.empty((0, 2))
        names = (self.view.x_axis.labelText, self.view.y_axis.labelText)
        return Columns.of(
            ("path", "point", *names),
            np.concatenate(numbers or [np.empty(0)]),
            np.concatenate(steps or [np.empty(0)]),
            points[:, 0],
            points[:, 1],
        )

    def set_view(self, x: Range, y: Range) -> None:
        """Show these ranges, and come back to them by Home."""
        self._home = (x, y)
        self.follows = True
        self.show_range(x, y)

    def home(self) -> tuple[Range, Range] | None:
        """What the owner wants to be shown at first."""
        return self._home

    def set_paths(self, paths: Sequence[tuple[Array, str]]) -> None:
        """Show these paths and no others; each begins at a start."""
        self.paths.set_paths([(self.as_points(path), colour) for path, colour in paths])
        if self._back is not None:
            first, count, here = self._back
            self.paths.look_back(first, count, self.as_points(here))
        self._show_handles()

    def set_forks(self, forks: frozenset[int]) -> None:
        """Say which of the paths fork off others, by index: they begin at no start to be moved."""
        self._forks = forks
        self._show_handles()

    def set_changes(self, places: Array, colours: list[str]) -> None:
        """Mark where runs were changed on the way, ``(n, n_variables)``, each in its colour."""
        points = self.as_points(places)
        if colours != self.changes.colours or not np.array_equal(
            points, self.changes.points, equal_nan=True
        ):
            self.changes.set_points(points, colours)

    def look_back(self, first: int, count: int, here: Array) -> None:
        """Show `first` and the paths that follow it as they were after `count` of their points.

        Parameters
        ----------
        here
            Where they were, ``(k, n_variables)``.
        """
        back = self._back
        if back is None or back[:2] != (first, count) or not np.array_equal(back[2], here):
            self._back = first, count, np.array(here)
            self.paths.look_back(first, count, self.as_points(here))

    def look_ahead(self) -> None:
        """Show all paths where they are."""
        if self._back is not None:
            self._back = None
            self.paths.look_ahead()

    def update_path(self, index: int, path: Array) -> None:
        """Show the whole path so far of one, append-only. Drawn at the event loop's next turn."""
        self.paths.update_path(index, self.as_points(path))

    def update_paths(self, first: int, points: Array) -> None:
        """The same for several at once: ``(n, k, n_variables)`` of `first` and those after it.

        Much cheaper than one by one where there are hundreds.
        """
        steps, count = points.shape[:2]
        flat = self.as_points(points.reshape(steps * count, -1))
        self.paths.update_paths(first, flat.reshape(steps, count, 2))

    @property
    def starts_editable(self) -> bool:
        """Whether the user can move, add and remove starts."""
        return self._editable

    def set_starts_editable(self, editable: bool) -> None:
        """Let the user move, add and remove starts, or not."""
        self._editable = editable
        if not editable:
            self._click_timer.stop()
        self.handles.setVisible(editable)
        self.paths.starts.setOpacity(0.0 if editable else 1.0)
        self.box.setCursor(Qt.CursorShape.CrossCursor if editable else Qt.CursorShape.ArrowCursor)
        self.box.setToolTip(ADD_HINT if editable else "")
        self._show_handles()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        if hasattr(self, "handles"):
            self.paths.set_edge(theme)
            self.changes.set_edge(theme.casing)
            self.handles.set_edge(theme.casing)

    def _show_handles(self) -> None:
        if self._editable:
            points = np.array(self.paths.starts.points)
            points[[fork for fork in self._forks if fork < len(points)]] = np.nan
            self.handles.show_at(points, self.paths.starts.colours)

    @Slot(float, float)
    def _on_clicked(self, x: float, y: float) -> None:
        if not self._editable:
            return
        if self._click_timer.isActive():
            # Two clicks at two places.
            self._add_start()
        self._clicked = self.on_plot(x, y)
        self._click_timer.start()

    @Slot()
    def _add_start(self) -> None:
        self._click_timer.stop()
        self.start_added.emit(*self._clicked)

    def hideEvent(self, event: QHideEvent) -> None:
        """A click on what is no longer there is void; Qt calls."""
        self._click_timer.stop()
        super().hideEvent(event)

    @Slot()
    def _on_range(self, *_: object) -> None:
        self._rethin_timer.start()
