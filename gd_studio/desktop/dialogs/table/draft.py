"""A table in the making: what the user has chosen so far, and what comes of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from gd_studio.catalog import Missing, Table, TableColumn, Task
from gd_studio.desktop.dialogs.table.fitness import (
    Role,
    likely_task,
    objection,
    target_objection,
    task_objection,
)
from gd_studio.link.questions import ColumnReport, TableReport


@dataclass(frozen=True)
class Span:
    """A number of rows that is known, or within bounds: a report counts gaps by column."""

    least: int
    most: int

    def __str__(self) -> str:
        if self.least == self.most:
            return f"{self.least:,}"
        return f"{self.least:,} to {self.most:,}"


@dataclass(frozen=True)
class Draft:
    """What has been chosen for the table that `report` is about.

    Attributes
    ----------
    report
        What is in the file.
    roles
        What each column is as a feature, by name; the target keeps its role for the time when it
        is not the target any more.
    orders
        The categories of columns whose order is not that of the report.
    target, task, missing
        As in :class:`Table`.
    """

    report: TableReport
    roles: Mapping[str, Role]
    orders: Mapping[str, tuple[str, ...]]
    target: str
    task: Task
    missing: Missing = "drop"

    @classmethod
    def proposed(cls, report: TableReport) -> Draft:
        """Return what the report proposes."""
        roles = {column.name: _role_proposed(column) for column in report.columns}
        return cls(report, roles, {}, report.target, report.task)

    @classmethod
    def of(cls, report: TableReport, table: Table) -> Draft:
        """Return what `table` says, as far as it fits what is in the file, else the proposals."""
        proposed = cls.proposed(report)
        found = {c.name: c for c in table.columns if c.name in proposed.roles}
        roles = {
            name: _role_of(column)
            for name, column in found.items()
            # The target says nothing of what its column is as a feature.
            if name != table.target and not objection(proposed.column(name), _role_of(column))
        }
        orders = {
            name: column.categories
            for name, column in found.items()
            if set(column.categories) == set(proposed.column(name).values)
        }
        draft = replace(
            proposed, roles={**proposed.roles, **roles}, orders=orders, missing=table.missing
        )
        if table.target in found and not task_objection(draft.column(table.target), table.task):
            return replace(draft, target=table.target, task=table.task)
        return draft

    # --- choosing -----------------------------------------------------------------------------

    def with_role(self, names: Iterable[str], role: Role) -> Draft:
        """Give columns a role: those of them that can have it."""
        able = [name for name in names if not objection(self.column(name), role)]
        return replace(self, roles={**self.roles, **dict.fromkeys(able, role)})

    def with_order(self, name: str, categories: tuple[str, ...]) -> Draft:
        """Give a column's categories another order."""
        return replace(self, orders={**self.orders, name: categories})

    def with_target(self, name: str) -> Draft:
        """Predict another column, and what it asks for; the one before is a feature again."""
        is_proposed = name == self.report.target
        task = self.report.task if is_proposed else likely_task(self.column(name))
        return replace(self, target=name, task=task)

    def with_task(self, task: Task) -> Draft:
        """Ask for something else of the same target."""
        return replace(self, task=task)

    def with_missing(self, missing: Missing) -> Draft:
        """Treat empty cells in another way."""
        return replace(self, missing=missing)

    # --- what comes of it ---------------------------------------------------------------------

    def column(self, name: str) -> ColumnReport:
        """Return the report of the column called `name`."""
        return self._columns[name]

    def is_ordinal(self, column: ColumnReport) -> bool:
        """Whether a column's categories are a feature by their order."""
        return column.name != self.target and self.roles[column.name] == "ordinal"

    def categories(self, column: ColumnReport) -> tuple[str, ...]:
        """Return the categories of a column in the order of their codes."""
        return self.orders.get(column.name, column.values)

    @property
    def table(self) -> Table:
        """The table that is chosen; it may have problems."""
        columns = tuple(self._chosen(column) for column in self.report.columns)
        return Table(columns, self.target, self.task, self.missing)

    def problems(self) -> Iterator[str]:
        """Say what is wrong with it, a sentence each."""
        target = self.column(self.target)
        if why := target_objection(target):
            yield f"'{self.target}' cannot be predicted: {why}"
            return
        yield from self.table.problems()
        if self.stay.most == 0:
            yield f"no row is left: in each of the {self.report.rows:,} rows a cell is missing"

    @property
    def cells_missing(self) -> int:
        """How many cells are empty in the columns that are used."""
        return sum(column.missing for column in self._used)

    @property
    def rows_missing(self) -> Span:
        """How many rows have an empty cell in the columns that are used."""
        incomplete = self.report.rows - self.report.complete
        counts = [column.missing for column in self._used]
        elsewhere = sum(column.missing for column in self.report.columns) - sum(counts)
        least = max(0, *counts, incomplete - elsewhere)
        return Span(least, min(sum(counts), incomplete))

    @property
    def gone(self) -> Span:
        """How many rows are dropped."""
        if self.missing == "drop":
            return self.rows_missing
        without_target = self.column(self.target).missing
        return Span(without_target, without_target)

    @property
    def stay(self) -> Span:
        """How many rows are not."""
        return Span(self.report.rows - self.gone.most, self.report.rows - self.gone.least)

    @cached_property
    def _columns(self) -> dict[str, ColumnReport]:
        return {column.name: column for column in self.report.columns}

    @property
    def _used(self) -> list[ColumnReport]:
        return [
            column
            for column in self.report.columns
            if column.name == self.target or self.roles[column.name] != "ignore"
        ]

    def _chosen(self, column: ColumnReport) -> TableColumn:
        if column.name == self.target:
            if self.task == "regression":
                return TableColumn(column.name)
            return TableColumn(column.name, "category", self.categories(column))
        match self.roles[column.name]:
            case "one-hot" | "ordinal" as encoding:
                return TableColumn(column.name, "category", self.categories(column), encoding)
            case kind:
                return TableColumn(column.name, kind)


def _role_of(column: TableColumn) -> Role:
    return column.encoding if column.kind == "category" else column.kind


def _role_proposed(column: ColumnReport) -> Role:
    return "one-hot" if column.proposed == "category" else column.proposed
