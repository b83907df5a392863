"""The panel of what is descended on: a function, or the loss of a model on data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from gd_studio.desktop.panels.function_page import FunctionPage
from gd_studio.desktop.panels.model_page import ModelPage
from gd_studio.desktop.panels.specs import Problems
from gd_studio.desktop.panels.tabs import Tabs
from gd_studio.experiment import FunctionProblem, ModelProblem, TableData


class ProblemPanel(QWidget):
    """Edits a `FunctionProblem` or a `ModelProblem`; what was set of the other is remembered.

    Signals
    -------
    value_changed, problems_changed
        As in :class:`gd_studio.desktop.panels.panel.Panel`.
    table_wanted
        The user wants to read data of their own: whoever asks for the file calls `set_table`.
    """

    value_changed = Signal()
    problems_changed = Signal()
    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.kinds = Tabs(("Function", "Model on data"), self)
        self.kinds.setAccessibleName("Kind of problem")
        self.function = FunctionPage(self)
        self.model = ModelPage(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(12)
        layout.addWidget(self.kinds)
        for page in (self.function, self.model):
            layout.addWidget(page)
            page.value_changed.connect(self.value_changed)
            page.problems_changed.connect(self.problems_changed)
        self.model.table_wanted.connect(self.table_wanted)
        self.kinds.chosen.connect(self._chosen)
        self._show()

    @property
    def page(self) -> FunctionPage | ModelPage:
        """The page that is shown."""
        return self.function if self.kinds.currentIndex() == 0 else self.model

    def value(self) -> FunctionProblem | ModelProblem:
        """Return the problem."""
        return self.page.value()

    def set_value(self, spec: FunctionProblem | ModelProblem) -> None:
        """Show `spec`."""
        if isinstance(spec, FunctionProblem):
            self.function.set_value(spec)
            self.kinds.set_index(0)
        else:
            self.model.set_value(spec)
            self.kinds.set_index(1)
        self._show()

    def set_starts(self, points: Iterable[Sequence[float]]) -> None:
        """Place a function's starts, as the plot does for the user; emits `value_changed`.

        Each point has a coordinate for every variable; no points mean random ones again.
        """
        self.function.set_starts(points)

    @Slot(object)
    def set_table(self, data: TableData) -> None:
        """Fit a model to a table of the user's own; emits `value_changed`."""
        if self.page is self.model:
            self.model.set_table(data)
            return
        self.model.blockSignals(True)  # it is one change for who listens here
        self.model.set_table(data)
        self.model.blockSignals(False)
        self.kinds.set_index(1)
        self._chosen(1)

    def problems(self) -> Problems:
        """Return everything that is wrong in what is shown; paths begin at the problem."""
        return self.page.problems()

    def set_problems(self, problems: Problems) -> None:
        """Show problems at their fields."""
        self.page.set_problems(problems)

    @Slot(int)
    def _chosen(self, _: int) -> None:
        self._show()
        self.problems_changed.emit()
        self.value_changed.emit()

    def _show(self) -> None:
        self.function.setVisible(self.page is self.function)
        self.model.setVisible(self.page is self.model)
