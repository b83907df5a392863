"""Texts of strangers in a figure: written as they are, and no longer than there is room for."""

from __future__ import annotations

import textwrap

from matplotlib.axes import Axes

from gd_studio.foreign_text import shortened

_MOST, _ACROSS = 156, 52
"""Characters of a title, and of each of its lines."""


def set_title(axes: Axes, title: str, below: str = "") -> None:
    """Put `title` above `axes`, on as many lines as it needs, and a line of our own below it."""
    # What stands between two dollar signs would be taken for mathematics, and may be none.
    lines = textwrap.wrap(shortened(title, _MOST), _ACROSS)
    axes.set_title("\n".join([*lines, *([below] if below else [])]), parse_math=False)


def in_legend(name: str) -> str:
    """Return the name of a run as a legend has it."""
    short = shortened(name, 36)
    # Matplotlib leaves out what begins with _.
    return f" {short}" if short.startswith("_") else short
