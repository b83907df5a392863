"""The field for the starting points of a function: so many random ones, or placed ones."""

from __future__ import annotations

import random
from collections.abc import Iterable

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from gd_studio.desktop.panels.lines import Sentence
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.panels.rows import FIELD_HEIGHT, LeavingWatch, RowLabel, Rows
from gd_studio.desktop.panels.specs import Problems
from gd_studio.desktop.panels.starts_text import Start, format_start, parse_starts
from gd_studio.desktop.plain_text import PlainLabel, tooltip
from gd_studio.experiment import FieldProblem
from gd_studio.experiment.problem import MOST_STARTS

_MOST_LISTED = 200
"""More starts than this are counted and not listed."""
_MOST_LINES = 5

Domain = tuple[tuple[float, float], ...]


class StartsField(QWidget):
    """How many starts are drawn at random; or, once some are placed, the list of these.

    Starts placed for a function of one variable are kept aside while one of two is chosen, and
    come back with it.

    Signals
    -------
    value_changed, problems_changed
        By the user's hand.
    """

    value_changed = Signal()
    problems_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._variables: tuple[str, ...] = ("x", "y")
        self._domain: Domain = ((-1.0, 1.0), (-1.0, 1.0))
        self._placed: dict[int, tuple[Start, ...]] = {}
        self._exact: dict[str, Start] = {}
        self._problems: Problems = ()
        self.count = NumberField(1, Bounds(1, MOST_STARTS), integer=True)
        self.count.setToolTip("<p>How many starts are drawn from the function's domain.</p>")
        self.place_button = _button("Place", "Type the starts instead; the plot can place them too")
        self.clear_button = _button("Clear", "Go back to random starts")
        self.summary = PlainLabel()
        self.list = QPlainTextEdit()
        self.list.setTabChangesFocus(True)
        self.list.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.list.setAccessibleName("Placed starts, one on a line")
        self._lay_out()
        LeavingWatch(self.count, self._count_sentence)
        LeavingWatch(self.list, self._list_sentence)
        self.count.value_changed.connect(self.value_changed)
        self.count.problem_changed.connect(self._count_problem_changed)
        self.place_button.clicked.connect(self._place)
        self.clear_button.clicked.connect(self._clear)
        self.list.textChanged.connect(self._read_list)
        self._show()

    def _lay_out(self) -> None:
        self._random = QWidget()
        rows = Rows(self._random)
        self._count_sentence = rows.add("Random starts", self.count, beside=self.place_button)
        self._placed_rows = QWidget()
        head = QHBoxLayout()
        head.setSpacing(8)
        label = RowLabel("Starts")
        label.setBuddy(self.list)
        head.addWidget(label)
        head.addWidget(self.summary, 1)
        head.addWidget(self.clear_button)
        self._list_sentence = Sentence(self.list)
        layout = QVBoxLayout(self._placed_rows)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(6)
        layout.addLayout(head)
        layout.addWidget(self.list)
        layout.addWidget(self._list_sentence)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._random)
        outer.addWidget(self._placed_rows)

    # --- the value ----------------------------------------------------------------------------

    @property
    def starts(self) -> tuple[Start, ...]:
        """The placed starts, each with a coordinate for every variable; empty for random ones."""
        return self._placed.get(len(self._variables), ())

    @property
    def random_starts(self) -> int:
        """How many are drawn where none is placed."""
        return int(self.count.value())

    def set_variables(self, variables: tuple[str, ...], domain: Domain) -> None:
        """Take starts for another function."""
        changed = variables != self._variables
        self._variables, self._domain = variables, domain
        if changed:
            self._show()

    def set_value(self, starts: Iterable[Start], random_starts: int | None = None) -> None:
        """Show placed starts, or so many random ones where `starts` is empty."""
        self._placed = {len(self._variables): tuple(starts)}
        if random_starts is not None:
            self.count.set_value(random_starts)
        self._show()

    def problems(self) -> Problems:
        """Return what is wrong with what is shown."""
        if not self.starts and self.count.problem():
            return (FieldProblem("random_starts", self.count.problem()),)
        return self._problems

    def set_problems(self, problems: Problems) -> None:
        """Show problems that somebody else has found with the starts."""
        if not self._problems:
            self._list_sentence.say(problems[0].message if problems else "")

    # ------------------------------------------------------------------------------------------

    @Slot()
    def _place(self) -> None:
        start = tuple(float(f"{random.uniform(low, high):.3g}") for low, high in self._domain)
        self.set_value((start,))
        self.list.setFocus()
        self.value_changed.emit()

    @Slot()
    def _clear(self) -> None:
        self.set_value(())
        self.count.setFocus()
        self.value_changed.emit()

    @Slot()
    def _count_problem_changed(self) -> None:
        self._count_sentence.say(self.count.problem(), patiently=True)
        self.problems_changed.emit()

    @Slot()
    def _read_list(self) -> None:
        before = self.starts, self._problems
        starts, problems = parse_starts(self.list.toPlainText(), self._variables, self._exact)
        if len(starts) > MOST_STARTS:
            problems = ((MOST_STARTS, f"there can be {MOST_STARTS} starts at most"),)
        self._problems = tuple(FieldProblem(f"starts.{i}", text) for i, text in problems)
        if not problems:
            self._placed[len(self._variables)] = starts
        self._list_sentence.say(problems[0][1] if problems else "", patiently=True)
        self._summarise()
        if self._problems != before[1]:
            self.problems_changed.emit()
        if self.starts != before[0]:
            self.value_changed.emit()

    def _show(self) -> None:
        starts = self.starts
        self._problems = ()
        self._exact = {format_start(start): start for start in starts}
        self.list.blockSignals(True)
        listed = starts if len(starts) <= _MOST_LISTED else ()
        self.list.setPlainText("\n".join(format_start(start) for start in listed))
        self.list.blockSignals(False)
        self.list.setVisible(bool(listed))
        self.list.setToolTip(f"<p>A start on each line: {', '.join(self._variables)}</p>")
        self._random.setVisible(not starts)
        self._placed_rows.setVisible(bool(starts))
        self._count_sentence.say(self.count.problem())
        self._list_sentence.say("")
        self._summarise()

    def _summarise(self) -> None:
        count = len(self.starts)
        self.summary.setText(f"{count} placed start{'' if count == 1 else 's'}")
        lines = min(max(self.list.blockCount(), 1), _MOST_LINES)
        frame = 2 * (self.list.frameWidth() + 6)
        self.list.setFixedHeight(lines * self.list.fontMetrics().lineSpacing() + frame)


def _button(text: str, about: str) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tooltip(about))
    button.setFixedSize(button.fontMetrics().horizontalAdvance(text) + 22, FIELD_HEIGHT)
    button.setStyleSheet("padding: 0")  # the theme leaves more room than there is
    return button
