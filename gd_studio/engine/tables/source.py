"""A CSV file that is being read: its header, and what is below in blocks of whole rows."""

from __future__ import annotations

import codecs
import csv
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from gd_studio.catalog.tables import MOST_COLUMNS, TOO_MANY_COLUMNS
from gd_studio.disk import open_regular
from gd_studio.engine.tables.problem import TableCancelled, TableProblem
from gd_studio.engine.tables.records import find_separator, is_blank, records, whole_rows

Progress = Callable[[float], None]
"""Is told the fraction of the file that has been read."""

Cancelled = Callable[[], bool]
"""Says whether the file is no longer wanted."""

Write = Callable[[bytes], object]
"""Takes a piece of the file."""

# Characters read at a time: news is told and asked for in between, some ten times a second.
_PIECE = 1 << 21

_LONGEST_HEADER = 1 << 23
_NO_NAMES = "the header is no list of names: a quote may be missing"


@dataclass(frozen=True)
class Block:
    """Some rows of a file: their text, how many they are, and how many came before them."""

    text: str
    rows: int
    before: int


class _Heard(io.RawIOBase):
    """A file that hands on what is read from it."""

    def __init__(self, file: io.BufferedReader, write: Write) -> None:
        self._file = file
        self._write = write

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        piece = self._file.read1(len(buffer))
        self._write(piece)
        buffer[: len(piece)] = piece
        return len(piece)

    def close(self) -> None:
        self._file.close()
        super().close()


class Source:
    """A CSV file, open: a context that closes it.

    Parameters
    ----------
    path
        Where it is.
    progress, cancelled
        What is told of, and asked, in between.
    write
        Is handed each piece of it as it is read, from the first byte to the last.

    Attributes
    ----------
    state
        What the system knows of it.
    separator
        What separates its cells.
    header
        The names of its columns, two at least, no two the same.

    Raises
    ------
    TableProblem
        Where it is no table; this may come out late, while its blocks are read.
    TableCancelled
        Where it is no longer wanted.
    """

    def __init__(
        self,
        path: str,
        progress: Progress,
        cancelled: Cancelled,
        write: Write = lambda piece: None,
    ) -> None:
        self._progress = progress
        self._cancelled = cancelled
        try:
            self._bytes = open_regular(path)
        except FileNotFoundError:
            raise TableProblem(f"there is no file '{path}'") from None
        except OSError as error:
            raise TableProblem(f"the file cannot be read: {error.strerror}") from error
        # Line ends of all systems become "\n".
        heard = io.BufferedReader(_Heard(self._bytes, write))
        self._file = io.TextIOWrapper(heard, encoding="utf-8-sig", newline=None)
        try:
            self.state = os.fstat(self._bytes.fileno())
            self._size = self.state.st_size
            self._text = self._read()
            self.separator = find_separator(self._text)
            self.header = _checked(self._take_header())
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Source:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def blocks(self) -> Iterator[Block]:
        """Yield what is below the header, once, and raise where that is nothing."""
        before, last = 0, False
        while not last:
            piece = self._read()
            last = not piece
            self._text += piece
            end, rows = whole_rows(self._text, self.separator, len(self.header), before, last=last)
            if rows:
                yield Block(self._text[:end], rows, before)
            elif len(self._text) > 2 * _PIECE:
                raise TableProblem(f"row {before + 1} is longer than {_PIECE:,} characters")
            before += rows
            self._text = self._text[end:]
        if not before:
            raise TableProblem("the file has a header and no row below it")

    def _read(self) -> str:
        if self._cancelled():
            raise TableCancelled
        try:
            piece = self._file.read(_PIECE)
        except UnicodeDecodeError as error:
            raise TableProblem(
                f"line {self._foreign_line()} of the file is not UTF-8: save it as CSV in UTF-8"
            ) from error
        except OSError as error:
            raise TableProblem(f"the file cannot be read: {error.strerror}") from error
        if "\0" in piece:
            raise TableProblem("the file holds zero bytes: it is no text, and so no CSV file")
        self._progress(self._bytes.tell() / self._size if self._size else 1.0)
        return piece

    def _foreign_line(self) -> int:
        """Find the line that holds what is not UTF-8; a file may have no lines to read it by."""
        decoder = codecs.getincrementaldecoder("utf-8")()
        self._bytes.seek(0)
        number = 1
        try:
            while piece := self._bytes.read(_PIECE):
                decoder.decode(piece)
                number += piece.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            return number + error.object.count(b"\n", 0, error.start)
        return number  # it was changed meanwhile

    def _take_header(self) -> list[str]:
        """Return the first row's cells, however many pieces of the file they go over."""
        is_whole = False
        while True:
            try:
                cells, end = next(self._rows_so_far(), ([], 0))
            except csv.Error as error:
                raise TableProblem(_NO_NAMES) from error
            if len(cells) > MOST_COLUMNS:  # and there may be more of it
                raise TableProblem(TOO_MANY_COLUMNS)
            if is_whole or 0 < end < len(self._text):
                break
            if len(self._text) > _LONGEST_HEADER:
                raise TableProblem(_NO_NAMES)
            piece = self._read()
            is_whole = not piece
            self._text += piece
        if not cells:
            raise TableProblem("the file is empty")
        self._text = self._text[end:]
        return [cell.strip() for cell in cells]

    def _rows_so_far(self) -> Iterator[tuple[list[str], int]]:
        rows = records(self._text, self.separator)
        return ((cells, end) for cells, end in rows if not is_blank(cells))


def _checked(names: list[str]) -> tuple[str, ...]:
    """Check names; none is quoted, since an experiment from somewhere may name any file."""
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        if not name:
            raise TableProblem(f"column {number} has no name in the header")
        if name in seen:
            raise TableProblem(f"columns {seen[name]} and {number} have the same name")
        seen[name] = number
    if len(names) == 1:
        raise TableProblem(
            "the file has a single column: cells are separated by commas, semicolons or tabs"
        )
    return tuple(names)
