"""What a column can be taken for, and what can be predicted of it: each with what speaks against.

An objection is the end of a sentence about the column; empty where there is none.
"""

from __future__ import annotations

from typing import Literal

from gd_studio.catalog import Task
from gd_studio.link.questions import ColumnReport

Role = Literal["number", "one-hot", "ordinal", "ignore"]
"""What becomes of a column that is not the target."""

ROLES: tuple[Role, ...] = ("number", "one-hot", "ordinal", "ignore")
TASKS: tuple[Task, ...] = ("regression", "binary", "multi-class")

MOST_CATEGORIES = 1000
"""A report lists no more values."""


def objection(column: ColumnReport, role: Role) -> str:
    """Say why `column` cannot have `role`."""
    match role:
        case "number":
            return _against_numbers(column)
        case "one-hot" | "ordinal":
            return _against_categories(column)
        case "ignore":
            return ""


def task_objection(column: ColumnReport, task: Task) -> str:
    """Say why `column` cannot be the target of `task`."""
    if task == "regression":
        return _against_numbers(column)
    if why := _against_categories(column):
        return why
    if task == "binary":
        return "" if column.n_values == 2 else f"it has {column.n_values:,} distinct values, not 2"
    if not column.flaw and not all(float(value).is_integer() for value in column.values):
        return "it has numbers that are not whole"
    return ""


def target_objection(column: ColumnReport) -> str:
    """Say why `column` cannot be predicted at all."""
    # A generator: a column of numbers is the usual one, and soon found to be fit.
    if not all(task_objection(column, task) for task in TASKS):
        return ""
    # Of texts, what speaks against classes; of numbers, what speaks against numbers.
    return _against_categories(column) if column.flaw else _against_numbers(column)


def likely_task(column: ColumnReport) -> Task:
    """Return the task that `column` asks for as a target."""
    order: tuple[Task, ...] = ("binary", "regression", "multi-class")
    return next((task for task in order if not task_objection(column, task)), "regression")


def _against_numbers(column: ColumnReport) -> str:
    if column.flaw:
        return column.flaw
    if column.minimum is None:
        return "it has no value"
    return "it has the same value in every row" if column.minimum == column.maximum else ""


def _against_categories(column: ColumnReport) -> str:
    if column.n_values > MOST_CATEGORIES:
        return f"it has more than {MOST_CATEGORIES:,} distinct values"
    if column.n_values == 0:
        return "it has no value"
    return "it has the same value in every row" if column.n_values == 1 else ""
