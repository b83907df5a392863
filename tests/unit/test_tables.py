from __future__ import annotations

import csv
import errno
import io
import math
import os
import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import sklearn.datasets
from hypothesis import given, settings
from hypothesis import strategies as st

from gd_studio.catalog import Missing, Table, TableColumn, Task
from gd_studio.engine.data.load import load_table
from gd_studio.engine.tables import (
    TableCancelled,
    TableContent,
    TableProblem,
    fill_missing,
    inspect_table,
    read_table,
    reading,
    source,
)
from gd_studio.engine.tables.cells import MISSING
from gd_studio.link.questions import ColumnReport, TableReport
from gd_studio.script.names import Names
from gd_studio.script.tables import write_table


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "table.csv"


def inspect(path: Path) -> TableReport:
    return inspect_table(str(path), lambda fraction: None, lambda: False)


def inspected(path: Path, text: str) -> TableReport:
    path.write_bytes(text.encode())
    return inspect(path)


def read(path: Path, table: Table, text: str) -> TableContent:
    path.write_bytes(text.encode())
    return read_table(str(path), table)


def accept(report: TableReport, missing: Missing = "drop") -> Table:
    """Take all that was proposed."""
    columns = tuple(
        TableColumn(c.name, c.proposed, c.values if c.proposed == "category" else ())
        for c in report.columns
    )
    table = Table(columns, report.target, report.task, missing)
    assert list(table.problems()) == []
    return table


def column_of(path: Path, cells: Iterable[str]) -> ColumnReport:
    """Inspect a column with `cells`."""
    file = io.StringIO()
    csv.writer(file).writerows([("a", "b"), *((cell, "1") for cell in cells)])
    return inspected(path, file.getvalue()).columns[0]


COLOURS = TableColumn("colour", "category", ("red", "green"))
TABLE = Table((TableColumn("x"), COLOURS, TableColumn("y")), "y", "regression")
GOOD = "x,colour,y\n1,red,5\n2,green,6\n"


# --- what a file holds ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["iris", "wine", "breast_cancer", "diabetes"])
def test_scikit_learns_tables_come_back_to_the_bit(path: Path, name: str) -> None:
    data = getattr(sklearn.datasets, f"load_{name}")()
    names = [*data.feature_names, "target"]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(names)
        for row, target in zip(data.data.tolist(), data.target.tolist(), strict=True):
            writer.writerow([*map(repr, row), repr(target)])
    report = inspect(path)
    tasks: dict[str, Task] = {"breast_cancer": "binary", "diabetes": "regression"}
    assert (report.target, report.task) == ("target", tasks.get(name, "multi-class"))
    table = accept(report)
    if report.task != "regression":
        assert table.schema.classes == tuple(map(str, range(len(data.target_names))))
    content = read_table(str(path), table)
    assert content.features.dtype == np.float64
    assert content.features.tobytes() == np.ascontiguousarray(data.data).tobytes()
    assert content.targets.dtype == data.target.dtype
    assert content.targets.tobytes() == data.target.tobytes()
    assert (content.dropped, content.filled) == (0, 0)


def test_categories_are_encoded_as_the_table_says(path: Path) -> None:
    text = "colour,size,y\nred,L,1\ngreen,S,2\nblue,M,3\n"
    colour = TableColumn("colour", "category", ("red", "green", "blue"))
    size = TableColumn("size", "category", ("S", "M", "L"), "ordinal")
    content = read(path, Table((colour, size, TableColumn("y")), "y", "regression"), text)
    np.testing.assert_array_equal(content.features, [[1, 0, 0, 2], [0, 1, 0, 0], [0, 0, 1, 1]])
    np.testing.assert_array_equal(content.targets, [1, 2, 3])


def test_numbered_classes_become_codes_in_the_tables_order(path: Path) -> None:
    table = Table((TableColumn("x"), TableColumn("y", "category", ("10", "9"))), "y", "binary")
    content = read(path, table, "x,y\n1,9\n2,10\n3,9\n")
    assert content.targets.dtype == np.int64
    assert content.targets.tolist() == [1, 0, 1]


def test_features_follow_the_table_and_not_the_file(path: Path) -> None:
    table = Table((TableColumn("b"), TableColumn("y"), TableColumn("a")), "y", "regression")
    content = read(path, table, "a,b,y\n1,2,3\n4,5,6\n")
    np.testing.assert_array_equal(content.features, [[2, 1], [5, 4]])


