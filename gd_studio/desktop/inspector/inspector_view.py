"""A step taken apart, beside the graph that the gradient flows through."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from gd_studio.desktop.inspector.graph_view import GraphView
from gd_studio.desktop.inspector.step_inspector import StepInspector
from gd_studio.desktop.look.theme import Theme
from gd_studio.link.inspection import Inspection


class InspectorView(QWidget):
    """The stages and the graph; the graph goes below where there is little width.

    Signals
    -------
    step_wanted
        As the :class:`StepInspector` has it.
    """

    step_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.steps = StepInspector()
        self.graph = GraphView()
        self.splitter = QSplitter(Qt.Orientation.Horizontal)
        self.splitter.setChildrenCollapsible(False)
        for position, (widget, stretch) in enumerate(((self.steps, 2), (self.graph, 1))):
            self.splitter.addWidget(widget)
            self.splitter.setStretchFactor(position, stretch)
        self.splitter.setSizes([200, 100])
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.splitter)
        self.steps.step_wanted.connect(self.step_wanted)
        self.setFocusProxy(self.steps)
        self.graph.hide()

    def set_inspection(self, inspection: Inspection | None) -> None:
        """Show a step, or that there is none."""
        self.steps.set_inspection(inspection)
        if inspection is not None:
            self.graph.set_graph(inspection.graph)
        self.graph.setVisible(inspection is not None and bool(inspection.graph.nodes))

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.steps.set_theme(theme)
        self.graph.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        tall = event.size().height() > 1.2 * event.size().width()
        wanted = Qt.Orientation.Vertical if tall else Qt.Orientation.Horizontal
        if wanted != self.splitter.orientation():
            self.splitter.setOrientation(wanted)
