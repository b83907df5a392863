"""The list of updates with their numbers."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent

from gd_studio.desktop.inspector.cell_painter import entry_height
from gd_studio.desktop.inspector.cells import Entry
from gd_studio.desktop.inspector.grid import GridView
from gd_studio.desktop.inspector.words import update_rows
from gd_studio.link.inspection import Inspection


class UpdateGrid(GridView):
    """Worked updates one under the other, all as high as the highest; or layers in a table."""

    def __init__(self) -> None:
        super().__init__("Updates")
        self._plain_height = self.verticalHeader().defaultSectionSize()
        self._height = 0

    def fill(self, inspection: Inspection) -> None:
        """Show the updates of `inspection`."""
        self.horizontalHeader().setVisible(not inspection.parameters)
        self.set_rows(*update_rows(inspection))
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # Lines break elsewhere in another width.
        if event.size().width() != event.oldSize().width():
            self._height = 0
            self._fit()

    def _fit(self) -> None:
        """Make room for the longest update; as numbers come and go, rows grow and stay so."""
        cells = [self.grid.cell(row, 0) for row in range(self.grid.rowCount())]
        width, metrics = self.viewport().width(), self.fontMetrics()
        heights = [entry_height(cell, width, metrics) for cell in cells if isinstance(cell, Entry)]
        self._height = max([self._height, *heights]) if heights else self._plain_height
        if self._height != self.verticalHeader().defaultSectionSize():
            self.verticalHeader().setDefaultSectionSize(self._height)
