"""Running an experiment without a window."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gd_studio.cli.comparison import begin_comparison, folder_names, write_comparison_files
from gd_studio.cli.engine import engine_at_hand
from gd_studio.cli.errors import InputError
from gd_studio.cli.folders import OF_A_RUN, OF_SEVERAL, RUNS, check_folder
from gd_studio.cli.following import follow, has_failed
from gd_studio.cli.interrupts import Interrupts
from gd_studio.cli.output import write_output
from gd_studio.cli.reading import change, read_experiment
from gd_studio.cli.summary import comparison, summary
from gd_studio.experiment import Experiment
from gd_studio.files import FileProblem
from gd_studio.link.client import EngineClient
from gd_studio.link.environment import Environment
from gd_studio.recording import Run


@dataclass(frozen=True)
class _Engine:
    """What runs are made with."""

    client: EngineClient
    environment: Environment
    interrupts: Interrupts
    shown: bool

    def follow(self, this: Run) -> None:
        follow(this, self.client, self.interrupts, shown=self.shown)

    def write(self, out: Path, this: Run) -> list[str]:
        with self.interrupts.put_off():
            return write_output(out, this, self.environment, self.client)


def run(
    name: str,
    assignments: Sequence[str],
    out: Path | None,
    *,
    quiet: bool,
    allow_outside: bool = False,
) -> int:
    """Run the example or file called `name`; return the exit status, 1 where a run failed.

    The variations of an experiment are run one after the other. Ctrl-C ends the run that is under
    way, and what there is is written; those after it are not begun.

    Parameters
    ----------
    assignments
        Fields to set before, ``path=value`` each.
    out
        The folder that the results are written to; ``None`` for nowhere.
    quiet
        Whether to print nothing.
    allow_outside
        Whether the file may name tables that do not lie in its folder.

    Raises
    ------
    InputError
        Where anything that was given is wrong. Nothing has been written then, unless it is the
        data of a variation that cannot be had: the runs before it have been.
    FailureError
        Where the engine failed before there was anything to keep.
    """
    experiment = change(read_experiment(name, allow_outside=allow_outside), assignments)
    with engine_at_hand() as (client, environment):
        for _, single in experiment.runs():
            _check_device(single.device, environment)
        act = _run_several if experiment.variations else _run_one
        # To be asked to end is no reason to lose what there is.
        with Interrupts() as interrupts:
            shown = sys.stderr is not None and sys.stderr.isatty() and not quiet
            engine = _Engine(client, environment, interrupts, shown)
            try:
                runs, lines = act(experiment, experiment.title or name, out, engine)
            except FileProblem as problem:
                raise InputError([str(problem)]) from problem
        is_lost = not client.is_alive
    if not quiet:
        print("\n".join(lines))
    failures = [run.finished.detail for run in runs if run.finished and has_failed(run)]
    if is_lost and not failures:
        failures = ["the engine is gone, and with it the figure of the landscape"]
    for failure in failures:
        print(f"gd-studio: {failure}", file=sys.stderr)
    return 1 if failures else 0


_Outcome = tuple[list[Run], list[str]]
"""Those runs that are over, and the lines to print."""


def _run_one(experiment: Experiment, title: str, out: Path | None, engine: _Engine) -> _Outcome:
    if out is not None:
        check_folder(out, OF_A_RUN)
    this = Run(experiment, title)
    engine.follow(this)
    written = engine.write(out, this) if out is not None else []
    return [this], [*summary(this), *_told(out, written)]


def _run_several(experiment: Experiment, title: str, out: Path | None, engine: _Engine) -> _Outcome:
    names, experiments = zip(*experiment.runs(), strict=True)
    folders = folder_names(names)
    if out is not None:
        check_folder(out, OF_SEVERAL)
        for folder in folders:
            check_folder(out / RUNS / folder, OF_A_RUN)
    runs: list[Run] = []
    for name, single, folder in zip(names, experiments, folders, strict=True):
        this = Run(single, name)
        try:
            engine.follow(this)
        except InputError as error:
            raise InputError(f"{name}: {line}" for line in error.lines) from error
        # At once: whatever becomes of the runs after it, this one is there.
        if out is not None:
            if not runs:
                with engine.interrupts.put_off():
                    begin_comparison(out, experiment)
            engine.write(out / RUNS / folder, this)
        # What is said of all of them at the end is about their losses.
        if this.recording is not None:
            this.recording.let_parameters_go()
        runs.append(this)
        if engine.interrupts.came or has_failed(this):
            break
    written: list[str] = []
    if out is not None:
        with engine.interrupts.put_off():
            written = write_comparison_files(
                out, experiment, engine.environment, runs, folders[: len(runs)], title
            )
    return runs, [*comparison(runs, planned=len(names)), *_told(out, written)]


def _told(out: Path | None, written: Sequence[str]) -> list[str]:
    return [f"Written to {out}: {', '.join(written)}."] if written else []


def _check_device(key: str, environment: Environment) -> None:
    """Refuse a device that is not there; the engine knows which are."""
    usable = [device.key for device in environment.devices if device.available]
    # torch takes "cuda" for the first of them.
    if key in usable or f"{key}:0" in usable:
        return
    reasons = [d.reason for d in environment.devices if d.key == key.partition(":")[0] and d.reason]
    why = f": {reasons[0]}" if reasons else ""
    raise InputError([f"device: there is no '{key}' here{why}; there is {', '.join(usable)}"])
