"""What a person does to a plot with the mouse, in the plot's own coordinates."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication

_NO_KEY = Qt.KeyboardModifier.NoModifier
_LEFT, _RIGHT, _NONE = (
    Qt.MouseButton.LeftButton,
    Qt.MouseButton.RightButton,
    Qt.MouseButton.NoButton,
)


def spot(plot: Any, x: float, y: float) -> QPoint:
    """Where ``(x, y)`` is on the plot's viewport."""
    return plot.view.mapFromScene(plot.box.mapViewToScene(QPointF(x, y)))


def _send(plot: Any, kind: QEvent.Type, at: QPoint, button: Any, held: Any) -> None:
    viewport = plot.view.viewport()
    event = QMouseEvent(kind, QPointF(at), QPointF(viewport.mapToGlobal(at)), button, held, _NO_KEY)
    QApplication.sendEvent(viewport, event)


def hover(qtbot: Any, plot: Any, x: float, y: float) -> None:
    """Rest the mouse at ``(x, y)`` until the plot has answered."""
    # pyqtgraph passes over moves that come within 10 ms of the last.
    qtbot.wait(15)
    _send(plot, QEvent.Type.MouseMove, spot(plot, x, y), _NONE, _NONE)
    qtbot.wait(40)


def click(qtbot: Any, plot: Any, x: float, y: float, button: Any = _LEFT) -> None:
    """Click at ``(x, y)``."""
    hover(qtbot, plot, x, y)
    at = spot(plot, x, y)
    _send(plot, QEvent.Type.MouseButtonPress, at, button, button)
    _send(plot, QEvent.Type.MouseButtonRelease, at, button, _NONE)


def right_click(qtbot: Any, plot: Any, x: float, y: float) -> None:
    """Click at ``(x, y)`` with the right button."""
    click(qtbot, plot, x, y, _RIGHT)


def double_click(qtbot: Any, plot: Any, x: float, y: float) -> None:
    """Click twice at ``(x, y)``, as quickly as a person does."""
    click(qtbot, plot, x, y)
    at = spot(plot, x, y)
    qtbot.wait(80)
    _send(plot, QEvent.Type.MouseButtonDblClick, at, _LEFT, _LEFT)
    qtbot.wait(60)
    _send(plot, QEvent.Type.MouseButtonRelease, at, _LEFT, _NONE)


def wheel(plot: Any, at: QPoint, notches: int = 1) -> None:
    """Turn the wheel with the mouse at a place of the viewport; up, and so in, is positive."""
    viewport = plot.view.viewport()
    event = QWheelEvent(
        QPointF(at),
        QPointF(viewport.mapToGlobal(at)),
        QPoint(),
        QPoint(0, 120 * notches),
        _NONE,
        _NO_KEY,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, event)


def drag(qtbot: Any, plot: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press at `start`, go to `end` and let go."""
    hover(qtbot, plot, *start)
    first, last = spot(plot, *start), spot(plot, *end)
    _send(plot, QEvent.Type.MouseButtonPress, first, _LEFT, _LEFT)
    for share in (0.3, 0.6, 1.0):
        qtbot.wait(15)
        at = first + QPoint(
            round(share * (last.x() - first.x())), round(share * (last.y() - first.y()))
        )
        _send(plot, QEvent.Type.MouseMove, at, _NONE, _LEFT)
    _send(plot, QEvent.Type.MouseButtonRelease, last, _LEFT, _NONE)
    qtbot.wait(5)


def shown(qtbot: Any, plot: Any, width: int = 640, height: int = 420) -> Any:
    """The plot on the screen, laid out and painted once."""
    qtbot.addWidget(plot)
    plot.resize(width, height)
    with qtbot.waitExposed(plot):
        plot.show()
    qtbot.wait(10)
    return plot
