"""How reading a table ends where it does not end well."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

_MOST = 20


class TableProblem(Exception):  # noqa: N818 - what is wrong is the file, not the program
    """A file that is not the table wanted; the message is a sentence that says why, for the user.

    Rows are counted from 1, the first below the header; blank lines are none.
    """


class TableCancelled(Exception):  # noqa: N818 - it was wanted
    """The table is no longer wanted; reading has stopped."""


def about(path: str, problem: TableProblem) -> TableProblem:
    """Return the problem with the name of the file at `path` in it."""
    return problem if path in str(problem) else TableProblem(f"{Path(path).name}: {problem}")


def quoted(text: str) -> str:
    """Return `text` in quotes and on one line, cut where it is long."""
    line = " ".join(text.split())
    return f"'{line}'" if len(line) <= 40 else f"'{line[:39]}…'"


def listed(names: Sequence[str]) -> str:
    """Return names in quotes, the first of them where they are many."""
    first = ", ".join(map(quoted, names[:_MOST]))
    return first if len(names) <= _MOST else f"{first} and {len(names) - _MOST:,} more"
