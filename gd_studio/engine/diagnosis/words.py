"""Numbers as the sentences of a diagnosis say them."""

from __future__ import annotations


def number(value: float) -> str:
    """Three digits, and a minus sign that is as wide as a plus."""
    return f"{value + 0.0:.3g}".replace("-", "−")


def rate(value: float) -> str:
    """A learning rate, with the digits that somebody may have typed."""
    return f"{value:g}".replace("-", "−")


def steps(count: int) -> str:
    """``1 step``, ``2,000 steps``."""
    return f"{count:,} step" if count == 1 else f"{count:,} steps"


def apart(one: float, other: float) -> tuple[str, str]:
    """Two numbers with as many digits, up to eight, as it takes to tell them apart."""
    for digits in range(3, 9):
        told = f"{one:.{digits}g}", f"{other:.{digits}g}"
        if told[0] != told[1]:
            break
    return told[0].replace("-", "−"), told[1].replace("-", "−")
