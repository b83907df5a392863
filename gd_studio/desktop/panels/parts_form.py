"""The parts of a schedule that is made of others, to be set, added and removed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog import SCHEDULES, Catalog
from gd_studio.desktop.panels.choice_form import ChoiceForm
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.desktop.panels.specs import Problems, under, within
from gd_studio.desktop.panels.variation_form import RemoveButton
from gd_studio.experiment import ScheduleChoice
from gd_studio.experiment.schedule import MOST_PARTS, part_misfit

_FEWEST = 2

CAN_BE_PARTS = Catalog(
    "schedule", *(entry for entry in SCHEDULES.values() if not part_misfit("", entry, 0))
)


class PartsForm(QWidget):
    """Edits the parts of a composed schedule, in their order.

    Signals
    -------
    value_changed, problems_changed
        By the user's hand.
    added
        The user has added a part at the end; `value_changed` follows.
    removed
        The place of the part that the user has removed; `value_changed` follows.
    """

    value_changed = Signal()
    problems_changed = Signal()
    added = Signal()
    removed = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.forms: list[ChoiceForm] = []
        self.removers: list[RemoveButton] = []
        self._whole = "sequential"
        self.add_button = LinkButton("Add a part", "Another schedule after these", self)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 4, 0, 4)
        self._layout.setSpacing(12)
        self._layout.addWidget(self.add_button)
        self.add_button.clicked.connect(self._add)

    def value(self) -> list[dict[str, Any]]:
        """Return the parts as JSON has them, each valid by itself."""
        return [dict(form.value()) for form in self.forms]

    def set_value(self, whole: str, parts: Iterable[ScheduleChoice | Mapping[str, Any]]) -> None:
        """Show the parts of the schedule with the key `whole`."""
        self._whole = whole
        given = list(parts)
        while len(self.forms) > len(given):
            self._discard(self.forms[-1])
        for i, part in enumerate(given):
            if i == len(self.forms):
                self._make()
            self.forms[i].set_value(part)
        self._fit()

    def problems(self) -> Problems:
        """Return what is wrong with what is typed: the place of a part, then its field."""
        return tuple(
            problem
            for i, form in enumerate(self.forms)
            for problem in under(str(i), form.problems())
        )

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their parts."""
        for i, form in enumerate(self.forms):
            form.set_problems(within(str(i), problems))

    def set_tab_order_after(self, widget: QWidget) -> QWidget:
        """Let the tab key go from `widget` through the parts, first to last; returns the last."""
        for form, remover in zip(self.forms, self.removers, strict=True):
            QWidget.setTabOrder(widget, form.combo)
            QWidget.setTabOrder(form.combo, remover)
            widget = form.form.set_tab_order_after(remover)
        QWidget.setTabOrder(widget, self.add_button)
        return self.add_button

    # ------------------------------------------------------------------------------------------

    def _make(self) -> None:
        remover = RemoveButton("Leave this part out")
        form = ChoiceForm(CAN_BE_PARTS, f"Part {len(self.forms) + 1}", parent=self, beside=remover)
        form.summary.hide()  # the list's tooltip says it; several would fill the column
        form.value_changed.connect(self._changed)
        form.problems_changed.connect(self.problems_changed)
        remover.clicked.connect(partial(self._remove, form))
        self._layout.insertWidget(len(self.forms), form)
        form.show()
        self.forms.append(form)
        self.removers.append(remover)

    def _discard(self, form: ChoiceForm) -> None:
        place = self.forms.index(form)
        del self.forms[place], self.removers[place]
        self._layout.removeWidget(form)
        form.hide()
        form.setParent(None)
        form.deleteLater()

    def _fit(self) -> None:
        """Count the parts anew, and offer for each what can stand in its place."""
        for i, (form, remover) in enumerate(zip(self.forms, self.removers, strict=True)):
            form.set_label(f"Part {i + 1}")
            form.set_offer(
                {
                    key: reason
                    for key, entry in CAN_BE_PARTS.items()
                    if (reason := part_misfit(self._whole, entry, i))
                }
            )
            remover.setVisible(len(self.forms) > _FEWEST)
        self.add_button.setVisible(len(self.forms) < MOST_PARTS)

    @Slot()
    def _changed(self) -> None:
        self.value_changed.emit()

    @Slot()
    def _add(self) -> None:
        self._make()
        self.forms[-1].set_value({"key": "exponential"})
        self._fit()
        self.set_tab_order_after(self.forms[0].combo)
        self.added.emit()
        self.value_changed.emit()

    def _remove(self, form: ChoiceForm) -> None:
        place = self.forms.index(form)
        self._discard(form)
        self._fit()
        self.removed.emit(place)
        self.value_changed.emit()
