"""A function's gradient found in three ways, side by side."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.plain_text import PlainLabel
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.studio import Subject
from gd_studio.experiment import FunctionProblem
from gd_studio.link.arrays import Doubles
from gd_studio.link.questions import CompareGradients, Gradients

_MOST_ROWS = 200


class GradientsDialog(QDialog):
    """Compares autograd, the formula and the central difference where the points are now."""

    def __init__(self, subject: Subject, scout: Scout, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Gradients compared")
        self.resize(880, 460)
        problem = subject.experiment.problem
        assert isinstance(problem, FunctionProblem)
        self._variables = problem.resolved.formula.variables
        points = subject.parameters.reshape(problem.n_starts, -1)[:_MOST_ROWS]
        self._points: Doubles = points.astype(np.float64)
        self.verdict = PlainLabel("Calculating…")
        self.verdict.setWordWrap(True)
        self.grid = QTableWidget()
        self.grid.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.grid.setAccessibleName("Gradients")
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        for widget in (self.verdict, self.grid, buttons):
            layout.addWidget(widget)
        # The answer may come when this is closed.
        self.finished.connect(lambda _: scout.forget("gradients"))
        scout.ask(
            "gradients",
            CompareGradients(subject.experiment, self._points),
            self.show_gradients,
            self.verdict.setText,
        )

    def show_gradients(self, gradients: Gradients) -> None:
        """Fill the table, and say by how much the three differ at most."""
        kinds = [("autograd", gradients.autograd)]
        if gradients.analytic is not None:
            kinds.append(("formula", gradients.analytic))
        kinds.append(("central difference", gradients.central_difference))
        partials = [f"∂{variable} {kind}" for variable in self._variables for kind, _ in kinds]
        headings = [*self._variables, *partials]
        columns = [
            *self._points.T,
            *(g[:, i] for i in range(len(self._variables)) for _, g in kinds),
        ]
        self.grid.setColumnCount(len(columns))
        self.grid.setRowCount(len(self._points))
        self.grid.setHorizontalHeaderLabels(headings)
        self.grid.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        for column, values in enumerate(columns):
            for row, value in enumerate(values):
                item = QTableWidgetItem(f"{value:.7g}")
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.grid.setItem(row, column, item)
        self.verdict.setText(
            " ".join(
                f"Autograd and {kind} differ by at most {_distance(gradients.autograd, other):.2g}."
                for kind, other in kinds[1:]
            )
        )


def _distance(one: Doubles, other: Doubles) -> float:
    both = np.isfinite(one) & np.isfinite(other)
    return float(np.abs(one - other)[both].max(initial=0.0))
