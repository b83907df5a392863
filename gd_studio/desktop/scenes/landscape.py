"""The landscape with the paths on it: a map for two axes, a curve for one."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots import FunctionCurvePlot, LandscapePlot
from gd_studio.desktop.plots.ranges import padded
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.scenes.axes_picker import AxesPicker
from gd_studio.desktop.scenes.map_keeper import MapKeeper
from gd_studio.desktop.scenes.start_edits import StartEdits
from gd_studio.desktop.scenes.terrain import Terrain
from gd_studio.desktop.scenes.trails import Trail, Trails, trails_on
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import FunctionProblem
from gd_studio.link.arrays import Floats
from gd_studio.recording.framing import Ranges, frame
from gd_studio.recording.plane import farthest_moved


class LandscapeScene(QWidget):
    """Shows the landscape of the studio's subject, and the paths of all runs that lie on it.

    Signals
    -------
    starts_edited(list of points)
        The user moved, added or took away a start of a function.
    """

    starts_edited = Signal(object)

    def __init__(self, table: RunTable, scout: Scout) -> None:
        super().__init__()
        self._table = table
        self._keeper = MapKeeper(scout, self)
        self._terrain: Terrain | None = None
        self._trails = Trails()
        self._followed: dict[int, int] = {}  # points that have been in view, by run
        self.picker = AxesPicker()
        self.map = LandscapePlot()
        self.curve = FunctionCurvePlot()
        self._plots = QStackedWidget()
        self._lay_out()
        self._keeper.mapped.connect(self._show_map)
        self._keeper.rested.connect(self._keep_map)
        self.picker.axes_changed.connect(self._axes_changed)
        for plot in (self.map, self.curve):
            plot.range_changed.connect(self._range_changed)
            StartEdits(plot, self._starts, self).edited.connect(self.starts_edited)

    def _lay_out(self) -> None:
        self._plots.addWidget(self.map)
        self._plots.addWidget(self.curve)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        self._tools = QHBoxLayout()
        self._tools.setContentsMargins(0, 6, 8, 0)
        self._tools.addWidget(self.picker)
        self._tools.addStretch(1)
        layout.addLayout(self._tools)
        layout.addWidget(self._plots, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._trails.set_accent(theme.accent)
        self.map.set_theme(theme)
        self.curve.set_theme(theme)

    def add_tool(self, tool: QWidget) -> None:
        """Put something beside the choice of the axes."""
        self._tools.addWidget(tool)

    # --- what is shown ------------------------------------------------------------------------

    @property
    def terrain(self) -> Terrain | None:
        """What is shown; ``None`` before there is a subject."""
        return self._terrain

    @property
    def _plot(self) -> LandscapePlot | FunctionCurvePlot:
        return self.curve if self._plots.currentWidget() is self.curve else self.map

    def set_subject(self, subject: Subject) -> None:
        """Show the landscape of `subject`; the view stays where the landscape is the same."""
        old = self._terrain.subject if self._terrain is not None else None
        is_function = isinstance(subject.experiment.problem, FunctionProblem)
        self.picker.set_labels(() if is_function else subject.preview.layout.labels)
        self._terrain = Terrain.of(subject, self.picker.axes)
        if old is None or not old.shares_landscape_with(subject.experiment):
            self._begin_anew()
        self._trails.forget()
        self.refresh()

    def _begin_anew(self) -> None:
        """Forget the last landscape's map and view, and name the new one's axes."""
        terrain = self._terrain
        assert terrain is not None
        self._keeper.forget()
        self._followed = {}
        self._plots.setCurrentWidget(self.curve if len(terrain.axes) == 1 else self.map)
        self.map.clear_map()
        self._plot.follows = True
        self._plot.set_caption(terrain.caption)
        if len(terrain.axes) == 1:
            self.curve.set_axes(terrain.labels[0], terrain.value_name)
            self.curve.set_minima(terrain.minima[:, 0])
        else:
            self.map.set_axes(terrain.labels[0], terrain.labels[1], terrain.value_name)
            self.map.set_minima(terrain.minima)

    def refresh(self) -> None:
        """Draw what is new: further steps, other runs, and a map where the last one is stale."""
        terrain = self._terrain
        if terrain is None:
            return
        terrain = self._turn_to_what_moved(terrain)
        trails = trails_on(terrain, self._table)
        self._trails.draw(self._plot, terrain, trails)
        self._follow(terrain, trails)
        self._keep_map()

    def _turn_to_what_moved(self, terrain: Terrain) -> Terrain:
        """At the end of a run, show the slice along which it went farthest.

        Unless the user has picked one. The first two parameters may not have moved at all.
        """
        focus = terrain.subject.focus
        if focus is None or not focus.run.is_over or not self.picker.is_free:
            return terrain
        recording = focus.run.recording
        if recording is None or farthest_moved(recording) == terrain.axes:
            return terrain
        self.picker.set_axes(farthest_moved(recording))
        self._terrain = Terrain.of(terrain.subject, self.picker.axes)
        self._begin_anew()
        self._trails.forget()
        return self._terrain

    # --- the view and its map -----------------------------------------------------------------

    def _shown(self, terrain: Terrain) -> Ranges:
        return self._plot.shown()[: len(terrain.axes)]

    def _follow(self, terrain: Terrain, trails: list[Trail]) -> None:
        """Keep all in view, until the user chooses what to look at."""
        if not self._plot.follows:
            return
        fresh = [
            path
            for trail in trails
            for path in terrain.paths(
                trail.recording.parameters[self._followed.get(trail.number, 0) :], trail.n_starts
            )
        ]
        self._followed = {t.number: len(t.recording.parameters) for t in trails}
        if self._keeper.has_asked and all(_holds(self._shown(terrain), path) for path in fresh):
            return
        paths = terrain.starts
        for trail in trails:
            paths += terrain.paths(trail.recording.parameters, trail.n_starts)
        ranges = frame(paths, terrain.domain)
        if len(ranges) == 2:
            self.map.set_view(ranges[0], ranges[1])
        else:
            self.curve.show_range(ranges[0], None)

    @Slot()
    def _keep_map(self) -> None:
        if self._terrain is not None:
            self._keeper.keep(self._terrain, self._shown(self._terrain))

    @Slot(object, object)
    def _show_map(self, values: Floats, ranges: Ranges) -> None:
        if values.ndim == 2:
            self.map.set_map(values, ranges[0], ranges[1])
            return
        self.curve.set_curve(values, ranges[0])
        finite = values[np.isfinite(values)]
        height = padded(float(finite.min()), float(finite.max())) if len(finite) else None
        if self.curve.follows and height is not None:
            self.curve.set_view(ranges[0], height)

    # --- what the user does -------------------------------------------------------------------

    @Slot()
    def _axes_changed(self) -> None:
        assert self._terrain is not None
        self._terrain = Terrain.of(self._terrain.subject, self.picker.axes)
        self._begin_anew()
        self._trails.forget()
        self.refresh()

    @Slot(object)
    def _range_changed(self, _: object) -> None:
        self._keep_map()

    def _starts(self) -> list[list[float]]:
        assert self._terrain is not None
        return [path[0].tolist() for path in self._terrain.starts]


def _holds(ranges: Ranges, path: Floats) -> bool:
    if not len(path):
        return True
    low, high = np.array(ranges).T
    return bool((path.min(axis=0) >= low).all() and (path.max(axis=0) <= high).all())
