"""Figures of a run as PNG files, drawn without any screen.

Only matplotlib's objects are used, never ``pyplot``, which keeps figures in a global list.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from gd_studio.experiment import Change
from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import StrPath
from gd_studio.files.figures.comparison import add_legend, draw_comparison
from gd_studio.files.figures.landscape import draw_landscape
from gd_studio.files.figures.loss import draw_loss, mark_changes
from gd_studio.link.arrays import Floats
from gd_studio.recording import Recording, Run
from gd_studio.recording.plane import Plane

_DOTS_PER_INCH = 150


def write_loss_figure(
    path: StrPath, recording: Recording, title: str, changes: Sequence[Change] = ()
) -> None:
    """Draw the loss of every step, and what was changed on the way.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    figure = Figure(figsize=(7.0, 4.5), layout="constrained")
    axes = figure.add_subplot()
    draw_loss(axes, recording, title)
    mark_changes(axes, recording, changes)
    _save(path, figure)


def write_comparison_figure(path: StrPath, runs: Sequence[Run], title: str) -> None:
    """Draw the losses of several runs; raises `FileProblem` where the file cannot be written."""
    figure = Figure(figsize=(8.5, 4.5), layout="constrained")
    draw_comparison(figure.add_subplot(), runs, title)
    add_legend(figure)
    _save(path, figure)


def write_landscape_figure(path: StrPath, plane: Plane, values: Floats, title: str) -> None:
    """Draw the landscape with the paths of a run.

    Parameters
    ----------
    values
        The answer to ``MapLandscape`` for `plane`: ``(ny, nx)``, or ``(nx,)`` for one axis.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    figure = Figure(figsize=(7.0, 5.5), layout="constrained")
    draw_landscape(figure.add_subplot(), plane, values, title)
    _save(path, figure)


def _save(path: StrPath, figure: Figure) -> None:
    content = io.BytesIO()
    with warnings.catch_warnings():
        # A title may be in a script that the font lacks: it is drawn as boxes.
        warnings.filterwarnings("ignore", "Glyph .* missing from font", UserWarning)
        FigureCanvasAgg(figure).print_figure(content, format="png", dpi=_DOTS_PER_INCH)
    write_atomically(path, content.getvalue())
