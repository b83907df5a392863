"""The menu bar."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QDockWidget, QMenu, QMenuBar, QWidget

from gd_studio.desktop.actions import TIME, Actions
from gd_studio.desktop.look.theme import Choice, ThemeKeeper
from gd_studio.desktop.plain_text import tooltip
from gd_studio.desktop.settings import Settings
from gd_studio.files import example_keys, load_example

_THEMES: tuple[tuple[str, Choice], ...] = (
    ("As the system is", "system"),
    ("Light", "light"),
    ("Dark", "dark"),
)


def fill_menu_bar(
    bar: QMenuBar,
    actions: Actions,
    docks: Iterable[QDockWidget],
    examples: QMenu,
    themes: QMenu,
    memory: QMenu,
    overlays: QMenu,
) -> None:
    """Give a menu bar its menus."""
    file = bar.addMenu("&File")
    file.addAction(actions["gallery"])
    file.addMenu(examples)
    file.addActions([actions["open"], actions["save"]])
    file.addSeparator()
    file.addActions([actions["load-model"], actions["save-model"], actions["forget-model"]])
    file.addSeparator()
    file.addAction(actions["quit"])
    edit = bar.addMenu("&Edit")
    edit.addActions([actions["undo"], actions["redo"]])
    run = bar.addMenu("&Run")
    run.addActions([actions[key] for key in ("run", "pause", "step", "stop", "reset")])
    run.addSeparator()
    run.addActions([actions[key] for key in ("branch", "slower", "faster")])
    run.addSeparator()
    run.addAction(actions["check-gradients"])
    time = bar.addMenu("&Time")
    time.addActions([actions[key] for key in TIME])
    time.addSeparator()
    time.addAction(actions["time-cancel"])
    time.addMenu(memory)
    view = bar.addMenu("&View")
    view.addActions([dock.toggleViewAction() for dock in docks])
    view.addSeparator()
    view.addMenu(overlays)
    view.addAction(actions["reset-layout"])
    view.addMenu(themes)
    bar.addMenu("&Help").addActions([actions["handbook"], actions["about"]])


class ExamplesMenu(QMenu):
    """The examples, read when it is first opened: reading them takes its time.

    Signals
    -------
    chosen(str)
        The key of an example.
    """

    chosen = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__("&Examples", parent)
        self.setToolTipsVisible(True)
        self.aboutToShow.connect(self._fill)
        self.triggered.connect(self._choose)

    @Slot()
    def _fill(self) -> None:
        if self.isEmpty():
            for key in example_keys():
                experiment = load_example(key)
                action = self.addAction(experiment.title)
                action.setToolTip(tooltip(experiment.notes))
                action.setData(key)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self.chosen.emit(action.data())


class ThemeMenu(QMenu):
    """Light, dark, or as the system is; remembered."""

    def __init__(self, keeper: ThemeKeeper, settings: Settings, parent: QWidget) -> None:
        super().__init__("&Theme", parent)
        self._keeper = keeper
        self._settings = settings
        group = QActionGroup(self)
        for text, choice in _THEMES:
            action = self.addAction(text)
            action.setCheckable(True)
            action.setChecked(choice == keeper.choice)
            action.setData(choice)
            group.addAction(action)
        self.triggered.connect(self._choose)

    @Slot(QAction)
    def _choose(self, action: QAction) -> None:
        self._settings.theme = action.data()
        self._keeper.choose(action.data())
