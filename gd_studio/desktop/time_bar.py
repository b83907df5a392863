"""The time bar: all steps of a run on a line, buttons to go along it, and the step shown."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QHBoxLayout,
    QSpinBox,
    QToolButton,
    QWidget,
)

from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.panels.paint import paint_frame
from gd_studio.desktop.panels.rows import FIELD_HEIGHT
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.scrubber import Scrubber

_SECONDS = 10
"""How long the whole run takes to play, where no number of steps a second is chosen."""

_SPEEDS = (1, 3, 10, 30, 100, 300, 1_000, 3_000, 10_000, 100_000)
"""Steps a second."""

_ICON = QSize(20, 20)
_BUTTON = 38


class TimeBar(QWidget):
    """Shows which step of a run is looked at, and asks for others.

    Signals
    -------
    step_wanted(int)
        The user has dragged the handle to a step, or typed it.
    speed_changed()
        The user has chosen how fast to play.
    """

    step_wanted = Signal(int)
    speed_changed = Signal()

    def __init__(self, actions: list[QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 4, 12, 0)
        row.setSpacing(2)
        for action in actions:
            button = QToolButton()
            button.setDefaultAction(action)
            button.setIconSize(_ICON)
            # Until it has its icon it would be as wide as its text, and the window with it.
            button.setFixedWidth(_BUTTON)
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            row.addWidget(button)
        row.addSpacing(10)
        self.slider = Scrubber()
        row.addWidget(self.slider, 1)
        row.addSpacing(10)
        row.addWidget(PlainLabel("Step"))
        row.addSpacing(4)
        self.field = StepField()
        row.addWidget(self.field)
        row.addSpacing(4)
        self._last = PlainLabel()
        row.addWidget(self._last)
        row.addSpacing(16)
        row.addWidget(PlainLabel("Play"))
        row.addSpacing(4)
        self.speeds = QuietComboBox()
        self.speeds.setAccessibleName("How fast to play")
        self.speeds.addItem(f"all in {_SECONDS} s", None)
        for speed in _SPEEDS:
            self.speeds.addItem(f"{speed:,} {'step/s' if speed == 1 else 'steps/s'}", speed)
        self.speeds.setFixedWidth(self.fontMetrics().horizontalAdvance("100,000 steps/s") + 40)
        row.addWidget(self.speeds)
        self.slider.valueChanged.connect(self.step_wanted)
        self.field.valueChanged.connect(self.step_wanted)
        self.speeds.activated.connect(self._speed_chosen)
        self.show_step(None, 0)

    @property
    def steps_per_second(self) -> float:
        """How fast to play."""
        speed: int | None = self.speeds.currentData()
        return speed if speed is not None else max(1.0, self.slider.maximum() / _SECONDS)

    def show_step(self, step: int | None, last: int) -> None:
        """Show that of `last` steps this one is looked at; ``None`` where there is no run."""
        self.setEnabled(step is not None)
        text = f"of {last:,}" if step is not None else ""
        if self._last.text() != text:
            self._last.setText(text)
        if self.slider.maximum() != last:
            self._make_room(last)
        for control in (self.slider, self.field):
            if control.maximum() != last or control.value() != (step or 0):
                # What a person types is left alone until it is finished.
                if control is self.field and self.field.is_typed_into:
                    continue
                control.blockSignals(True)
                control.setMaximum(last)
                control.setValue(step or 0)
                control.blockSignals(False)

    def _make_room(self, last: int) -> None:
        """Give the number of steps room, in widths of whole digits so that little moves."""
        widest = f"{10 ** max(4, len(str(last))) - 1:,}"
        measure = self.fontMetrics().horizontalAdvance
        self.field.setFixedWidth(measure(widest) + 24)
        self._last.setMinimumWidth(measure(f"of {widest}"))

    @Slot()
    def _speed_chosen(self) -> None:
        self.speed_changed.emit()


class StepField(QSpinBox):
    """A step to be typed; with the frame of the panels' fields."""

    def __init__(self) -> None:
        super().__init__()
        self.setButtonSymbols(QAbstractSpinBox.ButtonSymbols.NoButtons)
        self.setKeyboardTracking(False)
        self.setGroupSeparatorShown(True)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFixedHeight(FIELD_HEIGHT)
        self.lineEdit().setTextMargins(0, 0, 4, 0)
        self.setAccessibleName("Step that is shown")
        self.setToolTip("The step that is shown; type another one to go there")

    @property
    def is_typed_into(self) -> bool:
        """Whether somebody is typing a number and has not finished."""
        return self.hasFocus() and self.lineEdit().isModified()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame; Qt calls."""
        paint_frame(QPainter(self), self, focused=self.hasFocus())
