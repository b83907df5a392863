"""Several runs beside each other as a table: a row for each."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from math import isfinite

from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import StrPath
from gd_studio.foreign_text import as_cell
from gd_studio.recording import Run


def write_comparison(path: StrPath, runs: Sequence[Run]) -> None:
    """Write ``comparison.csv``: run, finish, steps, epochs, seconds, then the last numbers.

    There is a column for each of the last numbers that any of the runs has; where a run has it
    not, or it is not finite, the cell is empty. So are the epochs of a function, which has none.
    The steps of a run whose finish is ``converged`` are those that it took to converge. A name that
    a spreadsheet would take for a formula begins with an apostrophe.

    Parameters
    ----------
    runs
        Runs that have finished.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    # A dict keeps the order in which the numbers come.
    names = list(dict.fromkeys(name for run in runs if run.finished for name in run.finished.final))
    table = io.StringIO()
    writer = csv.writer(table, lineterminator="\n")
    writer.writerow(("run", "finish", "steps", "epochs", "seconds", *names))
    for run in runs:
        assert run.finished is not None
        finished = run.finished
        final = (finished.final.get(name) for name in names)
        writer.writerow(
            (
                as_cell(run.name),
                finished.reason.value,
                finished.steps,
                _epochs(run),
                repr(finished.seconds),
                *(repr(value) if value is not None and isfinite(value) else "" for value in final),
            )
        )
    write_atomically(path, table.getvalue())


def _epochs(run: Run) -> str:
    """How many epochs `run` has been through to their ends."""
    if run.experiment.problem.kind == "function" or run.recording is None:
        return ""
    return str(run.steps // run.recording.steps_per_epoch)
