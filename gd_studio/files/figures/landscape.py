"""A landscape with the paths of a run in it."""

from __future__ import annotations

from math import floor, log10
from typing import Any

import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import BoundaryNorm
from matplotlib.patheffects import withStroke

from gd_studio.files.figures.text import set_title
from gd_studio.foreign_text import shortened
from gd_studio.link.arrays import Doubles, Floats
from gd_studio.recording import thin_path
from gd_studio.recording.levels import contour_levels
from gd_studio.recording.plane import Plane

_LEVELS = 25
_MOST_POINTS = 4000
_CELLS = 1000
"""Points of a path are drawn once for each of so many columns and rows of the picture."""

_FEW = 20
"""Up to this many paths are drawn boldly."""

Array = npt.NDArray[Any]


def draw_landscape(axes: Axes, plane: Plane, values: Floats, title: str) -> None:
    """Draw contours for two axes or a curve for one, and the paths on them."""
    if len(plane.axes) == 1:
        _draw_curve(axes, plane, values)
    else:
        _draw_contours(axes, plane, values)
    below = ""
    if plane.held:
        one = plane.held == 1
        held = "one held at its final value" if one else f"{plane.held} held at their final values"
        below = f"slice: the other {held}"
    set_title(axes, title, below)
    if not np.isfinite(values).any():
        axes.text(0.5, 0.5, "not finite anywhere", transform=axes.transAxes, ha="center")
    assert axes.figure is not None
    axes.figure.legend(loc="outside lower center", ncols=3, fontsize="small")


def _draw_contours(axes: Axes, plane: Plane, values: Floats) -> None:
    (low_x, high_x), (low_y, high_y) = plane.ranges
    rows, columns = values.shape
    if np.isfinite(values).any():
        grid = np.linspace(low_x, high_x, columns), np.linspace(low_y, high_y, rows)
        levels = contour_levels(values, _LEVELS)
        shown = np.ma.masked_invalid(values)
        # Each band gets its own colour, however uneven the levels are.
        filled = axes.contourf(
            *grid, shown, levels=levels, cmap="viridis", norm=BoundaryNorm(levels, 256)
        )
        axes.contour(*grid, shown, levels=levels[1:-1], colors="white", linewidths=0.4, alpha=0.5)
        assert axes.figure is not None
        ticks = levels[::4]
        bar = axes.figure.colorbar(filled, ax=axes, ticks=ticks.tolist())
        bar.set_ticklabels(tick_labels(ticks))
        bar.set_label("loss")
    _draw_paths(axes, plane)
    axes.set(xlim=(low_x, high_x), ylim=(low_y, high_y))
    axes.set_xlabel(shortened(plane.labels[0], 40), parse_math=False)
    axes.set_ylabel(shortened(plane.labels[1], 40), parse_math=False)


def tick_labels(ticks: Doubles) -> list[str]:
    """Write ascending numbers as short as they can be told apart: not -1.1e-05 between -1 and 1."""
    decimals = 2 - floor(log10(np.diff(ticks).min()))
    return [f"{round(tick, decimals) + 0.0:.3g}" for tick in ticks.tolist()]


def _draw_paths(axes: Axes, plane: Plane) -> None:
    cell = tuple((high - low) / _CELLS for low, high in plane.ranges)
    paths = [thin_path(path, (cell[0], cell[1]), _MOST_POINTS) for path in plane.paths]
    few = len(paths) <= _FEW
    axes.add_collection(
        LineCollection(
            paths,
            colors="white",
            linewidths=1.2 if few else 0.8,
            path_effects=[withStroke(linewidth=2.2 if few else 1.2, foreground="black")],
            zorder=2,
        )
    )
    _mark_ends(axes, paths)
    _mark(axes, plane.minima, "known minimum", "*", "gold", 140, 6)


def _draw_curve(axes: Axes, plane: Plane, values: Floats) -> None:
    (low, high), *_ = plane.ranges
    x = np.linspace(low, high, len(values))
    axes.plot(x, values, linewidth=1.5)
    paths = []
    for points in plane.paths:
        path = points[:, 0]
        paths.append(np.column_stack([path, np.interp(path, x, values)]))
        kept = thin_path(paths[-1], ((high - low) / _CELLS, np.inf), _MOST_POINTS)
        axes.plot(*kept.T, "o", color="tab:orange", markersize=4, alpha=0.6)
    _mark_ends(axes, paths)
    heights = np.interp(plane.minima[:, 0], x, values)
    _mark(
        axes, np.column_stack([plane.minima[:, 0], heights]), "known minimum", "*", "gold", 140, 6
    )
    axes.set_xlim(low, high)
    axes.set_xlabel(shortened(plane.labels[0], 40), parse_math=False)
    axes.set_ylabel("loss")
    axes.grid(alpha=0.3)


def _mark_ends(axes: Axes, paths: list[Array]) -> None:
    size = 60 if len(paths) <= _FEW else 12
    _mark(axes, np.array([path[0] for path in paths]), "start", "o", "white", size, 4)
    # Smaller, so that a start from which nothing has moved is still to be seen around its end.
    _mark(axes, np.array([path[-1] for path in paths]), "end", "o", "red", 0.35 * size, 5)


def _mark(
    axes: Axes, points: Array, label: str, marker: str, colour: str, size: float, layer: int
) -> None:
    """Put markers at `points` ``(n, 2)``, where there are any."""
    if len(points):
        axes.scatter(
            points[:, 0],
            points[:, 1],
            s=size,
            label=label,
            marker=marker,
            facecolor=colour,
            edgecolor="black",
            zorder=layer,
        )