def test_an_ignored_column_is_not_looked_at(path: Path) -> None:
    table = replace(
        TABLE, columns=(TABLE.columns[0], TableColumn("colour", "ignore"), *TABLE.columns[2:])
    )
    content = read(path, table, "x,colour,y\n1,,5\n2,whatever,6\n")
    np.testing.assert_array_equal(content.features, [[1], [2]])
    assert content.dropped == 0


@pytest.mark.parametrize("separator", [",", ";", "\t"], ids=["comma", "semicolon", "tab"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["unix", "windows", "old mac"])
def test_separators_line_ends_quotes_and_blanks_do_not_matter(
    path: Path, separator: str, end: str
) -> None:
    rows = [
        ["\ufeff x ", '"col,o;u\tr"', "y"],
        ["1", '"a, ""b""; c"', " 5 "],
        [],
        ["2 ", f' "two{end}lines"', '"6"'],
        ["3", " plain ", "7"],
    ]
    report = inspected(path, end.join(separator.join(row) for row in rows))
    assert [column.name for column in report.columns] == ["x", "col,o;u\tr", "y"]
    assert report.head == (("1", 'a, "b"; c', "5"), ("2", "two\nlines", "6"), ("3", "plain", "7"))
    table = accept(report)
    x, y = TableColumn("x"), TableColumn("y")
    colour = TableColumn("col,o;u\tr", "category", ("plain", "two\nlines", 'a, "b"; c'), "ordinal")
    content = read_table(str(path), replace(table, columns=(x, colour, y)))
    np.testing.assert_array_equal(content.features, [[1, 2], [2, 1], [3, 0]])
    np.testing.assert_array_equal(content.targets, [5, 6, 7])


def test_a_quote_inside_a_text_is_a_character(path: Path) -> None:
    report = inspected(path, "height,y\n5'10\",1\n6'2\",2\n")
    assert report.head == (("5'10\"", "1"), ("6'2\"", "2"))


CELLS = st.text(st.sampled_from('ab1.,;"\n éNA'), max_size=6)


@settings(max_examples=60, deadline=None)
@given(
    rows=st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=60),
    piece=st.integers(30, 300),
)
def test_whatever_is_written_as_csv_is_read_however_it_is_cut(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], piece: int
) -> None:
    file = io.StringIO()
    csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows([("a", "b", "c"), *rows])
    path = tmp_path_factory.mktemp("table") / "table.csv"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_PIECE", piece)
        report = inspected(path, file.getvalue())
    expected = [tuple(cell.strip() for cell in row) for row in rows]
    assert list(report.head) == expected[:50]
    assert report.rows == len(rows)
    assert report.complete == sum(not MISSING.intersection(row) for row in expected)
    for place, column in enumerate(report.columns):
        texts = {row[place] for row in expected} - MISSING
        assert set(column.values) == texts
        assert column.missing == sum(row[place] in MISSING for row in expected)


def test_a_file_in_many_pieces_is_what_it_is_in_one(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.standard_normal((3000, 4)), columns=[*"abcd"])
    frame.loc[2500, "b"] = np.nan
    frame["e"] = random.choice(["left", "right, or so"], 3000)
    frame.to_csv(path, index=False)
    monkeypatch.setattr(source, "_PIECE", 10_000)
    report = inspect(path)
    content = read_table(str(path), accept(report, "mean"))
    assert report.rows == 3000
    assert report.complete == 2999
    for column in report.columns[:4]:
        values = frame[column.name]
        assert (column.minimum, column.maximum) == (values.min(), values.max())
        assert (len(column.values), column.n_values) == (1000, 1001)
        assert [*map(float, column.values)] == sorted(values[:1000])
    np.testing.assert_array_equal(content.features, frame[[*"abcd"]])
    np.testing.assert_array_equal(content.targets, frame["e"] == "right, or so")


