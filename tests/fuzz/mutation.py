"""Making something wrong of something right: of bytes, of texts, of what JSON holds."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

CODE = (
    "__import__('os').system('touch executed')",
    "open('executed','w')",
    "(lambda: open('executed', 'w'))()",
    "exec(\"open('executed','w')\")",
    "x.__class__.__mro__[1].__subclasses__()",
    "'); open('executed', 'w'); ('",
    '"""\nopen("executed", "w")\n"""',
    "\nopen('executed', 'w')\n#",
    "{open('executed','w')}",
    "$(touch executed)",
    "`touch executed`; touch executed",
)
"""What leaves a mark, ``executed``, where somebody executes it."""

TEXTS = (
    "",
    " ",
    "\x00",
    "\x1b[31mred\x1b]0;title\x07",
    "\ud800",
    "a\u202eb",
    "٣",
    "𝒳",
    "nan",
    "Infinity",
    "1e400",
    "../../../etc/passwd",
    "/dev/null",
    "con",
    "x" * 10_000,
    "<b>bold</b><img src=x>",
    "%s%n{0}",
    *CODE,
)

NUMBERS = (
    *(0, 1, -1, 2, 3, 64, 65, 255, 1024, 2**31, -(2**31), 2**32, 2**53 + 1, 2**63, 2**64, 10**400),
    *(0.0, -0.0, 0.5, 1e-320, 1e-8, 1e8, 1e30, 1e31, 1e308, -1e308),
)


def value(random: Random) -> Any:
    """Return something that JSON can hold."""
    match random.randrange(8):
        case 0 | 1:
            return random.choice(NUMBERS)
        case 2 | 3:
            return random.choice(TEXTS)
        case 4:
            return random.choice((None, True, False, [], {}))
        case 5:
            return [value(random) for _ in range(random.randrange(4))]
        case 6:
            return {random.choice(TEXTS): value(random) for _ in range(random.randrange(4))}
        case _:
            return nested(random.choice((2, 10, 70, 300)), value(random))


def nested(depth: int, inside: Any) -> Any:
    """Return lists in lists, with something inside."""
    for _ in range(depth):
        inside = [inside]
    return inside


def places(data: Any) -> list[tuple[Any, ...]]:
    """Return the paths of all that is in nested dicts and lists."""
    found: list[tuple[Any, ...]] = []
    waiting: list[tuple[tuple[Any, ...], Any]] = [((), data)]
    while waiting:
        before, inside = waiting.pop()
        items: Any = ()
        if isinstance(inside, dict):
            items = inside.items()
        elif isinstance(inside, list):
            items = enumerate(inside)
        below = [((*before, key), item) for key, item in items]
        found += [path for path, _ in below]
        waiting += below
    return found


def to_json(data: Any) -> str:
    """Return JSON, also of what is nested too deeply for Python to write."""
    try:
        return json.dumps(data)
    except RecursionError:
        return "[" * 100_000


def mutated_tree(random: Random, data: Any, times: int) -> Any:
    """Put something else in some places of nested dicts and lists, and return them."""
    for _ in range(times):
        paths = places(data)
        if not paths:
            return data
        *path, last = random.choice(paths)
        parent = data
        for key in path:
            parent = parent[key]
        match random.randrange(6):
            case 0 if isinstance(parent, dict):
                parent[random.choice(TEXTS)] = parent.pop(last)
            case 1:
                del parent[last]
            case 2:
                parent[last] = copy.copy(random.choice((value(random), parent[last])))
            case 3 if isinstance(parent, list):
                parent.extend([parent[last]] * random.choice((1, 10, 2000)))
            case _:
                parent[last] = value(random)
    return data


def mutated_bytes(random: Random, content: bytes, times: int) -> bytes:
    """Return bytes of which some are other ones, gone, or there twice."""
    changed = bytearray(content)
    for _ in range(times):
        at = random.randrange(len(changed) + 1)
        length = random.choice((1, 1, 2, 4, 8, 50, 1000))
        match random.randrange(6):
            case 0:
                changed[at : at + 1] = random.randbytes(1)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length] * random.choice((1, 2, 100))
            case 3:
                changed[at : at + length] = random.choice((b"\x00", b"\xff", b"\x7f")) * length
            case 4:
                changed[at:at] = random.choice(TEXTS).encode("utf-8", "surrogatepass")[:200]
            case _:
                start = random.randrange(len(changed) + 1)
                changed[at : at + length] = changed[start : start + length]
    return bytes(changed)
