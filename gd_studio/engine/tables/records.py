"""The shape of a CSV text: what separates its cells, and where its rows end."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from itertools import islice

from gd_studio.engine.tables.problem import TableProblem

SEPARATORS = (",", ";", "\t")
"""What may stand between cells."""

_SAMPLE = 20  # records that the separator is found by


def records(text: str, separator: str) -> Iterator[tuple[list[str], int]]:
    """Yield the cells of each record, and where in `text` the record ends."""
    end = 0

    def lines() -> Iterator[str]:
        nonlocal end
        for line in io.StringIO(text):
            end += len(line)
            yield line

    # The reader takes no line before it needs it, so that `end` is that of the record.
    for cells in csv.reader(lines(), delimiter=separator, skipinitialspace=True):
        yield cells, end


def is_blank(cells: list[str]) -> bool:
    """Whether they are those of a blank line, which is no row."""
    return not cells or (len(cells) == 1 and not cells[0].strip(" \t"))


def find_separator(text: str) -> str:
    """Return what separates the cells of `text`.

    It is the one by which the header has two cells or more and most of the first records have as
    many as the header; of several, the one that makes the most cells.
    """

    def score(separator: str) -> tuple[int, int]:
        sizes = []
        try:
            for cells, _ in islice(records(text, separator), _SAMPLE):
                if not is_blank(cells):
                    sizes.append(len(cells))
        except csv.Error:  # a quote that does not end: those before it have to do
            pass
        return (sizes.count(sizes[0]), sizes[0]) if sizes and sizes[0] > 1 else (0, 0)

    return max(SEPARATORS, key=score)


def whole_rows(
    text: str, separator: str, width: int, before: int, *, last: bool
) -> tuple[int, int]:
    """Return how far the rows in `text` are whole, and how many they are.

    Parameters
    ----------
    text
        What follows the `before` rows that came earlier, cut off anywhere.
    separator
        What separates its cells.
    width
        How many cells each row needs.
    before
        How many rows came earlier.
    last
        Whether nothing follows, so that the last row is whole as well.

    Raises
    ------
    TableProblem
        Where a row has more cells or fewer.
    """
    end = len(text) if last else text.rfind("\n") + 1
    if '"' not in text[:end]:
        # Without quotes a separator is a separator, and counting is four times as fast as parsing.
        lines = text[:end].split("\n")
        # What is longer than a cell can be is left to the parser, which finds out where.
        if max(map(len, lines)) <= csv.field_size_limit() and all(
            line.count(separator) == width - 1 or not line for line in lines
        ):
            return end, sum(map(bool, lines))
    return _whole_records(text, separator, width, before, last)


def _whole_records(
    text: str, separator: str, width: int, before: int, last: bool
) -> tuple[int, int]:
    whole, rows = 0, 0
    try:
        for cells, end in records(text, separator):
            if end == len(text) and not last:
                break  # it may go on in what follows
            whole = end
            if is_blank(cells):
                continue
            rows += 1
            if len(cells) != width:
                have = "1 cell" if len(cells) == 1 else f"{len(cells)} cells"
                raise TableProblem(
                    f"row {before + rows} has {have}, and the header has {width} names"
                )
    except csv.Error as error:
        raise TableProblem(
            f"in row {before + rows + 1} a text is longer than {csv.field_size_limit():,} "
            "characters: a quote may be missing"
        ) from error
    return whole, rows
