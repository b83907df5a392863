"""Texts of strangers: which are none, and how the rest is shown where some of it would be obeyed.

Titles, notes, names of columns, files and tensors come from whoever made the file. They are shown,
saved and printed as text, and never mean anything to a terminal, a label or a spreadsheet.

Every process of the program loads this at its start, so that it stays light.
"""

from gd_studio.foreign_text.halves import broken_place, half_of_a_character
from gd_studio.foreign_text.spreadsheet import as_cell
from gd_studio.foreign_text.streams import bare, print_visibly
from gd_studio.foreign_text.visible import on_one_line, shortened, visible

__all__ = [
    "as_cell",
    "bare",
    "broken_place",
    "half_of_a_character",
    "on_one_line",
    "print_visibly",
    "shortened",
    "visible",
]
