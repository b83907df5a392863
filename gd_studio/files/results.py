"""The outcome of runs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any

from gd_studio.experiment import Experiment
from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import StrPath
from gd_studio.link.environment import Environment
from gd_studio.link.messages import Finished


def write_result(
    path: StrPath, experiment: Experiment, environment: Environment, finished: Finished
) -> None:
    """Write ``result.json``: what was run, on what, how it ended, and the parameters by name.

    The file is strict JSON: a number that is not finite is ``null``. Parameters are written with
    all digits that float32 numbers have as float64.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    parameters = experiment.layout.split(finished.parameters)
    result = {
        **_origin(experiment, environment),
        **_outcome(finished),
        "parameters": {name: array.tolist() for name, array in parameters.items()},
    }
    _write(path, result)


def write_results(
    path: StrPath,
    experiment: Experiment,
    environment: Environment,
    runs: Iterable[tuple[str, str, Finished]],
) -> None:
    """Write the ``result.json`` of several runs: what each is called and how it ended.

    Parameters
    ----------
    experiment
        The one that the runs are variations of.
    runs
        Name, folder and end of each run. Its parameters are in the ``result.json`` of its own
        folder.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    told = [
        {"name": name, "folder": folder, **_outcome(finished)} for name, folder, finished in runs
    ]
    _write(path, {**_origin(experiment, environment), "runs": told})


def _origin(experiment: Experiment, environment: Environment) -> dict[str, Any]:
    return {
        "experiment": experiment.model_dump(mode="json"),
        "environment": {
            "versions": environment.versions,
            "device": experiment.device,
            "threads": environment.threads,
        },
    }


def _outcome(finished: Finished) -> dict[str, Any]:
    return {
        "finish": finished.reason.value,
        "detail": finished.detail,
        "steps": finished.steps,
        "seconds": finished.seconds,
        "final": {
            name: value if isfinite(value) else None for name, value in finished.final.items()
        },
    }


def _write(path: StrPath, result: dict[str, Any]) -> None:
    write_atomically(path, json.dumps(result, indent=2, allow_nan=False) + "\n")
