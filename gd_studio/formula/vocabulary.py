"""The names a formula may use: functions, constants, and variables where none are given."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

MAX_NUMBER = 1e12
"""The largest magnitude of a number, written or calculated from numbers alone."""


@dataclass(frozen=True)
class Known:
    """A function that formulas may call.

    Attributes
    ----------
    arity
        How many arguments it takes.
    meaning
        What it is, for the handbook.
    of_numbers
        The function of plain numbers, for the constant parts of a formula.
    torch_name
        Its name within ``torch``; empty where it is the formula's own.
    shown
        Its name in rich text; empty where it is the formula's own.
    clamp
        The argument of ``torch.clamp`` that does the same where one argument is a number.
    """

    arity: int
    meaning: str
    of_numbers: Callable[..., float]
    torch_name: str = ""
    shown: str = ""
    clamp: str = ""


def _sign(value: float) -> float:
    return (value > 0) - (value < 0)


def _sigmoid(value: float) -> float:
    # Written so that exp is only taken of what is not positive, and cannot overflow.
    small = math.exp(-abs(value))
    return (1.0 if value >= 0 else small) / (1.0 + small)


def _softplus(value: float) -> float:
    return max(value, 0.0) + math.log1p(math.exp(-abs(value)))


FUNCTIONS: Mapping[str, Known] = MappingProxyType(
    {
        "sin": Known(1, "sine of an angle in radians", math.sin),
        "cos": Known(1, "cosine of an angle in radians", math.cos),
        "tan": Known(1, "tangent of an angle in radians", math.tan),
        "asin": Known(1, "inverse of the sine, in radians", math.asin, shown="arcsin"),
        "acos": Known(1, "inverse of the cosine, in radians", math.acos, shown="arccos"),
        "atan": Known(1, "inverse of the tangent, in radians", math.atan, shown="arctan"),
        "sinh": Known(1, "hyperbolic sine", math.sinh),
        "cosh": Known(1, "hyperbolic cosine", math.cosh),
        "tanh": Known(1, "hyperbolic tangent", math.tanh),
        "exp": Known(1, "e to the power of the argument", math.exp),
        "log": Known(1, "natural logarithm", math.log, shown="ln"),
        "log2": Known(1, "logarithm to base 2", math.log2, shown="log<sub>2</sub>"),
        "log10": Known(1, "logarithm to base 10", math.log10, shown="log<sub>10</sub>"),
        "sqrt": Known(1, "square root", math.sqrt),
        "abs": Known(1, "magnitude", abs),
        "sign": Known(1, "−1, 0 or 1: the sign", _sign, shown="sgn"),
        "minimum": Known(2, "the smaller of two", min, shown="min", clamp="max"),
        "maximum": Known(2, "the larger of two", max, shown="max", clamp="min"),
        "sigmoid": Known(1, "1 / (1 + exp(−x))", _sigmoid),
        "relu": Known(1, "the argument where it is positive, else 0", lambda x: max(x, 0)),
        "softplus": Known(1, "log(1 + exp(x))", _softplus, torch_name="nn.functional.softplus"),
    }
)
"""Every function a formula may call, by name."""

CONSTANTS: Mapping[str, float] = MappingProxyType({"pi": math.pi, "e": math.e})
"""The constants every formula knows."""

PAIRS = (("x", "y"), ("x1", "x2"))
"""The variables of a function of two, in order."""

SINGLES = ("p", "t", "u", "v", "w", "x", "y", "z", "x1", "x2")
"""What the variable of a function of one may be called."""

_OTHER_NAMES = {
    "ln": "log",
    "lg": "log10",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "sgn": "sign",
    "min": "minimum",
    "max": "maximum",
}


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``"did you mean 'sin'?"`` for the name in `known` nearest to `word`, or nothing."""
    names = list(known)
    word = word.lower()
    if _OTHER_NAMES.get(word) in names:
        return f"did you mean '{_OTHER_NAMES[word]}'?"
    if word == "pow":
        return "use ** for powers"
    near = difflib.get_close_matches(word, names, n=1)
    return f"did you mean '{near[0]}'?" if near else ""
