"""How much memory a piece of code takes on the way, and how much it leaves."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable


def peak_of(act: Callable[[], object]) -> int:
    """Return the bytes that `act` has in use at most, beyond those in use before."""
    return _traced(act)[1]


def left_by(act: Callable[[], object]) -> int:
    """Return the bytes that are in use after `act`, beyond those in use before."""
    return _traced(act)[0]


def _traced(act: Callable[[], object]) -> tuple[int, int]:
    act()  # what is made once does not count
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        tracemalloc.reset_peak()
        act()
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    return now - before, peak - before
