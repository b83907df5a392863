"""How sharp the loss is along the run in focus, and how sharp it may be."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.panels.number_field import NumberField
from gd_studio.desktop.panels.number_text import Bounds
from gd_studio.desktop.plain_text import PlainLabel, tooltip
from gd_studio.desktop.plots import CurvaturePlot
from gd_studio.desktop.runs.table import RunTable
from gd_studio.desktop.scenes.curvature_words import caption, source
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment.training import MOST_STEPS
from gd_studio.link.curvature import Curvature
from gd_studio.recording import Run
from gd_studio.recording.measuring import Measuring

_INTERVAL = 0.1
"""Seconds between two pictures of a run that goes on."""

_AUTOMATIC, _EVERY = "Automatically", "Every"


class CurvatureScene(QWidget):
    """Asks the scout for the largest eigenvalue of the Hessian here and there along the run.

    It asks one question at a time, seldom while the run goes on, and only while somebody looks.
    """

    def __init__(self, table: RunTable, scout: Scout) -> None:
        super().__init__()
        self._table = table
        self._scout = scout
        self._subject: Subject | None = None
        self._all: dict[Run, Measuring] = {}
        self._shown: Measuring | None = None
        self._under_way: Measuring | None = None
        self._drawn: tuple[int, int] | None = None
        self._drawn_at = 0.0
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self.refresh)
        self.plot = CurvaturePlot()
        self.interval = QuietComboBox()
        self.interval.addItems((_AUTOMATIC, _EVERY))
        self.interval.setAccessibleName("Interval between measurements")
        self.interval.setToolTip("Automatically, there are about 200 points a run")
        self.every = NumberField(10, Bounds(1, MOST_STEPS), integer=True)
        self.every.setAccessibleName("Steps between measurements")
        self._steps = PlainLabel("steps")
        self._lay_out()
        self.interval.activated.connect(self._change_interval)
        self.every.value_changed.connect(self._change_interval)
        self._change_interval()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self.plot.set_theme(theme)

    def set_subject(self, subject: Subject) -> None:
        """Measure the run in focus of `subject`."""
        self._subject = subject
        runs = {row.run for row in self._table.rows}
        self._all = {run: measuring for run, measuring in self._all.items() if run in runs}
        self._shown = self._drawn = None
        self._later.stop()
        self.plot.end()
        self.plot.set_caption("")
        self.plot.hint.setText("Press Run to begin" if subject.focus is None else "Measuring…")
        self.refresh()

    @Slot()
    def refresh(self) -> None:
        """Ask what is to be asked now, and draw what is new."""
        subject = self._subject
        focus = subject.focus if subject is not None else None
        if subject is None or focus is None or focus.run.recording is None or not self.isVisible():
            return
        run = focus.run
        if self._shown is None:
            self._shown = self._all.get(run)
            if self._shown is None:
                self._shown = self._all[run] = Measuring(subject.experiment, run)
            self._shown.schedule.every = self._chosen()
            self.plot.begin(focus.colour, focus.run.recording.steps_per_epoch)
        self._draw(run, self._shown)
        self._ask(self._shown)

    # --- asking ---------------------------------------------------------------------------------

    def _ask(self, measuring: Measuring) -> None:
        if self._under_way is not None:
            return
        now = time.monotonic()
        question = measuring.ask(now)
        if question is None:
            wait = measuring.wait(now)
            if wait:
                self._later.start(round(1000 * wait) + 1)
            return
        self._under_way = measuring
        self._scout.ask(
            "curvature",
            question,
            lambda answer: self._take(measuring, answer),
            lambda reason: self._refuse(measuring, reason),
        )

    def _take(self, measuring: Measuring, answer: Curvature) -> None:
        self._under_way = None
        measuring.take(answer, time.monotonic())
        self.refresh()

    def _refuse(self, measuring: Measuring, reason: str) -> None:
        self._under_way = self._drawn = None
        measuring.refuse(reason, time.monotonic())
        self.refresh()

    # --- drawing --------------------------------------------------------------------------------

    def _draw(self, run: Run, measuring: Measuring) -> None:
        sharpness = measuring.sharpness
        self._look_back(run)
        now, drawn = time.monotonic(), (run.steps, len(sharpness.steps))
        if drawn == self._drawn:
            return
        if now - self._drawn_at < _INTERVAL:
            self._later.start(round(1000 * _INTERVAL))
            return
        self._drawn, self._drawn_at = drawn, now
        self.plot.update_eigenvalue(sharpness.steps, sharpness.largest, sharpness.condition)
        self.plot.update_limit(*sharpness.limits(run.experiment))
        self._say(run)

    def _say(self, run: Run) -> None:
        if self._shown is not None:
            self.plot.set_caption(caption(run, self._shown))
            self.plot.caption_label.setToolTip(tooltip(source(run, self._shown)))

    def _look_back(self, run: Run) -> None:
        """Mark the step that the run is looked at."""
        step = run.position
        moment = (step, f"step {step:,}" if step else "start") if step is not None else None
        if moment != self.plot.looked_at:
            self.plot.look_at_step(*(moment or (None, "")))
            self._say(run)

    # --- the interval ---------------------------------------------------------------------------

    def _chosen(self) -> int | None:
        is_automatic = self.interval.currentText() == _AUTOMATIC
        return None if is_automatic else round(self.every.value())

    @Slot()
    def _change_interval(self) -> None:
        every = self._chosen()
        self.every.setVisible(every is not None)
        self._steps.setVisible(every is not None)
        if self._shown is not None:
            self._shown.schedule.every = every
        self.refresh()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 0)
        row.setSpacing(8)
        label = PlainLabel("Measure")
        label.setBuddy(self.interval)
        row.addWidget(label)
        row.addWidget(self.interval)
        row.addWidget(self.every)
        row.addWidget(self._steps)
        row.addStretch(1)
        self.interval.setFixedWidth(130)
        self.every.setFixedWidth(80)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(self.plot, 1)
