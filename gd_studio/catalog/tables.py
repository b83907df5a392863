"""Tables in CSV files: which columns there are, and what each of them is taken for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Literal

from gd_studio.catalog.schema import Schema, Task

ColumnKind = Literal["number", "category", "ignore"]
Encoding = Literal["one-hot", "ordinal"]
Missing = Literal["drop", "mean", "median"]

MOST_COLUMNS = 20_000
"""With more, a window that shows them would stand still, and a file be read for minutes."""

TOO_MANY_COLUMNS = (
    f"there are more than {MOST_COLUMNS:,} columns, the most that a table can have: leave out what"
    " is not needed"
)


@dataclass(frozen=True)
class TableColumn:
    """One column of a table.

    Attributes
    ----------
    name
        As the header has it.
    kind
        What its cells are taken for; an ignored column is not read.
    categories
        The texts that occur in a column of categories, in the order of their codes 0, 1, ….
    encoding
        How categories become numbers: a 0/1 feature for each (one-hot), or their codes (ordinal).
    """

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": False}

    name: str
    kind: ColumnKind = "number"
    categories: tuple[str, ...] = ()
    encoding: Encoding = "one-hot"

    @property
    def features(self) -> tuple[str, ...]:
        """The names of the features that it becomes."""
        if self.kind == "ignore":
            return ()
        if self.kind == "category" and self.encoding == "one-hot":
            return tuple(f"{self.name}={category}" for category in self.categories)
        return (self.name,)


@dataclass(frozen=True)
class Table:
    """How a CSV file is read.

    Attributes
    ----------
    columns
        Its columns, in the order of the header, that of the target included.
    target
        The name of the column to predict. Its kind is "number" for a regression and "category"
        for classes, whose names are then its categories.
    task
        What a model is asked for.
    missing
        What becomes of cells that are empty: the row is dropped, or a number takes the mean or
        the median of its column's training part and a category the most frequent one. A row
        without a target is always dropped.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid", "strict": False}

    columns: tuple[TableColumn, ...]
    target: str
    task: Task
    missing: Missing = "drop"

    def column(self, name: str) -> TableColumn:
        """Return the column called `name`; raises ``KeyError`` where there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def feature_columns(self) -> tuple[TableColumn, ...]:
        """The columns that a model reads: all but the target and those that are ignored."""
        return tuple(c for c in self.columns if c.name != self.target and c.kind != "ignore")

    @property
    def schema(self) -> Schema:
        """What a model sees of it."""
        classes = self.column(self.target).categories if self.task != "regression" else ()
        features = tuple(name for column in self.feature_columns for name in column.features)
        return Schema(features, self.target, self.task, classes)

    def problems(self) -> Iterator[str]:
        """Say what does not go together, a sentence each."""
        # First of all: whatever else could be said of so many takes longer, and does not help.
        if len(self.columns) > MOST_COLUMNS:
            yield TOO_MANY_COLUMNS
            return
        names = Counter(column.name for column in self.columns)
        for name in sorted(name for name, count in names.items() if count > 1):
            yield f"there are two columns called '{name}'"
        if self.target not in names:
            yield f"there is no column '{self.target}' to predict"
            return
        unlisted = [c.name for c in self.columns if c.kind == "category" and not c.categories]
        for name in unlisted:
            yield f"the column '{name}' lists no categories"
        target = self.column(self.target)
        if self.task == "regression" and target.kind != "number":
            yield f"a regression needs a target of numbers, and '{target.name}' is none"
        if self.task != "regression":
            if target.kind != "category":
                yield f"classes need a target of categories, and '{target.name}' is none"
            elif target.name in unlisted:
                pass  # how many classes there are is not known
            elif self.task == "binary" and len(target.categories) != 2:
                yield (
                    f"a binary task needs two classes, and '{target.name}' has "
                    f"{len(target.categories)}"
                )
            elif len(target.categories) < 2:
                yield f"'{target.name}' has a single class: there is nothing to tell apart"
        if not self.feature_columns:
            yield "there is no feature: every column but the target is ignored"
        features = sum(len(column.features) for column in self.feature_columns)
        if features > MOST_COLUMNS:
            yield (
                f"there are {features:,} features, and {MOST_COLUMNS:,} are the most: take columns"
                " of many categories as ordinal, or ignore them"
            )
        for column in self.columns:
            if len(set(column.categories)) != len(column.categories):
                yield f"the column '{column.name}' lists a category twice"
