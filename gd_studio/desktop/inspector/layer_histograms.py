"""The layers of a model at a glance: how large, and how their numbers are distributed."""

from __future__ import annotations

import math
from collections.abc import Sequence

from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.desktop.inspector.cells import Cell, Histogram, logarithmic_bars, numbers
from gd_studio.desktop.inspector.grid import GridView
from gd_studio.desktop.inspector.words import write_shape
from gd_studio.desktop.look.theme import Theme
from gd_studio.link.inspection import LayerStep

_HEADINGS = (
    "layer",
    "shape",
    "parameters",
    "‖value‖",
    "‖gradient‖",
    "values",
    "gradients",
)
_ROW = 58


class LayerHistograms(QWidget):
    """A row for each tensor of parameters, with histograms of its values and gradients.

    The bars of the gradients' norms share one logarithmic scale: where gradients vanish on their
    way back through the layers, the bars shorten, and turn to the colour of a warning.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GridView("Layers with histograms", _ROW)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.grid)

    def set_layers(self, layers: Sequence[LayerStep]) -> None:
        """Show the layers as they are now."""
        bars = logarithmic_bars([layer.gradient_norm for layer in layers])
        norms = numbers([layer.norm for layer in layers])
        rows = [
            (
                Cell(layer.name),
                Cell(write_shape(layer.shape)),
                Cell(f"{math.prod(layer.shape):,}"),
                norm,
                bar,
                Histogram.of(*layer.values),
                Histogram.of(*layer.gradients),
            )
            for layer, norm, bar in zip(layers, norms, bars, strict=True)
        ]
        self.grid.set_rows(_HEADINGS, rows)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.grid.set_theme(theme)
