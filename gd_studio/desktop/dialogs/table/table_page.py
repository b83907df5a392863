"""What is in a file, and what each of its columns is for."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from gd_studio.desktop.dialogs.table.column_table import ColumnTable
from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.fitness import Role
from gd_studio.desktop.dialogs.table.goal_form import GoalForm
from gd_studio.desktop.dialogs.table.order_editor import OrderEditor
from gd_studio.desktop.dialogs.table.preview import Preview

_FORM_WIDTH = 320


class TablePage(QWidget):
    """The first rows above; the columns, and what is predicted from them, below.

    Signals
    -------
    changed(Draft)
        The user has chosen something else; it is shown.
    """

    changed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft: Draft | None = None
        self.preview = Preview()
        self.columns = ColumnTable()
        self.goal = GoalForm()
        self.order = OrderEditor()
        self._lay_out()
        self.columns.role_chosen.connect(self._role_chosen)
        self.columns.selectionModel().currentRowChanged.connect(self._show_order)
        self.goal.changed.connect(self._change)
        self.order.order_chosen.connect(self._order_chosen)

    @property
    def draft(self) -> Draft | None:
        """What is chosen; none before there is a file."""
        return self._draft

    def set_draft(self, draft: Draft) -> None:
        """Show a draft."""
        self._draft = draft
        for part in (self.preview, self.columns, self.goal):
            part.set_draft(draft)
        self._show_order()

    def _lay_out(self) -> None:
        self.goal.setFixedWidth(_FORM_WIDTH)
        self.order.setFixedWidth(_FORM_WIDTH)
        form = QVBoxLayout()
        form.setSpacing(16)
        form.addWidget(self.goal)
        form.addWidget(self.order, 1)
        form.addStretch()
        below = QWidget()
        beside = QHBoxLayout(below)
        beside.setContentsMargins(0, 12, 0, 0)
        beside.setSpacing(24)
        beside.addWidget(self.columns, 1)
        beside.addLayout(form)
        splitter = QSplitter(Qt.Orientation.Vertical)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.preview)
        splitter.addWidget(below)
        splitter.setSizes([220, 320])
        splitter.setStretchFactor(1, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)

    @Slot(object, str)
    def _role_chosen(self, names: list[str], role: Role) -> None:
        assert self._draft is not None
        self._change(self._draft.with_role(names, role))

    @Slot(str, object)
    def _order_chosen(self, name: str, order: tuple[str, ...]) -> None:
        assert self._draft is not None
        self._change(self._draft.with_order(name, order))

    @Slot()
    def _show_order(self) -> None:
        """Show the order of the column with the keyboard, where it has one."""
        column = None if self._draft is None else self.columns.current
        if self._draft is None or column is None or not self._draft.is_ordinal(column):
            self.order.hide()
            return
        self.order.set_order(column.name, self._draft.categories(column))
        self.order.show()

    @Slot(object)
    def _change(self, draft: Draft) -> None:
        self.set_draft(draft)
        self.changed.emit(draft)
