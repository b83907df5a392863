"""From a user's own CSV file to a data set."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.pages import ReadingPage, RefusalPage
from gd_studio.desktop.dialogs.table.table_page import TablePage
from gd_studio.desktop.dialogs.table.words import outcome
from gd_studio.desktop.panels.lines import LOUD, WRONG, Line, capitalised
from gd_studio.desktop.plain_text import for_title
from gd_studio.desktop.scout import Scout
from gd_studio.experiment import TableData
from gd_studio.link.questions import InspectTable, TableReport

TABLES = "Tables (*.csv *.tsv *.txt);;All files (*)"

_TOPIC = "table"


class TableDialog(QDialog):
    """Asks the scout what is in a file, and the user what it is for.

    Parameters
    ----------
    path
        The file.
    scout
        Reads it; the dialog waits for nothing.
    present
        What the user has chosen for it before, to start from.

    Signals
    -------
    chosen(TableData)
        The user has accepted a table. Nothing comes of the dialog otherwise.
    """

    chosen = Signal(object)

    def __init__(
        self,
        path: Path,
        scout: Scout,
        parent: QWidget | None = None,
        present: TableData | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Table")
        self.resize(1080, 700)
        self._path = path
        self._scout = scout
        self._present = present
        self.reading = ReadingPage()
        self.refusal = RefusalPage()
        self.table = TablePage()
        self.outcome = Line(LOUD)
        self._lay_out()
        self.table.changed.connect(self._show_outcome)
        self.refusal.other_wanted.connect(self._ask_other)
        self.finished.connect(self._withdraw)
        self.read(path)

    def read(self, path: Path) -> None:
        """Read the file at `path`, whatever is shown now."""
        self._path = path
        self.setWindowTitle(for_title(f"Table: {path.name}"))
        self.reading.begin(path, _size_of(path))
        self._show(self.reading)
        self.cancel_button.setFocus()
        self._scout.withdraw(_TOPIC)
        self._scout.ask(
            _TOPIC,
            InspectTable(str(path)),
            self.show_report,
            self.refuse,
            self.reading.show_progress,
        )

    @Slot(object)
    def show_report(self, report: TableReport) -> None:
        """Show what is in the file, with what was chosen for it before or is proposed."""
        draft = (
            Draft.proposed(report)
            if self._present is None
            else Draft.of(report, self._present.table)
        )
        self.table.set_draft(draft)
        self._show(self.table)
        self._show_outcome(draft)
        self.table.goal.target.setFocus()

    @Slot(str)
    def refuse(self, reason: str) -> None:
        """Say why the file is no table, and offer to choose another."""
        self.refusal.refuse(self._path, reason)
        self._show(self.refusal)
        self.refusal.other_button.setFocus()

    def accept(self) -> None:
        """Hand over the table."""
        draft = self.table.draft
        assert draft is not None
        self.chosen.emit(TableData(path=str(self._path), table=draft.table))
        super().accept()

    def _lay_out(self) -> None:
        self._pages = QStackedWidget()
        for page in (self.reading, self.refusal, self.table):
            self._pages.addWidget(page)
        standard = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(standard.Ok | standard.Cancel)
        self.ok_button = self.buttons.button(standard.Ok)
        self.cancel_button = self.buttons.button(standard.Cancel)
        # Else it would be the default where it stands alone.
        self.cancel_button.setAutoDefault(False)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.outcome.setTextFormat(Qt.TextFormat.PlainText)
        bottom = QHBoxLayout()
        bottom.setSpacing(16)
        bottom.addWidget(self.outcome, 1)
        bottom.addWidget(self.buttons)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(12)
        layout.addWidget(self._pages, 1)
        layout.addLayout(bottom)

    def _show(self, page: QWidget) -> None:
        self._pages.setCurrentWidget(page)
        self.ok_button.setVisible(page is self.table)
        self.ok_button.setDefault(page is self.table)
        self.ok_button.setEnabled(False)
        self.outcome.clear()

    @Slot(object)
    def _show_outcome(self, draft: Draft) -> None:
        problems = list(draft.problems())
        sentence = f"{capitalised('; '.join(problems))}." if problems else outcome(draft)
        self.outcome.setForegroundRole(WRONG if problems else LOUD)
        self.outcome.setText(sentence)
        self.ok_button.setEnabled(not problems)

    @Slot()
    def _ask_other(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Open table", str(self._path.parent), TABLES)
        if name:
            self.read(Path(name))

    @Slot()
    def _withdraw(self) -> None:
        self._scout.withdraw(_TOPIC)


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except (OSError, ValueError):  # whoever reads it will say so
        return 0