# --- missing cells -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", sorted(MISSING))
@pytest.mark.parametrize("blanks", ["{}", " {} ", '"{}"', '" {} "'])
def test_cells_are_missing_however_that_is_said(path: Path, text: str, blanks: str) -> None:
    cell = blanks.format(text)
    lines = f"x,colour,y\n1,red,5\n{cell},green,6\n3,{cell},7\n4,green,{cell}\n5,green,9\n"
    content = read(path, TABLE, lines)
    np.testing.assert_array_equal(content.features, [[1, 1, 0], [5, 0, 1]])
    np.testing.assert_array_equal(content.targets, [5, 9])
    assert (content.dropped, content.filled) == (3, 0)
    report = inspect(path)
    assert (report.rows, report.complete) == (5, 2)
    assert [column.missing for column in report.columns] == [1, 1, 1]


def test_what_is_to_be_filled_is_nan_and_only_rows_without_a_target_are_dropped(path: Path) -> None:
    text = "x,colour,y\n1,red,5\n,green,6\n3,,7\n4,green,\n"
    content = read(path, replace(TABLE, missing="mean"), text)
    nan = math.nan
    np.testing.assert_array_equal(content.features, [[1, 1, 0], [nan, 0, 1], [3, nan, nan]])
    assert (content.dropped, content.filled) == (1, 2)


FILLED = Table(
    (
        TableColumn("x"),
        TableColumn("colour", "category", ("red", "green", "blue")),
        TableColumn("size", "category", ("S", "M", "L"), "ordinal"),
        TableColumn("y"),
    ),
    "y",
    "regression",
    "mean",
)
TRAIN = np.array(
    [
        [1, 0, 1, 0, 2],
        [2, 0, 1, 0, 2],
        [9, 1, 0, 0, 0],
        [math.nan, math.nan, math.nan, math.nan, math.nan],
    ]
)
TEST = np.array([[100, 0, 0, 1, 1], [math.nan] * 5])


@pytest.mark.parametrize(("missing", "number"), [("mean", 4.0), ("median", 2.0)])
def test_what_is_missing_is_filled_from_the_training_part(missing: Missing, number: float) -> None:
    train, test = fill_missing(TRAIN, TEST, replace(FILLED, missing=missing))
    np.testing.assert_array_equal(train[:3], TRAIN[:3])
    np.testing.assert_array_equal(test[:1], TEST[:1])
    np.testing.assert_array_equal(train[3], [number, 0, 1, 0, 2])
    np.testing.assert_array_equal(test[1], [number, 0, 1, 0, 2])
    assert np.isnan(TRAIN).any()  # what was given is not changed


def test_filling_needs_no_test_part() -> None:
    train, test = fill_missing(TRAIN, TEST[:0], FILLED)
    assert not np.isnan(train).any()
    assert test.shape == (0, 5)


def test_a_column_without_a_value_to_learn_from_is_a_problem() -> None:
    with pytest.raises(TableProblem, match="the column 'x' has no value in the training part"):
        fill_missing(TRAIN[3:], TEST, FILLED)


# --- what is proposed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (["1", "2.5", "-3e2", ""], "number"),
        (["1", "2", "x", "x"], "category"),
        (["1", "inf", "1"], "category"),
        ([str(n % 20) + "a" for n in range(40)], "category"),
        ([str(n % 21) + "a" for n in range(42)], "ignore"),
        ([str(n % 30) + "a" for n in range(900)], "category"),
        ([str(n % 31) + "a" for n in range(900)], "ignore"),
        (["ann", "bob", "cy"], "ignore"),
        (["", "NA"], "ignore"),
        (["1", "1.0"], "ignore"),
        (["x", "x"], "ignore"),
    ],
    ids=[
        "numbers", "texts", "infinite", "20 texts", "21 texts", "√rows", "above √rows", "names",
        "nothing", "one number", "one text",
    ],
)  # fmt: skip
def test_a_column_is_taken_for_what_it_looks_like(path: Path, cells: list[str], kind: str) -> None:
    assert column_of(path, cells).proposed == kind


