"""CSV files: what is in them, and what they hold as numbers.

pandas and scikit-learn are imported where they are called: they are slow to load, and an engine
that meets no table does without them. Nothing in a file is ever executed.
"""

from gd_studio.engine.tables.copying import copy_table
from gd_studio.engine.tables.filling import fill_missing
from gd_studio.engine.tables.inspection import inspect_table
from gd_studio.engine.tables.problem import TableCancelled, TableProblem
from gd_studio.engine.tables.reading import TableContent, read_table

__all__ = [
    "TableCancelled",
    "TableContent",
    "TableProblem",
    "copy_table",
    "fill_missing",
    "inspect_table",
    "read_table",
]
