"""Colours as numbers, and those between two others."""

from __future__ import annotations

from PySide6.QtGui import QColor


def parts_of(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of ``"#rrggbb"``, each 0..255."""
    found = QColor(colour)
    return found.red(), found.green(), found.blue()


def blend(low: str, high: str, share: float) -> str:
    """The colour at a share in 0..1 of the way from `low` to `high`, all ``"#rrggbb"``."""
    ends = zip(parts_of(low), parts_of(high), strict=True)
    return QColor(*(round(a + share * (b - a)) for a, b in ends)).name()
