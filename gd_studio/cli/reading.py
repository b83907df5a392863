"""From what the command line names to an experiment."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from gd_studio.catalog import did_you_mean
from gd_studio.cli.arguments import COMMANDS
from gd_studio.cli.errors import InputError
from gd_studio.experiment import Experiment, ExperimentError, assign, undoes
from gd_studio.files import (
    EXPERIMENT_SUFFIXES,
    FileProblem,
    example_keys,
    load_example,
    load_experiment,
    outside_tables,
)


def read_experiment(name: str, *, allow_outside: bool = False) -> Experiment:
    """Return the example called `name`, or what the file of that name holds.

    Parameters
    ----------
    allow_outside
        Whether the file may name tables that do not lie in its folder.

    Raises
    ------
    InputError
        Where there is neither, or the file is wrong, with a line for each problem.
    """
    keys = example_keys()
    if name in keys:
        return load_example(name)
    if not os.path.lexists(name) and not _looks_like_a_file(name):
        hint = (
            did_you_mean(name, [*keys, *COMMANDS]) or "; 'gd-studio list examples' has the examples"
        )
        raise InputError([f"there is no example, file or command '{name}'{hint}"])
    try:
        experiment = load_experiment(name)
    except FileProblem as error:
        raise InputError([str(error)]) from error
    except ExperimentError as error:
        raise InputError(f"{name}: {problem}" for problem in error.problems) from error
    outside = () if allow_outside else outside_tables(experiment, name)
    if outside:
        raise InputError(
            f"{name}: wants to read {table}, which is not in its folder: --allow-outside lets it"
            for table in outside
        )
    return experiment


def change(experiment: Experiment, assignments: Sequence[str]) -> Experiment:
    """Return `experiment` with fields set, ``path=value`` each; raises `InputError`.

    Where runs of the experiment set such a field themselves, a line on stderr says so.
    """
    try:
        changed = assign(experiment, assignments)
    except ExperimentError as error:
        raise InputError(f"--set {problem}" for problem in error.problems) from error
    for path in dict.fromkeys(text.partition("=")[0].strip() for text in assignments):
        if note := _note(changed, path):
            print(f"note: {note}", file=sys.stderr)
    return changed


def _note(experiment: Experiment, path: str) -> str:
    """Say which runs set the field at `path` themselves, where there are any."""
    runs = [
        variation.name
        for variation in experiment.variations
        if any(undoes(own, path) for own in variation.changes)
    ]
    if not runs:
        return ""
    if len(runs) == len(experiment.variations):
        return f"{path} is set by every run of this experiment itself, so --set does not change it"
    one, names = len(runs) == 1, ", ".join(f"'{name}'" for name in runs)
    who = f"the run {names} itself" if one else f"the runs {names} themselves"
    return f"{path} is set by {who}, so --set does not change it there"


def _looks_like_a_file(name: str) -> bool:
    separators = {os.sep, os.altsep or os.sep}
    return name.lower().endswith(EXPERIMENT_SUFFIXES) or any(s in name for s in separators)
