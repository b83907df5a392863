"""What several runs leave in a folder: what is about all of them, and a folder for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from gd_studio.cli.folders import EXPERIMENT, OF_SEVERAL, RUNS, make_folder, remove_older
from gd_studio.experiment import Experiment
from gd_studio.files import save_experiment, write_comparison, write_results
from gd_studio.link.environment import Environment
from gd_studio.recording import Run


def folder_names(names: Iterable[str]) -> list[str]:
    """Return a folder's name for each run: letters, digits, dots and hyphens, each only once.

    Letters lose their accents. Names differ in more than in capitals, which some systems take
    for the same.
    """
    folders: list[str] = []
    taken: set[str] = set()
    for name in names:
        letters = unicodedata.normalize("NFKD", name)
        plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
        stem = re.sub(r"[^A-Za-z0-9.]+", "-", plain).strip("-.") or "run"
        folder, number = stem, 1
        while folder.lower() in taken:
            number += 1
            folder = f"{stem}-{number}"
        taken.add(folder.lower())
        folders.append(folder)
    return folders


def begin_comparison(out: Path, experiment: Experiment) -> None:
    """Make `out`, without what earlier runs left there, and write the experiment into it.

    Raises
    ------
    InputError
        Where the folder cannot be made.
    FileProblem
        Where the file cannot be written, or one of an earlier run not be removed.
    """
    make_folder(out)
    remove_older(out, keep=[EXPERIMENT])
    save_experiment(out / EXPERIMENT, experiment)


def write_comparison_files(
    out: Path,
    experiment: Experiment,
    environment: Environment,
    runs: Sequence[Run],
    folders: Sequence[str],
    title: str,
) -> list[str]:
    """Write what is about all the runs; return the names of the files, the experiment's included.

    Parameters
    ----------
    experiment
        The one that the runs are variations of.
    runs, folders
        Those that are over, and their folders.
    title
        What the figure is called.

    Raises
    ------
    FileProblem
        Where a file cannot be written.
    """
    from gd_studio.files.figures import write_comparison_figure

    write_comparison(out / "comparison.csv", runs)
    ends = [
        (run.name, f"{RUNS}/{folder}", run.finished, run.diagnosis)
        for run, folder in zip(runs, folders, strict=True)
        if run.finished is not None
    ]
    write_results(out / "result.json", experiment, environment, ends)
    write_comparison_figure(out / "comparison.png", runs, title)
    return [*OF_SEVERAL, *(f"{RUNS}/{folder}" for folder in folders)]
