r"""Halves of characters: surrogates that stand alone, as the ``\ud800`` that JSON can spell.

Python's texts can hold them, and no file, window or message can: a text with one in it fails late,
where it is saved or shown, so that it is refused where it comes in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from gd_studio.foreign_text.visible import visible

Place = tuple[str | int, ...]
"""The path of a text: names of fields, and numbers within lists."""

_Way = tuple["_Way | None", str | int]
"""The same from its end, so that to go one deeper takes as long wherever one is."""

_HALF = re.compile("[\ud800-\udfff]")


def half_of_a_character(text: str) -> str:
    """Say what is wrong with `text`, to be read after its name; empty where nothing is."""
    half = _HALF.search(text)
    return f"holds half of a character, {visible(half.group())}: it is no text" if half else ""


def broken_place(data: Any) -> tuple[Place, str] | None:
    """Find the first text in `data` that is none: its path, and what is wrong with it.

    Parameters
    ----------
    data
        What JSON can hold, however deeply nested; all else in it is passed over. Of a name of a
        field that is no text the path is that of its owner.
    """
    waiting: list[tuple[_Way | None, Any]] = [(None, data)]
    while waiting:
        way, value = waiting.pop()
        inside: list[tuple[str | int, Any]] = []
        if isinstance(value, str):
            if wrong := half_of_a_character(value):
                return _place(way), wrong
        elif isinstance(value, Mapping):
            for name in value:
                if isinstance(name, str) and (wrong := half_of_a_character(name)):
                    return _place(way), f"the name of a field in it {wrong}"
            inside = list(value.items())
        elif isinstance(value, list | tuple):
            # Parameters are numbers by the million.
            inside = [(i, v) for i, v in enumerate(value) if not isinstance(v, float | int)]
        waiting += [((way, name), inner) for name, inner in reversed(inside)]
    return None


def _place(way: _Way | None) -> Place:
    names: list[str | int] = []
    while way is not None:
        way, name = way
        names.append(name)
    return tuple(reversed(names))