@pytest.mark.parametrize(
    ("cells", "flaw"),
    [
        (["1", "", "abc", "d"], "row 3 has 'abc', which is no number"),
        (["1", "-inf"], "row 2 has '-inf', which is not finite"),
        (["1e999", "1"], "row 1 has '1e999', which is not finite"),
        (["1", "1_000"], "row 2 has '1_000', which is no number"),
        (["1", "NAN"], "row 2 has 'NAN', which is no number"),
        (["1", "٣"], "row 2 has '٣', which is no number"),
        (["1", "two\nlines"], "row 2 has 'two lines', which is no number"),
        (["1", "0x10"], "row 2 has '0x10', which is no number"),
        (["1", "z" * 99], f"row 2 has '{'z' * 39}…', which is no number"),
    ],
)
def test_what_keeps_a_column_from_being_of_numbers_is_told(
    path: Path, cells: list[str], flaw: str
) -> None:
    column = column_of(path, cells)
    assert column.flaw == flaw
    if "1" in cells:
        assert (column.minimum, column.maximum) == (1.0, 1.0)


def test_distinct_texts_are_listed_in_order(path: Path) -> None:
    assert column_of(path, ["10", "9", "", "1.0", "1", "9"]).values == ("1", "1.0", "9", "10")
    assert column_of(path, ["b", "10", "9", "a"]).values == ("10", "9", "a", "b")


@pytest.mark.parametrize(
    ("header", "targets", "target", "task"),
    [
        ("a,b", "no yes no", "b", "binary"),
        ("a,b", "0 1 0", "b", "binary"),
        ("a,b", "0 1 2", "b", "regression"),
        ("a,Class", "0 1 2", "Class", "multi-class"),
        ("a,class", "0 1 2.5", "class", "regression"),
        ("a,class", " ".join(map(str, range(20))), "class", "multi-class"),
        ("a,class", " ".join(map(str, range(21))), "class", "regression"),
        ("a,b", "x y z x", "b", "multi-class"),
        ("a,b", "ann bob cy", "a", "regression"),
        ("Y,b", "0 1 2", "Y", "regression"),
        ("y,label", "0 1 2", "label", "multi-class"),
    ],
)
def test_a_target_and_a_task_are_proposed(
    path: Path, header: str, targets: str, target: str, task: str
) -> None:
    rows = "".join(f"{number}.5,{text}\n" for number, text in enumerate(targets.split()))
    report = inspected(path, f"{header}\n{rows}")
    assert (report.target, report.task) == (target, task)
    kind = "number" if task == "regression" else "category"
    assert {c.proposed for c in report.columns if c.name == target} == {kind}


