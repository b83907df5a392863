"""Experiments as files: JSON, whatever the name ends with."""

from __future__ import annotations

from gd_studio.experiment import Experiment
from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import FileProblem, StrPath
from gd_studio.files.outside import with_tables_beside
from gd_studio.files.reading import MEGABYTE, read_bytes

EXPERIMENT_SUFFIXES = (".gdstudio", ".json")
"""What the name of an experiment's file ends with; the first is what GD Studio itself gives it."""

LARGEST = 16 * MEGABYTE
"""Bytes of the largest file that is read; an experiment has a few kilobytes."""


def save_experiment(path: StrPath, experiment: Experiment) -> None:
    """Write `experiment` to `path`; raises `FileProblem` where that fails."""
    write_atomically(path, experiment.to_json())


def load_experiment(path: StrPath) -> Experiment:
    """Read the experiment in the file `path`.

    A table that it names by a path without a root lies beside that file. None is read: see
    :func:`outside_tables`.

    Raises
    ------
    FileProblem
        Where there is no such file, or it cannot be read, or is no text, or larger than 16 MB; or
        where it names a table that may not be read, or that is beside it in a folder whose name is
        no text.
    ExperimentError
        Where it holds no experiment, with everything that is wrong with it.
    """
    content = read_bytes(path, LARGEST)
    try:
        text = content.decode("utf-8-sig")  # editors on Windows begin a file with a mark
    except UnicodeDecodeError:
        raise FileProblem(path, "is no text file: an experiment is JSON in UTF-8") from None
    return with_tables_beside(Experiment.from_json(text), path)
