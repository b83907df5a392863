"""Samples from scikit-learn and from tables: drawn and read there, and only taken over here."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from gd_studio.catalog import Bundled, Generated, Shipped, Table
from gd_studio.catalog.entry import Settings
from gd_studio.catalog.resources import resources
from gd_studio.engine.tables import TableContent, TableProblem, read_table
from gd_studio.engine.tables.problem import about
from gd_studio.experiment.layout import Precision
from gd_studio.link.arrays import Floats

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class Loaded:
    """Samples as they come.

    Attributes
    ----------
    features
        ``(samples, n_features)``; of a table perhaps with NaN where a cell is missing.
    targets
        ``(samples,)``: numbers, or codes of classes.
    table
        How the table was read, where it was one.
    """

    features: Array
    targets: Array
    table: Table | None = None


def generate(source: Generated, settings: Settings, seed: int) -> Loaded:
    """Let scikit-learn make samples; raises ``ValueError`` where it cannot."""
    from sklearn import datasets

    # Its generators take seeds of 32 bits.
    make: Callable[..., tuple[Array, Array]] = getattr(datasets, source.function)
    features, targets = make(**source.arguments(settings), random_state=seed % 2**32)
    return Loaded(features, targets)


def load_bundled(source: Bundled) -> Loaded:
    """Load a set that comes with scikit-learn."""
    from sklearn import datasets

    features, targets = getattr(datasets, source.function)(return_X_y=True)
    return Loaded(features / source.divisor, targets)


def load_shipped(source: Shipped) -> Loaded:
    """Read a table of the resources."""
    return load_table(str(resources() / "data" / source.file), source.table, lambda: False)


def load_table(path: str, table: Table, cancelled: Callable[[], bool]) -> Loaded:
    """Read a table; the one that was read last is kept, as long as its file stays as it is.

    Raises
    ------
    TableProblem
        Where it cannot be read, with the file's name.
    TableCancelled
        Where it is no longer wanted.
    """
    try:
        content = _read(path, table, _stamp(path), _Watch(cancelled))
    except TableProblem as problem:
        raise about(path, problem) from problem
    return Loaded(content.features, content.targets, table)


def _stamp(path: str) -> tuple[int, int] | None:
    """Return what changes when a file does; nothing where reading will say what is wrong."""
    try:
        state = os.stat(path)
    except (OSError, ValueError):
        return None
    return state.st_mtime_ns, state.st_size


class _Watch:
    """Whether reading is to stop; all are equal, so that the cache looks at the file alone."""

    def __init__(self, cancelled: Callable[[], bool]) -> None:
        self.cancelled = cancelled

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Watch)

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=1)
def _read(path: str, table: Table, _: object, watch: _Watch) -> TableContent:
    return read_table(path, table, lambda _: None, watch.cancelled)


def as_floats(values: Array, precision: Precision) -> Floats:
    """Return `values` as torch takes them."""
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and is refused then
        return np.ascontiguousarray(values, dtype=precision)
