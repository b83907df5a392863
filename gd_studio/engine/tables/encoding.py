"""A column's numbers or codes as the features that it becomes, and back."""

from __future__ import annotations

import numpy as np

from gd_studio.catalog import TableColumn
from gd_studio.link.arrays import Doubles


def encode(column: TableColumn, codes: Doubles) -> Doubles:
    """Return the features ``(rows, n_features)`` of a column's numbers or codes ``(rows,)``.

    Where a code is NaN, so are all its features.
    """
    if not _one_hot(column):
        return codes[:, np.newaxis]
    features: Doubles = np.equal.outer(codes, np.arange(len(column.categories))).astype(np.float64)
    features[np.isnan(codes)] = np.nan
    return features


def decode(column: TableColumn, features: Doubles) -> Doubles:
    """Return the numbers or codes that a column's `features` were made of."""
    if not _one_hot(column):
        return features[:, 0]
    return np.where(np.isnan(features[:, 0]), np.nan, features.argmax(axis=1))


def _one_hot(column: TableColumn) -> bool:
    return column.kind == "category" and column.encoding == "one-hot"
