"""The computational graph of the loss, to look at, zoom and move."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QResizeEvent,
    QShowEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGraphicsScene, QGraphicsView, QWidget

from gd_studio.desktop.inspector.graph_items import box_width, make_arrow, make_box
from gd_studio.desktop.inspector.graph_layout import Placement, lay_out
from gd_studio.desktop.inspector.words import describe_graph
from gd_studio.desktop.look.theme import LIGHT, Theme
from gd_studio.link.inspection import Graph

_EMPTY = Graph((), ())
_MARGIN = 12.0
_NEAREST = 4.0
_FARTHEST = 0.05
_NOTCH = 1.2


class GraphView(QGraphicsView):
    """Parameters and data above, the loss below; arrows point the way of the forward pass.

    The wheel zooms, dragging moves, a double click or Home shows all of it.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._graph = _EMPTY
        self._theme = LIGHT
        self.placement = Placement((), {})
        self.follows = True
        """Whether all of it is kept in view; not after the user has moved it."""
        self.setScene(QGraphicsScene(self))
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setFrameShape(QGraphicsView.Shape.NoFrame)
        self.setDragMode(QGraphicsView.DragMode.ScrollHandDrag)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName("Computational graph of the loss")
        self.set_theme(LIGHT)

    def set_graph(self, graph: Graph) -> None:
        """Show a graph; one like the present one changes nothing."""
        if graph == self._graph:
            return
        self._graph = graph
        widths = [box_width(node, self.font()) for node in graph.nodes]
        self.placement = lay_out(graph, widths)
        self.setAccessibleDescription(describe_graph(graph))
        self._draw()
        self.fit()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._theme = theme
        self.setBackgroundBrush(QColor(theme.plot_background))
        self._draw()

    def fit(self) -> None:
        """Show all of it, a small graph no larger than life, and follow it from now on."""
        self.follows = True
        room = self.viewport().rect()
        # A hidden view may have no room yet.
        if room.isEmpty() or not self._graph.nodes:
            return
        bounds = self.scene().itemsBoundingRect().adjusted(-_MARGIN, -_MARGIN, _MARGIN, _MARGIN)
        self.resetTransform()
        scale = min(1.0, room.width() / bounds.width(), room.height() / bounds.height())
        self.scale(scale, scale)
        # There is a place to move it to: on each side as much as is in view.
        wide, high = room.width() / scale, room.height() / scale
        self.setSceneRect(bounds.adjusted(-wide, -high, wide, high))
        self.centerOn(bounds.center())

    def zoom(self, factor: float, at: QPoint | None = None) -> None:
        """Come nearer to a place of the view, its middle as a rule, or go away from it."""
        at = at or self.viewport().rect().center()
        there = self.mapToScene(at)
        now = self.transform().m11()
        factor = min(max(now * factor, _FARTHEST), _NEAREST) / now
        self.follows = False
        self.scale(factor, factor)
        off = self.mapToScene(at) - there
        self.translate(off.x(), off.y())

    def sizeHint(self) -> QSize:
        return QSize(260, 320)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 100)

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(_NOTCH ** (event.angleDelta().y() / 120), event.position().toPoint())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.follows = False
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.fit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Home:
                self.fit()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(_NOTCH)
            case Qt.Key.Key_Minus:
                self.zoom(1 / _NOTCH)
            case _:
                super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.follows:
            self.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.follows:
            self.fit()

    def drawForeground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        """A ring around the graph that the keys go to; Qt calls."""
        if self.hasFocus():
            painter.resetTransform()
            painter.setPen(QColor(self._theme.accent))
            painter.drawRect(self.viewport().rect().adjusted(0, 0, -1, -1))

    def _draw(self) -> None:
        scene = self.scene()
        scene.clear()
        for route in self.placement.routes.values():
            scene.addItem(make_arrow(route, self._theme))
        places = zip(self._graph.nodes, self.placement.centres, strict=True)
        for number, (node, centre) in enumerate(places):
            scene.addItem(make_box(node, centre, self.font(), self._theme, is_loss=number == 0))
