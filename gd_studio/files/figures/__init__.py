"""Figures of runs as PNG files.

They bring matplotlib, so that this package is imported where a figure is drawn.
"""

import gd_studio.files.figures.settings  # noqa: F401 - before all that imports matplotlib
from gd_studio.files.figures.write import (
    write_comparison_figure,
    write_landscape_figure,
    write_loss_figure,
)

__all__ = ["write_comparison_figure", "write_landscape_figure", "write_loss_figure"]
