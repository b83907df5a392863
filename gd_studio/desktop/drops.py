"""Files dropped on the window: each goes the way of the action that opens its kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Qt
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QWidget

from gd_studio.desktop.documents import Documents
from gd_studio.files import EXPERIMENT_SUFFIXES

_DRAGS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


class Drops(QObject):
    """Lets one file be dropped on a window: an experiment, a table, or a model's parameters."""

    def __init__(self, documents: Documents, window: QWidget) -> None:
        super().__init__(window)
        self._roads: Mapping[str, Callable[[Path], None]] = {
            **dict.fromkeys(EXPERIMENT_SUFFIXES, documents.open_experiment),
            ".csv": documents.open_table,
            ".tsv": documents.open_table,
            ".safetensors": documents.load_model,
            ".pt": documents.load_model,
        }
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _DRAGS or not isinstance(event, QDropEvent):
            return super().eventFilter(watched, event)
        path = _one_file(event.mimeData())
        road = self._roads.get(path.suffix.lower()) if path is not None else None
        # What a dialog asks for comes first, as it does for the actions.
        if path is None or road is None or QApplication.activeModalWidget() is not None:
            event.ignore()
            return True
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            road(path)
        return True


def _one_file(dragged: QMimeData) -> Path | None:
    """Return the file that is dragged; ``None`` where there is none on this computer, or more."""
    urls = dragged.urls()
    return Path(urls[0].toLocalFile()) if len(urls) == 1 and urls[0].isLocalFile() else None
