"""Asking whether an experiment may read what lies outside of its folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from gd_studio.foreign_text import on_one_line

_MOST_LISTED = 8
_LONGEST = 120


class OutsideDialog(QMessageBox):
    """Asks once for all tables of an experiment; ``accepted`` is emitted where they may be read.

    Parameters
    ----------
    file
        The experiment's file.
    tables
        What it wants to read, links resolved.
    """

    def __init__(self, file: Path, tables: Sequence[str], window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setWindowTitle("Open experiment")
        self.setTextFormat(Qt.TextFormat.PlainText)
        what = "a file that is" if len(tables) == 1 else f"{len(tables)} files that are"
        self.setText(f"This experiment wants to read {what} not in its folder.")
        listed = [_shortened(table) for table in tables[:_MOST_LISTED]]
        if len(tables) > _MOST_LISTED:
            listed.append(f"and {len(tables) - _MOST_LISTED} more")
        self.setInformativeText(
            "\n".join(listed)
            + f"\n\n{_shortened(file.name)} names it as data to learn from. If the experiment is"
            " not yours, and you do not know why it should, do not let it."
        )
        self.let = self.addButton("Let it read", QMessageBox.ButtonRole.AcceptRole)
        no = self.addButton("Do not open", QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(no)
        self.setEscapeButton(no)


def _shortened(path: str) -> str:
    """Both ends of a long path, on one line: a name must not look like a sentence of ours."""
    line = on_one_line(path)
    half = _LONGEST // 2
    return line if len(line) <= _LONGEST else f"{line[:half]} … {line[-half:]}"
