"""The window's actions: text, shortcut and tooltip of each, in one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.icons import NAMES as ICONS
from gd_studio.desktop.look.icons import icon
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plain_text import tooltip
from gd_studio.foreign_text import shortened


@dataclass(frozen=True)
class ActionSpec:
    """One action: its key, its text in menus, its shortcut, and what it does in a few words.

    Two shortcuts have a semicolon between them.
    """

    key: str
    text: str
    shortcut: str
    help: str


SPECS = (
    ActionSpec("run", "Run", "F5", "Begin a run, or go on with the one that holds"),
    ActionSpec("pause", "Pause", "F6", "Hold the run after the step it is in"),
    ActionSpec("step", "Step", "F10", "Take one step, then hold; or show the next one"),
    ActionSpec("stop", "Stop", "Shift+F5", "End the run where it is"),
    ActionSpec("reset", "Reset", "Ctrl+R", "Stop, and show the start again"),
    ActionSpec("time-start", "To the start", "Alt+Home", "Show the run before its first step"),
    ActionSpec("time-back", "A step back", "Alt+Left", "Show the run one step earlier"),
    ActionSpec("time-play-back", "Play backwards", "Alt+Shift+Left", "Play the run backwards"),
    ActionSpec("time-hold", "Hold", "Alt+Shift+Down", "Play no further"),
    ActionSpec("time-play", "Play forwards", "Alt+Shift+Right", "Play the run, at its newest anew"),
    ActionSpec("time-forward", "A step forward", "Alt+Right", "Show the run one step later"),
    ActionSpec("time-newest", "To the newest step", "Alt+End", "Show the run where it is now"),
    ActionSpec("time-cancel", "Give up the way", "Esc", "Show the newest step instead"),
    ActionSpec("branch", "Branch", "Ctrl+B", "Go on from the step shown, as the panels say now"),
    ActionSpec("slower", "Halve learning rate", "[", "Go on with half the learning rate"),
    ActionSpec("faster", "Double learning rate", "]", "Go on with twice the learning rate"),
    ActionSpec("gallery", "Examples…", "Ctrl+E", "Choose an example from their pictures"),
    ActionSpec("open", "Open experiment…", "Ctrl+O", "Open an experiment from a file"),
    ActionSpec("save", "Save experiment…", "Ctrl+S", "Save what the panels hold"),
    ActionSpec("undo", "Undo", "Ctrl+Z", "Take the last change of the experiment back"),
    ActionSpec("redo", "Redo", "Ctrl+Shift+Z; Ctrl+Y", "Change the experiment again as before"),
    ActionSpec("load-model", "Load model…", "Ctrl+L", "Start from parameters in a file"),
    ActionSpec("save-model", "Save model…", "Ctrl+Shift+S", "Save the parameters that are shown"),
    ActionSpec("forget-model", "Start from seed again", "", "Forget the parameters loaded"),
    ActionSpec("check-gradients", "Compare gradients…", "Ctrl+G", "Autograd beside the formula"),
    ActionSpec("reset-layout", "Reset layout", "", "Put every dock back where it was at first"),
    ActionSpec("handbook", "Handbook", "F1", "What there is, and what it means"),
    ActionSpec("about", "About GD Studio", "", "Version, engine and where things are"),
    ActionSpec("quit", "Quit", "Ctrl+Q", "Close the window"),
)

TIME = (
    "time-start",
    "time-back",
    "time-play-back",
    "time-hold",
    "time-play",
    "time-forward",
    "time-newest",
)
"""The actions that go through a run's steps, from left to right."""


class Actions:
    """All actions of a window, by key."""

    def __init__(self, owner: QWidget) -> None:
        self._actions: dict[str, QAction] = {}
        for spec in SPECS:
            action = QAction(spec.text, owner)
            if spec.shortcut:
                action.setShortcuts(QKeySequence.listFromString(spec.shortcut))
            hint = f" ({spec.shortcut.replace(';', ' or')})" if spec.shortcut else ""
            action.setToolTip(f"{spec.help}{hint}")
            action.setStatusTip(spec.help)
            owner.addAction(action)
            self._actions[spec.key] = action

    def __getitem__(self, key: str) -> QAction:
        return self._actions[key]

    def connect(self, **slots: Callable[[], object]) -> None:
        """Connect actions to what they do; an underscore stands for a hyphen in a key."""
        for key, slot in slots.items():
            self._actions[key.replace("_", "-")].triggered.connect(slot)

    def enable(self, permitted: Mapping[str, bool]) -> None:
        """Enable or disable actions, by key."""
        for key, value in permitted.items():
            self._actions[key].setEnabled(value)

    def explain(self, key: str, sentence: str) -> None:
        """Let the tooltip of an action say what it would do, or why it cannot be taken."""
        action = self._actions[key]
        action.setToolTip(tooltip(f"{sentence} ({action.shortcut().toString()})"))
        action.setStatusTip(shortened(sentence))

    def set_theme(self, theme: Theme) -> None:
        """Draw the icons in the theme's colours."""
        for key, action in self._actions.items():
            if key in ICONS:
                action.setIcon(icon(key, theme))
