"""The paths of runs over a landscape: what has been drawn of them, and what is new."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.desktop.plots import FunctionCurvePlot, LandscapePlot
from gd_studio.desktop.runs.table import ListedRun, RunTable
from gd_studio.desktop.scenes.terrain import Terrain, n_starts
from gd_studio.link.arrays import Floats
from gd_studio.recording import Recording

Plot = LandscapePlot | FunctionCurvePlot


_MOST_MARKED = 20
"""Of a run with more starts than this no changes are marked."""


@dataclass(frozen=True)
class Trail:
    """A run whose paths are drawn.

    Attributes
    ----------
    since
        The step with which they begin: a branch forks off its parent.
    changes
        The steps after which something was changed.
    """

    number: int
    recording: Recording
    n_starts: int
    colour: str
    since: int = 0
    changes: tuple[int, ...] = ()

    @classmethod
    def of(cls, row: ListedRun, recording: Recording, since: int) -> Trail:
        """Return what is drawn of a run from step `since` on."""
        changes = (change.after for change in row.run.experiment.changes)
        made = tuple(after for after in changes if since <= after <= row.run.steps)
        return cls(row.number, recording, n_starts(row.run.experiment), row.colour, since, made)

    @property
    def key(self) -> tuple[int, int]:
        """What tells it from others, also from itself without its parent."""
        return self.number, self.since

    @property
    def first(self) -> int:
        """The row of its parameters with which they begin; of a large model rows may be let go."""
        steps = self.recording.parameter_steps
        return int(np.searchsorted(steps, self.since, side="right")) - 1

    @property
    def parameters(self) -> Floats:
        """The flat vectors that its paths go through, ``(n, layout.size)``."""
        return self.recording.parameters[self.first :]


def trails_on(terrain: Terrain, table: RunTable) -> list[Trail]:
    """Return those of all runs that are shown and lie on the same landscape."""
    return [
        Trail.of(row, row.run.recording, table.fork_of(row))
        for row in table.rows
        if row.is_shown
        and row.run.recording is not None
        and terrain.subject.shares_landscape_with(row.run.experiment)
    ]


class Trails:
    """Draws trails, and of those drawn already only what is new."""

    def __init__(self) -> None:
        self._accent: str | None = None
        self._drawn: dict[tuple[int, int], int] = {}  # steps drawn, by key

    def set_accent(self, colour: str) -> None:
        """The colour of the starts of a run to come."""
        self._accent = colour

    def forget(self) -> None:
        """Draw all of them the next time."""
        self._drawn = {}

    def draw(self, plot: Plot, terrain: Terrain, trails: list[Trail]) -> None:
        """Show these trails and no others."""
        if self._drawn and [trail.key for trail in trails] == list(self._drawn):
            self._update_paths(plot, terrain, trails)
        else:
            plot.look_ahead()  # the numbers of the paths are others now
            self._set_paths(plot, terrain, trails)
        _look_back(plot, terrain, trails)
        _mark_changes(plot, terrain, trails)

    def _set_paths(self, plot: Plot, terrain: Terrain, trails: list[Trail]) -> None:
        paths = [
            (path, trail.colour)
            for trail in trails
            for path in terrain.paths(trail.parameters, trail.n_starts)
        ]
        if terrain.subject.focus is None and self._accent is not None:
            # Nothing has run from here yet: the starts of the run to come.
            paths += [(path, self._accent) for path in terrain.starts]
        forks: set[int] = set()
        index = 0
        for trail in trails:
            if trail.first:
                forks.update(range(index, index + trail.n_starts))
            index += trail.n_starts
        plot.set_paths(paths)
        plot.set_forks(frozenset(forks))
        plot.set_starts_editable(terrain.is_function)
        self._drawn = {trail.key: len(trail.recording) for trail in trails}

    def _update_paths(self, plot: Plot, terrain: Terrain, trails: list[Trail]) -> None:
        index = 0
        for trail in trails:
            if self._drawn[trail.key] != len(trail.recording):
                self._drawn[trail.key] = len(trail.recording)
                parameters = trail.parameters
                if trail.n_starts == 1:
                    plot.update_path(index, terrain.paths(parameters, 1)[0])
                else:
                    points = parameters.reshape(-1, trail.n_starts, len(terrain.axes))
                    plot.update_paths(index, points)
            index += trail.n_starts


def _look_back(plot: Plot, terrain: Terrain, trails: list[Trail]) -> None:
    """Show the paths of the run in focus as they were at the step that it is looked at."""
    focus, first = terrain.subject.focus, 0
    position = focus.run.position if focus is not None else None
    for trail in trails:
        if focus is not None and position is not None and trail.number == focus.number:
            here = terrain.paths(terrain.subject.parameters[np.newaxis], trail.n_starts)
            count = int(np.searchsorted(trail.recording.parameter_steps, position, side="right"))
            plot.look_back(first, max(0, count - trail.first), np.concatenate(here))
            return
        first += trail.n_starts
    plot.look_ahead()


def _mark_changes(plot: Plot, terrain: Terrain, trails: list[Trail]) -> None:
    """Mark on the paths where runs were changed on the way."""
    places: list[Floats] = [np.empty((0, len(terrain.axes)))]
    colours: list[str] = []
    for trail in trails:
        for after in trail.changes if trail.n_starts <= _MOST_MARKED else ():
            here = trail.recording.parameters_before(after)[np.newaxis]
            places += terrain.paths(here, trail.n_starts)
            colours += [trail.colour] * trail.n_starts
    plot.set_changes(np.concatenate(places), colours)
