"""What several runs leave in a folder: what is about all of them, and a folder for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from gd_studio.cli.output import prepare_folder
from gd_studio.experiment import Experiment
from gd_studio.files import save_experiment, write_comparison, write_results
from gd_studio.link.environment import Environment
from gd_studio.recording import Run

RUNS = "runs"
"""The folder of the runs' own folders."""

_NAMES = ("result.json", "comparison.csv", "experiment.json", "comparison.png")


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


def prepare_folders(out: Path, folders: Iterable[str]) -> None:
    """Make `out` and a folder in it for each run; raises `InputError`."""
    prepare_folder(out, _NAMES)
    for folder in folders:
        prepare_folder(out / RUNS / folder)


def write_comparison_files(
    out: Path,
    experiment: Experiment,
    environment: Environment,
    runs: Sequence[Run],
    folders: Sequence[str],
    title: str,
) -> list[str]:
    """Write what is about all the runs; return the names of the files.

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

    save_experiment(out / "experiment.json", experiment)
    write_comparison(out / "comparison.csv", runs)
    ends = [
        (run.name, f"{RUNS}/{folder}", run.finished)
        for run, folder in zip(runs, folders, strict=True)
        if run.finished is not None
    ]
    write_results(out / "result.json", experiment, environment, ends)
    write_comparison_figure(out / "comparison.png", runs, title)
    return [*_NAMES, *(f"{RUNS}/{folder}" for folder in folders)]
