"""Exporting an experiment as a PyTorch script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gd_studio.catalog import did_you_mean
from gd_studio.cli.errors import InputError
from gd_studio.cli.reading import change, read_experiment
from gd_studio.experiment import Experiment
from gd_studio.files import FileProblem, write_script_files
from gd_studio.script import ScriptError, needed_files, write_script


def export(
    name: str,
    assignments: Sequence[str],
    run: str | None,
    script: Path | None,
    *,
    allow_outside: bool = False,
) -> int:
    """Export a run of the example or file called `name`; return the exit status.

    Parameters
    ----------
    assignments
        Fields to set before, ``path=value`` each.
    run
        Which of several runs; ``None`` for the first.
    script
        The file to write, beside which the files are copied that it reads; ``None`` to print it.
    allow_outside
        Whether the file may name tables that do not lie in its folder.

    Raises
    ------
    InputError
        Where anything that was given is wrong.
    """
    title, experiment = _choose(
        change(read_experiment(name, allow_outside=allow_outside), assignments), run
    )
    try:
        text = write_script(experiment, title)
    except ScriptError as error:
        raise InputError([str(error)]) from error
    if script is None:
        print(text, end="")
        return 0
    try:
        written = write_script_files(script, text, needed_files(experiment))
    except FileProblem as problem:
        raise InputError([str(problem)]) from problem
    which = f" (run '{title}')" if title else ""
    print(f"Written{which}: {', '.join(map(str, written))}.")
    return 0


def _choose(experiment: Experiment, run: str | None) -> tuple[str, Experiment]:
    """Return the run that is called `run`, with its name."""
    runs = dict(experiment.runs())
    if run is None:
        return next(iter(runs.items()))
    if not experiment.variations:
        raise InputError([f"--run {run}: this is a single run, without a name"])
    if run not in runs:
        raise InputError([f"--run: there is no run '{run}'{did_you_mean(run, list(runs))}"])
    return run, runs[run]
