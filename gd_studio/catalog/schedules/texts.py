"""What is written into a schedule's text fields: milestones, points, a formula of t."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import pairwise
from math import inf, nan

from gd_studio.catalog.entry import LARGEST
from gd_studio.formula import Formula, parse
from gd_studio.formula.plain import plain_function

MOST_MOVES = 1_000_000_000
"""The largest number of a move."""


def milestones_of(text: str) -> tuple[int, ...]:
    """From ``"30, 80"`` to the moves at which something happens, each later than the one before.

    Raises
    ------
    ValueError
        Where it is something else, with a sentence.
    """
    try:
        numbers = tuple(int(part) for part in text.split(","))
    except ValueError:
        raise ValueError("has to be whole numbers with commas between, as 30, 80") from None
    if any(not 1 <= number <= MOST_MOVES for number in numbers):
        raise ValueError(f"each milestone has to lie between 1 and {MOST_MOVES:,}")
    _check_order(numbers)
    return numbers


def points_of(text: str) -> tuple[tuple[int, float], ...]:
    """From ``"0: 1, 500: 0.5"`` to pairs: a move, and the factor of the learning rate there.

    Raises
    ------
    ValueError
        Where it is something else, with a sentence.
    """
    try:
        pairs = [part.split(":") for part in text.split(",")]
        points = tuple((int(move), float(factor)) for move, factor in pairs)
    except ValueError:
        raise ValueError("has to be points as 0: 1, 500: 0.5, 1000: 0.01") from None
    if any(not 0 <= move <= MOST_MOVES for move, _ in points):
        raise ValueError(f"each point has to lie between 0 and {MOST_MOVES:,}")
    if any(not 0 <= factor <= LARGEST for _, factor in points):
        raise ValueError(f"each factor has to lie between 0 and {LARGEST:g}")
    _check_order(tuple(move for move, _ in points))
    return points


def points_text(points: Iterable[tuple[int, float]]) -> str:
    """Write pairs as `points_of` reads them, with up to ten significant digits."""
    return ", ".join(f"{move}: {factor:.10g}" for move, factor in points)


def factor_formula(text: str) -> Formula:
    """Read a formula of t; raises ``FormulaError``, which is a ``ValueError`` with a sentence."""
    return parse(text, variables=("t",))


def factor_of(text: str) -> Callable[[int], float]:
    """From a formula to the function that gives the factor of the learning rate at move t.

    It calculates with t as a float, and raises ``ValueError`` where the value cannot be a factor.
    """
    calculate = plain_function(factor_formula(text))

    def factor(t: int) -> float:
        try:
            value = float(calculate(float(t)))
        except (ValueError, ZeroDivisionError, OverflowError):
            value = nan
        if not 0 <= value < inf:
            is_number = -inf < value < inf
            found = f"is {value:g}" if is_number else "is no finite number"
            raise ValueError(f"{found} at t = {t}; it has to be 0 or more at each")
        return value

    return factor


def _check_order(moves: tuple[int, ...]) -> None:
    for before, move in pairwise(moves):
        if move <= before:
            raise ValueError(f"{move} has to be larger than {before}, which stands before it")
