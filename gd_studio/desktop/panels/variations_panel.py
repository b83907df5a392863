"""The panel of several runs to compare."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.desktop.panels.lines import QUIET, Line
from gd_studio.desktop.panels.link_button import LinkButton
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.specs import Problems, under, within
from gd_studio.desktop.panels.variation_form import VariationForm
from gd_studio.desktop.panels.variation_words import single_number
from gd_studio.experiment import Experiment, Variation

Variations = tuple[Variation, ...]


class VariationsPanel(Panel):
    """Edits an experiment's variations; see `Panel` for what is emitted when.

    Their paths begin with the number of the run: ``0.optimizer.lr``.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._value: Variations = ()
        self._experiment: Experiment | None = None
        self.forms: list[VariationForm] = []
        self._about = Line(QUIET, self)
        self._about.setText("Each run has the settings above, but for:")
        self.drop_button = LinkButton(
            "Keep only the settings above", "Run once, as it is set above", self
        )
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(14)
        self._layout.addWidget(self._about)
        self._layout.addWidget(self.drop_button)
        self.drop_button.clicked.connect(self._drop)

    def value(self) -> Variations:
        """Return the runs."""
        value: Variations = self._value
        return value

    def set_value(self, spec: Variations) -> None:
        """Show `spec`."""
        self._value, self._problems = spec, ()
        self._make_forms(spec)

    def set_experiment(self, experiment: Experiment) -> None:
        """Take the experiment whose fields are changed: it says what a number may be."""
        self._experiment = experiment

    def propose(self, variations: Variations) -> None:
        """Put runs in, for the user to edit; emits `value_changed`."""
        self._make_forms(variations)
        self.read()

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their runs."""
        for i, form in enumerate(self.forms):
            form.set_problems(within(str(i), problems))

    def _make_forms(self, variations: Variations) -> None:
        while self.forms:
            self._discard(self.forms[-1])
        previous: QWidget = self._about
        for i, variation in enumerate(variations):
            number = single_number(variation, self._experiment) if self._experiment else None
            form = VariationForm(variation, number, self)
            self._layout.insertWidget(i + 1, form)
            form.show()
            form.value_changed.connect(self.read)
            form.problems_changed.connect(self.read)
            form.removed.connect(partial(self._remove, form))
            QWidget.setTabOrder(previous, form.name)
            QWidget.setTabOrder(form.name, form.remove_button)
            previous = form.number or form.remove_button
            QWidget.setTabOrder(form.remove_button, previous)
            self.forms.append(form)
        QWidget.setTabOrder(previous, self.drop_button)

    def _discard(self, form: VariationForm) -> None:
        self.forms.remove(form)
        self._layout.removeWidget(form)
        form.hide()
        form.setParent(None)
        form.deleteLater()

    def _remove(self, form: VariationForm) -> None:
        self._discard(form)
        self.read()

    @Slot()
    def _drop(self) -> None:
        self.propose(())

    def _typed(self) -> Problems:
        typed: Problems = ()
        for i, form in enumerate(self.forms):
            typed += under(str(i), form.problems())
        return typed

    def _assemble(self) -> tuple[Variations, Problems, Problems]:
        return tuple(form.variation() for form in self.forms), self._typed(), ()
