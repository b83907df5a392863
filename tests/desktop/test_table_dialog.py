from __future__ import annotations

import csv
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import sklearn.datasets
import torch
from PySide6.QtCore import Qt
from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QMenu, QWidget

from gd_studio.catalog import DATASETS, Table, TableColumn
from gd_studio.catalog.purchase import PURCHASE
from gd_studio.desktop.dialogs.table import TableDialog
from gd_studio.desktop.dialogs.table.column_model import At
from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.preview_header import KIND
from gd_studio.desktop.scout import Scout
from gd_studio.desktop.worker import end
from gd_studio.engine.data import prepare_data
from gd_studio.engine.tables import inspect_table, read_table
from gd_studio.experiment import Experiment, TableData
from gd_studio.link.questions import ColumnReport, CompareGradients, InspectTable, TableReport
from tests.desktop.person import choose
from tests.helpers.experiments import function
from tests.helpers.windows import PATIENCE, wait_until

DATA = Path(__file__).parents[2] / "resources" / "data"
LEFT = Qt.MouseButton.LeftButton


def numbers(name: str, values: tuple[str, ...], missing: int = 0) -> ColumnReport:
    found = [float(value) for value in values]
    return ColumnReport(name, "number", missing, values, len(values), min(found), max(found))


def texts(name: str, values: tuple[str, ...], missing: int = 0) -> ColumnReport:
    flaw = f"row 1 has '{values[0]}', which is no number"
    return ColumnReport(name, "category", missing, values, len(values), None, None, flaw)


MASS = numbers("mass", ("2.5", "3", "4.25"), missing=10)
ISLAND = texts("island", ("Biscoe", "Dream"), missing=4)
YEAR = replace(numbers("year", ("9", "10", "11")), proposed="number")
NOTE = replace(texts("note", ("a", "b", "c")), proposed="ignore", n_values=1001, missing=5)
SAME = replace(texts("same", ("x",)), proposed="ignore")
SPECIES = texts("species", ("Adelie", "Chinstrap", "Gentoo"), missing=3)
REPORT = TableReport(
    rows=150,
    complete=138,
    columns=(MASS, ISLAND, YEAR, NOTE, SAME, SPECIES),
    head=(("2.5", "Biscoe", "9", "a", "x", "Adelie"), ("", "Dream", "10", "b\nc", "x", "Gentoo")),
    target="species",
    task="multi-class",
)
GAPLESS = replace(
    REPORT, complete=150, columns=tuple(replace(column, missing=0) for column in REPORT.columns)
)
PROPOSED = Table(
    columns=(
        TableColumn("mass"),
        TableColumn("island", "category", ("Biscoe", "Dream")),
        TableColumn("year"),
        TableColumn("note", "ignore"),
        TableColumn("same", "ignore"),
        TableColumn("species", "category", ("Adelie", "Chinstrap", "Gentoo")),
    ),
    target="species",
    task="multi-class",
)


class CannedScout:
    """Is asked, and answers when the test says so."""

    def __init__(self) -> None:
        self.asked: list[InspectTable] = []
        self.withdrawn = 0

    def ask(self, topic, question, receiver, refused, progress) -> None:
        self.asked.append(question)
        self.answer, self.refuse, self.progress = receiver, refused, progress

    def withdraw(self, topic) -> None:
        self.withdrawn += 1


class Opened:
    """A dialog, and what comes of it."""

    def __init__(self, qtbot, report=None, path=Path("penguins.csv"), present=None) -> None:
        self.qtbot = qtbot
        self.scout = cast(Any, CannedScout())
        self.window = QWidget()  # the dialog deletes itself
        self.dialog = TableDialog(path, self.scout, self.window, present)
        self.chosen: list[TableData] = []
        self.dialog.chosen.connect(self.chosen.append)
        qtbot.addWidget(self.window)
        self.dialog.show()
        qtbot.waitUntil(self.dialog.isActiveWindow, timeout=PATIENCE)
        if report is not None:
            self.scout.answer(report)

    @property
    def columns(self):
        return self.dialog.table.columns

    @property
    def goal(self):
        return self.dialog.table.goal

    def cell(self, name: str, place: At, role=Qt.ItemDataRole.DisplayRole):
        return self._index(name, place).data(role)

    def click(self, name: str, place: At, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        self.columns.scrollTo(self._index(name, place))
        where = self.columns.visualRect(self._index(name, place)).center()
        self.qtbot.mouseClick(self.columns.viewport(), LEFT, modifier, where)

    def use(self, name: str, label: str) -> None:
        """Click the use of a column, and the one that is wanted."""
        self.click(name, At.ROLE)
        menu = the_menu()
        self.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry(menu, label)).center())
        assert QApplication.activePopupWidget() is None

    def accept(self) -> Table:
        self.qtbot.mouseClick(self.dialog.ok_button, LEFT)
        (data,) = self.chosen
        assert data.path == "penguins.csv"
        return data.table

    def _index(self, name: str, place: At):
        names = [column.name for column in self.columns.columns.draft.report.columns]
        return self.columns.model().index(names.index(name), place)