# --- what is no table ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b"\n \n", "the file is empty"),
        (b"a,b\n", "a header and no row"),
        (b"a,b\n\n\n", "a header and no row"),
        (b"a|b\n1|2\n", "the file has a single column: cells"),
        (b"a,b\n1,\0\n", "zero bytes"),
        (b"\x89PNG\r\n\x1a\n\0\0", "line 1 of the file is not UTF-8"),
        ("a,b\n1,2\nü,3\n".encode("latin-1"), "line 3 of the file is not UTF-8"),
        ("a,b\n1,2\n".encode("utf-16"), "line 1 of the file is not UTF-8"),
        (b"a,b,a\n1,2,3\n", "columns 1 and 3 have the same name"),
        (b"a, a \n1,2\n", "columns 1 and 2 have the same name"),
        (b"a,,c\n1,2,3\n", "column 2 has no name"),
        (b"a,b\n1,2\n\n3,4,5\n", "row 2 has 3 cells, and the header has 2 names"),
        (b"a,b,c\n1,2,3\n4,5\n", "row 2 has 2 cells, and the header has 3 names"),
        (b"a,b\n1\n2,3\n", "row 1 has 1 cell, and the header has 2 names"),
        (b"a,b\n1,2\n3,4,\n", "row 2 has 3 cells"),
        (b'a,b\n"1,2",3\n"4,5"\n', "row 2 has 1 cell,"),
        (b'a,b\n"1\n2",3\n4,5\n6,7,8\n', "row 3 has 3 cells"),
        (b'a,b\n1,2\n3,"4\n', "in row 2 or before, a quote is missing"),
        (b'a,b\n1,"' + b"2,3\n" * 50_000, "in row 1 a text is longer"),
        (b'a,"b\n' + b"2,3\n" * 50_000, "the header is no list of names"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(
    path: Path, content: bytes, sentence: str
) -> None:
    path.write_bytes(content)
    with pytest.raises(TableProblem) as problem:
        inspect(path)
    assert sentence in str(problem.value)
    with pytest.raises(TableProblem):
        read_table(str(path), TABLE)


def test_a_ragged_row_is_found_in_a_later_piece(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_PIECE", 1000)
    with pytest.raises(TableProblem, match="row 4001 has 3 cells"):
        inspected(path, "a,b\n" + "1,2\n" * 4000 + "1,2,3\n" + "1,2\n" * 100)


def test_a_line_without_end_is_a_problem(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_PIECE", 100)
    with pytest.raises(TableProblem, match="row 2 is longer than 100 characters"):
        inspected(path, "a,b\n1,2\n" + "1" * 1000)


@pytest.mark.parametrize("piece", [7, 10_000])
def test_the_line_that_is_not_utf_8_is_told(
    path: Path, monkeypatch: pytest.MonkeyPatch, piece: int
) -> None:
    monkeypatch.setattr(source, "_PIECE", piece)
    path.write_bytes("a,b\n1,é\n2,ü\n3,".encode() + b"\xff\n4,5\n")
    with pytest.raises(TableProblem, match="line 4 of the file is not UTF-8"):
        inspect(path)
    path.write_bytes("a,b\n1,é".encode()[:-1])
    with pytest.raises(TableProblem, match="line 2 of the file is not UTF-8"):
        inspect(path)


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(TableProblem, match=r"there is no file '.*nothing.csv'"):
        inspect(tmp_path / "nothing.csv")
    with pytest.raises(TableProblem, match="the file cannot be read: it is a folder, not a file"):
        inspect(tmp_path)


def test_a_file_that_may_not_be_read_is_a_problem(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    path.write_text(GOOD)
    monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(TableProblem, match="the file cannot be read: Permission denied"):
        inspect(path)


SECRET = "root:$6$secret"


@pytest.mark.parametrize(
    "text",
    [
        f"{SECRET}\n1\n",
        f"{SECRET},{SECRET},y\n1,red,5\n2,red,6\n",
        f"{SECRET},colour,y\n1,red,5\n2,red,6\n",
        f"x,colour,y\n{SECRET},red,5\n2,red,6\n",
        f"x,colour,y\n1,{SECRET},5\n2,red,6\n",
        f'x,colour,y\n1,red,"{SECRET}',
        f"x,colour,y\n1,red,5,{SECRET}\n",
    ],
)
def test_a_file_that_an_experiment_names_is_not_quoted(path, text) -> None:
    path.write_text(text)
    with pytest.raises(TableProblem) as problem:
        read_table(str(path), TABLE)
    assert "root" not in str(problem.value)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "x,colour,y\n1,red,5\nabc,red,6\n",
            "row 2 of the column 'x' is no number",
        ),
        (
            "x,colour,y\n1,red,5\n2,red,six\n",
            "row 2 of the column 'y' is no number",
        ),
        (
            "x,colour,y\ninf,red,5\n2,red,6\n",
            "row 1 of the column 'x' is not finite",
        ),
        (
            "x,colour,y\n1,red,5\n2,blue,6\n",
            "row 2 of the column 'colour' is none of its categories",
        ),
        (
            "x,colour,y\n1,red,5\n1.0,green,6\n",
            "the column 'x' has the same value in every row: ignore it",
        ),
        (
            "x,colour,y\n1,red,5\n2,red,6\n",
            "the column 'colour' has the same value in every row: ignore it",
        ),
        ("x,colour,y\n1,red,5\n2,green,5\n", "the target 'y' has the same value in every row"),
        (
            "x,colour,y\n,red,5\n2,,6\n3,red,\n",
            "no row is left: in each of the 3 rows a cell is missing",
        ),
        ("x,color,z\n1,red,5\n", "missing: 'colour', 'y'; unexpected: 2"),
        ("x,colour\n1,red\n", "(missing: 'y')"),
        ("x,colour,y,z\n1,red,5,1\n", "(unexpected: 1)"),
    ],
)
def test_what_does_not_agree_with_the_table_is_a_problem(
    path: Path, text: str, sentence: str
) -> None:
    with pytest.raises(TableProblem) as problem:
        read(path, TABLE, text)
    assert sentence in str(problem.value)


def test_a_single_class_is_a_problem(path: Path) -> None:
    table = Table((TableColumn("x"), TableColumn("y", "category", ("a", "b"))), "y", "binary")
    with pytest.raises(TableProblem, match="the target 'y' has a single class in every row"):
        read(path, table, "x,y\n1,a\n2,a\n3,\n")


def test_a_feature_without_a_value_is_a_problem(path: Path) -> None:
    with pytest.raises(TableProblem, match="the column 'x' has no value: ignore it"):
        read(path, replace(TABLE, missing="mean"), "x,colour,y\n,red,5\n,green,6\n")


# --- on the way ----------------------------------------------------------------------------------


def test_progress_goes_from_nothing_to_all(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "_PIECE", 1000)
    path.write_text("x,colour,y\n" + "1,red,5\n2,green,6\n" * 10_000)
    told: list[float] = []
    inspect_table(str(path), told.append, lambda: False)
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert max(np.diff([0.0, *told])) < 0.1
    again: list[float] = []
    read_table(str(path), TABLE, again.append)
    assert again == told


def test_reading_stops_where_it_is_no_longer_wanted(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_PIECE", 1000)
    path.write_text("x,colour,y\n" + "1,red,5\n2,green,6\n" * 10_000)
    told: list[float] = []
    with pytest.raises(TableCancelled):
        inspect_table(str(path), told.append, lambda: len(told) == 3)
    with pytest.raises(TableCancelled):
        read_table(str(path), TABLE, told.append, lambda: len(told) == 6)
    assert len(told) == 6


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ("1,red,2\n", "the file has a single row"),
        ("1,red,2\n2,red,\n3,red,\n", "a single row is left: in all others of the 3 rows a cell"),
    ],
)
def test_a_single_row_is_a_problem(path: Path, rows: str, sentence: str) -> None:
    with pytest.raises(TableProblem, match=sentence):
        read(path, TABLE, "x,colour,y\n" + rows)


