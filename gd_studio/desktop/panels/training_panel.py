"""The panel of the training: how long, and from which seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import cast

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.panels.dice_button import DiceButton
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.panels.panel import Panel
from gd_studio.desktop.panels.rows import LeavingWatch, Rows
from gd_studio.desktop.panels.specs import Problems
from gd_studio.experiment import FieldProblem, Training
from gd_studio.experiment.experiment import MOST_STEPS

LENGTH_BOUNDS = Bounds(1, MOST_STEPS)


@dataclass(frozen=True)
class SeededTraining:
    """How long to train, and the seed that everything random is drawn with."""

    training: Training
    seed: int


class TrainingPanel(Panel):
    """Edits a `SeededTraining`; see `Panel` for what is emitted when."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_epochs = True
        self.length = NumberField(1000, LENGTH_BOUNDS, integer=True)
        self.seed = NumberField(42, Bounds(0, 2**63 - 1), integer=True)
        self.seed.setToolTip(
            "<p>The number that data and starting parameters are drawn with: the same seed "
            "gives the same run.</p>"
        )
        self.dice = DiceButton("New seed")
        rows = Rows(self)
        self._sentences = {
            "training": rows.add("Epochs", self.length),
            "seed": rows.add("Seed", self.seed, beside=self.dice),
        }
        self._length_label = rows.label_of(self.length)
        self._fields = {"training": self.length, "seed": self.seed}
        self._value = SeededTraining(Training(epochs=1000), 42)
        self._name_length()
        for name, field in self._fields.items():
            LeavingWatch(field, self._sentences[name])
            field.value_changed.connect(self.read)
            field.problem_changed.connect(self.read)
        self.dice.clicked.connect(self.draw_seed)

    def value(self) -> SeededTraining:
        """Return the length of the training and the seed."""
        return cast(SeededTraining, self._value)

    def set_value(self, spec: SeededTraining) -> None:
        """Show `spec`, in epochs or in steps as it is given."""
        self._value, self._problems = spec, ()
        self._has_epochs = spec.training.epochs is not None
        self.length.set_value(spec.training.total_steps)
        self.seed.set_value(spec.seed)
        self._name_length()
        self.set_problems(())

    def set_has_epochs(self, has_epochs: bool) -> None:
        """Count epochs for what has data, and steps for a function. The number stays.

        Nothing is emitted: who says so knows that the value has changed.
        """
        self._has_epochs = has_epochs
        self._value, self._problems, _ = self._assemble()
        self._name_length()

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields."""
        given = {problem.field.partition(".")[0]: problem.message for problem in problems}
        for name, sentence in self._sentences.items():
            own = self._fields[name].problem()
            sentence.say(own or given.get(name, ""), patiently=bool(own))

    @Slot()
    def draw_seed(self) -> None:
        """Put another seed in, small enough to be read out."""
        seed = self.seed.value()
        while seed == self.seed.value():
            seed = random.SystemRandom().randrange(10_000)
        self.seed.set_value(seed)
        self.read()

    def _assemble(self) -> tuple[SeededTraining, Problems, Problems]:
        length = "training.epochs" if self._has_epochs else "training.steps"
        fields = {length: self.length, "seed": self.seed}
        typed = tuple(
            FieldProblem(path, field.problem()) for path, field in fields.items() if field.problem()
        )
        return SeededTraining(self._training(), int(self.seed.value())), typed, ()

    def _training(self) -> Training:
        length = int(self.length.value())
        return Training(epochs=length) if self._has_epochs else Training(steps=length)

    def _name_length(self) -> None:
        name = "Epochs" if self._has_epochs else "Steps"
        self._length_label.setText(name)
        self.length.setAccessibleName(name)
        about = (
            "How often the whole data is passed over; each pass is one step"
            if self._has_epochs
            else "How many steps are taken"
        )
        self.length.setToolTip(f"<p>{about}, {LENGTH_BOUNDS.phrase()}.</p>")
