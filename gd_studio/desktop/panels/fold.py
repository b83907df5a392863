"""A part of a form that is folded away until it is wanted, and made then."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPalette, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.desktop.panels.collapsible import SectionHeader
from gd_studio.desktop.panels.field_form import FieldForm
from gd_studio.desktop.panels.paint import paint_chevron
from gd_studio.desktop.plain_text import tooltip

F = TypeVar("F", bound=FieldForm)

Describe = Callable[[Mapping[str, Any]], str]
"""From a form's values to what is set in it, in a few words; empty where nothing is."""


class FoldHeader(SectionHeader):
    """A quieter header, with what is set in the form while that is folded away."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(title, parent)
        self._summary = ""
        self.setChecked(False)

    def summary(self) -> str:
        """Return what is set, in a few words."""
        return self._summary

    def set_summary(self, summary: str) -> None:
        """Show what is set."""
        self._summary = summary
        self.setToolTip(tooltip(summary))
        self.update()

    def sizeHint(self) -> QSize:
        """Be a little higher than a field."""
        return QSize(120, self.fontMetrics().height() + 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the title, the summary, the arrow, and a ring for the keyboard."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        palette, box, metrics = self.palette(), self.rect(), self.fontMetrics()
        painter.setPen(palette.color(QPalette.ColorRole.Mid))
        painter.drawLine(0, 0, box.width(), 0)
        if self.is_ringed():
            painter.setPen(QPen(palette.color(QPalette.ColorRole.Accent), 1))
            painter.drawRoundedRect(QRectF(box).adjusted(0.5, 4.5, -0.5, -4.5), 4, 4)
        painter.setPen(palette.color(QPalette.ColorRole.WindowText))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, self.text())
        if not self.isChecked():
            area = box.adjusted(metrics.horizontalAdvance(self.text()) + 16, 0, -30, 0)
            painter.setPen(palette.color(QPalette.ColorRole.PlaceholderText))
            short = metrics.elidedText(
                self._summary, Qt.TextElideMode.ElideRight, max(0, area.width())
            )
            right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, right, short)
        paint_chevron(
            painter,
            self,
            QPointF(box.width() - 14, box.height() / 2 + 0.5),
            angle=0 if self.isChecked() else -90,
            loud=self.underMouse(),
        )


class Fold(QWidget, Generic[F]):
    """A form under a header that folds it away; closed at first.

    Its values are there before the form is, which is made when it is first unfolded.

    Parameters
    ----------
    make
        What makes the form.
    values
        What is in it at first.
    describe
        What makes the header's summary of the values.

    Signals
    -------
    value_changed, problems_changed
        By the user's hand.
    """

    value_changed = Signal()
    problems_changed = Signal()

    def __init__(
        self, title: str, make: Callable[[], F], values: Mapping[str, Any], describe: Describe
    ) -> None:
        super().__init__()
        self._make = make
        self._values = dict(values)
        self._describe = describe
        self._made: F | None = None
        self.header = FoldHeader(title)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2)
        self._layout.addWidget(self.header)
        self.header.toggled.connect(self._toggled)
        self.summarise()

    @property
    def form(self) -> F:
        """The form; made when it is first asked for."""
        if self._made is None:
            self._made = self._make()
            self._made.set_value(self._values)
            self._made.setContentsMargins(0, 0, 0, 12)
            self._layout.addWidget(self._made)
            self._made.setVisible(self.header.isChecked())
            # Made late, it would come last in the window for who goes on with the tab key.
            self._made.set_tab_order_after(self.header)
            self._made.value_changed.connect(self._value_changed)
            self._made.problems_changed.connect(self.problems_changed)
        return self._made

    @property
    def is_made(self) -> bool:
        """Whether the form is there yet."""
        return self._made is not None

    def is_open(self) -> bool:
        """Whether the form is shown."""
        return self.header.isChecked()

    def set_open(self, is_open: bool) -> None:
        """Fold or unfold it."""
        self.header.setChecked(is_open)

    def value(self) -> dict[str, Any]:
        """Return the form's values."""
        return dict(self._values) if self._made is None else self._made.value()

    def set_value(self, values: Mapping[str, Any]) -> None:
        """Show values, unfolded where they set something and else folded away."""
        self._values |= values
        if self._made is not None:
            self._made.set_value(values)
        self.summarise()
        self.set_open(bool(self.header.summary()))

    def problems(self) -> dict[str, str]:
        """Return what is wrong with what is typed, by name."""
        return {} if self._made is None else self._made.problems()

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show problems at their fields, unfolding where one is among them."""
        mine = {name: problem for name, problem in problems.items() if self._has(name)}
        if mine:
            self.set_open(True)
        if self._made is not None:
            self._made.set_problems(mine)

    def _has(self, path: str) -> bool:
        """Whether a path is that of one of the values, or leads into one."""
        return any(path == name or path.startswith(f"{name}.") for name in self._values)

    def summarise(self) -> None:
        """Say in the header what is set."""
        self.header.set_summary(self._describe(self.value()))

    @Slot(bool)
    def _toggled(self, is_open: bool) -> None:
        self.header.setAccessibleDescription("unfolded" if is_open else "folded")
        self.form.setVisible(is_open)

    @Slot()
    def _value_changed(self) -> None:
        self.summarise()
        self.value_changed.emit()
