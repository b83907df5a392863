"""The script of the experiment in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontDatabase, QGuiApplication, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.code.highlighter import PythonHighlighter
from gd_studio.desktop.look.theme import LIGHT, Theme
from gd_studio.desktop.panels.combo_box import QuietComboBox
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.experiment import Experiment
from gd_studio.script import ScriptError, write_script

INTERVAL = 200
"""Milliseconds between two scripts at least, however fast the experiment changes."""


class CodeView(QWidget):
    """An experiment as a script, with a bar above it to choose a run, to copy and to save.

    Where no script can be written, a sentence in its place says why. While it is hidden nothing
    is written.

    Signals
    -------
    save_wanted
        The user wants `script` in a file.
    """

    save_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs: dict[str, Experiment] = {}
        self._experiment: Experiment | None = None
        self._script = ""
        self._stale = False
        self.text = QPlainTextEdit()
        self.sentence = PlainLabel()
        self.run_box = QuietComboBox()
        self.copy_button = QPushButton("Copy")
        self.save_button = QPushButton("Save script…")
        self._highlighter = PythonHighlighter(self.text.document())
        self._timer = QTimer(self, singleShot=True, interval=INTERVAL)
        self._lay_out()
        self._timer.timeout.connect(self._on_timeout)
        self.run_box.activated.connect(self._show_script)
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self.save_wanted)
        self.set_theme(LIGHT)

    @property
    def script(self) -> str:
        """The script of the chosen run; empty where there is none."""
        self._catch_up()
        return self._script

    @property
    def run(self) -> Experiment | None:
        """The chosen run, that the script is of."""
        self._catch_up()
        return self._runs.get(self.run_box.currentText())

    def set_experiment(self, experiment: Experiment) -> None:
        """Show the script of `experiment`: at once, or as soon as it is time for a new one."""
        if experiment == self._experiment:
            return
        self._experiment, self._stale = experiment, True
        if self.isVisible() and not self._timer.isActive():
            self._catch_up()
            self._timer.start()

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        self._highlighter.set_theme(theme)
        self.sentence.setStyleSheet(f"color: {theme.muted};")

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._catch_up()

    @Slot()
    def _on_timeout(self) -> None:
        if self._stale and self.isVisible():
            self._catch_up()
            self._timer.start()

    def _catch_up(self) -> None:
        """Read the experiment where it is a new one."""
        if not self._stale or self._experiment is None:
            return
        self._stale = False
        chosen = self.run_box.currentText()
        self._runs = dict(self._experiment.runs())
        names = list(self._runs)
        self.run_box.clear()
        self.run_box.addItems(names)
        self.run_box.setCurrentIndex(names.index(chosen) if chosen in names else 0)
        self.run_box.setVisible(len(names) > 1)
        self._show_script()

    @Slot()
    def _show_script(self) -> None:
        name = self.run_box.currentText()
        try:
            self._script, sentence = write_script(self._runs[name], name), ""
        except ScriptError as error:
            self._script, sentence = "", str(error)
        if self._script != self.text.toPlainText():
            bars = (self.text.verticalScrollBar(), self.text.horizontalScrollBar())
            places = [bar.value() for bar in bars]
            self.text.setPlainText(self._script)
            for bar, place in zip(bars, places, strict=True):
                bar.setValue(place)
        self.sentence.setText(sentence)
        self._pages.setCurrentIndex(1 if sentence else 0)
        for button in (self.copy_button, self.save_button):
            button.setEnabled(not sentence)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.script)

    def _lay_out(self) -> None:
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setAccessibleName("PyTorch script")
        self.run_box.setAccessibleName("Run")
        self.run_box.setToolTip("Which of the runs the script is of")
        self.run_box.hide()
        self.save_button.setToolTip("Save the script, and beside it the table that it reads")
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setWordWrap(True)
        bar = QHBoxLayout()
        bar.setContentsMargins(8, 8, 8, 8)
        bar.setSpacing(8)
        bar.addWidget(self.run_box, 1)
        bar.addStretch(0)
        bar.addWidget(self.copy_button)
        bar.addWidget(self.save_button)
        self._pages = QStackedLayout()
        self._pages.addWidget(self.text)
        self._pages.addWidget(self.sentence)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addLayout(bar)
        layout.addLayout(self._pages, 1)
