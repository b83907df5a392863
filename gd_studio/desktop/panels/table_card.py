"""The card of a table of the user's own, in place of a data set's form."""

from __future__ import annotations

from pathlib import PurePath

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gd_studio.desktop.panels.lines import LOUD, QUIET, Line, Sentence
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.desktop.panels.paint import RADIUS
from gd_studio.desktop.plain_text import PlainLabel, tooltip
from gd_studio.experiment import TableData

_MOST_NAMES = 4
_SIDE = 12


class TableCard(QWidget):
    """A file's name and what is read of it.

    Signals
    -------
    change_wanted, built_in_wanted
        The user has pressed a button.
    """

    change_wanted = Signal()
    built_in_wanted = Signal()

    def __init__(self, data: TableData, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name = PlainLabel()
        font = self.name.font()
        font.setBold(True)
        self.name.setFont(font)
        self.name.setTextFormat(Qt.TextFormat.PlainText)
        self.task, self.columns = Line(LOUD), Line(QUIET)
        self.sentence = Sentence(self)
        self.change_button = LinkButton("Change…", "Read the file in another way, or another file")
        self.built_in_button = LinkButton("Use a built-in set", "Go back to the sets that are here")
        buttons = QHBoxLayout()
        buttons.setContentsMargins(0, 4, 0, 0)
        buttons.setSpacing(12)
        buttons.addWidget(self.change_button)
        buttons.addWidget(self.built_in_button)
        buttons.addStretch(1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(_SIDE, 10, _SIDE, 8)
        layout.setSpacing(3)
        for line in (self.name, self.task, self.columns, self.sentence):
            layout.addWidget(line)
        for line in (self.task, self.columns):
            line.setTextFormat(Qt.TextFormat.PlainText)
        layout.addLayout(buttons)
        self.change_button.clicked.connect(self.change_wanted)
        self.built_in_button.clicked.connect(self.built_in_wanted)
        self.set_data(data)

    def set_data(self, data: TableData) -> None:
        """Show a table."""
        # A file from Windows has its name behind a backslash.
        name = PurePath(data.path.replace("\\", "/")).name
        self._file = name
        self.name.setMinimumWidth(1)  # a long one is shortened rather than widening the column
        self._show_name()
        self.task.setText(task_in_words(data))
        self.columns.setText(columns_in_words(data))
        self.setToolTip(tooltip(data.path))
        self.setAccessibleName(f"{name}: {self.task.text()}")
        self.sentence.say("")

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as much of the name as there is room for."""
        super().resizeEvent(event)
        self._show_name()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the card."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(QPalette.ColorRole.Mid), 1))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        box = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(box, RADIUS, RADIUS)

    def _show_name(self) -> None:
        metrics, middle = self.name.fontMetrics(), Qt.TextElideMode.ElideMiddle
        self.name.setText(metrics.elidedText(self._file, middle, self.width() - 2 * _SIDE))


def task_in_words(data: TableData) -> str:
    """Return what is predicted from how much: ``"5 features → species, 3 classes"``."""
    schema = data.data_schema
    count = len(schema.features)
    features = f"{count:,} feature{'' if count == 1 else 's'}"
    what = f", {len(schema.classes)} classes" if schema.classes else ", a number"
    return f"{features} → {schema.target}{what}"


def columns_in_words(data: TableData) -> str:
    """Return the names of the columns that are read, where there are many the first of them."""
    names = [column.name for column in data.table.feature_columns]
    shown = ", ".join(names[:_MOST_NAMES])
    more = len(names) - _MOST_NAMES
    return f"{shown} and {more} more" if more > 0 else shown