def test_what_is_wrong_with_the_table_of_an_experiment_begins_with_the_files_name(
    path: Path,
) -> None:
    path.write_text("x,colour,y\n1,red\n")
    with pytest.raises(TableProblem, match=rf"^{path.name}: row 1 has 2 cells"):
        load_table(str(path), TABLE, lambda: False)
    path.unlink()
    with pytest.raises(TableProblem, match=r"^there is no file '.*'"):
        load_table(str(path), TABLE, lambda: False)


# --- many columns --------------------------------------------------------------------------------


class Counted(str):
    """A name that counts how often it is held against others."""

    comparisons = 0
    __hash__ = str.__hash__

    def __eq__(self, other: object) -> bool:
        Counted.comparisons += 1
        return str.__eq__(self, other)


def comparisons(act: Callable[[list[str]], object], columns: int) -> int:
    """Return how often `act` compares names when it has that many columns."""
    Counted.comparisons = 0
    act([Counted(f"column {i}") for i in range(columns)])
    return Counted.comparisons


def check_table(names: list[str]) -> None:
    columns = tuple(TableColumn(name) for name in names)
    assert list(Table(columns, names[-1], "regression").problems()) == []


def check_names(names: list[str]) -> None:
    columns = tuple(TableColumn(str(name)) for name in reversed(names))
    reading._check_names(names, Table(columns, str(names[0]), "regression"))


def print_table(names: list[str]) -> None:
    columns = tuple(TableColumn(name, "category", ("a", "b")) for name in names)
    table = Table((*columns, TableColumn("y")), "y", "regression")
    write_table(table, Names("x", "y", "x", "y"), shipped=False)


@pytest.mark.parametrize(
    "act", [source._checked, check_table, check_names, print_table], ids=lambda act: act.__name__
)
def test_names_are_compared_a_few_times_each(act: Callable[[list[str]], object]) -> None:
    few, many = comparisons(act, 500), comparisons(act, 2000)
    assert many <= 4 * few + 100
    assert many <= 10 * 2000


def header_of(names: Iterable[str], cells: str = "1") -> bytes:
    names = list(names)
    rows = (",".join(names), ",".join([cells] * len(names)), ",".join(["2"] * len(names)))
    return "\n".join(rows).encode()


