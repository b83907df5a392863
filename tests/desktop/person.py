"""What a person does to a field."""

from __future__ import annotations

from typing import Any


def retype(qtbot: Any, field: Any, text: str) -> None:
    """Go to `field`, select what is in it and type `text`, key by key."""
    field.setFocus()
    field.selectAll()
    qtbot.keyClicks(field, text)


def choose(combo: Any, label: str) -> None:
    """Choose `label` from the list of `combo`, as a click on it does."""
    row = combo.findText(label)
    assert row >= 0, f"there is no {label!r} in the list"
    combo.setCurrentIndex(row)
    combo.activated.emit(row)


def said(sentence: Any) -> str:
    """Return what `sentence` shows; empty where it is hidden."""
    return "" if sentence.isHidden() else str(sentence.text())
