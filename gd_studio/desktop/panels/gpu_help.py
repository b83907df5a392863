"""How to get to train on a GPU, told to who asks."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.desktop.panels.lines import QUIET, Line
from gd_studio.desktop.panels.link_button import LinkButton


class GpuHelp(QWidget):
    """A link that shows and hides what there is to do, and one to where there is more to read.

    Signals
    -------
    handbook_wanted(str)
        A section of the handbook.
    """

    handbook_wanted = Signal(str)

    def __init__(self, remedy: str) -> None:
        super().__init__()
        self.button = LinkButton("How to use a GPU", remedy)
        self.button.setCheckable(True)
        self._line = Line(QUIET)
        self._line.setText(remedy)
        # It has a command to be copied.
        self._line.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._line.hide()
        self.more = LinkButton("Handbook → GPU")
        self.more.hide()
        self.button.toggled.connect(self._line.setVisible)
        self.button.toggled.connect(self.more.setVisible)
        self.more.clicked.connect(lambda: self.handbook_wanted.emit("GPU"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 4, 0, 0)
        layout.setSpacing(4)
        for widget in (self.button, self._line, self.more):
            layout.addWidget(widget)
