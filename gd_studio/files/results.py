"""The outcome of a run as JSON."""

from __future__ import annotations

import json
from math import isfinite

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
        "experiment": experiment.model_dump(mode="json"),
        "environment": {
            "versions": environment.versions,
            "device": experiment.device,
            "threads": environment.threads,
        },
        "finish": finished.reason.value,
        "detail": finished.detail,
        "steps": finished.steps,
        "seconds": finished.seconds,
        "final": {
            name: value if isfinite(value) else None for name, value in finished.final.items()
        },
        "parameters": {name: array.tolist() for name, array in parameters.items()},
    }
    write_atomically(path, json.dumps(result, indent=2, allow_nan=False) + "\n")
