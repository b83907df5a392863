"""The docks: where panels, plots and runs have their places."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QVBoxLayout, QWidget

PLOTS = ("Landscape", "Prediction", "Loss", "Gradient norm")
"""The docks whose plots come once the window has been painted."""

_PANELS_WIDTH = 340
_WIDEST_PANELS = 460
_ACROSS, _DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class Docks:
    """Panels on the left; landscape above prediction, loss above gradient norm; runs below.

    Parameters
    ----------
    window
        Whose docks they are.
    panels, runs
        What goes into the docks ``Experiment`` and ``Runs``.
    """

    def __init__(self, window: QMainWindow, panels: QWidget, runs: QWidget) -> None:
        self._window = window
        self._docks: dict[str, QDockWidget] = {}
        self._places: dict[str, QVBoxLayout] = {}
        experiment = self._dock("Experiment", panels)
        landscape, prediction, loss, grad_norm = (
            self._dock(name, self._place(name)) for name in PLOTS
        )
        window.setDockNestingEnabled(True)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, experiment)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, landscape)
        window.splitDockWidget(landscape, self._dock("Runs", runs), _DOWN)
        window.splitDockWidget(landscape, loss, _ACROSS)
        window.splitDockWidget(loss, grad_norm, _DOWN)
        window.splitDockWidget(landscape, prediction, _DOWN)
        # Forms gain nothing from width, and Qt would share every growth of the window with them.
        panels.setMaximumWidth(_WIDEST_PANELS)
        self._arrangement = window.saveState()

    def __iter__(self) -> Iterator[QDockWidget]:
        return iter(self._docks.values())

    def put(self, name: str, widget: QWidget, stretch: int = 1) -> None:
        """Put `widget` into the dock of a plot, below what is there already."""
        self._places[name].addWidget(widget, stretch)

    def name(self, titles: dict[str, str | None]) -> None:
        """Give docks other titles; one without a title is hidden."""
        for name, title in titles.items():
            self._docks[name].setVisible(title is not None)
            self._docks[name].setWindowTitle(title or name)

    def reset(self) -> None:
        """Put every dock back where it was at first."""
        hidden = [dock for dock in self if dock.isHidden()]
        self._window.restoreState(self._arrangement)
        for dock in hidden:
            if dock.objectName() == "Prediction":
                dock.hide()  # there is none for the present subject
        self.apportion()

    def apportion(self) -> None:
        """Give each dock its share of the window as it is."""
        rest = self._window.width() - _PANELS_WIDTH
        across = {"Experiment": _PANELS_WIDTH, "Landscape": 0.6 * rest, "Loss": 0.4 * rest}
        height = self._window.height()
        runs = max(120.0, 0.17 * height)
        rest = round(height - runs)
        down = {"Landscape": 0.55 * rest, "Prediction": 0.45 * rest, "Runs": runs}
        self._resize(across, _ACROSS)
        self._resize(down, _DOWN)
        self._resize({"Loss": 0.6 * rest, "Gradient norm": 0.4 * rest}, _DOWN)

    def _resize(self, shares: dict[str, float], orientation: Qt.Orientation) -> None:
        docks = [self._docks[name] for name in shares]
        self._window.resizeDocks(docks, [round(share) for share in shares.values()], orientation)

    def _dock(self, name: str, widget: QWidget) -> QDockWidget:
        dock = QDockWidget(name, self._window)
        dock.setObjectName(name)
        dock.setWidget(widget)
        self._docks[name] = dock
        return dock

    def _place(self, name: str) -> QWidget:
        place = QWidget()
        column = self._places[name] = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        return place
