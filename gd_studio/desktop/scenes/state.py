"""What the optimizer of the run in focus remembers of each parameter, step by step."""

from __future__ import annotations

import time

import numpy as np
from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gd_studio.desktop.inspector.words import memory_name
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.plots import StatePlot
from gd_studio.desktop.studio import Subject
from gd_studio.link.arrays import Doubles, Floats, Integers
from gd_studio.link.messages import RECORDED_WHOLE
from gd_studio.recording import Recording, Run
from gd_studio.recording.columns import Column
from gd_studio.recording.effective_steps import FORMULAS, effective_steps, is_one_for_all

EFFECTIVE = "effective step"
"""The quantity that is not remembered, but follows from what is."""

_INTERVAL = 0.1
"""Seconds between two looks at a run that goes on: so many lines take their time to draw."""

_ALL = "All parameters"


class StateScene(QWidget):
    """Shows one quantity of each parameter; which one is chosen, and which parameter stands out."""

    def __init__(self) -> None:
        super().__init__()
        self._run: Run | None = None
        self._drawn: tuple[Run, str, int] | None = None
        self._looked_at = 0.0
        self._names: tuple[str, ...] = ()
        self._chosen: str | None = None
        self._effective: tuple[Column[np.int64], Column[np.float64]] | None = None
        self._later = QTimer(self, singleShot=True, interval=round(1000 * _INTERVAL))
        self._later.timeout.connect(self.refresh)
        self.quantity = QuietComboBox()
        self.quantity.setAccessibleName("Quantity")
        self.parameter = QuietComboBox()
        self.parameter.setAccessibleName("Parameter")
        self.plot = StatePlot()
        self._lay_out()
        self.quantity.activated.connect(self._choose)
        self.parameter.activated.connect(self._highlight)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(theme)

    def set_subject(self, subject: Subject) -> None:
        """Show the run in focus of `subject`."""
        run = subject.focus.run if subject.focus is not None else None
        if run is not self._run:
            self._run = run
            self._later.stop()
            self._begin_anew()
            self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Draw what is new, where somebody looks."""
        run = self._run
        if not self.isVisible() or run is None or run.recording is None:
            return
        self._look_back(run, run.recording)
        quantity = self.quantity.currentData()
        if self._drawn == (run, quantity, run.steps):
            return
        now = time.monotonic()
        if now - self._looked_at < _INTERVAL:
            self._later.start()
            return
        self._looked_at = now
        self._offer(run.recording)
        self._draw(run, run.recording)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 0)
        row.setSpacing(8)
        for text, box in (("Show", self.quantity), ("of", self.parameter)):
            label = PlainLabel(text)
            label.setBuddy(box)
            row.addWidget(label)
            row.addWidget(box, 1)
            box.setMinimumWidth(110)
            box.setMaximumWidth(220)
        row.addStretch(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.plot, 1)

    # --- what there is to choose ----------------------------------------------------------------

    def _begin_anew(self) -> None:
        self._drawn, self._effective, self._names = None, None, ()
        self._looked_at = 0.0
        self.quantity.clear()
        self.quantity.setEnabled(False)
        self.parameter.clear()
        self.parameter.setEnabled(False)
        self.plot.clear()
        self.plot.set_caption("")
        self.plot.hint.setText("Press Run to begin")
        self.plot.hint.show()

    def _quantities(self, recording: Recording) -> tuple[str, ...]:
        """Torch's names of what is remembered, and the effective step, where there is one."""
        assert self._run is not None
        names = recording.memory.names
        optimizer = self._run.experiment.at(len(recording)).optimizer
        if recording.layout.size > RECORDED_WHOLE or optimizer.key not in FORMULAS:
            return names
        return (*names, EFFECTIVE)

    def _offer(self, recording: Recording) -> None:
        """Offer the quantities that there are by now; the choice stays."""
        names = self._quantities(recording)
        if names == self._names:
            return
        self._names = names
        self.quantity.clear()
        for name in self._names:
            self.quantity.addItem(
                "Effective step" if name == EFFECTIVE else memory_name(name), name
            )
        self.quantity.setCurrentIndex(max(0, self.quantity.findData(self._chosen)))
        self.quantity.setEnabled(len(self._names) > 1)
        self._drawn = None

    @Slot()
    def _choose(self) -> None:
        self._chosen = self.quantity.currentData()
        self._drawn = None
        self._looked_at = 0.0
        self.refresh()

    @Slot()
    def _highlight(self) -> None:
        self.plot.highlight(self.parameter.currentData())

    # --- drawing --------------------------------------------------------------------------------

    def _draw(self, run: Run, recording: Recording) -> None:
        quantity = self.quantity.currentData()
        if quantity is None:
            if recording.memory.names or run.steps:
                self.plot.hint.setText(_nothing(run))
            return
        steps, values = self._values(run, recording, quantity)
        count = values.shape[1]
        is_other = self._drawn is None or self._drawn[1] != quantity
        if is_other or count != len(self.plot.lines()):
            one = count == 1 < recording.layout.size
            labels = ("all parameters",) if one else recording.layout.labels
            self.plot.set_lines(labels, recording.steps_per_epoch)
            self._offer_parameters(labels)
        self._drawn = run, quantity, run.steps
        self.plot.set_caption(_caption(run, quantity))
        self.plot.update_values(steps, values)
        self._look_back(run, recording)

    def _values(
        self, run: Run, recording: Recording, quantity: str
    ) -> tuple[Integers, Floats | Doubles]:
        if quantity != EFFECTIVE:
            return recording.memory.of(quantity)
        if is_one_for_all(run.experiment):
            return effective_steps(run.experiment, recording)  # as recorded, not a copy
        kept = self._effective
        if kept is None:
            size = recording.layout.size
            kept = self._effective = Column(np.int64), Column(np.float64, (size,))
        since = int(kept[0].values[-1]) if len(kept[0]) else 0
        steps, values = effective_steps(run.experiment, recording, since)
        kept[0].append(steps)
        kept[1].append(values)
        return kept[0].values, kept[1].values

    def _offer_parameters(self, labels: tuple[str, ...]) -> None:
        chosen = self.parameter.currentData()
        self.parameter.clear()
        self.parameter.addItem(_ALL, None)
        if len(labels) > 1:
            for label in labels:
                self.parameter.addItem(label, label)
        self.parameter.setCurrentIndex(max(0, self.parameter.findData(chosen)))
        self.parameter.setEnabled(len(labels) > 1)
        self._highlight()

    def _look_back(self, run: Run, recording: Recording) -> None:
        """Mark the step that the run is looked at."""
        if run.position is None or not self.plot.lines():
            self.plot.look_at_newest()
        else:
            step = run.position
            self.plot.look_at(self.plot.first, step, f"step {step:,}" if step else "start")


def _caption(run: Run, quantity: str) -> str:
    optimizer = run.experiment.at(run.steps).optimizer
    if quantity != EFFECTIVE:
        return optimizer.entry.formula
    if optimizer.key == "rprop":
        return "s: how far a parameter goes along the sign of its gradient."
    text = f"{FORMULAS[optimizer.key]}: how far a parameter goes for each unit of its direction."
    if not _remembers(run):
        without = " without momentum" if optimizer.key == "sgd" else ""
        return f"{optimizer.entry.label}{without} remembers nothing. {text}"
    return text


def _remembers(run: Run) -> bool:
    return run.recording is not None and bool(run.recording.memory.names)


def _nothing(run: Run) -> str:
    """Say why there is nothing to be shown."""
    assert run.recording is not None
    size = run.recording.layout.size
    entry = run.experiment.at(run.steps).optimizer.entry
    if entry.closure:
        return (
            f"{entry.label} looks at the loss of all parameters at once: it remembers nothing of "
            "single ones."
        )
    if size > RECORDED_WHOLE:
        return (
            f"What {entry.label} remembers is not recorded for {size:,} parameters: it is for up "
            f"to {RECORDED_WHOLE}."
        )
    return f"{entry.label} remembers nothing of single parameters."
