"""What a table's columns are proposed to be taken for, going by what is in them."""

from __future__ import annotations

import math
from collections.abc import Sequence

from gd_studio.catalog import ColumnKind, Task
from gd_studio.link.questions import ColumnReport

_TARGETS = ("target", "label", "class", "y", "purchased")
"""Names of targets, the likeliest first, whatever their case."""

_CLASSES = ("class", "label", "target", "species", "digit", "category", "type", "kind")
"""Names of targets that are classes even where they are numbered."""

_MANY = 20  # more classes than this are not expected


def propose_kind(*, numbers: bool, values: int, present: int, rows: int) -> ColumnKind:
    """Propose what a column is taken for.

    A column with no value or a single one is ignored: it tells nothing. One of numbers is taken
    for numbers. One of texts is taken for categories where its distinct values are at most
    max(20, √rows), and 1000 at the very most, and one of them at least occurs twice; else it is
    ignored.

    Parameters
    ----------
    numbers
        Whether all that is in it are finite numbers.
    values
        How many distinct values it has.
    present
        How many cells of it are not missing.
    rows
        How many cells it has.
    """
    if values < 2:
        return "ignore"
    if numbers:
        return "number"
    few = values <= min(max(_MANY, math.isqrt(rows)), 1000)
    return "category" if few and values < present else "ignore"


def propose_target(columns: Sequence[ColumnReport]) -> tuple[str, Task]:
    """Propose the column to predict, and the task that it asks for.

    The target is the column called target, label, class, y or purchased, looked for in this order
    and whatever their case, among those that are not ignored; else the last that is not ignored;
    else the last.

    The task is binary where the target has two distinct values, texts or numbers. It is
    multi-class where the target is of texts; and where it is of at most 20 whole numbers and its
    name says that these are classes: class, label, target, species, digit, category, type, kind.
    It is a regression otherwise.
    """
    used = [column for column in columns if column.proposed != "ignore"] or list(columns)
    named = sorted(
        (column for column in used if column.name.lower() in _TARGETS),
        key=lambda column: _TARGETS.index(column.name.lower()),
    )
    target = named[0] if named else used[-1]
    return target.name, _task(target)


def _task(target: ColumnReport) -> Task:
    if target.n_values == 2:
        return "binary"
    if target.flaw:
        return "multi-class"
    few_whole = target.n_values <= _MANY and all(float(v).is_integer() for v in target.values)
    return "multi-class" if few_whole and target.name.lower() in _CLASSES else "regression"
