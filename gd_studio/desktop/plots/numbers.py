"""Numbers as people write them: a proper minus sign, powers of ten raised, few digits."""

from __future__ import annotations

import math

_RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def round_step(least: float) -> float:
    """The least of 1, 2, 5 times a power of ten that is not below `least`, which is positive."""
    magnitude = 10.0 ** math.floor(math.log10(least))
    for share in (1, 2, 5):
        if share * magnitude >= least * (1 - 1e-9):
            return share * magnitude
    return 10 * magnitude


def power_of_ten(exponent: int) -> str:
    """``10⁻³`` for −3."""
    return "10" + str(exponent).translate(_RAISED)


def write_number(value: float, digits: int = 4) -> str:
    """A value to read off: ``−0.0123``, ``4.2×10⁻⁷``, ``12,500``."""
    if math.isnan(value):
        return "not a number"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e6:
        places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
        text = f"{value:,.{places}f}"
        if "." in text:
            text = text.rstrip("0").rstrip(".")
        return text.replace("-", "−")
    return _scientific(value, digits)


def write_ticks(values: list[float], spacing: float) -> list[str]:
    """The labels of an axis whose ticks are `spacing` apart."""
    most = max((abs(value) for value in values), default=0.0)
    values = [0.0 if abs(value) < spacing * 1e-6 else value for value in values]
    if spacing <= 0 or (most < 1e7 and (spacing >= 1e-4 or most >= 1e-3)):
        places = max(0, math.ceil(-math.log10(spacing) - 1e-9)) if spacing > 0 else 4
        return [f"{value:,.{places}f}".replace("-", "−") for value in values]
    digits = 1 + max(0, math.ceil(math.log10(most / spacing) - 1e-9)) if most > 0 else 1
    return [_scientific(value, min(digits, 15)) if value else "0" for value in values]


def _scientific(value: float, digits: int) -> str:
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    power = power_of_ten(int(exponent))
    if mantissa in ("1", "-1"):
        return power if mantissa == "1" else "−" + power
    return f"{mantissa.replace('-', '−')}×{power}"
