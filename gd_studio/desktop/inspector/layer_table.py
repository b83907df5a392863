"""What a model is made of."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from gd_studio.desktop.inspector.cells import Cell
from gd_studio.desktop.inspector.grid import GridView
from gd_studio.desktop.look.theme import Theme

_HEADINGS = ("layer", "output shape", "parameters")


class LayerTable(QWidget):
    """The layers of a model, what each gives out, and how many parameters it has."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.grid = GridView("Layers of the model")
        self.total_label = QLabel()
        font = QFont(self.total_label.font())
        font.setWeight(QFont.Weight.DemiBold)
        total = QHBoxLayout()
        total.setContentsMargins(8, 6, 8, 6)
        for label, stretch in ((QLabel("Total"), 1), (self.total_label, 0)):
            label.setFont(font)
            total.addWidget(label, stretch)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.grid, 1)
        layout.addLayout(total)
        self.set_layers(())

    def set_layers(self, rows: Sequence[tuple[str, str, int]]) -> None:
        """Show layers: name, output shape, number of parameters of each."""
        cells = [(Cell(name), Cell(shape), Cell(f"{count:,}")) for name, shape, count in rows]
        self.grid.set_rows(_HEADINGS, cells)
        self.total_label.setText(f"{sum(count for _, _, count in rows):,} parameters")

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.grid.set_theme(theme)
