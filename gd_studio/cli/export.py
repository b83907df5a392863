"""Exporting an experiment as a PyTorch script."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gd_studio.catalog import did_you_mean
from gd_studio.cli.asking import ask
from gd_studio.cli.engine import engine_at_hand
from gd_studio.cli.errors import InputError
from gd_studio.cli.reading import change, read_experiment
from gd_studio.experiment import Experiment, TableData
from gd_studio.files import FileProblem, copy_shipped, replacing
from gd_studio.link.questions import CopyTable
from gd_studio.script import ScriptError, data_beside, needed_data, write_script


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
        The file to write, beside which the table is copied that it reads; ``None`` to print it.
    allow_outside
        Whether the file may name tables that do not lie in its folder.

    Raises
    ------
    InputError
        Where anything that was given is wrong.
    QuestionFailedError, FailureError
        Where the engine fails, which holds a table against what it is declared to be.
    """
    several = change(read_experiment(name, allow_outside=allow_outside), assignments)
    title, experiment = _choose(several, run)
    try:
        text = write_script(experiment, title)
    except ScriptError as error:
        raise InputError([str(error)]) from error
    if script is None:
        print(text, end="")
        return 0
    try:
        # It takes its place after what it reads, so that there is one only where it can be run.
        with replacing(script) as file:
            file.write(text.encode())
            written = [script, *_copied(experiment, data_beside(script))]
    except FileProblem as problem:
        raise InputError([str(problem)]) from problem
    which = f" (run '{title}')" if title else ""
    print(f"Written{which}: {', '.join(map(str, written))}.")
    return 0


def _copied(experiment: Experiment, target: Path) -> list[Path]:
    """Copy what the script reads to `target`; return it, unless it has been there already."""
    match needed_data(experiment):
        case TableData() as table:
            with engine_at_hand() as (client, _):
                is_new = ask(client, CopyTable(table, str(target.absolute())))
        case Path() as shipped:
            is_new = copy_shipped(shipped, target)
        case None:
            is_new = False
    return [target] if is_new else []


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
