"""The dialog's words: what is in a column, what is missing, what comes out."""

from __future__ import annotations

from collections.abc import Sequence

from gd_studio.catalog import Missing, Task
from gd_studio.desktop.dialogs.table.draft import Draft
from gd_studio.desktop.dialogs.table.fitness import MOST_CATEGORIES, Role
from gd_studio.desktop.plain_text import tooltip
from gd_studio.link.questions import ColumnReport

ROLE_NAMES: dict[Role, str] = {
    "number": "Number",
    "one-hot": "Category, one-hot",
    "ordinal": "Category, ordinal",
    "ignore": "Ignore",
}
ROLE_HINTS: dict[Role, str] = {
    "number": "As it is.",
    "one-hot": "A feature of 0 and 1 for each category.",
    "ordinal": "One feature, 0, 1, 2, …, in the order of the categories.",
    "ignore": "It is not read.",
}
TASK_NAMES: dict[Task, str] = {
    "regression": "Regression",
    "binary": "Binary classification",
    "multi-class": "Multi-class classification",
}
TASK_HINTS: dict[Task, str] = {
    "regression": "Predict a number.",
    "binary": "Predict one of two classes.",
    "multi-class": "Predict one of several classes.",
}
MISSING_NAMES: dict[Missing, str] = {
    "drop": "Drop the rows",
    "mean": "Fill with the mean",
    "median": "Fill with the median",
}
MISSING_HINTS: dict[Missing, str] = {
    "drop": "A row with an empty cell in a column that is used is left out.",
    "mean": "A number takes the mean of its column's training part, a category the most frequent.",
    "median": (
        "A number takes the median of its column's training part, a category the most frequent."
    ),
}

WIDEST_KIND = ROLE_NAMES["one-hot"]
"""As wide as what `kind` says at most."""

_IN_A_LINE, _IN_A_HINT = 20, 60
_LONGEST = 200


def counted(number: int, noun: str) -> str:
    """Return ``1 row``, ``2 rows``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def short(text: str) -> str:
    """Return `text` on one line, cut where it is long: a cell may hold a novel."""
    line = " ".join(text[: 2 * _LONGEST].split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def size(part: float, whole: int) -> str:
    """Say how much of a file of `whole` bytes has been read."""
    unit, name = (1e6, "MB") if whole >= 1e6 else (1e3, "kB")
    return f"{part * whole / unit:,.1f} of {whole / unit:,.1f} {name}"


def kind(draft: Draft, column: ColumnReport) -> str:
    """Say in a word or two what a column is taken for."""
    if column.name == draft.target:
        return "target"
    role = draft.roles[column.name]
    return "ignored" if role == "ignore" else ROLE_NAMES[role].lower()


def contents(draft: Draft, column: ColumnReport) -> str:
    """Say what is in a column: its range where it is read as numbers, else its categories."""
    if column.n_values == 0:
        return "no value"
    many = column.n_values > MOST_CATEGORIES
    count = f"over {MOST_CATEGORIES:,} values" if many else counted(column.n_values, "value")
    if not is_categorical(draft, column) and column.minimum is not None and not column.flaw:
        return f"{column.minimum:.6g} to {column.maximum:.6g}, {count}"
    return f"{count}: {_listed(draft, column, _IN_A_LINE)}"


def contents_hint(draft: Draft, column: ColumnReport) -> str:
    """The same at greater length, as rich text that wraps."""
    text = contents(draft, column)
    if is_categorical(draft, column):
        text = f"{counted(column.n_values, 'value')}: {_listed(draft, column, _IN_A_HINT)}"
    return tooltip(text)


def is_categorical(draft: Draft, column: ColumnReport) -> bool:
    """Whether a column is read as categories or classes."""
    if column.name == draft.target:
        return draft.task != "regression"
    return draft.roles[column.name] in ("one-hot", "ordinal")


def _listed(draft: Draft, column: ColumnReport, most: int) -> str:
    values: Sequence[str] = draft.categories(column)[:most]
    listed = (" < " if draft.is_ordinal(column) else ", ").join(map(short, values))
    return listed if len(values) == column.n_values else f"{listed}, …"


def gaps(draft: Draft) -> str:
    """Say how much is missing and what becomes of it."""
    if not draft.cells_missing:
        return "No cell is missing in the columns that are used."
    rows, cells = draft.rows_missing, draft.cells_missing
    sentence = (
        f"{counted(cells, 'cell')} in {rows} of {draft.report.rows:,} rows "
        f"{'is' if cells == 1 else 'are'} missing."
    )
    gone, target = draft.gone, draft.column(draft.target).missing
    if draft.missing == "drop":
        go = "row goes" if gone.most == 1 else "rows go"
        return f"{sentence} {gone} {go}, {draft.stay} stay."
    if target < cells:
        sentence += (
            f" Numbers take the {draft.missing} of their column in the training part, categories "
            "the most frequent one."
        )
    if target:
        go = "goes" if target == 1 else "go"
        sentence += f" {counted(target, 'row')} without a target {go}."
    return sentence


def outcome(draft: Draft) -> str:
    """Say what comes out, of a draft without problems."""
    schema = draft.table.schema
    what = "a number" if draft.task == "regression" else f"{len(schema.classes)} classes"
    rows = f"{draft.report.rows:,} rows"
    if draft.gone.most:
        rows = f"{draft.stay} of {rows}"
    return f"{counted(len(schema.features), 'feature')} → {draft.target} ({what}), {rows}"
