"""Lines of Python: calls laid out within the width, comments, docstrings, literals."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

WIDTH = 100
"""The longest line."""

STEP = "    "

_OPENINGS = ("def ", "class ", "@")
"""How a function or class begins."""


@dataclass(frozen=True)
class Group:
    """Something in brackets: a call, a list, a dictionary.

    Attributes
    ----------
    opening, closing
        What stands around the items: ``"nn.Sequential("`` and ``")"``.
    items
        What stands between, with commas.
    packed
        Whether, where they do not fit in one line, several items share a line.
    """

    opening: str
    items: Sequence[Node]
    closing: str = ")"
    packed: bool = False


Node = str | Group


def call(opening: str, *items: Node, closing: str = ")") -> list[str]:
    """Return the lines of a statement that ends in a call: ``call("x = torch.rand(", "3")``."""
    return lines_of(Group(opening, items, closing))


def lines_of(node: Node, room: int = WIDTH) -> list[str]:
    """Lay `node` out: in one line where there is room, else an item in each."""
    flat = _flat(node)
    if isinstance(node, str) or len(flat) <= room:
        return [flat]
    inner: list[str] = []
    texts = [_flat(item) for item in node.items]
    if node.packed:
        inner = _packed(texts, room - len(STEP))
    elif len(", ".join(texts)) <= room - len(STEP):
        inner = [", ".join(texts)]
    else:
        for item in node.items:
            *above, last = lines_of(item, room - len(STEP) - 1)
            inner += [*above, f"{last},"]
    return [node.opening, *indented(inner), node.closing]


def _flat(node: Node) -> str:
    if isinstance(node, str):
        return node
    return node.opening + ", ".join(_flat(item) for item in node.items) + node.closing


def _packed(items: Iterable[str], room: int) -> list[str]:
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) + 2 > room:
            lines.append("")
        lines[-1] += f" {item}," if lines[-1] else f"{item},"
    return lines


def expression(opening: str, text: str, closing: str = "") -> list[str]:
    """Return the lines of ``opening + text + closing``, in brackets where it is long.

    Parameters
    ----------
    text
        A formula: it may be broken at any blank, and has no text in quotes.
    """
    if len(opening + text + closing) <= WIDTH - len(STEP):  # it may be in a function
        return [opening + text + closing]
    pieces = textwrap.wrap(
        text, WIDTH - 2 * len(STEP), break_long_words=False, break_on_hyphens=False
    )
    return [f"{opening}(", *indented(pieces), f"){closing}"]


def indented(lines: Iterable[str]) -> list[str]:
    """Return the lines one step further to the right."""
    return [STEP + line if line else line for line in lines]


def joined(sections: Iterable[Sequence[str]]) -> list[str]:
    """Return the lines of sections with a blank one between, two around functions and classes."""
    lines: list[str] = []
    in_function = False
    for section in sections:
        for place, line in enumerate(section):
            if not line:
                lines.append(line)
                continue
            is_inside = line.startswith((" ", ")", "]", "}"))
            opens = _opens_function(section[place:])
            decorated = bool(lines) and place > 0 and _opens_function(section[place - 1 : place])
            if lines and not is_inside and not (opens and decorated):
                blank = 2 if opens or in_function else int(place == 0)
                lines += [""] * blank
            if not is_inside:
                in_function = opens
            lines.append(line)
    return lines


def _opens_function(lines: Sequence[str]) -> bool:
    """Whether a function or class begins, perhaps with a decorator or comment above it."""
    first, following = lines[0], lines[1] if len(lines) > 1 else ""
    if first.startswith("#"):
        return following.startswith(_OPENINGS)
    return first.startswith(_OPENINGS)


def comment(text: str) -> list[str]:
    """Return the lines of a comment."""
    return textwrap.wrap(
        printable(text), WIDTH - len(STEP), initial_indent="# ", subsequent_indent="# "
    )


def docstring(*paragraphs: str) -> list[str]:
    """Return the lines of a module's docstring; a blank line comes between two paragraphs."""
    lines: list[str] = []
    for paragraph in paragraphs:
        for line in printable(paragraph).split("\n"):
            # A backslash or three quotes would mean something else there; escaped, a line is up
            # to twice as long.
            safe = line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
            room = WIDTH - len(STEP) if safe == line else WIDTH // 2
            for piece in textwrap.wrap(line, room) or [""]:
                lines.append(piece.replace("\\", "\\\\").replace('"""', '\\"\\"\\"'))
        lines.append("")
    return ['"""' + lines[0], *lines[1:-1], '"""']


def printable(text: str) -> str:
    """Return `text` with a blank for whatever a line of Python cannot hold."""
    return "".join(c if c.isprintable() or c == "\n" else " " for c in text)


def quoted(text: str) -> str:
    """Return `text` as a literal in double quotes."""
    # JSON escapes quotes, backslashes and line breaks as Python does.
    literal = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in literal)


def number(value: float) -> str:
    """Return a number as one writes it beside a tensor, where 10 and 10.0 are the same."""
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(float(value))


def tuple_of(names: Sequence[str]) -> str:
    """Return the left side of an unpacking: ``"x, y"``, and for a single name ``"x,"``."""
    return ", ".join(names) + ("," if len(names) == 1 else "")
