"""The outcome of runs as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from math import isfinite
from typing import Any

from gd_studio.experiment import Experiment
from gd_studio.files.atomic import write_atomically
from gd_studio.files.errors import StrPath
from gd_studio.link.diagnosis import Diagnosis
from gd_studio.link.environment import Environment
from gd_studio.link.messages import Finished
from gd_studio.link.point import Classification


def write_result(
    path: StrPath,
    experiment: Experiment,
    environment: Environment,
    finished: Finished,
    diagnosis: Diagnosis | None = None,
) -> None:
    """Write ``result.json``: what was run, on what, how it ended, and the parameters by name.

    ``diagnosis`` says what is wrong with the run, ``point`` what its last point is; ``null`` where
    nothing is, and where that is not known.

    The file is strict JSON: a number that is not finite is ``null``. Parameters are written with
    all digits that they have as float64.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    parameters = experiment.layout.split(finished.parameters)
    result = {
        **_origin(experiment, environment),
        **_outcome(finished, diagnosis),
        "parameters": {name: array.tolist() for name, array in parameters.items()},
    }
    _write(path, result)


def write_results(
    path: StrPath,
    experiment: Experiment,
    environment: Environment,
    runs: Iterable[tuple[str, str, Finished, Diagnosis | None]],
) -> None:
    """Write the ``result.json`` of several runs: what each is called and how it ended.

    Parameters
    ----------
    experiment
        The one that the runs are variations of.
    runs
        Name, folder, end and diagnosis of each run. Its parameters are in the ``result.json`` of
        its own folder.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    told = [
        {"name": name, "folder": folder, **_outcome(finished, diagnosis)}
        for name, folder, finished, diagnosis in runs
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


def _outcome(finished: Finished, diagnosis: Diagnosis | None) -> dict[str, Any]:
    return {
        "finish": finished.reason.value,
        "detail": finished.detail,
        "diagnosis": _diagnosis(diagnosis) if diagnosis and diagnosis.kind else None,
        "point": _point(diagnosis.point) if diagnosis and diagnosis.point else None,
        "steps": finished.steps,
        "seconds": finished.seconds,
        "final": {name: _number(value) for name, value in finished.final.items()},
    }


def _diagnosis(diagnosis: Diagnosis) -> dict[str, Any]:
    """What is wrong, and what ``gd-studio run --set changes=…`` would take to remedy it."""
    assert diagnosis.kind is not None
    remedy = diagnosis.remedy
    change = {"after": remedy.after, "values": remedy.values} if remedy is not None else None
    return {"kind": diagnosis.kind.value, "sentence": diagnosis.sentence, "remedy": change}


def _point(point: Classification) -> dict[str, Any]:
    return {
        "kind": point.kind.value,
        "sentence": point.sentence,
        "loss": _number(point.loss),
        "gradient_norm": _number(point.gradient_norm),
        "largest_eigenvalue": _number(point.largest),
        "smallest_eigenvalue": _number(point.smallest),
    }


def _number(value: float) -> float | None:
    return value if isfinite(value) else None


def _write(path: StrPath, result: dict[str, Any]) -> None:
    write_atomically(path, json.dumps(result, indent=2, allow_nan=False) + "\n")
