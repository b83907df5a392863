"""Numbers as a person writes them: to text and back, within bounds, and one step up or down."""

from __future__ import annotations

import math
from dataclasses import dataclass
from decimal import Decimal

from gd_studio.catalog import Parameter


@dataclass(frozen=True)
class Bounds:
    """What a number has to keep to; ``above`` and ``below`` are exclusive."""

    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None

    @classmethod
    def of(cls, parameter: Parameter) -> Bounds:
        """Return the bounds of a catalogue parameter."""
        return cls(parameter.minimum, parameter.maximum, parameter.above, parameter.below)

    def hold(self, value: float) -> bool:
        """Whether `value` keeps to them."""
        return (
            (self.minimum is None or value >= self.minimum)
            and (self.maximum is None or value <= self.maximum)
            and (self.above is None or value > self.above)
            and (self.below is None or value < self.below)
        )

    def phrase(self) -> str:
        """Return them in words, as in "has to be …"; empty where there are none."""
        if self.minimum is not None and self.maximum is not None:
            return f"between {format_number(self.minimum)} and {format_number(self.maximum)}"
        parts = []
        if self.minimum is not None:
            parts.append(f"{format_number(self.minimum)} or more")
        if self.above is not None:
            parts.append(f"above {format_number(self.above)}")
        if self.maximum is not None:
            parts.append(f"{format_number(self.maximum)} or less")
        if self.below is not None:
            parts.append(f"below {format_number(self.below)}")
        return " and ".join(parts)


def format_number(value: float) -> str:
    """Return `value` with up to ten significant digits: ``0.001``, ``1e-8``, ``100000``."""
    if isinstance(value, int):
        return str(value)
    mantissa, e, exponent = f"{value:.10g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if e else mantissa


def parse_number(text: str, bounds: Bounds, *, integer: bool) -> float:
    """Read what a person typed, with a point whatever the country.

    Raises
    ------
    ValueError
        With a sentence for the user, such as ``"has to be 0 or more"``.
    """
    typed = text.strip().replace("−", "-")
    if not typed:
        raise ValueError("a number is needed")
    if "," in typed:
        raise ValueError("decimals are written with a point, as 0.1")
    value = _read(typed)
    if value is None:
        example = "1000" if integer else "0.001 or 1e-3"
        raise ValueError(f"is not a number; write it as {example}")
    if not math.isfinite(value):
        raise ValueError("is too large")
    if integer and int(value) != value:
        raise ValueError("has to be a whole number")
    if not bounds.hold(value):
        raise ValueError(f"has to be {bounds.phrase()}")
    return int(value) if integer else float(value)


def _read(typed: str) -> float | None:
    # Python also reads 1_000, inf and nan, which nobody means here.
    if not set(typed.lower()) <= set("0123456789+-.e"):
        return None
    for kind in (int, float):  # int first: a seed has more digits than a float holds
        try:
            return kind(typed)
        except ValueError:
            continue
    return None


def step_number(value: float, steps: int, bounds: Bounds, *, from_zero: float) -> float:
    """Step the leading digit: 0.01 → 0.02 → … → 0.1 → 0.2; ten steps are a factor of ten.

    Where a step would leave the bounds it is made ten times smaller, so that 0.9 goes up to
    0.91, …, 0.99, 0.991 where 1 is out of bounds.

    Parameters
    ----------
    from_zero
        Where a step up from zero leads.
    """
    if steps == 0:
        return value
    up = steps > 0
    if abs(steps) >= 10 and value != 0:
        scaled = float(Decimal(repr(float(value))).scaleb(1 if up == (value > 0) else -1))
        return scaled if bounds.hold(scaled) else value
    if value == 0:
        first = from_zero if up else -from_zero
        return first if bounds.hold(first) else value
    number = Decimal(repr(float(value)))
    unit = Decimal(1).scaleb(number.adjusted())
    towards_zero = up != (number > 0)
    if towards_zero and abs(number) == unit:
        unit /= 10
    for _ in range(6):
        rounds = math.floor(number / unit) + 1 if up else math.ceil(number / unit) - 1
        stepped = float(rounds * unit)
        if bounds.hold(stepped) and stepped != value:
            return stepped
        unit /= 10
    return value


def step_integer(value: int, steps: int, bounds: Bounds) -> int:
    """Step the second digit: 9 → 10 → 11, 100 → 110, 1000 → 1100; ten steps are ten times that."""
    unit = 10 ** max(0, len(str(abs(value))) - 2)
    for size in (unit, 1):
        if bounds.hold(value + steps * size):
            return value + steps * size
    edge = bounds.maximum if steps > 0 else bounds.minimum
    return value if edge is None else int(edge)