def test_a_header_goes_over_as_many_pieces_as_it_needs(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_PIECE", 100)
    # Cut at 100 characters, two of the names would be the same.
    names = [*(f"name{i:06}" for i in range(9)), "x", *(f"name{i:06}" for i in range(9, 2000))]
    path.write_bytes(header_of(names))
    with source.Source(str(path), lambda _: None, lambda: False) as table:
        assert list(table.header) == names


def test_a_header_of_three_megabytes_is_read(path: Path) -> None:
    names = [f"{i:0300}" for i in range(10_000)]
    path.write_bytes(header_of(names))
    with source.Source(str(path), lambda _: None, lambda: False) as table:
        assert list(table.header) == names
        assert [block.rows for block in table.blocks()] == [2]


MORE_THAN_THE_MOST = r"^there are more than 20,000 columns, the most that a table can have: leave"


@pytest.mark.parametrize("columns", [20_001, 400_000])
def test_too_many_columns_are_refused_before_anything_else_is_said(
    path: Path, columns: int
) -> None:
    # Two are the same, one has no name, and the rows are of another length.
    path.write_bytes(b",".join([b"a", b"a", b"", *[b"abcdefg"] * (columns - 3)]) + b"\n1,2\n")
    with pytest.raises(TableProblem, match=MORE_THAN_THE_MOST):
        inspect(path)


def test_a_table_of_an_experiment_with_too_many_columns_says_that_alone() -> None:
    same = Table((TableColumn("a"),) * 20_001, "b", "regression")
    (sentence,) = same.problems()
    assert re.match(MORE_THAN_THE_MOST, sentence)
    most = Table(tuple(TableColumn(f"{i}") for i in range(20_000)), "0", "regression")
    assert list(most.problems()) == []


def test_reading_a_long_header_can_be_cancelled(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "_PIECE", 1000)
    path.write_bytes(header_of(f"name{i:06}" for i in range(2000)))
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    with pytest.raises(TableCancelled):
        inspect_table(str(path), lambda _: None, cancelled)
    assert asked == 6


@pytest.mark.parametrize("start", [b'"', b'a,"b'])
def test_a_header_that_does_not_end_is_refused(path: Path, start: bytes) -> None:
    path.write_bytes(start + b"x\n,y" * 3_000_000)
    with pytest.raises(TableProblem, match="the header is no list of names"):
        inspect(path)


def test_of_many_columns_that_are_missing_the_first_are_listed(path: Path) -> None:
    path.write_text("a,y\n1,2\n")
    table = Table(
        (*(TableColumn(f"n{i}") for i in range(1000)), TableColumn("y")), "y", "regression"
    )
    with pytest.raises(TableProblem) as problem:
        read_table(str(path), table)
    sentence = str(problem.value)
    assert "(missing: 'n0', 'n1', 'n2'," in sentence
    assert sentence.endswith("'n19' and 980 more; unexpected: 1)")


def test_categories_are_not_spread_out_beyond_what_a_table_can_have(path: Path) -> None:
    categories = tuple(map(str, range(1000)))
    wide = [TableColumn(f"x{i}", "category", categories) for i in range(20)]
    most = Table((*wide, TableColumn("y")), "y", "regression")
    assert list(most.problems()) == []
    more = Table((*wide, TableColumn("z"), TableColumn("y")), "y", "regression")
    assert list(more.problems()) == [
        "there are 20,001 features, and 20,000 are the most: take columns of many categories as "
        "ordinal, or ignore them"
    ]
    row = ",".join(["{0}"] * 20) + ",{0}\n"
    text = ",".join(column.name for column in most.columns) + "\n"
    path.write_text(text + "".join(row.format(i % 1000) for i in range(10_001)))
    with pytest.raises(TableProblem, match=r"^10,001 rows of 20,000 features are too much for the"):
        read_table(str(path), most)


@pytest.mark.parametrize("quote", ["", '"'], ids=["plain", "quoted"])
def test_a_cell_that_is_too_long_is_refused_in_whatever_row(path: Path, quote: str) -> None:
    long = f"{quote}{'x' * 131_073}{quote}"
    with pytest.raises(TableProblem, match=r"^in row 2 a text is longer than 131,072 characters"):
        inspected(path, f"a,b\n1,2\n{long},3\n")
    assert inspected(path, f"a,b\n1,2\n{'x' * 131_072},3\n").rows == 2


def test_a_long_row_of_short_cells_is_read(path: Path) -> None:
    path.write_bytes(header_of((f"{i}" for i in range(20_000)), cells="123456789"))
    with source.Source(str(path), lambda _: None, lambda: False) as table:
        assert [block.rows for block in table.blocks()] == [2]
