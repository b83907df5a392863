"""Cells: which are missing, what is a number, and how pandas reads a block of them."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gd_studio.engine.tables.problem import TableProblem
from gd_studio.engine.tables.source import Block, Source
from gd_studio.link.arrays import Doubles

MISSING = frozenset({"", "NA", "N/A", "NaN", "nan", "null", "NULL", "None", "?"})
"""What stands in a cell that is missing, blanks around it aside."""


@dataclass(frozen=True)
class Texts:
    """A column's cells as texts.

    Attributes
    ----------
    distinct
        The texts, without the blanks around them, in the order in which they occur first.
    codes
        ``(rows,)``: which of them each cell has.
    """

    distinct: list[str]
    codes: npt.NDArray[np.intp]

    def to_numbers(self, number: Callable[[str], float]) -> Doubles:
        """Put `number` of its text in the place of each cell."""
        return np.array([number(text) for text in self.distinct], dtype=np.float64)[self.codes]

    def first(self, wrong: Callable[[str], str]) -> tuple[int, str, str] | None:
        """Find the first cell that is `wrong`: its row in the block, its text, what is wrong."""
        for code, text in enumerate(self.distinct):
            if what := wrong(text):
                row = int(np.flatnonzero(self.codes == code)[0])
                return row, text, what
        return None


Column = Texts | Doubles
"""A column's cells in a block: texts, or finite numbers with NaN where one is missing."""


def number_or_nan(text: str) -> float:
    """Return the finite number that `text` is, and NaN where it is none or missing."""
    if not text.isascii() or "_" in text:
        return math.nan  # Python takes more for a number than a table does
    try:
        number = float(text)
    except ValueError:
        return math.nan
    return number if math.isfinite(number) else math.nan


def no_number(text: str) -> str:
    """Say what is wrong with `text` as a number, and nothing where it is one or missing."""
    if text in MISSING or not math.isnan(number_or_nan(text)):
        return ""
    try:
        return "not finite" if math.isinf(float(text)) else "no number"
    except ValueError:
        return "no number"


def parse(
    block: Block, source: Source, numbers: Collection[int], texts: Collection[int]
) -> dict[int, Column]:
    """Return some columns of a block, by their place in the header.

    Those in `texts` come as texts. Those in `numbers` come as numbers, the fast way; where one of
    them holds something else, all come as texts, so that it can be found.
    """
    import pandas as pd

    def read(numbers: Collection[int], texts: Collection[int]) -> dict[int, Column]:
        places = sorted(numbers)
        missing = sorted(MISSING)
        try:
            frame = pd.read_csv(
                io.StringIO(block.text),
                sep=source.separator,
                header=None,
                names=range(len(source.header)),
                index_col=False,
                usecols=sorted([*places, *texts]),
                # What holds for all columns is said once: pandas goes over each that is named.
                dtype=dict.fromkeys(places, np.float64) | dict.fromkeys(texts, object)
                if texts
                else np.float64,
                na_values=dict.fromkeys(places, missing) if texts else missing,
                keep_default_na=False,
                skipinitialspace=True,
                engine="c",
            )
        except pd.errors.ParserError as error:
            raise TableProblem(_open_quote(block)) from error
        if len(frame) != block.rows:
            raise TableProblem(_open_quote(block))
        found = frame[places].to_numpy(np.float64)
        if np.isinf(found).any():
            raise ValueError("an infinite number")
        return {
            **dict(zip(places, found.T, strict=True)),
            **{place: as_texts(frame[place]) for place in texts},
        }

    def as_texts(cells: pd.Series) -> Texts:
        codes, distinct = pd.factorize(cells.to_numpy())
        return Texts([text.strip() for text in distinct], codes)

    try:
        return read(numbers, texts)
    except ValueError:
        return read((), [*numbers, *texts])


def _open_quote(block: Block) -> str:
    return f"in row {block.before + block.rows} or before, a quote is missing or one too many"
