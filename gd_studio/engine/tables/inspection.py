"""What is in a CSV file: for the user to say what each column is to be taken for."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

import numpy as np

from gd_studio.engine.tables.cells import parse
from gd_studio.engine.tables.proposals import propose_target
from gd_studio.engine.tables.records import is_blank, records
from gd_studio.engine.tables.source import Cancelled, Progress, Source
from gd_studio.engine.tables.tally import Tally
from gd_studio.link.questions import TableReport

_HEAD = 50  # rows that are shown


def inspect_table(path: str, progress: Progress, cancelled: Cancelled) -> TableReport:
    """Report what is in the CSV file at `path`.

    What the columns and the target are proposed to be is in :func:`propose_kind` and
    :func:`propose_target`; a target of classes is proposed as a category even where its classes
    are numbered, so that the proposals go together.

    Parameters
    ----------
    path
        Where the file is.
    progress
        Is told the fraction of it that has been read.
    cancelled
        Says whether the report is no longer wanted.

    Raises
    ------
    TableProblem
        Where the file is no table.
    TableCancelled
        Where the report is no longer wanted.
    """
    rows, complete = 0, 0
    head: list[tuple[str, ...]] = []
    with Source(path, progress, cancelled) as source:
        tallies = [Tally(name) for name in source.header]
        for block in source.blocks():
            wanting = [place for place, tally in enumerate(tallies) if tally.wants_texts]
            settled = set(range(len(tallies))).difference(wanting)
            cells = parse(block, source, numbers=settled, texts=wanting)
            missing = np.zeros(block.rows, dtype=np.bool_)
            for place, tally in enumerate(tallies):
                missing |= tally.add(cells[place], block.before)
            rows += block.rows
            complete += block.rows - int(missing.sum())
            if len(head) < _HEAD:
                head += _first_rows(block.text, source.separator, _HEAD - len(head))
    columns = [tally.report() for tally in tallies]
    target, task = propose_target(columns)
    if task != "regression":
        columns = [replace(c, proposed="category") if c.name == target else c for c in columns]
    return TableReport(rows, complete, tuple(columns), tuple(head), target, task)


def _first_rows(text: str, separator: str, count: int) -> list[tuple[str, ...]]:
    rows = (
        tuple(cell.strip() for cell in cells)
        for cells, _ in records(text, separator)
        if not is_blank(cells)
    )
    return list(islice(rows, count))
