"""Filling in what is missing in a table."""

from __future__ import annotations

import numpy as np

from gd_studio.catalog import Table
from gd_studio.engine.tables.encoding import decode, encode
from gd_studio.engine.tables.problem import TableProblem, quoted
from gd_studio.link.arrays import Doubles


def fill_missing(train: Doubles, test: Doubles, table: Table) -> tuple[Doubles, Doubles]:
    """Return the features of both parts with what is missing filled in.

    A number takes the mean or the median of its column's training part, as `table` says, and a
    category the most frequent one there (the first of several): the test part has no say in it.

    Parameters
    ----------
    train, test
        ``(rows, n_features)`` each, as :func:`read_table` has them. Neither is changed.
    table
        What its columns are.

    Raises
    ------
    TableProblem
        Where a cell is missing and the training part has no value to fill it from.
    """
    from sklearn.impute import SimpleImputer

    train, test = train.copy(), test.copy()
    place = 0
    for column in table.feature_columns:
        own = slice(place, place + len(column.features))
        place = own.stop
        if not (np.isnan(train[:, own]).any() or np.isnan(test[:, own]).any()):
            continue
        codes = decode(column, train[:, own])
        if np.isnan(codes).all():
            raise TableProblem(
                f"the column {quoted(column.name)} has no value in the training part: ignore it"
            )
        strategy = "most_frequent" if column.kind == "category" else table.missing
        imputer = SimpleImputer(strategy=strategy).fit(codes[:, np.newaxis])
        (filler,) = imputer.statistics_
        for part in (train, test):
            part_codes = decode(column, part[:, own])
            part[:, own] = encode(column, np.where(np.isnan(part_codes), filler, part_codes))
    return train, test
