"""What is wrong with a formula, and where."""

from __future__ import annotations

import ast


class FormulaError(ValueError):
    """Something in a formula that cannot be accepted.

    ``str()`` of it is one sentence with the place, as
    ``"unknown name 'sn' at column 5; did you mean 'sin'?"``; its columns count from 1.

    Parameters
    ----------
    message
        What is wrong, without the place.
    start, end
        The place: characters of the text, counted from 0, `end` exclusive.
    hint
        What to do about it, or empty.
    whole
        Whether the whole formula is meant, so that the sentence names no column.
    """

    def __init__(
        self, message: str, start: int, end: int, hint: str = "", whole: bool = False
    ) -> None:
        # All five, so that the error survives being pickled on its way between processes.
        super().__init__(message, start, end, hint, whole)
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
        self.whole = whole

    def __str__(self) -> str:
        """Return the sentence described above."""
        place = "" if self.whole else f" at column {self.start + 1}"
        return self.message + place + (f"; {self.hint}" if self.hint else "")


def at(node: ast.expr, message: str, hint: str = "") -> FormulaError:
    """Return the error that `message` is true of `node`.

    Columns of the tree count from 1, for :func:`gd_studio.formula.parse.parse` reads the text
    within a pair of brackets.
    """
    end = node.col_offset + 1 if node.end_col_offset is None else node.end_col_offset
    return FormulaError(message, max(node.col_offset - 1, 0), end - 1, hint)
