"""What a run without a window leaves in a folder."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from gd_studio.cli.asking import ask
from gd_studio.cli.folders import OF_A_RUN, make_folder, remove_older
from gd_studio.files import (
    save_experiment,
    write_epochs,
    write_history,
    write_result,
    write_safetensors,
)
from gd_studio.link.arrays import Floats
from gd_studio.link.client import EngineClient, EngineLostError
from gd_studio.link.environment import Environment
from gd_studio.link.questions import MapLandscape
from gd_studio.recording import Run
from gd_studio.recording.plane import Plane, plane_of

_LANDSCAPE = "landscape.png"

_ALONG_A_LINE = 1000
_ALONG_THE_SIDES = (200, 200)
"""Points of the landscape along the axes of the figure."""

_ALONG_THE_SIDES_OF_LARGE = (72, 60)
_LARGE = 64
"""Of a model with more parameters than this, a point takes longer."""


def write_output(
    folder: Path, run: Run, environment: Environment, client: EngineClient
) -> list[str]:
    """Write everything about a finished run into `folder`; return the names of the files.

    The folder is made where it is missing, and files of an earlier run in it are removed. Where
    the engine is gone, there is no figure of the landscape.

    Parameters
    ----------
    client
        The engine that ran it, which is idle now; it is asked for the landscape.

    Raises
    ------
    InputError
        Where the folder cannot be made.
    FileProblem
        Where a file cannot be written, or one of an earlier run not be removed.
    QuestionFailedError
        Where the engine could not map the landscape; all other files have been written then.
    """
    # Here and not above: matplotlib takes longer to load than a short run.
    from gd_studio.files.figures import write_landscape_figure, write_loss_figure

    recording, finished = run.recording, run.finished
    assert recording is not None
    assert finished is not None
    is_evaluated = len(recording.evaluated_steps) > 0
    names = [name for name in OF_A_RUN if name != "epochs.csv" or is_evaluated]
    make_folder(folder)
    remove_older(folder, keep=names)
    save_experiment(folder / "experiment.json", run.experiment)
    write_result(folder / "result.json", run.experiment, environment, finished, run.diagnosis)
    write_history(folder / "history.csv", recording)
    if is_evaluated:
        write_epochs(folder / "epochs.csv", recording)
    parameters = run.experiment.layout.split(finished.parameters)
    write_safetensors(folder / "model.safetensors", parameters)
    write_loss_figure(folder / "loss.png", recording, run.name, run.experiment.changes)
    plane = plane_of(run)
    try:
        values = _map(client, run, plane)
    except EngineLostError:
        names.remove(_LANDSCAPE)
        remove_older(folder, keep=names)
        return names
    write_landscape_figure(folder / _LANDSCAPE, plane, values, run.name)
    return names


def _map(client: EngineClient, run: Run, plane: Plane) -> Floats:
    """Ask the engine for the landscape, ``(ny, nx)`` or ``(nx,)``."""
    assert run.parameters is not None
    is_large = run.experiment.problem.kind == "model" and len(run.parameters) > _LARGE
    sides = _ALONG_THE_SIDES_OF_LARGE if is_large else _ALONG_THE_SIDES
    resolution = (_ALONG_A_LINE,) if len(plane.axes) == 1 else sides
    question = MapLandscape(run.experiment, run.parameters, plane.axes, plane.ranges, resolution)
    return np.asarray(ask(client, question))
