"""A field for a number, whole or not, in scientific notation where wished."""

from __future__ import annotations

import math
from typing import cast

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QSizePolicy, QStyle, QStyleOptionSpinBox, QWidget

from gd_studio.desktop.panels.number_text import (
    Bounds,
    format_number,
    parse_number,
    step_integer,
    step_number,
)
from gd_studio.desktop.panels.paint import paint_chevron, paint_frame
from gd_studio.desktop.panels.rows import FIELD_HEIGHT

_ARROWS = (
    (QStyle.SubControl.SC_SpinBoxUp, QAbstractSpinBox.StepEnabledFlag.StepUpEnabled, 180.0),
    (QStyle.SubControl.SC_SpinBoxDown, QAbstractSpinBox.StepEnabledFlag.StepDownEnabled, 0.0),
)

_KEYS = ("[", "]")
"""Keys of the window that no number is written with."""


class NumberField(QAbstractSpinBox):
    """A number that is typed, or stepped with the arrow keys.

    ``value()`` is always valid: while the text is wrong it is the last right one, and
    ``problem()`` says what is wrong. ``1e-4`` and ``0.0001`` are both understood, with a point in
    every country. Up and down step the leading digit, page up and down multiply by ten.

    Signals
    -------
    value_changed
        The user has changed the value, by typing or stepping. Not emitted by `set_value`.
    problem_changed
        What `problem` says has changed by the user's hand.
    """

    value_changed = Signal()
    problem_changed = Signal()
    says_problem = False

    def __init__(
        self,
        value: float,
        bounds: Bounds | None = None,
        *,
        integer: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._bounds = bounds or Bounds()
        self._integer = integer
        self._value = value
        # A step up from zero leads to the size of the default, or to something small.
        self._from_zero = 10.0 ** math.floor(math.log10(abs(value))) if value else 0.01
        self._problem = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFixedHeight(FIELD_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.lineEdit().setTextMargins(3, 0, 0, 0)  # as far in as the text of other fields
        self.lineEdit().textEdited.connect(self._read)
        self.editingFinished.connect(self._tidy)
        self.set_value(value)

    def value(self) -> float:
        """Return the number: an ``int`` where it is an integer field."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show `value`, exactly as it is, even where the text shows fewer digits."""
        self._value = int(value) if self._integer else float(value)
        self._problem = ""
        self._show()

    def problem(self) -> str:
        """Return what is wrong with the text; empty where nothing is."""
        return self._problem

    # --- Qt's side of it ----------------------------------------------------------------------

    def stepBy(self, steps: int) -> None:
        """Go up or down, from the last valid number."""
        stepped = self._stepped(steps)
        changed, self._value = stepped != self._value, stepped
        mended, self._problem = bool(self._problem), ""
        self._show()
        self.selectAll()
        self._tell(changed, mended)

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Say which of the two arrows leads anywhere."""
        enabled = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._stepped(1) != self._value:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._stepped(-1) != self._value:
            enabled |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return enabled

    def validate(self, text: str, position: int) -> tuple[QValidator.State, str, int]:
        """Let everything be typed: a wrong text is explained, not swallowed."""
        return QValidator.State.Acceptable, text, position

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Leave the wheel to the panel unless the field has the focus."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def event(self, event: QEvent) -> bool:
        """Leave the keys of the window to it."""
        if event.type() == QEvent.Type.ShortcutOverride and cast(QKeyEvent, event).text() in _KEYS:
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Let Escape take a wrong text back."""
        if event.key() == Qt.Key.Key_Escape and self._problem:
            self._problem = ""
            self._show()
            self.problem_changed.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Ask for little width: the form stretches it."""
        return QSize(96, FIELD_HEIGHT)

    def minimumSizeHint(self) -> QSize:
        """Be at least wide enough for a small number."""
        return QSize(60, FIELD_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame of a text field, and two small arrows."""
        painter = QPainter(self)
        paint_frame(painter, self, focused=self.hasFocus())
        option = QStyleOptionSpinBox()
        self.initStyleOption(option)
        enabled = self.stepEnabled()
        for control, flag, angle in _ARROWS:
            area = self.style().subControlRect(
                QStyle.ComplexControl.CC_SpinBox, option, control, self
            )
            paint_chevron(
                painter,
                self,
                QRectF(area).center() + QPointF(-3, 1.5 if angle else -0.5),
                angle=angle,
                size=3.0,
                enabled=bool(enabled & flag),
                loud=bool(option.activeSubControls & control),
            )

    # ------------------------------------------------------------------------------------------

    def _stepped(self, steps: int) -> float:
        if self._integer:
            return step_integer(int(self._value), steps, self._bounds)
        return step_number(self._value, steps, self._bounds, from_zero=self._from_zero)

    def _show(self) -> None:
        self.lineEdit().setText(format_number(self._value))

    @Slot(str)
    def _read(self, text: str) -> None:
        before = self._value, self._problem
        try:
            self._value = parse_number(text, self._bounds, integer=self._integer)
            self._problem = ""
        except ValueError as error:
            self._problem = str(error)
        self._tell(self._value != before[0], self._problem != before[1])

    @Slot()
    def _tidy(self) -> None:
        if not self._problem:
            self._show()

    def _tell(self, value_changed: bool, problem_changed: bool) -> None:
        if problem_changed:
            self.problem_changed.emit()
        if value_changed:
            self.value_changed.emit()
