"""The five stages of a step, a card for each."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontDatabase, QPalette
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from gd_studio.desktop.inspector.grid import GridView
from gd_studio.desktop.inspector.update_grid import UpdateGrid
from gd_studio.desktop.inspector.words import (
    count_parameters,
    formula_html,
    gradient_rows,
    is_function,
    point_rows,
    sample_rows,
)
from gd_studio.desktop.look.theme import Theme
from gd_studio.desktop.panels.lines import LOUD, QUIET, Line
from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.plots.numbers import write_number
from gd_studio.link.inspection import Inspection

_BAR_ROW = 34


class Stage(QFrame):
    """A card: a title with its line of PyTorch, a sentence, a formula, and what follows.

    Parameters
    ----------
    number, title
        Which of the five, and its name.
    code
        What a training loop in PyTorch says at this point.
    """

    def __init__(self, number: int, title: str, code: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = title
        self.setObjectName("stage")
        self.setAccessibleName(f"Stage {number} of 5: {title}")
        heading = PlainLabel(f"{number}  {title}")
        font = QFont(heading.font())
        font.setWeight(QFont.Weight.DemiBold)
        heading.setFont(font)
        self.code = PlainLabel(code)
        self.code.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.code.setForegroundRole(QUIET)
        top = QHBoxLayout()
        top.setContentsMargins(7, 0, 7, 0)
        top.addWidget(heading)
        top.addStretch(1)
        top.addWidget(self.code)
        self.sentence = _line(QUIET)
        self.formula = _line(LOUD)
        self.formula.setTextFormat(Qt.TextFormat.RichText)
        large = QFont(self.formula.font())
        large.setPointSizeF(1.25 * large.pointSizeF())
        self.formula.setFont(large)
        self.column = QVBoxLayout(self)
        # Tables have a margin of their own in every cell.
        self.column.setContentsMargins(7, 12, 7, 12)
        self.column.setSpacing(8)
        self.column.addLayout(top)
        self.column.addWidget(self.sentence)
        self.column.addWidget(self.formula)

    def fill(self, inspection: Inspection) -> None:
        """Show what the step does at this stage."""
        raise NotImplementedError

    def set_theme(self, theme: Theme) -> None:
        """Take the theme's colours; what is painted by hand does not follow by itself."""
        for grid in self.findChildren(GridView):
            grid.set_theme(theme)


class ZeroStage(Stage):
    """Forget the last step's gradients."""

    def __init__(self) -> None:
        super().__init__(1, "Zero gradients", "optimizer.zero_grad()")
        self.formula.setText(formula_html("∇ ← 0"))
        self.grid = GridView("Gradients before the backward pass", _BAR_ROW)
        self.column.addWidget(self.grid, 1)

    def fill(self, inspection: Inspection) -> None:
        count = count_parameters(inspection)
        which = "The one gradient is" if count == 1 else f"The {count:,} gradients are"
        self.sentence.setText(
            f"{which} set to zero: backward adds to what is there, and the last step's is no"
            " longer wanted."
        )
        self.grid.set_rows(*gradient_rows(inspection, zero=True))


class ForwardStage(Stage):
    """From the batch to predictions."""

    def __init__(self) -> None:
        super().__init__(2, "Forward", "")
        self.formula.hide()
        self.grid = GridView("Samples of the batch", _BAR_ROW)
        self.column.addWidget(self.grid, 1)

    def fill(self, inspection: Inspection) -> None:
        if is_function(inspection):
            self.code.setText("value = f(x)")
            self.sentence.setText("The function is evaluated at the present point.")
            self.grid.set_rows(*point_rows(inspection))
            return
        self.code.setText("prediction = model(x)")
        shown, size = len(inspection.predictions), inspection.batch_size
        which = f"The first {shown} of {size:,} samples" if shown < size else f"All {size} samples"
        if size == 1:
            which = "The one sample"
        self.sentence.setText(f"{which} of the batch, with what the model makes of them.")
        self.grid.set_rows(*sample_rows(inspection))


class LossStage(Stage):
    """One number that says how wrong the predictions are."""

    def __init__(self) -> None:
        super().__init__(3, "Loss", "")
        self.value = _line(LOUD)
        font = QFont(self.value.font())
        font.setPointSizeF(1.8 * font.pointSizeF())
        font.setWeight(QFont.Weight.DemiBold)
        self.value.setFont(font)
        self.penalty = _line(QUIET)
        self.column.addWidget(self.value)
        self.column.addWidget(self.penalty)
        self.column.addStretch(1)

    def fill(self, inspection: Inspection) -> None:
        if is_function(inspection):
            self.code.setText("loss = value")
            self.sentence.setText("The value of the function is what the step makes smaller.")
        else:
            self.code.setText("loss = criterion(prediction, y)")
            self.sentence.setText(
                "One number says how far the predictions p of the batch are from the targets y."
            )
        self.formula.setText(formula_html(inspection.loss_formula))
        self.value.setText(f"= {write_number(inspection.loss, 5)}")
        objective = write_number(inspection.loss + inspection.penalty, 5)
        self.penalty.setText(
            f"+ {write_number(inspection.penalty)} of penalty on large weights = {objective},"
            " the objective"
        )
        self.penalty.setVisible(inspection.penalty != 0)


class BackwardStage(Stage):
    """The gradient of every parameter."""

    def __init__(self) -> None:
        super().__init__(4, "Backward", "loss.backward()")
        self.sentence.setText(
            "The chain rule, from the loss back to every parameter: where would it raise the loss?"
        )
        self.norm = _line(LOUD)
        self.formula.setText(formula_html("g = ∂L / ∂p"))
        self.grid = GridView("Gradients", _BAR_ROW)
        self.column.addWidget(self.norm)
        self.column.addWidget(self.grid, 1)

    def fill(self, inspection: Inspection) -> None:
        norm, clipped = inspection.gradient_norm, inspection.clipped_norm
        text = f"‖g‖ = {write_number(norm)}"
        # NaN is clipped to nothing.
        if clipped < norm:
            text += f", clipped to {write_number(clipped)}"
        self.norm.setText(text)
        self.grid.set_rows(*gradient_rows(inspection))


class UpdateStage(Stage):
    """What the optimizer makes of the gradients."""

    def __init__(self) -> None:
        super().__init__(5, "Update", "optimizer.step()")
        self.grid = UpdateGrid()
        self.column.addWidget(self.grid, 1)

    def fill(self, inspection: Inspection) -> None:
        self.sentence.setText(
            f"{inspection.optimizer}, learning rate lr = {write_number(inspection.lr)}"
        )
        self.formula.setText(formula_html(inspection.update_formula))
        self.grid.fill(inspection)


def _line(colour: QPalette.ColorRole) -> Line:
    line = Line(colour)
    line.setIndent(7)
    return line
