"""A filled map and its contour lines: one item, painted once and copied afterwards."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyqtgraph as pg
from contourpy import LineType, contour_generator
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen

from gd_studio.desktop.plots.ranges import Range

Floats = npt.NDArray[np.float32]
Colours = npt.NDArray[np.uint8]


class MapLayer(pg.GraphicsObject):
    """Shares of a colour map on a grid, painted smoothly, with lines at some levels.

    Parameters
    ----------
    still
        Whether it seldom changes. It is then kept as pixels, so that what moves above it costs
        no more than copying them.
    """

    def __init__(self, *, still: bool) -> None:
        super().__init__()
        self.shares: Floats = np.empty((0, 0), dtype=np.float32)
        self.levels: tuple[float, float] = (0.0, 1.0)
        self._colours: Colours = np.zeros((256, 3), dtype=np.uint8)
        self._image = QImage()
        self._pixels: npt.NDArray[np.uint8] = np.empty(0, dtype=np.uint8)
        self._rect = QRectF()
        self._lines = QPainterPath()
        self._pen = QPen(Qt.PenStyle.NoPen)
        if still:
            self.setCacheMode(self.CacheMode.DeviceCoordinateCache)

    def set_map(self, shares: Floats, x: Range, y: Range) -> None:
        """Show ``shares[j, i]`` in 0..1, where point i is at an even step from x[0] to x[1].

        Not finite shares stay transparent.
        """
        self.prepareGeometryChange()
        self.shares = np.ascontiguousarray(shares, dtype=np.float32)
        rows, columns = self.shares.shape
        # A point of the grid is the middle of a pixel of the image.
        half_x = 0.5 * (x[1] - x[0]) / max(1, columns - 1)
        half_y = 0.5 * (y[1] - y[0]) / max(1, rows - 1)
        self._rect = QRectF(x[0], y[0], x[1] - x[0], y[1] - y[0]).adjusted(
            -half_x, -half_y, half_x, half_y
        )
        self._colour_in()

    def set_lines(
        self, values: npt.NDArray[Any], levels: npt.NDArray[Any], x: Range, y: Range
    ) -> None:
        """Draw lines where ``values[j, i]``, on a grid like that of the map, is at a level."""
        rows, columns = values.shape
        self._lines = QPainterPath()
        if rows >= 2 and columns >= 2 and len(levels):
            masked = np.ma.masked_invalid(np.asarray(values, dtype=np.float64))
            generator = contour_generator(
                np.linspace(*x, columns), np.linspace(*y, rows), masked,
                line_type=LineType.ChunkCombinedNan,
            )  # fmt: skip
            found = [generator.lines(float(level))[0][0] for level in levels]
            gap = np.full((1, 2), np.nan)
            parts = [part for line in found if line is not None for part in (line, gap)]
            if parts:
                points = np.concatenate(parts)
                self._lines = pg.functions.arrayToQPath(
                    np.ascontiguousarray(points[:, 0]), np.ascontiguousarray(points[:, 1]),
                    connect="finite",
                )  # fmt: skip
        self.update()

    def set_colours(self, colours: Colours, line: QColor, width: float = 1.0) -> None:
        """The colour map, ``(256, 3)``, and the colour of the lines."""
        self._colours = colours
        self._pen = QPen(line, width)
        self._pen.setCosmetic(True)
        self._colour_in()

    @property
    def line_count(self) -> int:
        """How many points the contour lines have."""
        return self._lines.elementCount()

    def boundingRect(self) -> QRectF:
        """Qt asks."""
        return self._rect

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Draw; Qt calls."""
        if self._image.isNull():
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.drawImage(self._rect, self._image)
        if not self._lines.isEmpty():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._pen)
            painter.drawPath(self._lines)

    def _colour_in(self) -> None:
        if not self.shares.size:
            return
        rows, columns = self.shares.shape
        fine = np.isfinite(self.shares)
        places = np.clip(np.where(fine, self.shares, 0.0) * 255.0 + 0.5, 0, 255).astype(np.uint8)
        pixels = np.empty((rows, columns, 4), dtype=np.uint8)
        pixels[..., :3] = self._colours[places]
        whole = bool(fine.all())
        pixels[..., 3] = 255 if whole else np.where(fine, 255, 0)
        if not whole:
            pixels[~fine] = 0
        form = QImage.Format
        kind = form.Format_RGBX8888 if whole else form.Format_RGBA8888_Premultiplied
        # The image looks at the array's memory: keep it, and convert once to what is painted fast.
        self._pixels = pixels
        image = QImage(pixels.data, columns, rows, 4 * columns, kind)
        self._image = image.convertToFormat(
            form.Format_RGB32 if whole else form.Format_ARGB32_Premultiplied
        )
        self.update()
