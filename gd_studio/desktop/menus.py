"""The menu bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDockWidget, QMenu

from gd_studio.desktop.theme import Choice, ThemeKeeper
from gd_studio.files import example_keys, load_example

if TYPE_CHECKING:
    from gd_studio.desktop.main_window import MainWindow

_THEMES: tuple[tuple[str, Choice], ...] = (
    ("As the system is", "system"),
    ("Light", "light"),
    ("Dark", "dark"),
)


def fill_menu_bar(window: MainWindow, keeper: ThemeKeeper) -> None:
    """Give `window` its menus."""
    actions, bar = window.actions_of_window, window.menuBar()
    file = bar.addMenu("&File")
    _Examples(file.addMenu("Examples"), window)
    file.addActions([actions["open"], actions["save"]])
    file.addSeparator()
    file.addActions([actions["load-model"], actions["save-model"], actions["forget-model"]])
    file.addSeparator()
    file.addAction(actions["quit"])
    run = bar.addMenu("&Run")
    run.addActions([actions[key] for key in ("run", "pause", "step", "stop", "reset")])
    run.addSeparator()
    run.addAction(actions["check-gradients"])
    view = bar.addMenu("&View")
    for dock in window.findChildren(QDockWidget):
        view.addAction(dock.toggleViewAction())
    view.addSeparator()
    _Themes(view.addMenu("Theme"), window, keeper)
    bar.addMenu("&Help").addAction(actions["about"])


class _Examples(QObject):
    """The menu of examples, filled when it is first opened: reading them takes its time."""

    def __init__(self, menu: QMenu, window: MainWindow) -> None:
        super().__init__(menu)
        self._menu = menu
        self._window = window
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self._fill)
        menu.triggered.connect(self._open)

    @Slot()
    def _fill(self) -> None:
        if self._menu.isEmpty():
            for key in example_keys():
                experiment = load_example(key)
                action = self._menu.addAction(experiment.title)
                action.setToolTip(experiment.notes)
                action.setData(key)

    @Slot(QAction)
    def _open(self, action: QAction) -> None:
        self._window.documents.open_example(action.data())


class _Themes(QObject):
    """The menu of themes."""

    def __init__(self, menu: QMenu, window: MainWindow, keeper: ThemeKeeper) -> None:
        super().__init__(menu)
        self._keeper = keeper
        self._settings = window.settings
        group = QActionGroup(menu)
        for text, choice in _THEMES:
            action = menu.addAction(text)
            action.setCheckable(True)
            action.setChecked(choice == keeper.choice)
            action.setData(choice)
            group.addAction(action)
        menu.triggered.connect(self._choose)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self._settings.theme = action.data()
        self._keeper.choose(action.data())
