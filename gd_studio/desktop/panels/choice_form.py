"""A combo box of a catalogue's entries, and the form of the chosen one."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import escape
from typing import Any, cast

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.catalog import Catalog, Entry, Value
from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.panels.form import SettingsForm
from gd_studio.desktop.panels.lines import (
    LOUD,
    QUIET,
    Line,
    Sentence,
    capitalised,
    mathematics,
    unbroken,
)
from gd_studio.desktop.panels.rows import Rows
from gd_studio.desktop.plain_text import tooltip
from gd_studio.experiment import Choice

_LETTER = "A-Za-zΑ-ωḠḡ"
_LONE_LETTER = re.compile(f"(?<![{_LETTER}])([{_LETTER}][\u0302\u0304]?)(?![{_LETTER}])")
"""A quantity, perhaps with a hat or a bar, which is set in italics; lr and mean are words."""

Describe = Callable[[Any, Mapping[str, Value]], str]
"""From an entry and its settings to a line of rich text: its formula."""


def plain_formula(entry: Any, _: Mapping[str, Value]) -> str:
    """Return the formula that an entry has in plain text, a line for each part of it."""
    parts = str(getattr(entry, "formula", "")).split(";")
    return "<br>".join(
        _LONE_LETTER.sub(r"<i>\1</i>", escape(part.strip())) for part in parts if part.strip()
    )


class ChoiceForm(QWidget):
    """One entry of `catalog` with its settings; those of the others are remembered.

    Parameters
    ----------
    catalog
        What can be chosen.
    label
        What stands before the combo box.
    describe
        What makes the formula's line under the summary.
    beside
        A small button beside the combo box.

    Signals
    -------
    value_changed
        The user has chosen another entry, or changed a setting. Not emitted by `set_value`.
    problems_changed
        What `problems` says has changed by the user's hand.
    """

    value_changed = Signal()
    problems_changed = Signal()

    def __init__(
        self,
        catalog: Catalog[Any],
        label: str,
        describe: Describe = plain_formula,
        parent: QWidget | None = None,
        *,
        beside: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.catalog = catalog
        self._describe = describe
        self._forms: dict[str, SettingsForm] = {}
        self.combo = QuietComboBox(self)
        for entry in catalog.values():
            self.combo.addItem(entry.label, entry.key)
        self._key = cast(str, self.combo.itemData(0))
        self.summary = Line(QUIET, self)
        self.summary.setTextFormat(Qt.TextFormat.PlainText)
        self.formula = Line(LOUD, self)
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        self._rows = Rows()
        self._sentence = self._lay_out(label, beside)
        self._reasons: dict[str, str] | None = None
        self.set_offer({})
        self.combo.activated.connect(self._activated)
        self._show_chosen()

    def _lay_out(self, label: str, beside: QWidget | None) -> Sentence:
        sentence = self._rows.add(label, self.combo, beside=beside)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(6)
        self._layout.addLayout(self._rows)
        self._layout.addWidget(self.summary)
        self._layout.addWidget(self.formula)
        return sentence

    # --- the value ----------------------------------------------------------------------------

    @property
    def entry(self) -> Entry:
        """What is chosen."""
        return cast(Entry, self.catalog[self._key])

    @property
    def form(self) -> SettingsForm:
        """The form of what is chosen; made when it is first chosen, and kept."""
        if self._key not in self._forms:
            form = SettingsForm(self.entry, self)
            form.value_changed.connect(self._setting_changed)
            form.problems_changed.connect(self.problems_changed)
            self._forms[self._key] = form
            self._layout.addWidget(form)
            # Made late, it would come last in the window for who goes on with the tab key.
            form.set_tab_order_after(self.combo)
        return self._forms[self._key]

    def value(self) -> dict[str, Value]:
        """Return ``{"key": …}`` with the settings beside it, each valid by itself."""
        return {"key": self._key, **self.form.value()}

    def set_value(self, value: Choice | Mapping[str, Value]) -> None:
        """Show a choice; a setting that is left out takes its default."""
        data = value.model_dump() if isinstance(value, Choice) else dict(value)
        self._key = str(data.pop("key"))
        self.form.set_value(data)
        self._show_chosen()
        self._sentence.say("")

    def problems(self) -> dict[str, str]:
        """Return what is wrong with what is typed, by parameter."""
        return self.form.problems()

    def set_problems(self, problems: Mapping[str, str]) -> None:
        """Show what somebody else finds wrong, by parameter; ``"key"`` is the choice itself."""
        self._sentence.say(problems.get("key", ""))
        self.form.set_problems(problems)

    def set_label(self, text: str) -> None:
        """Call the choice something else."""
        if row := self._rows.label_of(self.combo):
            row.setText(text)
        self.combo.setAccessibleName(text)

    def set_offer(self, reasons: Mapping[str, str]) -> None:
        """Grey the entries that cannot be chosen now: by key, the reason as a sentence."""
        if reasons == self._reasons:
            return
        self._reasons = dict(reasons)
        for row in range(self.combo.count()):
            item = cast(QStandardItemModel, self.combo.model()).item(row)
            reason = reasons.get(self.combo.itemData(row), "")
            _enable(item, not reason)
            entry = self.catalog[self.combo.itemData(row)]
            about = capitalised(reason) or entry.summary
            item.setToolTip(tooltip(about))

    # ------------------------------------------------------------------------------------------

    @Slot(int)
    def _activated(self, row: int) -> None:
        key = self.combo.itemData(row)
        if key != self._key:  # choosing what is chosen changes nothing
            self._key = key
            self._show_chosen()
            self._sentence.say("")
            self.value_changed.emit()

    @Slot()
    def _setting_changed(self) -> None:
        self._show_formula()
        self.value_changed.emit()

    def _show_chosen(self) -> None:
        chosen = self.form
        for form in self._forms.values():
            form.setVisible(form is chosen and bool(self.entry.parameters))
        self.combo.setCurrentIndex(self.combo.findData(self._key))
        about = [self.entry.summary, f"Source: {self.entry.source}" if self.entry.source else ""]
        self.combo.setToolTip(tooltip(*about))
        self.summary.setText(unbroken(self.entry.summary))
        self._show_formula()

    def _show_formula(self) -> None:
        text = self._describe(self.entry, self.form.value())
        self.formula.setText(mathematics(text))
        self.formula.setVisible(bool(text))


def _enable(item: QStandardItem, enabled: bool) -> None:
    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
    item.setFlags(flags if enabled else Qt.ItemFlag.NoItemFlags)
