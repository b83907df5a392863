"""The line or plane of parameter space in which a run is drawn, and its paths in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from gd_studio.experiment import FunctionProblem
from gd_studio.link.arrays import Doubles, Floats
from gd_studio.recording.framing import Ranges, frame
from gd_studio.recording.recording import Recording
from gd_studio.recording.run import Run

_ENORMOUS = 100.0
"""A model's loss this many times the first one is that of a run that diverges."""


@dataclass(frozen=True)
class Plane:
    """A part of a line or plane of parameter space.

    Attributes
    ----------
    axes
        What varies along each: indices of variables for a function, of elements of the flat
        vector for a model. As ``MapLandscape`` takes them.
    labels
        The name of each axis.
    ranges
        ``(low, high)`` along each axis.
    paths
        Where the run went, a path ``(n, n_axes)`` for each start.
    minima
        The known minima, ``(k, n_axes)``.
    held
        How many other parameters are held at their values at the end.
    """

    axes: tuple[int, ...]
    labels: tuple[str, ...]
    ranges: Ranges
    paths: tuple[Floats, ...]
    minima: Doubles
    held: int = 0


def plane_of(run: Run) -> Plane:
    """Choose the plane for a run that has started.

    A function has one; for a model it is that of the two parameters that have moved farthest.
    """
    recording, problem = run.recording, run.experiment.problem
    assert recording is not None
    if isinstance(problem, FunctionProblem):
        return _function_plane(recording, problem)
    axes = farthest_moved(recording)
    path = recording.parameters[:, list(axes)]
    return Plane(
        axes=axes,
        labels=tuple(recording.layout.labels[axis] for axis in axes),
        ranges=frame([path[: _before_divergence(recording)]], None),
        paths=(path,),
        minima=np.empty((0, len(axes))),
        held=recording.layout.size - len(axes),
    )


def _function_plane(recording: Recording, problem: FunctionProblem) -> Plane:
    function = problem.resolved
    variables = function.formula.variables
    points = recording.parameters.reshape(-1, problem.n_starts, len(variables))
    paths = tuple(points[:, start] for start in range(problem.n_starts))
    return Plane(
        axes=tuple(range(len(variables))),
        labels=variables,
        ranges=frame(paths, function.domain),
        paths=paths,
        minima=np.array(function.minima, dtype=np.float64).reshape(-1, len(variables)),
    )


def _before_divergence(recording: Recording) -> int:
    """Return how many of the recorded points there are before the loss has grown enormous.

    Around the last points of a diverged run there is nothing to see of where it came from.
    """
    if not recording.every_step_has_parameters or not len(recording):
        return len(recording.parameters)
    # Loss i is that of point i: a step's loss is the one it began with.
    enormous = recording.loss > _ENORMOUS * recording.loss[0]
    return int(enormous.argmax()) if enormous.any() else len(recording.parameters)


def farthest_moved(recording: Recording) -> tuple[int, ...]:
    """Return the two elements of the flat vector that moved farthest, in their order in it."""
    moved = np.abs(recording.latest.astype(np.float64) - recording.start)
    return tuple(sorted(np.argsort(-moved, kind="stable")[:2].tolist()))
