"""What a catalogue is made of: entries, their hyperparameters, and a register of them."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

Value = float | int | bool | str
"""What a hyperparameter can hold."""

LARGEST = 1e30
"""The largest number that can be set: single precision ends at 3.4e38."""

Settings = Mapping[str, Value]
"""Values of an entry's parameters, by name."""

Check = Callable[[Settings], Iterable[tuple[str, str]]]


def _nothing_wrong(_: Settings) -> Iterable[tuple[str, str]]:
    return ()


@dataclass(frozen=True)
class Parameter:
    """One thing the user can set about an entry: a hyperparameter, a sample count, a formula.

    Forms, the command line, validation and the handbook are all derived from it.

    Attributes
    ----------
    name
        The key in JSON and in ``--set`` paths; for an optimizer, torch's own argument name.
    label
        What the form shows.
    default
        Its type decides the type of the parameter.
    minimum, maximum
        Inclusive bounds of a number; without any, one with decimals is held to ±`LARGEST`.
    help
        The tooltip: what it does, with the formula it enters.
    above
        Exclusive lower bound, for what must be positive and not zero.
    below
        Exclusive upper bound.
    choices
        The values allowed for a text parameter, or empty for free text.
    """

    name: str
    label: str
    default: Value
    help: str
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    choices: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind == "number":
            # Beyond, the numbers that torch calculates with would overflow.
            if self.minimum is None and self.above is None:
                object.__setattr__(self, "minimum", -LARGEST)
            if self.maximum is None and self.below is None:
                object.__setattr__(self, "maximum", LARGEST)

    @property
    def kind(self) -> Literal["number", "integer", "switch", "text"]:
        """Which of the four kinds of form field it needs."""
        match self.default:
            case bool():
                return "switch"
            case int():
                return "integer"
            case float():
                return "number"
            case _:
                return "text"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One thing that can be chosen.

    Attributes
    ----------
    key
        How files and the command line name it: lower case, words joined by hyphens.
    label
        How the window names it.
    summary
        One sentence: what it is.
    source
        The paper or manual its formula is taken from, with the year; empty where there is none.
    parameters
        What can be set about it, in the order of the form.
    check
        What must hold between the settings, beyond each one's own bounds: from the settings to
        pairs (parameter, sentence), one for each thing that is wrong.
    """

    key: str
    label: str
    summary: str
    source: str = ""
    parameters: tuple[Parameter, ...] = ()
    check: Check = _nothing_wrong

    def parameter(self, name: str) -> Parameter:
        """Return the parameter called `name`; raises ``KeyError`` where there is none."""
        for parameter in self.parameters:
            if parameter.name == name:
                return parameter
        raise KeyError(name)

    @property
    def defaults(self) -> dict[str, Value]:
        """Every parameter's default, by name."""
        return {parameter.name: parameter.default for parameter in self.parameters}


class UnknownKeyError(LookupError):
    """A key that no entry of a catalogue has; the message offers the nearest right one."""


E = TypeVar("E", bound=Entry)


class Catalog(Mapping[str, E]):
    """The entries of one kind, by key, in the order they are shown.

    Parameters
    ----------
    noun
        What an entry is called in messages: ``"optimizer"``, ``"function"``.
    entries
        The entries; a key may occur once.
    """

    def __init__(self, noun: str, *entries: E) -> None:
        self.noun = noun
        self._entries: dict[str, E] = {}
        for entry in entries:
            self.add(entry)

    def add(self, entry: E) -> None:
        """Add `entry`; raises ``ValueError`` where its key is taken."""
        if entry.key in self._entries:
            raise ValueError(f"there are two {self.noun}s called '{entry.key}'")
        self._entries[entry.key] = entry

    def discard(self, key: str) -> None:
        """Take the entry with `key` out, if it is there."""
        self._entries.pop(key, None)

    def __getitem__(self, key: str) -> E:
        try:
            return self._entries[key]
        except KeyError:
            hint = did_you_mean(key, self._entries)
            raise UnknownKeyError(f"there is no {self.noun} '{key}'{hint}") from None

    def __contains__(self, key: object) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)


def did_you_mean(word: str, known: Mapping[str, object] | list[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the known word nearest to `word`, or all of them.

    Where no word is near and there are few, all are listed; where there are many, nothing is said.
    """
    near = nearest(word, known)
    if near is not None:
        return f"; did you mean '{near}'?"
    return f"; there are {', '.join(known)}" if 0 < len(known) <= 12 else ""


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """Return the known word that `word` is most like, where one is like enough (0 to 1).

    A word of the same letters, some of them swapped, comes before all others.
    """
    words = list(known)
    swapped = [other for other in words if sorted(other) == sorted(word)]
    near = swapped or difflib.get_close_matches(word, words, n=1, cutoff=likeness)
    return near[0] if near else None