def the_menu() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entry(menu: QMenu, label: str):
    return next(action for action in menu.actions() if action.text() == label)


def columns_of(table: Table) -> dict[str, TableColumn]:
    return {column.name: column for column in table.columns}


def offered(combo) -> dict[str, str]:
    """The entries that can be chosen and those that cannot, with what is said about the latter."""
    enabled = Qt.ItemFlag.ItemIsEnabled
    items = [combo.model().item(row) for row in range(combo.count())]
    return {i.text(): "" if i.flags() & enabled else i.toolTip() for i in items}


# --- what is proposed, and what becomes of it -----------------------------------------------------


def test_what_is_proposed_is_what_ok_hands_over(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    assert opened.dialog.ok_button.isDefault()
    assert opened.accept() == PROPOSED
    assert not opened.dialog.isVisible()


def test_enter_accepts_from_a_combo_box(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    assert opened.goal.target.hasFocus()
    qtbot.keyClick(opened.goal.target, Qt.Key.Key_Return)
    assert opened.chosen == [TableData(path="penguins.csv", table=PROPOSED)]


def test_cancel_changes_nothing(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    opened.use("year", "Ignore")
    qtbot.mouseClick(opened.dialog.cancel_button, LEFT)
    assert opened.chosen == []


def test_the_preview_shows_the_first_rows_under_names_and_kinds(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    model = opened.dialog.table.preview.model()
    heads = [
        (model.headerData(i, Qt.Orientation.Horizontal), model.headerData(i, horizontal, KIND))
        for horizontal in [Qt.Orientation.Horizontal]
        for i in range(model.columnCount())
    ]
    assert heads == [
        ("mass", "number"),
        ("island", "category, one-hot"),
        ("year", "number"),
        ("note", "ignored"),
        ("same", "ignored"),
        ("species", "target"),
    ]
    rows = [[model.index(r, c).data() for c in range(6)] for r in range(model.rowCount())]
    assert rows == [
        ["2.5", "Biscoe", "9", "a", "x", "Adelie"],
        ["", "Dream", "10", "b c", "x", "Gentoo"],
    ]


def test_each_column_says_what_is_in_it(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    found = {
        column.name: tuple(opened.cell(column.name, place) for place in At)
        for column in REPORT.columns
    }
    assert found == {
        "mass": ("mass", "Number", "10", "2.5 to 4.25, 3 values"),
        "island": ("island", "Category, one-hot", "4", "2 values: Biscoe, Dream"),
        "year": ("year", "Number", "0", "9 to 11, 3 values"),
        "note": ("note", "Ignore", "5", "over 1,000 values: a, b, c, …"),
        "same": ("same", "Ignore", "0", "1 value: x"),
        "species": ("species", "Target", "3", "3 values: Adelie, Chinstrap, Gentoo"),
    }
    flaw = "row 1 has &#x27;Biscoe&#x27;, which is no number"
    assert flaw in opened.cell("island", At.ROLE, Qt.ItemDataRole.ToolTipRole)


def test_texts_in_a_file_are_never_markup_and_cut_where_they_are_long(qtbot) -> None:
    nasty = "<b>bold</b>"
    columns = (replace(YEAR, name=nasty), texts("b", (nasty, "x" * 5000)), SPECIES)
    head = ((nasty, "x" * 5000, "Gentoo"),)
    opened = Opened(qtbot, replace(REPORT, columns=columns, head=head))
    model, tip = opened.dialog.table.preview.model(), Qt.ItemDataRole.ToolTipRole
    assert model.index(0, 0).data() == nasty
    assert "<b>" not in model.index(0, 0).data(tip)
    assert "<b>" not in model.headerData(0, Qt.Orientation.Horizontal, tip)
    assert "<b>" not in opened.cell(nasty, At.NAME, tip)
    assert "<b>" not in opened.cell("b", At.CONTENTS, tip)
    assert "<b>" not in opened.goal.target.itemData(0, tip)
    assert model.index(0, 1).data() == "x" * 199 + "…"
    assert len(opened.cell("b", At.CONTENTS)) < 300


# --- each control ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "column"),
    [
        ("Number", TableColumn("year")),
        ("Category, one-hot", TableColumn("year", "category", ("9", "10", "11"))),
        ("Category, ordinal", TableColumn("year", "category", ("9", "10", "11"), "ordinal")),
        ("Ignore", TableColumn("year", "ignore")),
    ],
)
def test_a_click_on_a_use_offers_the_others(qtbot, label, column) -> None:
    opened = Opened(qtbot, REPORT)
    opened.use("year", label)
    assert opened.cell("year", At.ROLE) == label
    assert columns_of(opened.accept()) == {**columns_of(PROPOSED), "year": column}


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_F2])
def test_the_keyboard_chooses_a_use(qtbot, key) -> None:
    opened = Opened(qtbot, REPORT)
    opened.columns.setFocus()
    for _ in range(2):
        qtbot.keyClick(opened.columns, Qt.Key.Key_Down)
    qtbot.keyClick(opened.columns, key)
    menu = the_menu()
    assert menu.activeAction().text() == "Number"
    for press in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(menu, press)
    assert columns_of(opened.accept())["year"].encoding == "ordinal"


def test_a_use_that_a_column_cannot_have_is_greyed_with_the_reason(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    reasons = {}
    for name in ("island", "note", "same", "mass"):
        opened.click(name, At.ROLE)
        menu = the_menu()
        for action in menu.actions():
            if not action.isEnabled():
                reasons[name, action.text()] = action.toolTip()
        qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(menu.actions()[0]).center())
        menu.close()
    assert reasons == {
        ("island", "Number"): "<p>Row 1 has &#x27;Biscoe&#x27;, which is no number.</p>",
        ("note", "Number"): "<p>Row 1 has &#x27;a&#x27;, which is no number.</p>",
        ("note", "Category, one-hot"): "<p>It has more than 1,000 distinct values.</p>",
        ("note", "Category, ordinal"): "<p>It has more than 1,000 distinct values.</p>",
        ("same", "Number"): "<p>Row 1 has &#x27;x&#x27;, which is no number.</p>",
        ("same", "Category, one-hot"): "<p>It has the same value in every row.</p>",
        ("same", "Category, ordinal"): "<p>It has the same value in every row.</p>",
    }
    assert opened.accept() == PROPOSED


def test_a_use_is_given_to_all_selected_rows_that_can_have_it(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    opened.click("mass", At.NAME)
    for name in ("island", "year", "species"):
        opened.click(name, At.NAME, Qt.KeyboardModifier.ControlModifier)
    opened.use("year", "Category, ordinal")
    opened.use("year", "Number")
    found = columns_of(opened.accept())
    assert found["mass"] == TableColumn("mass")
    assert found["year"] == TableColumn("year")
    assert found["island"] == TableColumn("island", "category", ("Biscoe", "Dream"), "ordinal")
    assert found["species"] == PROPOSED.column("species")


def test_the_target_has_no_use_to_choose(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    opened.click("species", At.ROLE)
    assert QApplication.activePopupWidget() is None


def test_categories_in_order_can_be_put_into_another(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    order = opened.dialog.table.order
    assert order.isHidden()
    opened.use("year", "Category, ordinal")
    assert order.isVisible()
    assert not order.up_button.isEnabled()
    qtbot.mouseClick(order.down_button, LEFT)
    order.list.setFocus()
    qtbot.keyClick(order.list, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    assert opened.cell("year", At.CONTENTS) == "3 values: 10 < 11 < 9"
    assert not order.down_button.isEnabled()
    qtbot.mouseClick(order.up_button, LEFT)
    assert order.list.currentItem().text() == "9"
    opened.click("mass", At.NAME)
    assert order.isHidden()
    assert columns_of(opened.accept())["year"].categories == ("10", "9", "11")


def test_another_target_puts_the_old_one_back_as_a_feature(qtbot) -> None:
    opened = Opened(qtbot, GAPLESS)
    choose(opened.goal.target, "mass")
    assert opened.goal.task.key == "regression"
    assert opened.cell("species", At.ROLE) == "Category, one-hot"
    assert opened.dialog.outcome.text() == "6 features → mass (a number), 150 rows"
    table = opened.accept()
    assert (table.target, table.task, table.missing) == ("mass", "regression", "drop")
    assert columns_of(table) == columns_of(PROPOSED)


def test_whole_numbers_become_classes_in_their_order(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    choose(opened.goal.target, "year")
    choose(opened.goal.task, "Multi-class classification")
    table = opened.accept()
    assert table.task == "multi-class"
    assert table.schema.classes == ("9", "10", "11")
    assert table.column("year") == TableColumn("year", "category", ("9", "10", "11"))


@pytest.mark.parametrize(
    ("target", "task", "reasons"),
    [
        ("species", "multi-class", ("no number", "it has 3 distinct values, not 2", "")),
        ("island", "binary", ("no number", "", "")),
        ("year", "regression", ("", "it has 3 distinct values, not 2", "")),
        ("mass", "regression", ("", "it has 3 distinct", "it has numbers that are not whole")),
    ],
)
def test_tasks_that_do_not_fit_the_target_are_greyed(qtbot, target, task, reasons) -> None:
    opened = Opened(qtbot, REPORT)
    if target != "species":
        choose(opened.goal.target, target)
    assert opened.goal.task.key == task
    for said, reason in zip(offered(opened.goal.task).values(), reasons, strict=True):
        assert bool(said) == bool(reason)
        assert reason.lower() in said.lower()


def test_what_cannot_be_predicted_is_no_target(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    reasons = offered(opened.goal.target)
    assert [name for name, reason in reasons.items() if not reason] == [
        "mass",
        "island",
        "year",
        "species",
    ]
    assert "more than 1,000 distinct values" in reasons["note"]
    assert "the same value in every row" in reasons["same"]


def test_two_classes_can_be_told_apart_by_two_scores_too(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    choose(opened.goal.target, "island")
    choose(opened.goal.task, "Multi-class classification")
    assert opened.accept().schema.outputs == 2


# --- missing cells --------------------------------------------------------------------------------


def test_missing_cells_are_counted_and_filled_as_the_user_says(qtbot) -> None:
    columns = (*REPORT.columns[:3], replace(NOTE, missing=0), *REPORT.columns[4:])
    opened = Opened(qtbot, replace(REPORT, columns=columns))
    gaps, outcome = opened.goal.gaps, opened.dialog.outcome
    assert gaps.text() == "17 cells in 12 of 150 rows are missing. 12 rows go, 138 stay."
    assert outcome.text() == "4 features → species (3 classes), 138 of 150 rows"
    choose(opened.goal.missing, "Fill with the median")
    assert gaps.text() == (
        "17 cells in 12 of 150 rows are missing. Numbers take the median of their column in the "
        "training part, categories the most frequent one. 3 rows without a target go."
    )
    assert outcome.text() == "4 features → species (3 classes), 147 of 150 rows"
    choose(opened.goal.missing, "Fill with the mean")
    assert opened.accept() == replace(PROPOSED, missing="mean")


def test_rows_that_go_are_told_within_bounds_where_a_column_with_gaps_is_ignored(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    assert opened.goal.gaps.text() == (
        "17 cells in 10 to 12 of 150 rows are missing. 10 to 12 rows go, 138 to 140 stay."
    )
    assert opened.dialog.outcome.text().endswith("138 to 140 of 150 rows")


@pytest.mark.parametrize("seed", range(20))
def test_the_bounds_hold_whatever_is_missing(tmp_path, seed) -> None:
    rng = np.random.default_rng(seed)
    cells = rng.integers(0, 9, (40, 4)).astype(str)
    cells[rng.random(cells.shape) < rng.choice([0.02, 0.1, 0.3])] = ""
    path = tmp_path / "gaps.csv"
    path.write_text("\n".join(map(",".join, [["a", "b", "c", "d"], *cells])))
    report = inspect_table(str(path), lambda _: None, lambda: False)
    ignored = [name for name in "abc" if rng.random() < 0.4]
    draft = Draft.proposed(report).with_role(ignored, "ignore")
    for missing in ("drop", "mean"):
        present = draft.with_missing(missing)
        if not list(present.problems()):
            kept = len(read_table(str(path), present.table).targets)
            assert present.stay.least <= kept <= present.stay.most
            if not ignored or missing == "mean":
                assert present.stay.least == present.stay.most


def test_where_nothing_is_missing_there_is_nothing_to_choose(qtbot) -> None:
    opened = Opened(qtbot, GAPLESS)
    assert not opened.goal.missing.isEnabled()
    assert opened.goal.gaps.text() == "No cell is missing in the columns that are used."


# --- what is wrong --------------------------------------------------------------------------------


def test_without_a_feature_there_is_no_ok_but_a_sentence(qtbot) -> None:
    opened = Opened(qtbot, REPORT)
    for name in ("mass", "island", "year"):
        opened.use(name, "Ignore")
    outcome = opened.dialog.outcome
    assert outcome.text() == "There is no feature: every column but the target is ignored."
    assert outcome.foregroundRole() == QPalette.ColorRole.BrightText
    assert not opened.dialog.ok_button.isEnabled()
    opened.use("year", "Number")
    assert outcome.foregroundRole() == QPalette.ColorRole.WindowText
    assert opened.dialog.ok_button.isEnabled()


def test_where_no_row_is_left_there_is_no_ok(qtbot) -> None:
    columns = (replace(MASS, missing=150), *REPORT.columns[1:])
    opened = Opened(qtbot, replace(REPORT, complete=0, columns=columns))
    assert opened.dialog.outcome.text() == (
        "No row is left: in each of the 150 rows a cell is missing."
    )
    assert not opened.dialog.ok_button.isEnabled()
    choose(opened.goal.missing, "Fill with the mean")
    assert opened.dialog.ok_button.isEnabled()


def test_a_table_with_nothing_to_predict_says_so(qtbot) -> None:
    opened = Opened(qtbot, replace(REPORT, columns=(NOTE, SAME), target="same"))
    assert opened.dialog.outcome.text() == (
        "'same' cannot be predicted: it has the same value in every row."
    )
    assert not opened.dialog.ok_button.isEnabled()


# --- what was chosen before -----------------------------------------------------------------------


def test_it_starts_from_what_was_chosen_before(qtbot) -> None:
    before = replace(
        PROPOSED,
        columns=(
            TableColumn("mass", "ignore"),
            TableColumn("island", "category", ("Dream", "Biscoe"), "ordinal"),
            *PROPOSED.columns[2:],
        ),
        target="year",
        task="regression",
        missing="median",
    )
    present = TableData(path="elsewhere.csv", table=before)
    assert Opened(qtbot, REPORT, present=present).accept() == before


def test_what_was_chosen_before_gives_way_to_what_is_in_the_file(qtbot) -> None:
    before = Table(
        columns=(
            TableColumn("island"),  # is no number any more
            TableColumn("year", "category", ("9", "10"), "ordinal"),  # has one more category
            TableColumn("gone"),
        ),
        target="gone",
        task="regression",
    )
    found = Opened(qtbot, REPORT, present=TableData(path="a.csv", table=before)).accept()
    assert (found.target, found.task) == ("species", "multi-class")
    assert found.column("island") == PROPOSED.column("island")
    assert found.column("year") == TableColumn("year", "category", ("9", "10", "11"), "ordinal")


# --- wide tables ----------------------------------------------------------------------------------


def test_hundreds_of_columns_with_long_names_scroll_and_tell_all_in_tooltips(qtbot) -> None:
    names = [f"{'long ' * 40}{i}" for i in range(400)]
    columns = tuple(replace(YEAR, name=name) for name in names)
    report = TableReport(9, 9, columns, (("9",) * 400,), names[-1], "regression")
    opened = Opened(qtbot, report)
    assert opened.dialog.width() < 1200
    assert opened.columns.verticalScrollBar().maximum() > 0
    assert opened.dialog.table.preview.horizontalScrollBar().maximum() > 0
    assert names[7] in opened.cell(names[7], At.NAME, Qt.ItemDataRole.ToolTipRole)
    opened.use(names[390], "Ignore")
    begin = time.perf_counter()
    choose(opened.goal.target, names[0])
    assert time.perf_counter() - begin < 0.5
    assert opened.accept().column(names[390]).kind == "ignore"


# --- reading --------------------------------------------------------------------------------------


def test_progress_is_shown_in_megabytes_until_the_report_comes(qtbot, tmp_path) -> None:
    path = tmp_path / "penguins.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 500_000)
    opened = Opened(qtbot, path=path)
    reading = opened.dialog.reading
    assert opened.scout.asked == [InspectTable(str(path))]
    assert reading.isVisible()
    assert "penguins.csv" in reading.name.text()
    opened.scout.progress(0.25)
    assert reading.share.text() == "0.5 of 2.0 MB"
    assert reading.bar.value() == reading.bar.maximum() / 4
    assert not opened.dialog.ok_button.isVisible()
    opened.scout.answer(REPORT)
    assert not reading.isVisible()
    assert opened.dialog.ok_button.isVisible()


@pytest.mark.parametrize("escape", [True, False])
def test_cancelling_while_reading_withdraws_the_question(qtbot, escape) -> None:
    opened = Opened(qtbot)
    before = opened.scout.withdrawn
    if escape:
        qtbot.keyClick(opened.dialog, Qt.Key.Key_Escape)
    else:
        qtbot.mouseClick(opened.dialog.cancel_button, LEFT)
    assert opened.scout.withdrawn == before + 1
    assert opened.chosen == []


def test_a_file_that_is_no_table_makes_room_for_another(qtbot, monkeypatch) -> None:
    opened = Opened(qtbot)
    opened.scout.refuse("row 2 has 1 cell, and the header has 3 names")
    refusal = opened.dialog.refusal
    assert refusal.isVisible()
    assert refusal.reason.text() == "Row 2 has 1 cell, and the header has 3 names."
    assert refusal.name.text() == "penguins.csv was not opened"
    monkeypatch.setattr(
        "PySide6.QtWidgets.QFileDialog.getOpenFileName", lambda *_: ("other/birds.csv", "")
    )
    qtbot.mouseClick(refusal.other_button, LEFT)
    assert opened.scout.asked[-1] == InspectTable(str(Path("other/birds.csv")))
    opened.scout.answer(REPORT)
    qtbot.mouseClick(opened.dialog.ok_button, LEFT)
    assert opened.chosen == [TableData(path=str(Path("other/birds.csv")), table=PROPOSED)]


# --- with an engine -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scout(qapp):
    scout = Scout()
    ready: list[object] = []
    scout.worker.ready.connect(ready.append)
    listening = scout.open()
    wait_until(lambda: bool(ready))
    yield scout
    end(listening)


@pytest.fixture
def open_dialog(qtbot, scout):
    window = QWidget()
    qtbot.addWidget(window)

    def open_dialog(path: Path, present: TableData | None = None) -> TableDialog:
        dialog = TableDialog(path, scout, window, present)
        dialog.show()
        return dialog

    return open_dialog


def test_the_scout_reads_and_a_person_accepts(qtbot, open_dialog) -> None:
    present = TableData(path="old.csv", table=PURCHASE)
    dialog = open_dialog(DATA / "purchase.csv", present)
    chosen: list[TableData] = []
    dialog.chosen.connect(chosen.append)
    qtbot.waitUntil(dialog.ok_button.isEnabled, timeout=PATIENCE)
    assert dialog.outcome.text() == "3 features → purchased (2 classes), 1,000 rows"
    qtbot.mouseClick(dialog.ok_button, LEFT)
    assert chosen == [TableData(path=str(DATA / "purchase.csv"), table=PURCHASE)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a,b\n1,2\n3\n", "Row 2 has 1 cell, and the header has 2 names."),
        ("", "The file is empty."),
        (None, "There is no file"),
    ],
)
def test_a_broken_file_shows_the_engines_sentence(
    qtbot, open_dialog, tmp_path, content, sentence
) -> None:
    path = tmp_path / "broken.csv"
    if content is not None:
        path.write_text(content)
    dialog = open_dialog(path)
    qtbot.waitUntil(dialog.refusal.isVisible, timeout=PATIENCE)
    assert dialog.refusal.reason.text().startswith(sentence)
    assert not dialog.ok_button.isVisible()
    dialog.reject()


def test_cancelling_a_large_file_stops_the_reading_and_the_scout_goes_on(
    qtbot, open_dialog, scout, tmp_path
) -> None:
    path = tmp_path / "large.csv"
    row = ",".join(f"{i}.125" for i in range(40)) + "\n"
    path.write_text(",".join(f"x{i}" for i in range(40)) + "\n" + row * 200_000)
    shares: list[float] = []
    scout.worker.progressed.connect(lambda event: shares.append(event.share))
    dialog = open_dialog(path)
    qtbot.waitSignal(dialog.reading.bar.valueChanged, timeout=PATIENCE).wait()
    qtbot.mouseClick(dialog.cancel_button, LEFT)
    begin = time.perf_counter()
    answers: list[object] = []
    points = np.array([[1.0, 2.0]])
    scout.ask("gradients", CompareGradients(function(), points), answers.append)
    qtbot.waitUntil(lambda: bool(answers), timeout=PATIENCE)
    assert time.perf_counter() - begin < 2.0
    assert max(shares) < 0.9
    assert scout.is_idle


def test_more_news_of_progress_than_may_wait_holds_nothing_up(qtbot, scout, tmp_path) -> None:
    # Each question has news at least twice, and 64 may wait at a time.
    path = tmp_path / "small.csv"
    path.write_text("a,b\n1,2\n3,4\n")
    shares: list[float] = []
    answers: list[TableReport] = []
    for number in range(50):
        scout.ask(f"table {number}", InspectTable(str(path)), answers.append, None, shares.append)
    qtbot.waitUntil(lambda: len(answers) == 50, timeout=PATIENCE)
    assert len(shares) >= 100
    assert shares[-1] == 1.0


# --- the same as the data sets that come with scikit-learn ----------------------------------------


@pytest.mark.parametrize("key", ["iris", "wine", "breast-cancer", "diabetes"])
def test_a_data_set_written_and_accepted_is_the_one_that_is_built_in(qtbot, tmp_path, key) -> None:
    schema = DATASETS[key].describe({})
    data = getattr(sklearn.datasets, f"load_{key.replace('-', '_')}")()
    # Numbered classes are classes where the name of the column says so.
    named = {"iris": schema.classes}.get(key)
    target = schema.target if named or schema.task == "regression" else "class"
    path = tmp_path / "data.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*schema.features, target])
        for row, value in zip(data.data.tolist(), data.target.tolist(), strict=True):
            writer.writerow([*map(repr, row), named[value] if named else repr(value)])
    opened = Opened(qtbot, inspect_table(str(path), lambda _: None, lambda: False), path)
    qtbot.mouseClick(opened.dialog.ok_button, LEFT)
    (chosen,) = opened.chosen
    numbered = tuple(str(code) for code in range(len(schema.classes)))
    assert chosen.data_schema == replace(schema, target=target, classes=named or numbered)
    ours = _prepared(chosen.model_dump(), schema.task)
    theirs = _prepared({"key": key}, schema.task)
    for part in ("train", "test"):
        np.testing.assert_array_equal(getattr(ours, part).raw, getattr(theirs, part).raw)
        assert torch.equal(getattr(ours, part).features, getattr(theirs, part).features)
        assert torch.equal(getattr(ours, part).targets, getattr(theirs, part).targets)


def _prepared(dataset, task):
    losses = {"regression": "mse", "binary": "bce", "multi-class": "cross-entropy"}
    models = {"regression": "linear", "binary": "logistic", "multi-class": "softmax"}
    experiment = Experiment.parse(
        {
            "problem": {
                "kind": "model",
                "dataset": dataset,
                "model": {"key": models[task]},
                "loss": {"key": losses[task]},
                "split": {},
                "standardise": True,
            },
            "optimizer": {"key": "sgd", "lr": 0.01},
            "training": {"epochs": 1},
        }
    )
    return prepare_data(experiment.problem, experiment.seed)
