"""Files that an experiment's file wants to be read, and that lie outside of its folder.

An experiment from somewhere may name any file. Nothing outside of its own folder is read before
its user has agreed.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

from gd_studio.experiment import Experiment, ModelProblem, TableData
from gd_studio.files.errors import FileProblem, StrPath
from gd_studio.foreign_text import half_of_a_character

_TABLE = "problem.dataset.path"
"""The field of a variation that names a table of its own."""

_ON_ANOTHER_COMPUTER = re.compile(r"[/\\]{2}")


def with_tables_beside(experiment: Experiment, file: StrPath) -> Experiment:
    """Find each table whose path has no root from the folder of the experiment's `file`.

    Raises
    ------
    FileProblem
        Where a table is named that may not be looked at to begin with: on another computer, which
        would be told who asks, or by a name that no file can have.
    """
    folder = Path(file).absolute().parent
    tables = _tables(experiment)
    if tables and half_of_a_character(str(folder)):
        raise FileProblem(file, "is in a folder whose name is no text: give the folder another one")
    for path in tables:
        _refuse_what_cannot_be_asked(path, file, folder)
    problem = experiment.problem
    if isinstance(problem, ModelProblem) and isinstance(problem.dataset, TableData):
        table = problem.dataset.model_copy(update={"path": str(folder / problem.dataset.path)})
        problem = problem.model_copy(update={"dataset": table})
        experiment = experiment.model_copy(update={"problem": problem})
    if any(_TABLE in variation.changes for variation in experiment.variations):
        variations = tuple(
            variation.model_copy(update={"changes": _beside(variation.changes, folder)})
            for variation in experiment.variations
        )
        experiment = experiment.model_copy(update={"variations": variations})
    for path in _tables(experiment):
        if not Path(path).is_absolute():
            raise FileProblem(file, f"has a run with the table '{path}': name it with its folder")
    return experiment


def outside_tables(experiment: Experiment, file: StrPath) -> tuple[str, ...]:
    """Return the tables outside of the folder of the experiment's `file`, links resolved.

    Parameters
    ----------
    experiment
        As it was loaded from there.
    """
    folder = os.path.realpath(Path(file).absolute().parent)
    found = dict.fromkeys(os.path.realpath(path) for path in _tables(experiment))
    return tuple(path for path in found if not Path(path).is_relative_to(folder))


def consent(experiment: Experiment, file: StrPath, table: str) -> str:
    """Return what to remember where somebody agrees that `table` is read.

    It is good for this experiment in this file: another content, and the question comes again.
    """
    whole = "\0".join((os.path.realpath(file), table, experiment.to_json()))
    return hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()


def _tables(experiment: Experiment) -> list[str]:
    """The paths of the tables of all its runs."""
    problems = [experiment.problem]
    if any(_about_data(path) for own in experiment.variations for path in own.changes):
        problems = [run.problem for _, run in experiment.runs()]
    datasets = [problem.dataset for problem in problems if isinstance(problem, ModelProblem)]
    return [dataset.path for dataset in datasets if isinstance(dataset, TableData)]


def _about_data(path: str) -> bool:
    """Whether a variation that sets the field at `path` may have a table of its own."""
    return path == "problem" or path.startswith("problem.dataset")


def _beside(changes: dict[str, object], folder: Path) -> dict[str, object]:
    path = changes.get(_TABLE)
    return {**changes, _TABLE: str(folder / path)} if isinstance(path, str) else changes


def _refuse_what_cannot_be_asked(path: str, file: StrPath, folder: Path) -> None:
    if "\0" in path:
        raise FileProblem(file, "names a table whose name has a zero byte in it")
    is_elsewhere = _ON_ANOTHER_COMPUTER.match(path)
    if is_elsewhere and not path.startswith(os.path.join(folder, "")):
        raise FileProblem(
            file,
            f"names a table on another computer, '{path}': copy that into the experiment's folder,"
            " and name it there",
        )
