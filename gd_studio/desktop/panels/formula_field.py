"""A field for a formula, with the mathematics it stands for under it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, Qt, Signal, Slot
from PySide6.QtGui import QInputMethodEvent, QTextCharFormat
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from gd_studio.desktop.panels.lines import LOUD, WRONG, Line, capitalised, mathematics
from gd_studio.desktop.panels.outline import Outline
from gd_studio.desktop.panels.rows import FIELD_HEIGHT
from gd_studio.formula import MAX_LENGTH, FormulaError, parse


class FormulaField(QWidget):
    """A formula that is checked while it is typed.

    ``value()`` is always a right formula: while the text is wrong it is the last right one, the
    wrong characters are underlined, and the sentence stands where the mathematics stood.

    Signals
    -------
    value_changed
        The user has changed the formula. Not emitted by `set_value`.
    problem_changed
        What `problem` says has changed by the user's hand.
    """

    value_changed = Signal()
    problem_changed = Signal()
    says_problem = True

    def __init__(self, value: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value = value
        self._problem = ""
        self.edit = QLineEdit(self)
        self.edit.setMaxLength(MAX_LENGTH + 50)  # a little more, so that too much is explained
        self.edit.textEdited.connect(self._edited)
        self.edit.setFixedHeight(FIELD_HEIGHT)
        self._outline = Outline(self.edit)
        self.shown = Line(LOUD)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addWidget(self.edit)
        layout.addWidget(self.shown)
        self.setFocusProxy(self.edit)
        self.set_value(value)

    def value(self) -> str:
        """Return the formula as it was typed when it was last right."""
        return self._value

    def set_value(self, value: str) -> None:
        """Show a formula."""
        self.edit.setText(value)
        self.edit.setCursorPosition(0)  # the beginning of a long one is what one wants to see
        self._value = value
        self._check(value)

    def problem(self) -> str:
        """Return what is wrong with the text; empty where nothing is."""
        return self._problem

    def setAccessibleName(self, name: str) -> None:
        """Name the field that has the focus, which is the one inside."""
        super().setAccessibleName(name)
        self.edit.setAccessibleName(name)

    def changeEvent(self, event: QEvent) -> None:
        """Underline anew in the colours of a new theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._problem:
            self._check(self.edit.text())

    @Slot(str)
    def _edited(self, text: str) -> None:
        before = self._value, self._problem
        self._check(text)
        if not self._problem:
            self._value = text.strip()
        if self._problem != before[1]:
            self.problem_changed.emit()
        if self._value != before[0]:
            self.value_changed.emit()

    def _check(self, text: str) -> None:
        try:
            html, self._problem, wrong = parse(text).html(), "", None
        except FormulaError as error:
            html, self._problem = "", str(error)
            wrong = error.start, error.end
        self._show(html)
        self._underline(wrong)

    def _show(self, html: str) -> None:
        problem = self._problem
        self.shown.setTextFormat(Qt.TextFormat.PlainText if problem else Qt.TextFormat.RichText)
        self.shown.setText(capitalised(problem) if problem else mathematics(html))
        self.shown.setForegroundRole(WRONG if problem else LOUD)
        self._outline.setVisible(bool(problem))
        self.edit.setAccessibleDescription(capitalised(problem) or self.accessibleDescription())

    def _underline(self, wrong: tuple[int, int] | None) -> None:
        # An input method may format the text it edits: the one way to format part of a QLineEdit.
        attributes = []
        if wrong:
            style = QTextCharFormat()
            colour = self.palette().color(WRONG)
            style.setForeground(colour)
            style.setUnderlineColor(colour)
            style.setUnderlineStyle(QTextCharFormat.UnderlineStyle.WaveUnderline)
            start, end = wrong
            attributes.append(
                QInputMethodEvent.Attribute(
                    QInputMethodEvent.AttributeType.TextFormat,
                    start - self.edit.cursorPosition(),
                    max(1, end - start),
                    style,
                )
            )
        QCoreApplication.sendEvent(self.edit, QInputMethodEvent("", attributes))
