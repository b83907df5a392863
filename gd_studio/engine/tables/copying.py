"""Copying a CSV file to where an exported script reads it, while it is held against its table."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from gd_studio.catalog import Table
from gd_studio.disk import let_read, new_file, open_regular
from gd_studio.engine.tables.problem import TableProblem, about
from gd_studio.engine.tables.reading import blocks_of
from gd_studio.engine.tables.source import Cancelled, Progress, Source, Write


class _PlaceProblem(TableProblem):
    """What is wrong is the place of the copy, not the file."""


def copy_table(path: str, table: Table, to: str, progress: Progress, cancelled: Cancelled) -> bool:
    """Copy the CSV file at `path` to `to` if it is what `table` says; return whether it was.

    It was not where a file of the same content is there already. What is copied is what has been
    looked at: the file is read once, and written piece by piece as it is read.

    Raises
    ------
    TableProblem
        Where the file is not the table, or the copy cannot be made; nothing is left of it then.
    TableCancelled
        Where the copy is no longer wanted; nothing is left of it either.
    """
    try:
        if os.path.lexists(to):
            with _compared(to) as compare:
                _read_through(path, table, progress, cancelled, compare)
        else:
            with _at(to), new_file(Path(to)) as file:
                let_read(file, _read_through(path, table, progress, cancelled, file.write))
            return True
    except _PlaceProblem:
        raise
    except TableProblem as problem:
        raise about(path, problem) from problem
    return False


def _read_through(
    path: str, table: Table, progress: Progress, cancelled: Cancelled, write: Write
) -> os.stat_result:
    """Hold a file against its table, and hand on each piece of it; return its state."""
    columns = [column for column in table.columns if column.kind != "ignore"]

    def hand_on(piece: bytes) -> None:
        with _at(""):  # or it would pass for what is wrong with the file
            write(piece)

    with Source(path, progress, cancelled, hand_on) as source:
        for _ in blocks_of(source, table, columns):
            pass
        return source.state


@contextlib.contextmanager
def _compared(to: str) -> Iterator[Write]:
    """Yield what takes the pieces of the file that is at `to`, and complains of any other."""
    with _at(to), open_regular(to) as there:

        def compare(piece: bytes) -> None:
            if there.read(len(piece)) != piece:
                raise _taken(to)

        yield compare
        if there.read(1):
            raise _taken(to)


@contextlib.contextmanager
def _at(to: str) -> Iterator[None]:
    """Say of what the system refuses meanwhile that it is about the copy."""
    try:
        yield
    except FileExistsError as error:
        raise _taken(to) from error
    except OSError as error:
        what = f"the copy {Path(to).name}" if to else "the copy"
        raise _PlaceProblem(f"{what} cannot be made: {error.strerror}") from error


def _taken(to: str) -> _PlaceProblem:
    return _PlaceProblem(
        f"{to} is there already with other content: choose another name for the script"
    )
