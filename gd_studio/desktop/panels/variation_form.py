"""The form of one of several runs to compare: its name, and what it has other than the rest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QPointF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.fields import TextField
from gd_studio.desktop.panels.lines import QUIET, Line
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.rows import FIELD_HEIGHT
from gd_studio.desktop.panels.variation_words import SingleNumber, in_words
from gd_studio.experiment import Variation
from gd_studio.experiment.experiment import NOT_ONE_LINE


class NameField(TextField):
    """A line of text that is not empty."""

    longest = 100

    def problem(self) -> str:
        """Return what is wrong with the name."""
        if not self.text().strip():
            return "a name is needed"
        return "" if self.text().isprintable() else NOT_ONE_LINE

    @Slot(str)
    def _edited(self, text: str) -> None:
        self.problem_changed.emit()
        super()._edited(text)


class RemoveButton(QAbstractButton):
    """A cross."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(text)
        self.setToolTip(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedSize(20, FIELD_HEIGHT)

    def sizeHint(self) -> QSize:
        """Be as high as a field."""
        return QSize(20, FIELD_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it, in the colour of text under the mouse or with the focus."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        loud = self.underMouse() or self.hasFocus()
        role = QPalette.ColorRole.WindowText if loud else QPalette.ColorRole.PlaceholderText
        painter.setPen(QPen(self.palette().color(role), 1.4))
        centre = QPointF(self.width() / 2, self.height() / 2)
        for dx, dy in ((4, 4), (4, -4)):
            painter.drawLine(centre - QPointF(dx, dy), centre + QPointF(dx, dy))


class VariationForm(FieldForm):
    """Edits the name of `variation`, and its value where it is a single `number`.

    A name that says no more than the value follows it.

    Signals
    -------
    removed
        The user wants this run no more.
    """

    removed = Signal()

    def __init__(
        self, variation: Variation, number: SingleNumber | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._variation = variation
        self._changes: Mapping[str, Any] = variation.changes
        self.name = NameField(variation.name)
        self.remove_button = RemoveButton("Leave this run out")
        self.remove_button.clicked.connect(self.removed)
        self.add("name", "Name", self.name, "What the run is called", beside=self.remove_button)
        self.number: NumberField | None = None
        if number is None:
            words = Line(QUIET)
            words.setTextFormat(Qt.TextFormat.PlainText)
            words.setText(in_words(variation.changes))
            self._rows.addWidget(words, self._rows.rowCount(), 1, 1, 2)
        else:
            self.number = NumberField(number.value, number.bounds, integer=number.integer)
            self.number.set_value(number.value)
            self.add(number.path, number.label, self.number)

    def variation(self) -> Variation:
        """Return the run; what is typed wrongly has its last right value."""
        name = self._variation.name if self.name.problem() else self.name.value()
        return Variation(name=name, changes=dict(self._changes))

    def fit_rows(self) -> None:
        """Let the name follow the value, and keep what is right."""
        if self.number is not None:
            (path,) = self._changes
            changes = {path: self.number.value()}
            if self.name.value() == in_words(self._changes):
                self.name.set_value(in_words(changes))
            self._changes = changes
        self._variation = self.variation()

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show problems at their fields, and those without a field at the name."""
        elsewhere = [f"{path}: {p}" for path, p in problems.items() if path not in self._fields]
        shown = {"name": "; ".join(elsewhere)} if elsewhere else {}
        super().set_problems({**shown, **problems})
