"""A square plot of two things on one scale, with a dashed line where they are equal."""

from __future__ import annotations

from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.legend import Legend
from gd_studio.desktop.plots.plot_frame import PlotFrame

_TOP, _RIGHT = 8.0, 20.0
"""The least room beside the axes, as in other plots."""


class SquarePlot(PlotFrame):
    """A plot whose axes are of one length."""

    def __init__(
        self, title: str, x_label: str, y_label: str, parent: QWidget | None = None
    ) -> None:
        self.diagonal = pg.InfiniteLine(pos=(0, 0), angle=45)
        self.legend = Legend()
        super().__init__(title, x_label, y_label, parent)
        self.view.show_grid()
        self.column.insertWidget(2, self.legend)
        self.diagonal.setZValue(2)
        self.box.addItem(self.diagonal, ignoreBounds=True)
        self.box.sigResized.connect(self._keep_square)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        pen = QPen(QColor(theme.muted), 1.2, Qt.PenStyle.DashLine)
        pen.setCosmetic(True)
        self.diagonal.setPen(pen)

    def _keep_square(self, *_: Any) -> None:
        """Give what one axis is longer to the margins: left and right alike, or the top."""
        layout = self.view.centralLayout
        left, top, right, bottom = layout.getContentsMargins()
        wide = self.box.width() + left - 2 + right - _RIGHT
        high = self.box.height() + top - _TOP
        beside, above = max(0.0, wide - high), max(0.0, high - wide)
        wanted = (2 + beside // 2, _TOP + above, _RIGHT + beside // 2, bottom)
        if max(abs(a - b) for a, b in zip(wanted, (left, top, right, bottom), strict=True)) >= 1:
            layout.setContentsMargins(*wanted)
