"""What a CSV file holds, as numbers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from gd_studio.catalog import Table, TableColumn
from gd_studio.engine.tables.cells import MISSING, Column, Texts, no_number, number_or_nan, parse
from gd_studio.engine.tables.encoding import encode
from gd_studio.engine.tables.problem import TableCancelled, TableProblem, listed, quoted
from gd_studio.engine.tables.source import Cancelled, Progress, Source
from gd_studio.link.arrays import Doubles, Integers

_MOST_NUMBERS = 200_000_000
"""What features may take: 1.6 GB. A file of a megabyte can be spread out to more."""


@dataclass(frozen=True)
class TableContent:
    """What a table holds.

    Attributes
    ----------
    features
        ``(rows, n_features)``, in the order of the table's schema. Where missing cells are to be
        filled they are NaN, for a category in all its features: see :func:`fill_missing`.
    targets
        ``(rows,)``: numbers for a regression, else codes of classes.
    dropped
        How many rows were left out, since a cell of theirs is missing.
    filled
        How many cells of `features`' columns are missing and to be filled.
    """

    features: Doubles
    targets: Doubles | Integers
    dropped: int
    filled: int


def read_table(
    path: str,
    table: Table,
    progress: Progress = lambda fraction: None,
    cancelled: Cancelled = lambda: False,
) -> TableContent:
    """Read the CSV file at `path` as `table` says.

    Parameters
    ----------
    path
        Where the file is.
    table
        What its columns are; it has no problems.
    progress
        Is told the fraction of the file that has been read.
    cancelled
        Says whether the content is no longer wanted.

    Raises
    ------
    TableProblem
        Where the file is no table, or not this one, or nothing can be learnt from it.
    TableCancelled
        Where the content is no longer wanted.
    """
    features = table.feature_columns
    target = table.column(table.target)
    cells = _read(path, table, (*features, target), progress, cancelled)
    missing = {name: np.isnan(codes) for name, codes in cells.items()}
    keep = ~missing[target.name]
    if table.missing == "drop":
        keep &= ~np.any([missing[column.name] for column in features], axis=0)
    rows = int(keep.sum())
    if not rows:
        raise TableProblem(f"no row is left: in each of the {len(keep)} rows a cell is missing")
    if rows == 1:
        raise TableProblem(
            "the file has a single row: there is nothing to learn from it"
            if len(keep) == 1
            else f"a single row is left: in all others of the {len(keep)} rows a cell is missing"
        )
    cells = {name: codes[keep] for name, codes in cells.items()}
    _check_variety(cells, features, target)
    targets = cells.pop(target.name)
    width = len(table.schema.features)
    if rows * width > _MOST_NUMBERS:
        raise TableProblem(
            f"{rows:,} rows of {width:,} features are too much for the memory: take columns of many"
            " categories as ordinal, or ignore them"
        )
    matrix = np.empty((rows, width))
    place = 0
    for column in features:
        if cancelled():
            raise TableCancelled
        width = len(column.features)
        matrix[:, place : place + width] = encode(column, cells.pop(column.name))
        place += width
    return TableContent(
        features=matrix,
        targets=targets if target.kind == "number" else targets.astype(np.int64),
        dropped=len(keep) - rows,
        filled=sum(int(missing[column.name][keep].sum()) for column in features),
    )


def _read(
    path: str,
    table: Table,
    columns: Sequence[TableColumn],
    progress: Progress,
    cancelled: Cancelled,
) -> dict[str, Doubles]:
    """Return the cells of `columns` by name: numbers, or codes of categories, or NaN."""
    parts: dict[str, list[Doubles]] = {column.name: [] for column in columns}
    with Source(path, progress, cancelled) as source:
        for cells in blocks_of(source, table, columns):
            for name, codes in cells.items():
                parts[name].append(codes)
    return {name: np.concatenate(parts.pop(name)) for name in list(parts)}


def blocks_of(
    source: Source, table: Table, columns: Sequence[TableColumn]
) -> Iterator[dict[str, Doubles]]:
    """Yield the cells of `columns` by name, block by block: numbers, or codes, or NaN.

    Raises
    ------
    TableProblem
        Where the file is not what `table` says.
    TableCancelled
        Where it is no longer wanted.
    """
    _check_names(source.header, table)
    all_places = {name: place for place, name in enumerate(source.header)}
    places = {column.name: all_places[column.name] for column in columns}
    numbers = {places[column.name] for column in columns if column.kind == "number"}
    texts = set(places.values()) - numbers
    for block in source.blocks():
        cells = parse(block, source, numbers, texts)
        yield {
            column.name: _to_numbers(cells[places[column.name]], column, block.before)
            for column in columns
        }


def _to_numbers(cells: Column, column: TableColumn, before: int) -> Doubles:
    """Turn a block's cells into numbers or codes; raises where one of them is neither."""
    if not isinstance(cells, Texts):
        return cells
    codes = {category: float(code) for code, category in enumerate(column.categories)}

    def foreign(text: str) -> str:
        return "" if text in codes or text in MISSING else "none of its categories"

    number = column.kind == "number"
    if wrong := cells.first(no_number if number else foreign):
        row, _, what = wrong
        # What is there is not quoted: an experiment from somewhere may name any file.
        name = quoted(column.name)
        raise TableProblem(f"row {before + row + 1} of the column {name} is {what}")
    return cells.to_numbers(number_or_nan if number else lambda text: codes.get(text, np.nan))


def _check_names(header: Sequence[str], table: Table) -> None:
    # Sets that keep their order.
    expected = dict.fromkeys(column.name for column in table.columns)
    there = dict.fromkeys(header)
    missing = [name for name in expected if name not in there]
    unexpected = sum(name not in expected for name in there)
    differences = [f"missing: {listed(missing)}"] if missing else []
    if unexpected:
        differences.append(f"unexpected: {unexpected:,}")
    if differences:
        raise TableProblem(f"the file has other columns than the table ({'; '.join(differences)})")


def _check_variety(
    cells: dict[str, Doubles], features: Sequence[TableColumn], target: TableColumn
) -> None:
    for column in features:
        present = cells[column.name][~np.isnan(cells[column.name])]
        if not len(present):
            raise TableProblem(f"the column {quoted(column.name)} has no value: ignore it")
        if present.min() == present.max():
            raise TableProblem(
                f"the column {quoted(column.name)} has the same value in every row: ignore it"
            )
    targets = cells[target.name]
    if targets.min() == targets.max():
        one = "a single class" if target.kind == "category" else "the same value"
        raise TableProblem(
            f"the target {quoted(target.name)} has {one} in every row: there is nothing to predict"
        )
