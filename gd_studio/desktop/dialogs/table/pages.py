"""What the dialog shows while a file is read, and where it is no table."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QProgressBar, QPushButton, QVBoxLayout, QWidget

from gd_studio.desktop.dialogs.table.words import size
from gd_studio.desktop.panels.lines import QUIET, WRONG, Line, capitalised
from gd_studio.desktop.plain_text import PlainLabel, tooltip

_WIDTH = 420
_STEPS = 1000  # of the progress bar


class _Page(QWidget):
    """A narrow column in the middle, under the name of a file."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = PlainLabel()
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        font = QFont(self.name.font())
        font.setWeight(QFont.Weight.DemiBold)
        self.name.setFont(font)
        middle = QWidget()
        middle.setFixedWidth(_WIDTH)
        self._column = QVBoxLayout(middle)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self.name)
        layout = QVBoxLayout(self)
        layout.addStretch(2)
        layout.addWidget(middle, alignment=Qt.AlignmentFlag.AlignHCenter)
        layout.addStretch(3)

    def show_name(self, path: Path, before: str = "", after: str = "") -> None:
        """Show what `path` is called, cut in the middle where it is long."""
        metrics = self.name.fontMetrics()
        room = _WIDTH - metrics.horizontalAdvance(before + after)
        name = metrics.elidedText(path.name, Qt.TextElideMode.ElideMiddle, room)
        self.name.setText(f"{before}{name}{after}")
        self.name.setToolTip(tooltip(str(path)))


class ReadingPage(_Page):
    """How far reading is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar(maximum=_STEPS, textVisible=False)
        self.bar.setAccessibleName("Progress of reading")
        self.share = PlainLabel()
        self.share.setForegroundRole(QUIET)
        self._column.addWidget(self.bar)
        self._column.addWidget(self.share)
        self._size = 0

    def begin(self, path: Path, size_of_file: int) -> None:
        """Show that reading begins."""
        self._size = size_of_file
        self.show_name(path, "Reading ", "…")
        self.show_progress(0.0)

    def show_progress(self, share: float) -> None:
        """Show how far it is, from 0 to 1."""
        self.bar.setValue(round(_STEPS * share))
        self.share.setText(size(share, self._size))


class RefusalPage(_Page):
    """Why a file is no table.

    Signals
    -------
    other_wanted()
        The user wants to choose another file.
    """

    other_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.reason = Line(WRONG)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.other_button = QPushButton("Choose another file…")
        self.other_button.clicked.connect(self.other_wanted)
        self._column.addWidget(self.reason)
        self._column.addWidget(self.other_button, alignment=Qt.AlignmentFlag.AlignLeft)

    def refuse(self, path: Path, reason: str) -> None:
        """Show why the file at `path` is none."""
        self.show_name(path, after=" was not opened")
        self.reason.setText(f"{capitalised(reason)}.")
