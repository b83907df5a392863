"""A map of which of several classes wins where, and how surely."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QColor, QImage, QPainterPath, QPen

from gd_studio.desktop.look.blend import parts_of
from gd_studio.desktop.plots.map_layer import Floats, MapLayer
from gd_studio.desktop.plots.ranges import Range

_EVEN = np.array([0.0])

_FAINTEST = 0.15
"""Of a class's colour, where it wins by a hair: it is still told from its neighbours."""


class ClassMap(MapLayer):
    """The colour of the winning class, paler where it is unsure; a line where the winner changes.

    ``winners[j, i]`` is the class with the highest probability; ``shares`` is how much of its
    colour is shown.
    """

    def __init__(self) -> None:
        super().__init__(still=False)
        self.chances: Floats = np.empty((0, 0, 0), dtype=np.float32)
        self.winners: npt.NDArray[np.intp] = np.empty((0, 0), dtype=np.intp)
        self._paints = np.zeros((1, 3))
        self._paper = np.zeros(3)

    def set_chances(self, chances: Floats, x: Range, y: Range) -> None:
        """Show ``chances[j, i, c]``, each class's probability at the points of a grid."""
        fine = np.asarray(np.isfinite(chances).all(axis=2))
        self.chances = np.where(fine[..., np.newaxis], chances, np.nan).astype(np.float32)
        known = np.nan_to_num(self.chances)
        self.winners = known.argmax(axis=2)
        least = 1.0 / known.shape[2]
        sure = (known.max(axis=2) - least) / (1.0 - least)
        self.set_map(np.where(fine, _FAINTEST + (1 - _FAINTEST) * sure, np.nan), x, y)
        self._draw_borders(x, y)

    def set_class_colours(self, colours: Sequence[str], paper: str, line: str) -> None:
        """The colour of each class where it is certain, what it pales to, and that of the lines."""
        self._paints = np.array([parts_of(colour) for colour in colours], dtype=np.float64)
        self._paper = np.array(parts_of(paper), dtype=np.float64)
        self._pen = QPen(QColor(line), 2.0)
        self._pen.setCosmetic(True)
        self._colour_in()

    def _draw_borders(self, x: Range, y: Range) -> None:
        borders = QPainterPath()
        for one in range(self.chances.shape[2]):
            others = np.delete(self.chances, one, axis=2).max(axis=2)
            self.set_lines(self.chances[..., one] - others, _EVEN, x, y)
            borders.addPath(self._lines)
        self._lines = borders

    def _colour_in(self) -> None:
        if not self.shares.size:
            return
        rows, columns = self.shares.shape
        fine = np.isfinite(self.shares)
        depth = np.where(fine, np.clip(self.shares, 0.0, 1.0), 0.0)[..., np.newaxis]
        colours = self._paper + depth * (self._paints[self.winners] - self._paper)
        pixels = np.zeros((rows, columns, 4), dtype=np.uint8)
        pixels[fine, :3] = (colours + 0.5)[fine].astype(np.uint8)
        pixels[fine, 3] = 255
        form = QImage.Format
        # The image looks at the array's memory until it is converted.
        image = QImage(pixels.data, columns, rows, 4 * columns, form.Format_RGBA8888_Premultiplied)
        self._image = image.convertToFormat(form.Format_ARGB32_Premultiplied)
        self.update()
