"""The edits of the experiment, to be undone and redone."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QElapsedTimer, QObject, Signal, Slot
from PySide6.QtGui import QAction, QUndoCommand, QUndoStack

from gd_studio.desktop.editing.undo_keys import UndoKeys
from gd_studio.desktop.editing.words import changed_fields, in_words
from gd_studio.desktop.panels.panel_column import PanelColumn
from gd_studio.desktop.plain_text import for_action
from gd_studio.experiment import Experiment

PAUSE = 1000
"""Milliseconds after which an edit of the same field is one of its own."""

_MOST = 200
"""How many edits are kept: an experiment may hold ten thousand starts."""


class Edit(QUndoCommand):
    """From one experiment to the next.

    Parameters
    ----------
    before, after
        The two; `after` is there already when the edit is pushed.
    goes_on
        Whether it may be a part of the edit before it: of what is typed or dragged in one go.
    put
        What makes an experiment the present one.
    """

    def __init__(
        self,
        before: Experiment,
        after: Experiment,
        *,
        goes_on: bool,
        put: Callable[[Experiment], None],
    ) -> None:
        self.field = changed_fields(before, after)[0]
        super().__init__(in_words(self.field, after))
        self.before = before
        self.after = after
        self.goes_on = goes_on
        self._put = put
        self._is_done = True

    def id(self) -> int:
        """Be one of a kind, which Qt asks before it merges two."""
        return 1

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Take in an edit of the same field that goes on with this one."""
        if not isinstance(other, Edit) or not other.goes_on or other.field != self.field:
            return False
        self.after = other.after
        self.setObsolete(self.before == self.after)
        return True

    def undo(self) -> None:
        """Go back to the experiment before."""
        self._put(self.before)
        self._is_done = False

    def redo(self) -> None:
        """Go on to the experiment after; Qt does so as well when the edit is pushed."""
        if not self._is_done:
            self._put(self.after)
        self._is_done = True


class Editing(QObject):
    """Remembers what is done to the experiment in `panels`, and undoes and redoes it.

    An edit is called by the first field that it changes; what else changes follows from that one.
    Quick edits of the same field are one. A text that is wrong is in no experiment: undoing takes
    it back before anything else. Opening another experiment forgets all, as editors do with
    another document; a table or a model that is loaded is an edit. Runs are never touched.

    Parameters
    ----------
    undo, redo
        The actions of a window: what they say and whether they can be taken is kept right.
    pause
        Milliseconds after which an edit of the same field is one of its own.

    Signals
    -------
    restored(Experiment)
        The panels have been given another experiment.
    modified(bool)
        Whether it is another one than was opened or saved.
    """

    restored = Signal(object)
    modified = Signal(bool)

    def __init__(
        self,
        panels: PanelColumn,
        undo: QAction,
        redo: QAction,
        parent: QObject | None = None,
        *,
        pause: int = PAUSE,
    ) -> None:
        super().__init__(parent)
        self.pause = pause
        self.stack = QUndoStack(self)
        self.stack.setUndoLimit(_MOST)
        self._panels = panels
        self._undo, self._redo = undo, redo
        self._experiment = panels.experiment()
        self._since = QElapsedTimer()
        UndoKeys(panels)
        undo.triggered.connect(self.undo)
        redo.triggered.connect(self.redo)
        panels.experiment_changed.connect(self.record)
        panels.problems_changed.connect(self._tell)
        self.stack.indexChanged.connect(self._tell)
        self.stack.cleanChanged.connect(self._clean_changed)
        self._tell()

    @Slot(object)
    def begin(self, experiment: Experiment) -> None:
        """Forget what was done: `experiment` has been opened, and the panels hold it."""
        self._experiment = experiment
        self._since.invalidate()
        self.stack.clear()

    @Slot(object)
    def record(self, experiment: Experiment) -> None:
        """Remember the edit that has led to `experiment`, which the panels hold."""
        goes_on = self._since.isValid() and self._since.elapsed() < self.pause
        before, self._experiment = self._experiment, experiment
        self._since.start()
        self.stack.push(Edit(before, experiment, goes_on=goes_on, put=self._put))

    @Slot(object)
    def change(self, experiment: Experiment) -> None:
        """Put `experiment` into the panels, as an edit by another hand: a model was loaded."""
        if experiment != self._experiment:
            self._since.invalidate()
            self.record(experiment)
            self._put(experiment)

    @Slot()
    def undo(self) -> None:
        """Take back what is typed wrongly; where nothing is, the last edit."""
        self._since.invalidate()
        if self._panels.has_wrong_text():
            self._panels.set_experiment(self._experiment)
        else:
            self.stack.undo()

    @Slot()
    def redo(self) -> None:
        """Do again what was undone last."""
        self._since.invalidate()
        self.stack.redo()

    @Slot()
    def set_saved(self) -> None:
        """Take the present experiment for the one in the file."""
        self.stack.setClean()

    def _put(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._panels.set_experiment(experiment)
        self.restored.emit(experiment)

    @Slot()
    def _tell(self) -> None:
        """Let the actions say what they would do."""
        mistyped = self._panels.has_wrong_text()
        undone = "typing" if mistyped else self.stack.undoText()
        self._undo.setText(for_action(f"Undo {undone}".strip()))
        self._undo.setEnabled(mistyped or self.stack.canUndo())
        self._redo.setText(for_action(f"Redo {self.stack.redoText()}".strip()))
        self._redo.setEnabled(self.stack.canRedo())

    @Slot(bool)
    def _clean_changed(self, is_clean: bool) -> None:
        self.modified.emit(not is_clean)
