"""Small pictures and what a model takes them for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.blend import parts_of
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.data_table import Columns
from gd_studio.desktop.plots.painted_plot import PaintedPlot

Array = npt.NDArray[Any]

_SIDES = (112.0, 96.0, 80.0, 64.0, 56.0, 48.0)
"""A picture is as large as lets all of them fit, and not smaller than the last."""

_WIDEST_TILE = 116.0
_MARGIN = 10.0
_GAP = 10.0


class ImageGrid(PaintedPlot):
    """As many pictures as fit, each over the class that the model takes it for.

    What is wrong is said in the theme's colour of danger, together with what would be right.
    """

    def __init__(self, title: str = "Predictions", parent: QWidget | None = None) -> None:
        self._images: Array = np.empty((0, 1, 1))
        self._targets: Array = np.empty(0, dtype=np.int64)
        self._predictions: Array = np.empty(0, dtype=np.int64)
        self._classes: tuple[str, ...] = ()
        self._pictures: list[QImage] = []
        self._tile = QRectF()
        self._columns = self._rows = 0
        self._side = _SIDES[-1]
        super().__init__(title, parent)

    def set_images(
        self, images: Array, targets: Array, predictions: Array, classes: Sequence[str]
    ) -> None:
        """Show `images` ``(n, h, w)``, low values as paper and high ones as ink.

        `targets` and `predictions`, ``(n,)``, are codes of `classes`.
        """
        self._images = np.asarray(images, dtype=np.float64)
        self._targets = np.asarray(targets).reshape(-1).astype(np.int64)
        self._predictions = np.asarray(predictions).reshape(-1).astype(np.int64)
        self._classes = tuple(classes)
        wrong = int((self._targets != self._predictions).sum())
        count = len(self._images)
        self.set_caption(f"{wrong} of {count} wrong" if count else "")
        self._draw_pictures()
        self.refresh()

    @property
    def shown(self) -> int:
        """How many pictures there is room for."""
        return min(len(self._pictures), self._columns * self._rows)

    def caption(self, index: int) -> str:
        """What is written under a picture."""
        predicted = self._classes[self._predictions[index]]
        if self.is_right(index):
            return predicted
        return f"{predicted} (true {self._classes[self._targets[index]]})"

    def is_right(self, index: int) -> bool:
        """Whether the model takes a picture for what it is."""
        return bool(self._targets[index] == self._predictions[index])

    def picture(self, index: int) -> QRectF:
        """Where a picture is on the canvas."""
        row, column = divmod(index, self._columns)
        left = (
            self._tile.left() + column * self._tile.width() + (self._tile.width() - self._side) / 2
        )
        top = self._tile.top() + row * self._tile.height()
        return QRectF(left, top, self._side, self._side)

    def describe(self, at: QPointF) -> str:
        """The picture there: what it is taken for, and what it is."""
        for index in range(self.shown):
            if self._tile_of(index).contains(at):
                predicted = self._classes[self._predictions[index]]
                return f"predicted {predicted}, true {self._classes[self._targets[index]]}"
        return ""

    def data(self) -> Columns:
        """A row for each picture, also for those that there is no room for."""
        names = np.array(self._classes, dtype=object)
        return Columns.of(
            ("image", "true", "predicted"),
            np.arange(1, len(self._images) + 1),
            *(
                names[codes] if len(codes) else codes
                for codes in (self._targets, self._predictions)
            ),
        )

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        self._draw_pictures()

    def arrange(self, room: QRectF) -> None:
        """Choose the size of the pictures and see how many fit."""
        metrics = self.metrics()
        captions = [self.caption(index) for index in range(len(self._images))]
        widest = max(map(metrics.horizontalAdvance, captions), default=0.0)
        across, down = room.width() - 2 * _MARGIN, room.height() - _MARGIN
        for side in _SIDES:
            self._side = side
            width = min(max(side, widest), max(side, _WIDEST_TILE)) + _GAP
            height = side + 2 + metrics.height() + _GAP
            self._columns = max(1, int(across / width))
            self._rows = max(1, int(down / height))
            if self._columns * self._rows >= len(captions):
                break
        else:
            self._rows = max(1, int((down - metrics.height()) / height))
        # Columns share what is left over, so that both margins are alike.
        self._tile = QRectF(_MARGIN, 6.0, across / self._columns, height)

    def draw(self, painter: QPainter) -> None:
        """Paint the pictures and what is under them."""
        line, align = self.metrics().height(), Qt.AlignmentFlag
        for index in range(self.shown):
            place, tile = self.picture(index), self._tile_of(index)
            # Each pixel of a small picture stays a square.
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, False)
            painter.drawImage(place, self._pictures[index])
            painter.setPen(QColor(self.theme.border))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(place)
            right = self.is_right(index)
            painter.setPen(QColor(self.theme.plot_text if right else self.theme.danger))
            under = QRectF(tile.left(), place.bottom() + 2, tile.width(), line)
            text = self.elided(self.caption(index), tile.width() - 4)
            painter.drawText(under, align.AlignCenter, text)
        if self.shown < len(self._pictures):
            painter.setPen(QColor(self.theme.muted))
            foot = QRectF(self.canvas.rect()).adjusted(_MARGIN, 0, -_MARGIN, -4)
            text = f"{len(self._pictures) - self.shown} more are not shown"
            painter.drawText(foot, align.AlignBottom | align.AlignHCenter, text)

    def _tile_of(self, index: int) -> QRectF:
        row, column = divmod(index, self._columns)
        return self._tile.translated(column * self._tile.width(), row * self._tile.height())

    def _draw_pictures(self) -> None:
        """From numbers to colours between paper and ink, on one scale for all."""
        values = np.nan_to_num(self._images)
        low, high = (values.min(), values.max()) if values.size else (0.0, 1.0)
        shares = (values - low) / (high - low if high > low else 1.0)
        paper, ink = (np.array(parts_of(c)) for c in (self.theme.base, self.theme.text))
        pixels = np.round(paper + shares[..., np.newaxis] * (ink - paper)).astype(np.uint8)
        self._pictures = []
        for one in np.ascontiguousarray(pixels):
            height, width = one.shape[:2]
            image = QImage(one.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888)
            self._pictures.append(image.convertToFormat(QImage.Format.Format_RGB32))
