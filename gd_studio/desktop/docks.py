"""The docks: where panels, plots and runs have their places."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDockWidget, QMainWindow, QTabWidget, QVBoxLayout, QWidget

PLOTS = (
    "Landscape",
    "Step",
    "Code",
    "Prediction",
    "Evaluation",
    "Layers",
    "Loss",
    "Optimizer state",
    "Curvature",
    "Gradient norm",
    "Learning rate",
)
"""The docks whose contents come once the window has been painted."""

_ONLY_FOR_MODELS = ("Prediction", "Evaluation", "Layers")

_PANELS_WIDTH = 340
_WIDEST_PANELS = 460
_ACROSS, _DOWN = Qt.Orientation.Horizontal, Qt.Orientation.Vertical


class _Place(QWidget):
    """What goes into the dock of a plot, whose size is the user's and not its content's.

    Otherwise a tab that comes forward would move the docks beside it, or make the window grow.
    """

    def sizeHint(self) -> QSize:
        return QSize(400, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, 90)


class Docks:
    """Panels on the left; landscape above prediction, loss above gradient norm; runs below.

    Behind the landscape lie the step that comes next and the code; behind the prediction the
    evaluation and the layers; behind the loss the optimizer's state and the curvature; behind the
    gradient norm the learning rate. What lies behind is hidden, so that nothing is calculated for
    it: to Qt by itself a dock behind another is visible, somewhere beside the window.

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
        docks = {name: self._dock(name, self._place(name)) for name in PLOTS}
        landscape, prediction = docks["Landscape"], docks["Prediction"]
        loss, grad_norm = docks["Loss"], docks["Gradient norm"]
        window.setDockNestingEnabled(True)
        window.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        window.addDockWidget(Qt.DockWidgetArea.LeftDockWidgetArea, experiment)
        window.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, landscape)
        window.splitDockWidget(landscape, self._dock("Runs", runs), _DOWN)
        window.splitDockWidget(landscape, loss, _ACROSS)
        window.splitDockWidget(loss, grad_norm, _DOWN)
        window.splitDockWidget(landscape, prediction, _DOWN)
        for front, behind in (
            (landscape, ("Step", "Code")),
            (prediction, ("Evaluation", "Layers")),
            (loss, ("Optimizer state", "Curvature")),
            (grad_norm, ("Learning rate",)),
        ):
            for name in behind:
                window.tabifyDockWidget(front, docks[name])
            front.raise_()
        # Forms gain nothing from width, and Qt would share every growth of the window with them.
        panels.setMaximumWidth(_WIDEST_PANELS)
        for dock in self._docks.values():
            dock.topLevelChanged.connect(self._show_title_bars)
            dock.dockLocationChanged.connect(self._show_title_bars)
        for name in PLOTS:
            self._docks[name].visibilityChanged.connect(self._docks[name].widget().setVisible)
        self._show_title_bars()
        self._arrangement = window.saveState()

    def __iter__(self) -> Iterator[QDockWidget]:
        return iter(self._docks.values())

    def put(self, name: str, widget: QWidget, stretch: int = 1) -> None:
        """Put `widget` into the dock of a plot, below what is there already."""
        self._places[name].addWidget(widget, stretch)

    def name(self, titles: dict[str, str | None]) -> None:
        """Give docks other titles; one without a title is hidden."""
        for name, title in titles.items():
            dock = self._docks[name]
            if dock.isHidden() == (title is not None):
                dock.setVisible(title is not None)
            dock.setWindowTitle(title or name)

    def reset(self) -> None:
        """Put every dock back where it was at first."""
        hidden = [dock for dock in self if dock.isHidden()]
        self._window.restoreState(self._arrangement)
        for dock in hidden:
            if dock.objectName() in _ONLY_FOR_MODELS:
                dock.hide()  # there is none for the present subject
        self.apportion()

    def apportion(self) -> None:
        """Give each dock its share of the window as it is."""
        rest = self._window.width() - _PANELS_WIDTH
        across = {"Experiment": _PANELS_WIDTH, "Landscape": 0.6 * rest, "Loss": 0.4 * rest}
        height = self._window.height()
        runs = max(130.0, 0.19 * height)
        rest = round(height - runs)
        down = {"Landscape": 0.55 * rest, "Prediction": 0.45 * rest, "Runs": runs}
        self._resize(across, _ACROSS)
        self._resize(down, _DOWN)
        self._resize({"Loss": 0.6 * rest, "Gradient norm": 0.4 * rest}, _DOWN)

    def _show_title_bars(self) -> None:
        """Leave the title bar out where a tab says the same."""
        for dock in self:
            is_tab = bool(self._window.tabifiedDockWidgets(dock)) and not dock.isFloating()
            has_none = dock.titleBarWidget() is not None
            if is_tab and not has_none:
                dock.setTitleBarWidget(QWidget())
            elif has_none and not is_tab:
                bar = dock.titleBarWidget()
                dock.setTitleBarWidget(None)  # type: ignore[arg-type]  # Qt's own again
                bar.deleteLater()

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
        place = _Place()
        # The docks before and behind it are of one size.
        policy = place.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        place.setSizePolicy(policy)
        column = self._places[name] = QVBoxLayout(place)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        return place
