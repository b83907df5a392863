"""The history of a run as a table: a row for every step."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from math import isfinite

import numpy as np

from gd_studio.files.atomic import replacing
from gd_studio.files.errors import StrPath
from gd_studio.recording import Recording

_ROWS_AT_ONCE = 65_536


def write_history(path: StrPath, recording: Recording) -> None:
    """Write ``history.csv``: step, epoch, train_loss, grad_norm, lr, then the parameters.

    As everywhere, a row has the loss and the gradient norm at the parameters that the step began
    with, and the parameters that it ended with; those only where every step's were recorded.
    Numbers read back to the same bits: losses as float64, parameters as what the run had.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    with replacing(path) as file:
        file.write(_header(recording).encode())
        for rows in _blocks(recording):
            file.write(rows.encode())


def write_epochs(path: StrPath, recording: Recording) -> None:
    """Write ``epochs.csv``: epoch, step, train_loss, test_loss; epoch 0 is before the first step.

    The losses are means over each part, without penalties; without a test part its cells are
    empty.

    Raises
    ------
    FileProblem
        Where the file cannot be written.
    """
    with replacing(path) as file:
        file.write(b"epoch,step,train_loss,test_loss\n")
        for step, train, test in zip(
            recording.evaluated_steps.tolist(),
            recording.train_loss.tolist(),
            recording.test_loss.tolist(),
            strict=True,
        ):
            told = repr(test) if isfinite(test) else ""
            epoch = step // recording.steps_per_epoch
            file.write(f"{epoch},{step},{train!r},{told}\n".encode())


def _header(recording: Recording) -> str:
    labels = recording.layout.labels if recording.every_step_has_parameters else ()
    line = io.StringIO()
    # The label of a weight, as 0.weight[3,1], has a comma in it.
    csv.writer(line, lineterminator="\n").writerow(
        ("step", "epoch", "train_loss", "grad_norm", "lr", *labels)
    )
    return line.getvalue()


def _blocks(recording: Recording) -> Iterator[str]:
    with_parameters = recording.every_step_has_parameters
    # Nine digits tell any float32 from its neighbours; formatting a whole row at once takes half
    # the time of the csv module.
    parameter = ",%r" if recording.start.dtype == np.float64 else ",%.9g"
    row = "%d,%d,%r,%r,%r" + parameter * (recording.layout.size if with_parameters else 0) + "\n"
    for begin in range(0, len(recording), _ROWS_AT_ONCE):
        here = slice(begin, begin + _ROWS_AT_ONCE)
        step = recording.step[here].tolist()
        columns = [
            step,
            ((recording.step[here] - 1) // recording.steps_per_epoch + 1).tolist(),
            recording.loss[here].tolist(),
            recording.grad_norm[here].tolist(),
            recording.lr[here].tolist(),
        ]
        if with_parameters:
            # The first row of parameters is the start, before any step.
            columns += recording.parameters[1:][here].T.tolist()
        yield "".join([row % values for values in zip(*columns, strict=True)])
