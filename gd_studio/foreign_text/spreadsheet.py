"""Texts in tables that spreadsheets open, which take some of them for formulas and run them."""

from __future__ import annotations

_BEGINNINGS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, in some spreadsheet."""


def as_cell(text: str) -> str:
    """Return `text` with an apostrophe before it where a spreadsheet would take it for a formula.

    What is a number stays one.
    """
    return f"'{text}" if text.startswith(_BEGINNINGS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True
