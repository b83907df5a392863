"""The panel of the training: how long, on which batches, held back by what, ended by what."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QComboBox, QVBoxLayout, QWidget

from gd_studio.desktop.panels.fold import Fold
from gd_studio.desktop.panels.length_form import BatchForm, LengthForm
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.specs import Problems, under, within
from gd_studio.desktop.panels.training_forms import (
    ENDS,
    LIMITS,
    NOISE,
    PENALTIES,
    ClippingForm,
    NoiseForm,
    RegularisationForm,
    StoppingForm,
    ends_in_words,
    limits_in_words,
    noise_in_words,
    penalties_in_words,
)
from gd_studio.experiment import Training

_ABOUT_DATA = {
    "training.batch_size",
    "training.shuffle",
    "training.l1",
    "training.l2",
    "training.patience",
    "training.restore_best",
}
"""What means nothing for a function."""

_ABOUT_FUNCTIONS = {"training.gradient_noise"}
"""What means nothing for a model, whose gradients are noisy where it has batches."""


@dataclass(frozen=True)
class SeededTraining:
    """How to train, and the seed that everything random is drawn with."""

    training: Training
    seed: int


class TrainingPanel(Panel):
    """Edits a `SeededTraining`; see `Panel` for what is emitted when.

    What means something with data only is left out for a function, of the form and of the value,
    and comes back with the data: see `set_has_data`. So is the noise of a function for data.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_data = True
        self._length = LengthForm(self)
        self.batches = BatchForm(self)
        self.penalties = Fold("Regularisation", RegularisationForm, PENALTIES, penalties_in_words)
        self.noise = Fold("Gradient noise", NoiseForm, NOISE, noise_in_words)
        self.noise.hide()
        self.clipping = Fold("Clipping", ClippingForm, LIMITS, limits_in_words)
        self.stopping = Fold(
            "Stop early", lambda: StoppingForm(self._has_data), ENDS, self._ends_in_words
        )
        self._parts = (
            self._length,
            self.batches,
            self.penalties,
            self.noise,
            self.clipping,
            self.stopping,
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in self._parts:
            layout.addWidget(part)
            part.value_changed.connect(self.read)
            part.problems_changed.connect(self.read)
        layout.insertSpacing(2, 12)
        layout.insertSpacing(1, 6)
        self._value = self._assemble()[0]
        self.batches.dice.clicked.connect(self.draw_seed)

    @property
    def length(self) -> NumberField:
        """The field of how many epochs or steps there are."""
        return self._length.length

    @property
    def unit(self) -> QComboBox:
        """What tells whether that is epochs or steps."""
        return self._length.unit

    @property
    def seed(self) -> NumberField:
        """The field of the seed."""
        return self.batches.seed

    def value(self) -> SeededTraining:
        """Return the training and the seed."""
        return cast(SeededTraining, self._value)

    def set_value(self, spec: SeededTraining) -> None:
        """Show `spec`; for a function, what was set for data is kept aside."""
        self._value, self._problems = spec, ()
        values = {f"training.{name}": value for name, value in spec.training}
        values["seed"] = spec.seed
        for part in self._parts:
            known = part.value()
            part.set_value(
                {n: v for n, v in values.items() if n in known and self._means_something(n)}
            )

    def set_has_data(self, has_data: bool) -> None:
        """Ask for what means something for data, or for a function. The numbers stay.

        Nothing is emitted: who says so knows that the value has changed.
        """
        if has_data == self._has_data:
            return
        self._has_data = has_data
        self._length.set_has_data(has_data)
        self.batches.set_has_data(has_data)
        self.penalties.setVisible(has_data)
        self.noise.setVisible(not has_data)
        if self.stopping.is_made:
            self.stopping.form.set_has_data(has_data)
        self.stopping.summarise()
        self._value, self._problems, _ = self._assemble()

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields; paths begin at the experiment."""
        for part in self._parts:
            part.set_problems(within("", problems))

    @Slot()
    def draw_seed(self) -> None:
        """Put another seed in, small enough to be read out."""
        seed = self.seed.value()
        while seed == self.seed.value():
            seed = random.SystemRandom().randrange(10_000)
        self.seed.set_value(seed)
        self.read()

    def _assemble(self) -> tuple[SeededTraining, Problems, Problems]:
        values: dict[str, Any] = {}
        typed: Problems = ()
        for part in self._parts:
            values |= {n: v for n, v in part.value().items() if self._means_something(n)}
            wrong = {n: p for n, p in part.problems().items() if self._means_something(n)}
            typed += under("", wrong)
        seed = int(values.pop("seed"))
        training = {name.removeprefix("training."): value for name, value in values.items()}
        return SeededTraining(Training.model_validate(training), seed), typed, ()

    def _means_something(self, name: str) -> bool:
        return name not in (_ABOUT_FUNCTIONS if self._has_data else _ABOUT_DATA)

    def _ends_in_words(self, values: Mapping[str, Any]) -> str:
        known = {n: v if self._means_something(n) else None for n, v in values.items()}
        return ends_in_words(known)
