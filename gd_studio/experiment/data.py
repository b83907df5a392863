"""What a model is fitted to: a data set of the catalogue, or a table of the user's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator

from gd_studio.catalog import Schema, Table
from gd_studio.experiment.choice import DatasetChoice, Spec
from gd_studio.experiment.errors import misfit


class TableData(Spec):
    """A CSV file and how it is read.

    Attributes
    ----------
    path
        The file, with its folder.
    """

    key: Literal["table"] = "table"
    path: str = Field(min_length=1, max_length=4096)
    table: Table

    @property
    def data_schema(self) -> Schema:
        """What the samples are."""
        return self.table.schema

    @model_validator(mode="after")
    def _table_holds(self) -> Self:
        wrong = list(self.table.problems())
        if wrong:
            raise misfit(*((("table",), sentence, None) for sentence in wrong))
        return self


class Split(Spec):
    """Part of the samples set aside for a test, by scikit-learn's ``train_test_split``.

    Attributes
    ----------
    test
        The share of the samples that are set aside.
    seed
        Its ``random_state``.
    stratified
        Whether each class keeps its share in both parts.
    """

    test: float = Field(default=0.3, strict=True, gt=0, lt=1)
    seed: int = Field(default=42, strict=True, ge=0, le=2**32 - 1)
    stratified: bool = Field(default=False, strict=True)


def _kind(data: Any) -> str:
    key = data.get("key") if isinstance(data, Mapping) else getattr(data, "key", None)
    return "table" if key == "table" else "built-in"


Dataset = Annotated[
    Annotated[DatasetChoice, Tag("built-in")] | Annotated[TableData, Tag("table")],
    Discriminator(_kind),
]
