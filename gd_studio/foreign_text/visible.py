"""Spelling out the characters that are obeyed and not shown."""

from __future__ import annotations

import re

# Controls of terminals, old (C0) and new (C1); what separates lines and paragraphs; and what turns
# the direction of writing, so that a text reads as another than it is. Halves of characters cannot
# be written at all.
_OBEYED = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
_IN_A_TEXT = re.compile(f"[{_OBEYED}]")
_IN_A_LINE = re.compile(f"[{_OBEYED}\t\n]")


def visible(text: str) -> str:
    r"""Return `text` with its control characters spelled out, as ``\x1b`` and ``\u202e``.

    Line breaks and tabs stay.
    """
    return _IN_A_TEXT.sub(_spelled, text)


def on_one_line(text: str) -> str:
    """Return `text` with its control characters, line breaks and tabs spelled out."""
    return _IN_A_LINE.sub(_spelled, text)


def shortened(text: str, most: int = 120) -> str:
    """Return `text` as :func:`on_one_line` does, cut to `most` characters where it is longer."""
    line = on_one_line(text[: most + 1])
    return line if len(line) <= most else f"{line[: most - 1]}…"


def _spelled(match: re.Match[str]) -> str:
    number = ord(match.group())
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
