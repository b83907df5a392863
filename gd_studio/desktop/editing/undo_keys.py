"""Ctrl+Z while a field has the focus."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

_KEYS = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class UndoKeys(QObject):
    """Keeps the keys of undo and redo from the text fields in `panels`: they are the window's.

    What is typed in one go is one edit of the experiment, so that undoing it takes back what was
    just typed, as a field's own undo would. That one would come to the experiment as one edit
    more, which the next Ctrl+Z would take back in its turn.
    """

    def __init__(self, panels: QWidget) -> None:
        super().__init__(panels)
        self._panels = panels
        application = cast(QApplication, QApplication.instance())
        application.focusChanged.connect(self._follow)

    @Slot(QWidget, QWidget)
    def _follow(self, _: QWidget | None, focused: QWidget | None) -> None:
        if focused is not None and self._panels.isAncestorOf(focused):
            focused.installEventFilter(self)  # a second time changes nothing

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a field neither claim these keys nor, where there is nothing to undo, have them."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        is_ours = any(cast(QKeyEvent, event).matches(key) for key in _KEYS)
        if is_ours:
            event.ignore()
        return is_ours
