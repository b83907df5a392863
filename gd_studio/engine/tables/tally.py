"""What is known of a table's column, block by block."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from gd_studio.engine.tables.cells import MISSING, Column, Texts, no_number, number_or_nan
from gd_studio.engine.tables.problem import quoted
from gd_studio.engine.tables.proposals import propose_kind
from gd_studio.link.arrays import Doubles
from gd_studio.link.questions import ColumnReport

_VALUES = 1000  # distinct texts that are listed


class Tally:
    """What the cells of a column have been so far."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._rows = 0
        self._missing = 0
        self._texts: dict[str, None] = {}  # a set that keeps its order
        self._minimum: float | None = None
        self._maximum: float | None = None
        self._flaw = ""

    @property
    def wants_texts(self) -> bool:
        """Whether it asks for its cells as texts: until it has enough, or where it is of texts."""
        return bool(self._flaw) or len(self._texts) <= _VALUES

    def add(self, cells: Column, before: int) -> npt.NDArray[np.bool_]:
        """Take in a block that follows `before` rows; return which of its cells are missing."""
        missing: npt.NDArray[np.bool_]
        if isinstance(cells, Texts):
            missing = np.array([text in MISSING for text in cells.distinct])[cells.codes]
            self._add_texts(cells, before)
            self._add_numbers(cells.to_numbers(number_or_nan))
        else:
            missing = np.isnan(cells)
            self._add_numbers(cells)
        self._rows += len(missing)
        self._missing += int(missing.sum())
        return missing

    def report(self) -> ColumnReport:
        """Return what is known now."""
        listed = list(self._texts)[:_VALUES]
        constant = self._flaw == "" and self._minimum == self._maximum
        return ColumnReport(
            name=self._name,
            proposed=propose_kind(
                numbers=self._flaw == "",
                values=1 if constant else len(self._texts),
                present=self._rows - self._missing,
                rows=self._rows,
            ),
            missing=self._missing,
            values=tuple(sorted(listed, key=(str if self._flaw else _numeric_order))),
            n_values=len(self._texts),
            minimum=self._minimum,
            maximum=self._maximum,
            flaw=self._flaw,
        )

    def _add_texts(self, cells: Texts, before: int) -> None:
        for text in cells.distinct:
            if len(self._texts) > _VALUES:
                break
            if text not in MISSING:
                self._texts[text] = None
        if not self._flaw and (wrong := cells.first(no_number)):
            row, text, what = wrong
            self._flaw = f"row {before + row + 1} has {quoted(text)}, which is {what}"

    def _add_numbers(self, numbers: Doubles) -> None:
        numbers = numbers[~np.isnan(numbers)]
        if len(numbers):
            low, high = float(numbers.min()), float(numbers.max())
            self._minimum = low if self._minimum is None else min(self._minimum, low)
            self._maximum = high if self._maximum is None else max(self._maximum, high)


def _numeric_order(text: str) -> tuple[float, str]:
    return float(text), text
