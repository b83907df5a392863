"""The folder that results are written to: checked before, made late, and cleared of older ones."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Collection, Iterable
from pathlib import Path

from gd_studio.cli.errors import InputError
from gd_studio.files import FileProblem

RUNS = "runs"
"""The folder of the runs' own folders, where there are several."""

EXPERIMENT, RESULT = "experiment.json", "result.json"

OF_A_RUN = (
    RESULT,
    "history.csv",
    "epochs.csv",
    "model.safetensors",
    EXPERIMENT,
    "loss.png",
    "landscape.png",
)
"""The files of a run; that of the epochs where the model was judged after each."""

OF_SEVERAL = (RESULT, "comparison.csv", EXPERIMENT, "comparison.png")
"""The files about several runs."""


def check_folder(folder: Path, names: Iterable[str]) -> None:
    """See whether `folder` can be made and written to, and leave everything as it was.

    Parameters
    ----------
    names
        The files that are to be written into it.

    Raises
    ------
    InputError
        Where it cannot be written to, or a name is taken.
    """
    taken = [name for name in names if os.path.isdir(folder / name)]
    if taken:
        raise InputError([f"--out {folder}: {name} is a folder there" for name in taken])
    missing = [part for part in (folder, *folder.parents) if not os.path.lexists(part)]
    try:
        make_folder(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InputError([f"--out {folder}: cannot be written to: {error.strerror}"]) from error
    finally:
        for part in missing:
            _remove_if_empty(part)


def make_folder(folder: Path) -> None:
    """Make `folder` where it is missing; raises `InputError`."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise InputError([f"--out {folder}: is a file, and a folder is needed"]) from error
    except OSError as error:
        raise InputError([f"--out {folder}: cannot be written to: {error.strerror}"]) from error


def remove_older(out: Path, keep: Collection[str]) -> None:
    """Remove what earlier runs left in `out`, so that nothing of theirs looks current.

    Only files by the names above are removed, only from a folder that holds both a result and its
    experiment, and of the runs' folders those that are empty then.

    Parameters
    ----------
    keep
        The files that are written anew.

    Raises
    ------
    FileProblem
        Where a file cannot be removed.
    """
    _remove({*OF_A_RUN, *OF_SEVERAL}.difference(keep), out)
    runs = out / RUNS
    if os.path.islink(runs) or not os.path.isdir(runs):
        return
    try:
        folders = list(runs.iterdir())
    except OSError as error:
        raise FileProblem(runs, f"cannot be looked into: {error.strerror}") from error
    for folder in folders:
        if not os.path.islink(folder) and _holds_a_result(folder):
            _remove(OF_A_RUN, folder)
            _remove_if_empty(folder)
    _remove_if_empty(runs)


def _remove(names: Iterable[str], folder: Path) -> None:
    if not _holds_a_result(folder):
        return
    for path in [folder / name for name in names]:
        try:
            path.unlink(missing_ok=True)
        except OSError as error:
            raise FileProblem(path, f"cannot be removed: {error.strerror}") from error


def _holds_a_result(folder: Path) -> bool:
    return all(os.path.isfile(folder / name) for name in (EXPERIMENT, RESULT))


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()
