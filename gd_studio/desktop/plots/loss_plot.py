"""The loss of each run: of its single steps, and of its training and its test part."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import Slot
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.plots.curve_store import Doubles, Floats, Integers
from gd_studio.desktop.plots.evaluation_lines import EvaluationLines
from gd_studio.desktop.plots.overfitting_view import OverfittingView
from gd_studio.desktop.plots.shown_run import ShownRun
from gd_studio.desktop.plots.step_plot import StepPlot
from gd_studio.desktop.plots.step_words import Reading
from gd_studio.recording.overfitting import Overfitting


class LossPlot(StepPlot):
    """The loss of each run over its steps or epochs, and where the run in focus overfits."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self._evaluations: dict[ShownRun, EvaluationLines] = {}
        self._focus: str | None = None
        self._overfitting = OverfittingView()
        super().__init__("Loss", log_default=True, parent=parent)
        self._overfitting.add_to(self.box)

    @property
    def overfitting(self) -> Overfitting | None:
        """What is marked of the run in focus; ``None`` where it does not overfit."""
        return self._overfitting.found

    def update_evaluation(self, run: str, steps: Integers, train: Doubles, test: Doubles) -> None:
        """Draw the losses after each epoch, all so far.

        Parameters
        ----------
        steps
            The steps after which the model was judged, ``(k,)``, from 0; none where it is not.
        train, test
            The losses of both parts then, ``(k,)`` each; of the test part NaN where there is none.
        """
        if not len(steps):
            return
        shown = self._runs[run]
        lines = self._evaluations.get(shown)
        if lines is None:
            lines = self._evaluations[shown] = EvaluationLines(shown)
        new = lines.update(steps, train, test)
        for line in new:
            self.box.addItem(line.stroke, ignoreBounds=True)
        if new:
            self._tell_legend()
        if shown.visible:
            self._grow([line for line in shown.lines if line is not shown.steps], shown.lines)
            self._tell_left_out()
            if run == self._focus:
                self._show_overfitting()

    def set_focus(self, run: str | None) -> None:
        """Mark where this run overfits, and no other; ``None`` for none."""
        if run != self._focus:
            self._focus = run
            self._show_overfitting()

    def remove_run(self, run: str) -> None:
        """Take a run away; one that is not there is no mistake."""
        gone = self._runs.get(run)
        if gone is not None:
            self._evaluations.pop(gone, None)
        super().remove_run(run)

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours."""
        super().set_theme(theme)
        font = QFont(self.font())
        font.setPointSizeF(max(7.5, 0.9 * font.pointSizeF()))
        self._overfitting.set_theme(theme, font)
        self._tell_legend()

    # --- drawing -----------------------------------------------------------------------------

    def _show_overfitting(self, *, now: bool = False) -> None:
        run = self._runs.get(self._focus) if self._focus is not None else None
        lines = self._evaluations.get(run) if run is not None and run.visible else None
        if run is None or lines is None:
            self._overfitting.judge(None)
        else:
            self._overfitting.judge(lines, now=now)
        self._overfitting.draw(run.colour if run else "", self.shown(), log=self.log)
        if self._sentence() != self.accessibleDescription():
            self.setAccessibleDescription(self._sentence())

    @Slot()
    def _settle(self) -> None:
        super()._settle()
        self._show_overfitting(now=True)

    @Slot()
    def _draw_all(self) -> None:
        super()._draw_all()
        self._show_overfitting()

    # --- words -------------------------------------------------------------------------------

    def describe(self, x: float, y: float) -> str:
        """The step and the losses there; where the run in focus begins to overfit, a word on it."""
        text = super().describe(x, y)
        if text and self.overfitting is not None and self._overfitting.mark.is_near(x):
            # In two lines: there is little room beside the mouse.
            text += escape(self._sentence()).replace(": ", ":<br>")
        return text

    def _lines_taken(self) -> int:
        return max(super()._lines_taken(), int(self.overfitting is not None))

    def _sentence(self) -> str:
        run = self._runs.get(self._focus) if self._focus is not None else None
        found = self.overfitting
        return found.sentence(run.name) if found is not None and run is not None else ""

    def _columns(self, run: ShownRun) -> list[tuple[str, Floats]]:
        columns = super()._columns(run)
        lines = self._evaluations.get(run)
        if lines is not None:
            columns += self._places(lines.train, run, "judged after ")
            columns.append((f"{run.name}: train", lines.train.store.value))
            if lines.has_test:
                columns.append((f"{run.name}: test", lines.test.store.value))
        return columns

    def _reading(self, run: ShownRun, x: float, value: float) -> Reading:
        lines = self._evaluations.get(run)
        if lines is None or len(run.lines) == 1:
            return super()._reading(run, x, value)
        name = "step" if lines.has_steps_apart else "train"
        return {name: value} | lines.reading(x)

    def _key(self) -> list[str]:
        shown = [lines for run, lines in self._evaluations.items() if run.visible]
        tested = any(lines.has_test for lines in shown)
        apart = any(lines.has_steps_apart for lines in shown)
        if not tested and not apart:
            return []
        words = ["—&nbsp;train"]
        if tested:
            words.append("–\u2060&nbsp;–\u2060&nbsp;test")
        if apart:
            pale = f"<span style='color:{self.theme.plot_axis}'>—</span>"
            words.append(f"{pale}&nbsp;single&nbsp;steps")
        # In one piece, so that a line never ends between them.
        return ["&nbsp;&nbsp;&nbsp;".join(words)]
