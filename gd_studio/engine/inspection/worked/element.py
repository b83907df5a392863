"""One number on its way through a step, and how numbers are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from gd_studio.catalog.entry import Settings


@dataclass(frozen=True)
class Element:
    """One number and its step: as in :class:`~gd_studio.link.inspection.ParameterStep`.

    Attributes
    ----------
    memory
        What the optimizer remembered of it before the step, by torch's names.
    state
        What it remembers after.
    shared
        What it remembered before the step once for all elements: ``step``, the number of steps
        taken; ``eta``, ``mu_product``. Empty before the first.
    """

    before: float
    gradient: float
    after: float
    memory: Mapping[str, float]
    state: Mapping[str, float]
    shared: Mapping[str, float]

    @property
    def step(self) -> int:
        """The number of the step, as the optimizer counts."""
        return int(self.shared.get("step", 0)) + 1


def write(value: float) -> str:
    """Write four digits of a number, a negative one in brackets."""
    text = f"{value:.4g}".replace("-", "−")
    return f"({text})" if value < 0 else text


def write_setting(settings: Settings, name: str) -> str:
    """Write the value of a setting."""
    return write(float(settings[name]))


def write_step(element: Element, taken_off: str) -> str:
    """Write the last line: what is taken off the parameter, and what that leaves."""
    return f"p ← {write(element.before)} − {taken_off} = {write(element.after)}"


def write_mean(symbol: str, kept: float, last: float, new: float, now: float, square: str) -> str:
    """Write a running mean: the share `kept` of the `last`, the rest of what is `new`."""
    return (
        f"{symbol} ← {write(kept)} · {write(last)} + {write(1 - kept)} · {write(new)}{square}"
        f" = {write(now)}"
    )
