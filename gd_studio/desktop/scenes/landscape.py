"""The landscape with the paths on it: a map for two axes, a curve for one."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from gd_studio.desktop.plots import FunctionCurvePlot, LandscapePlot
from gd_studio.desktop.plots.ranges import padded
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.scenes.axes_picker import AxesPicker
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.desktop.theme import Theme
from gd_studio.experiment import FunctionProblem
from gd_studio.link.messages import Floats, MapLandscape
from gd_studio.recording import Recording
from gd_studio.recording.framing import Ranges, frame

_POINTS_OF_A_CURVE = 801
_GRID_OF_A_FUNCTION = (240, 200)
_GRID_OF_A_MODEL = (96, 80)

_REST = 9.0
"""How long the map of a slice is left as it is, in times of what drawing it took."""

_SHORTEST_REST = 0.25
"""Seconds."""


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
        self._scout = scout
        self._subject: Subject | None = None
        self._theme: Theme | None = None
        self._drawn: list[tuple[int, int]] = []  # (number of the run, steps drawn) of each
        self._mapped: tuple[Ranges, Floats] | None = None
        self._waiting = False
        self._asked_at = 0.0
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self._remap_if_shown)
        self.picker = AxesPicker()
        self.map = LandscapePlot()
        self.curve = FunctionCurvePlot()
        self._plots = QStackedWidget()
        self._plots.addWidget(self.map)
        self._plots.addWidget(self.curve)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.picker)
        layout.addWidget(self._plots, 1)
        self.picker.axes_changed.connect(self._axes_changed)
        for plot in (self.map, self.curve):
            plot.range_changed.connect(self._range_changed)
            plot.start_moved.connect(self._start_moved)
            plot.start_added.connect(self._start_added)
            plot.start_removed.connect(self._start_removed)

    # --- what is shown ------------------------------------------------------------------------

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.map.set_theme(theme)
        self.curve.set_theme(theme)

    def set_subject(self, subject: Subject) -> None:
        """Show the landscape of `subject`; the view stays where the landscape is the same."""
        old, self._subject = self._subject, subject
        problem = subject.experiment.problem
        same = old is not None and old.shares_landscape_with(subject.experiment)
        self.picker.set_labels(
            () if isinstance(problem, FunctionProblem) else subject.preview.layout.labels
        )
        if not same:
            self._mapped, self._waiting = None, False
            plot = self.curve if len(self._axes) == 1 else self.map
            self._plots.setCurrentWidget(plot)
            self.map.clear_map()
            self._label()
            plot.follows = True
        self._drawn = []
        self.refresh()

    def refresh(self) -> None:
        """Draw what is new: further steps, other runs, and a map where the last one is stale."""
        if self._subject is None:
            return
        rows = list(self._rows())
        if [number for number, *_ in rows] == [number for number, _ in self._drawn] and self._drawn:
            self._update_paths(rows)
        else:
            self._set_paths(rows)
        self._follow(rows)
        self._remap()

    def _rows(self) -> Iterator[tuple[int, Recording, int, str]]:
        """The runs on this landscape that are shown: number, recording, starts and colour."""
        assert self._subject is not None
        for row in self._table.rows:
            run = row.run
            shares = self._subject.shares_landscape_with(run.experiment)
            if row.is_shown and run.recording is not None and shares:
                problem = run.experiment.problem
                n_starts = problem.n_starts if isinstance(problem, FunctionProblem) else 1
                yield row.number, run.recording, n_starts, row.colour

    def _set_paths(self, rows: list[tuple[int, Recording, int, str]]) -> None:
        paths = [
            (path, colour)
            for _, recording, n_starts, colour in rows
            for path in self._paths(recording.parameters, n_starts)
        ]
        assert self._subject is not None
        if self._subject.focus is None and self._theme is not None:
            # Nothing has run from here yet: the starts of the run to come.
            starts = self._subject.preview.start[np.newaxis]
            paths += [(path, self._theme.accent) for path in self._paths(starts, self._n_starts)]
        self._plot.set_paths(paths)
        self._plot.set_starts_editable(
            isinstance(self._subject.experiment.problem, FunctionProblem)
        )
        self._drawn = [(number, len(recording)) for number, recording, *_ in rows]

    def _update_paths(self, rows: list[tuple[int, Recording, int, str]]) -> None:
        index = 0
        for position, (number, recording, n_starts, _) in enumerate(rows):
            if self._drawn[position] != (number, len(recording)):
                self._drawn[position] = (number, len(recording))
                if n_starts == 1:
                    self._plot.update_path(index, self._paths(recording.parameters, 1)[0])
                else:
                    rows_of_points = recording.parameters.reshape(-1, n_starts, len(self._axes))
                    self._plot.update_paths(index, rows_of_points)
            index += n_starts

    def _paths(self, parameters: Floats, n_starts: int) -> list[Floats]:
        """From rows of flat vectors to the path of each start, ``(n, n_axes)`` views."""
        axes = self._axes
        if self._is_function:
            width = len(axes)
            return [parameters[:, i * width : (i + 1) * width] for i in range(n_starts)]
        if len(axes) == 1:
            return [parameters[:, axes[0] : axes[0] + 1]]
        first, second = axes
        ahead = parameters[:, min(axes) : max(axes) + 1 : abs(second - first)]
        return [ahead if first < second else ahead[:, ::-1]]

    # --- the map ------------------------------------------------------------------------------

    def _follow(self, rows: list[tuple[int, Recording, int, str]]) -> None:
        """Keep all in view, until the user chooses what to look at."""
        subject = self._subject
        assert subject is not None
        if not self._plot.follows:
            return
        shown = self._shown
        newest = [
            path[-1]
            for _, recording, n_starts, _ in rows
            for path in self._paths(recording.parameters[-1:], n_starts)
        ]
        if self._mapped is not None and all(_holds(shown, point) for point in newest):
            return
        paths = self._paths(subject.preview.start[np.newaxis], self._n_starts)
        for _, recording, n_starts, _ in rows:
            paths += self._paths(recording.parameters, n_starts)
        domain = None
        if isinstance(subject.experiment.problem, FunctionProblem):
            domain = subject.experiment.problem.resolved.domain
        ranges = frame(paths, domain)
        if self._mapped is None or not np.allclose(ranges, shown):
            if len(ranges) == 2:
                self.map.set_view(*ranges)
            else:
                self.curve.show_range(ranges[0], None)

    def _remap(self) -> None:
        """Ask for the landscape where the view, or for a slice the other parameters, changed."""
        subject = self._subject
        assert subject is not None
        if self._waiting:
            return
        wanted = (self._shown, self._base)
        if self._mapped is not None and _is_same(self._mapped, wanted):
            return
        if self._rest.isActive() and self._mapped is not None and self._mapped[0] == wanted[0]:
            return
        self._waiting, self._mapped, self._asked_at = True, wanted, time.monotonic()
        grid = _GRID_OF_A_FUNCTION if self._is_function else _GRID_OF_A_MODEL
        self._scout.ask(
            "landscape",
            MapLandscape(
                subject.experiment,
                subject.parameters,
                self._axes,
                wanted[0],
                grid if len(self._axes) == 2 else (_POINTS_OF_A_CURVE,),
            ),
            lambda values: self._show_map(subject, wanted[0], values),
            lambda _: self._show_map(subject, wanted[0], None),
        )

    def _show_map(self, subject: Subject, ranges: Ranges, values: Floats | None) -> None:
        self._waiting = False
        # The slice of a model that trains is never up to date; drawing it must not cost the run
        # more than a fraction of a core.
        took = time.monotonic() - self._asked_at
        self._rest.start(round(1000 * max(_SHORTEST_REST, _REST * took)))
        if self._subject is None or not self._subject.shares_landscape_with(subject.experiment):
            self._mapped = None
            return
        if values is not None and values.ndim == len(self._axes) == 2:
            self.map.set_map(values, ranges[0], ranges[1])
        elif values is not None and values.ndim == len(self._axes) == 1:
            self._show_curve(values, ranges)

    def _show_curve(self, values: Floats, ranges: Ranges) -> None:
        self.curve.set_curve(values, ranges[0])
        finite = values[np.isfinite(values)]
        height = padded(float(finite.min()), float(finite.max())) if len(finite) else None
        if self.curve.follows and height is not None:
            self.curve.set_view(ranges[0], height)

    # --- what the scene is about --------------------------------------------------------------

    @property
    def _plot(self) -> LandscapePlot | FunctionCurvePlot:
        return self.curve if self._plots.currentWidget() is self.curve else self.map

    @property
    def _is_function(self) -> bool:
        assert self._subject is not None
        return isinstance(self._subject.experiment.problem, FunctionProblem)

    @property
    def _n_starts(self) -> int:
        assert self._subject is not None
        problem = self._subject.experiment.problem
        return problem.n_starts if isinstance(problem, FunctionProblem) else 1

    @property
    def _axes(self) -> tuple[int, ...]:
        """The axes: a function's variables, or the elements of the flat vector that are picked."""
        assert self._subject is not None
        problem = self._subject.experiment.problem
        if isinstance(problem, FunctionProblem):
            return tuple(range(len(problem.resolved.formula.variables)))
        return self.picker.axes

    @property
    def _shown(self) -> Ranges:
        return self._plot.shown()[: len(self._axes)]

    @property
    def _base(self) -> Floats:
        """What the map depends on besides its ranges: a model's parameters that are held."""
        assert self._subject is not None
        if self._is_function:
            return np.empty(0, dtype=np.float32)
        return np.delete(self._subject.parameters, self._axes)

    def _label(self) -> None:
        subject = self._subject
        assert subject is not None
        problem, axes = subject.experiment.problem, self._axes
        if isinstance(problem, FunctionProblem):
            function = problem.resolved
            minima = np.array(function.minima).reshape(-1, len(axes))
            if len(axes) == 1:
                self.curve.set_axes(*function.formula.variables)
                self.curve.set_minima(minima[:, 0])
            else:
                self.map.set_axes(*function.formula.variables)
                self.map.set_minima(minima)
            self._plot.set_caption("")
            self._plot.set_title(problem.function.entry.label)
            return
        labels = subject.preview.layout.labels
        held = len(labels) - len(axes)
        self.map.set_axes(labels[axes[0]], labels[axes[1]], "loss")
        self.map.set_minima(np.empty((0, 2)))
        self.map.set_title("Loss landscape")
        self.map.set_caption(
            f"slice: the other {held} parameters held at their present values" if held else ""
        )

    # --- what the user does -------------------------------------------------------------------

    @Slot()
    def _axes_changed(self) -> None:
        self._mapped, self._drawn = None, []
        self._label()
        self._plot.follows = True
        self.refresh()

    @Slot(object)
    def _range_changed(self, _: object) -> None:
        self._remap_if_shown()

    @Slot()
    def _remap_if_shown(self) -> None:
        if self._subject is not None:
            self._remap()

    def _starts(self) -> list[list[float]]:
        assert self._subject is not None
        return self._subject.preview.start.reshape(self._n_starts, -1).tolist()

    @Slot(int, float, float)
    def _start_moved(self, index: int, x: float, y: float) -> None:
        starts = self._starts()
        starts[index % len(starts)] = [x, y][: len(self._axes)]
        self.starts_edited.emit(starts)

    @Slot(float, float)
    def _start_added(self, x: float, y: float) -> None:
        self.starts_edited.emit([*self._starts(), [x, y][: len(self._axes)]])

    @Slot(int)
    def _start_removed(self, index: int) -> None:
        starts = self._starts()
        if len(starts) > 1:
            del starts[index % len(starts)]
            self.starts_edited.emit(starts)


def _holds(ranges: Ranges, point: Floats) -> bool:
    return all(low <= x <= high for (low, high), x in zip(ranges, point.tolist(), strict=True))


def _is_same(one: tuple[Ranges, Floats], other: tuple[Ranges, Floats]) -> bool:
    return np.allclose(one[0], other[0], rtol=1e-9) and np.array_equal(one[1], other[1])
