"""The dialog in which a CSV file becomes a data set."""

from gd_studio.desktop.dialogs.table.dialog import TableDialog

__all__ = ["TableDialog"]
